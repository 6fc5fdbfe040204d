import ArgumentParser
import Audit
import CargoModel
import CargoWorkspace
import Disk
import Report

struct ReviewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review",
        abstract: "Say what a change does to the locks: every package, its cause, and what it brings in.",
        discussion: """
            Compares a commit with the working tree, or with another commit, through git and without a checkout; or two \
            folders. The old lock is replayed under the new manifests: what no manifest and no update explains is denied. \
            Of all rules only what the change brings in counts, under the policy of the base. Exit status: 0 passed; 1 \
            denied findings; 2 usage or configuration error; 3 could not judge; 4 the lock is stale.
            """)

    @Argument(help: "The commit to compare with, as git names it; where the two histories part counts.")
    var reference: String?

    @Argument(help: ArgumentHelp("The commit to review; the working tree without it.", valueName: "head-reference"))
    var headReference: String?

    @Option(help: "Without git: the folder as it was.")
    var base: String?

    @Option(help: "Without git: the folder as it is.")
    var head: String?

    @Option(name: .customLong("manifest-path"), help: "Review only the workspace of this Cargo.toml.")
    var manifestPath: String?

    @Option(help: "Tell the whole story of one package: its name, or name@version.")
    var explain: String?

    @OptionGroup var data: DataOptions

    @Option(help: "The policy; without it that of the base.")
    var policy: String?

    @OptionGroup var levels: LevelOptions

    @Option(
        help: ArgumentHelp(
            "How to report, and where to if not on standard output; may be repeated.",
            valueName: "name[=file]"))
    var format: [ReportRequest<ReportFormat>] = []

    @Option(help: "auto, always or never. NO_COLOR is respected.")
    var color: ColorChoice = .auto

    @Option(help: "Attempts before an endless search is given up.")
    var budget: Int?

    @Flag(name: .shortAndLong, help: "Say where levels come from, and what was ignored.")
    var verbose = false

    @Flag(help: "Accepted for the habit: review never uses the network.")
    var offline = false

    mutating func validate() throws {
        if let budget, budget < 1 { throw ValidationError("--budget must be at least 1") }
        format = try ReportRequest.checked(format)
        if (base == nil) != (head == nil) { throw ValidationError("--base and --head go together") }
        if base != nil, reference != nil { throw ValidationError("give commits or folders, not both") }
        if base == nil, reference == nil {
            throw ValidationError("name the commit to compare with, as in `lockgate review origin/main`")
        }
    }

    mutating func run() throws {
        let process = try Process.current()
        let settings = CheckSettings(
            database: data.db, policy: policy.map { Path.absolute($0, process) }, overrides: try levels.overrides(),
            budget: budget, tellsWarnings: verbose, isOffline: true, process: process)
        let scratch = try ScratchFolder(below: process["TMPDIR"] ?? "/tmp")
        let outcome: Result<(ReviewReport, String), Failure>
        do throws(Failure) { outcome = .success(try review(process, settings, scratch)) } catch {
            outcome = .failure(error)
        }
        scratch.remove()
        let (report, root) = try outcome.get()
        if let explain { return try tell(explain, report) }
        let output = ReportOutput(
            format, process, isVerbose: verbose, usesColor: color.isOn(process.variables), root: root)
        let isWritten = output.write(report)
        Console.end(with: isWritten ? ExitStatus(rawValue: report.exitStatus) ?? .cannotJudge : .cannotJudge)
    }

    /// - Returns: also the folder that paths of the report are relative to.
    private func review(
        _ process: Process, _ settings: CheckSettings, _ scratch: ScratchFolder
    ) throws(Failure) -> (ReviewReport, String) {
        let trees = try trees(process, scratch)
        let session = try ReviewSession(trees, settings)
        return (session.report(only: try workspaceFolder(trees, process)), trees.head.root)
    }

    private func trees(_ process: Process, _ scratch: ScratchFolder) throws(Failure) -> ReviewTrees {
        if let base, let head { return try ReviewTrees(base: base, head: head, process) }
        return try ReviewTrees(
            base: reference ?? "", head: headReference, in: process.workingDirectory, process, scratch)
    }

    /// The folder of the workspace that was asked for, from the root of the tree.
    private func workspaceFolder(_ trees: ReviewTrees, _ process: Process) throws(Failure) -> String? {
        guard let manifestPath else { return nil }
        var absolute = FileSystem.realPath(Path.absolute(manifestPath, process)) ?? Path.absolute(manifestPath, process)
        if !Path.starts(absolute, with: trees.head.root) {
            // The head is a commit: its place there is that in the working tree.
            let top = Path.ancestors(absolute).first { FileSystem.exists(Path.join($0, ".git")) }
            guard let top else { throw .usage("\(manifestPath): not in the repository") }
            absolute = Path.join(trees.head.root, Path.relative(absolute, to: top))
        }
        let workspace = try CheckSession.load(absolute, process.moved(to: trees.head.root, outer: trees.head.outer))
        return Path.relative(workspace.rootDirectory, to: trees.head.root)
    }

    private func tell(_ package: String, _ report: ReviewReport) throws {
        guard let story = ReviewExplanation.text(of: package, in: report) else {
            throw Failure.usage("nothing happened to `\(package)`; `lockgate review` lists what changed")
        }
        Console.write(Array(story.utf8))
        throw ExitStatus(rawValue: report.exitStatus) ?? .cannotJudge
    }
}
