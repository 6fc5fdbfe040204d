import ArgumentParser
import Audit
import CargoModel
import CargoWorkspace
import Disk
import Report
import Resolver

struct MergeDriverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge-driver", abstract: "Merge three locks, for git: `lockgate init --merge-driver` sets it up.",
        discussion: """
            Resolves the merged manifests with the pins of both sides, the newer where both moved. Where manifests \
            themselves are in conflict the lock is left as git would leave it, with 1 as exit status; repair them, then \
            run `lockgate update --workspace` or any Cargo command.
            """)

    @Argument(help: "%O: the lock of the common ancestor.")
    var ancestor: String

    @Argument(help: "%A: our lock, which becomes the merged one.")
    var ours: String

    @Argument(help: "%B: their lock.")
    var theirs: String

    @Argument(help: "%P: the path of the lock in the repository.")
    var path: String

    @Option(help: "Their commit, where git does not tell it.")
    var their: String?

    @OptionGroup var data: DataOptions

    @Option(help: "Attempts before an endless search is given up.")
    var budget: Int?

    mutating func run() throws {
        let process = try Process.current()
        let scratch = try ScratchFolder(below: process["TMPDIR"] ?? "/tmp")
        let outcome: Result<MergedLock, Failure>
        do throws(Failure) { outcome = .success(try merge(process, scratch)) } catch { outcome = .failure(error) }
        do {
            let merged = try outcome.get()
            scratch.remove()
            try FileSystem.replace(Path.absolute(ours, process), with: merged.text)
            for id in merged.settled {
                Console.talk("lockgate: both sides moved `\(id.name)`; \(id.version) is the newer")
            }
        } catch let failure as Failure {
            // What git would have done without a driver, so that the user finds what he knows.
            try? GitRepository.mergeText(ours, ancestor, theirs, process, scratch)
            scratch.remove()
            Console.error("\(path) is not merged: \(failure.message)")
            for note in failure.notes { Console.talk("  = note: " + printable(note)) }
            throw ExitStatus.denied
        }
    }

    private func merge(_ process: Process, _ scratch: ScratchFolder) throws(Failure) -> MergedLock {
        let repository = try GitRepository(around: process.workingDirectory, process, scratch)
        let commits = try MergeCommits(repository, their: their, process)
        let tree = try MergedTree(repository, commits, below: scratch.path)
        let moved = process.moved(to: tree.root, outer: tree.outer)
        let folder = Path.folder(path)
        let workspace = try CheckSession.load(Path.join(Path.join(tree.root, folder), "Cargo.toml"), moved)
        func read(_ file: String) throws(Failure) -> [UInt8]? {
            try CheckSession.readLock(Path.absolute(file, process), shown: path)
        }
        let sources = DataSources(try OpenData(data.db, process), workspace: workspace, process: moved)
        return try MergedLock(
            workspace, base: try read(ancestor), ours: try read(ours), theirs: try read(theirs), path: path,
            registry: sources.registry, budget: budget,
            gitPackages: GitCheckouts(workspace, environment: moved.environment).packages)
    }
}

/// The lock that two others make under merged manifests.
struct MergedLock {
    let text: [UInt8]
    let settled: [PackageID]

    init(
        _ workspace: Workspace, base: [UInt8]?, ours: [UInt8]?, theirs: [UInt8]?, path: String,
        registry: any Registry, budget: Int?, gitPackages: (Resolve) -> [Summary]
    ) throws(Failure) {
        let ids = workspace.localPackages.compactMap { $0.summary?.id }
        func graph(_ bytes: [UInt8]?, _ side: String) throws(Failure) -> LockedGraph? {
            // Git gives an empty file for an ancestor that has none.
            guard let bytes, !bytes.isEmpty else { return nil }
            do { return try Lockfile(parsing: bytes, path: path).graph(pathPackages: ids) } catch {
                throw .cannotJudge("\(side) lock cannot be read: \(error)")
            }
        }
        guard let one = try graph(ours, "our"), let other = try graph(theirs, "their") else {
            throw .cannotJudge("one side has no lock")
        }
        let merge = LockMerge(
            base: try graph(base, "the ancestor's")?.resolve, ours: one.resolve, theirs: other.resolve)
        settled = merge.settled
        let pins = LockfileEncoder.encode(
            merge.graph, version: max(one.version, other.version), previous: ours ?? [])
        let assessment: LockAssessment
        do {
            assessment = try LockAssessment(
                of: workspace, bytes: pins, path: path, registry: registry, budget: budget, gitPackages: gitPackages)
        } catch {
            throw .cannotJudge("the pins of both sides make no lock: \(error)")
        }
        if case .unresolvable(let error) = assessment.state {
            throw Failure(
                status: .cannotJudge, message: "the merged manifests cannot be resolved: \(error)",
                notes: error.explanation.map(\.text))
        }
        text = assessment.text ?? pins
    }
}
