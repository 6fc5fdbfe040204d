import Audit
import BuildGraph
import CargoModel
import CargoWorkspace
import Disk
import Report
import Resolver

/// The packages that a workspace locks, for questions about what is built and why.
struct GraphSession {
    let workspace: Workspace
    /// What Cargo would lock: the lock itself unless it is stale.
    let resolve: Resolve
    let graph: PackageGraph
    let assessment: LockAssessment
    let sources: DataSources
    let lockBytes: [UInt8]?
    /// The manifest the command was started for.
    let manifestPath: String
    let process: Process
    /// Packages of which nobody knows here whether they are procedural macros.
    private let unknown: [PackageID]
    private let assumed: [PackageID]

    /// - Parameter guesses: whether what looks like a procedural macro counts as one where nothing is known.
    init(_ path: String, _ data: DataOptions, guesses: Bool, _ process: Process) throws(Failure) {
        self.process = process
        let target = try CheckTargets([path], isRecursive: false, process).targets.first?.path ?? path
        workspace = try CheckSession.load(target, process)
        manifestPath = Self.manifest(at: Path.absolute(target, process))
        sources = DataSources(try OpenData(data.db, process), workspace: workspace, process: process)
        let shown = Display.path(workspace.lockfilePath, process)
        lockBytes = try CheckSession.readLock(workspace.lockfilePath, shown: shown)
        assessment = try CheckSession.assess(workspace, lockBytes, shown, sources, process, nil)
        resolve = try Self.resolve(assessment, shown, sources)
        let git = GitCheckouts(workspace, environment: process.environment)
        let facts = ProcMacroFacts(of: resolve, sources.registry, git, process.environment)
        let published = try Self.published(resolve, assessment, sources.registry)
        var unknown: [PackageID] = []
        var assumed: [PackageID] = []
        func isProcMacro(_ id: PackageID) -> Bool? {
            if let known = facts.isProcMacro(id) { return known }
            unknown.append(id)
            guard guesses else { return nil }
            let looksLikeOne = ProcMacroFacts.looksLikeOne(published[id])
            if looksLikeOne { assumed.append(id) }
            return looksLikeOne
        }
        graph = PackageGraph(resolve, of: workspace, published: { published[$0] }, isProcMacro: isProcMacro)
        self.unknown = unknown
        self.assumed = assumed
    }

    /// A line about what was assumed; `nil` if nothing was.
    var note: String? {
        guard !unknown.isEmpty else { return nil }
        let names = assumed.map(\.name)
        let list = names.prefix(8).joined(separator: ", ") + (names.count > 8 ? " and \(names.count - 8) more" : "")
        return
            "which packages are procedural macros is known of \(resolve.packages.count - unknown.count) of "
            + "\(resolve.packages.count) (`cargo fetch` or `cargo vendor` brings their sources); by name "
            + (names.isEmpty ? "none of the others" : list) + " \(names.count > 1 ? "are" : "is") taken for one"
    }

    /// Where `loadWorkspace` finds it.
    private static func manifest(at path: String) -> String {
        if !FileSystem.isDirectory(path) { return path }
        return Path.ancestors(path).map { Path.join($0, "Cargo.toml") }.first(where: FileSystem.exists) ?? path
    }

    private static func resolve(
        _ assessment: LockAssessment, _ path: String, _ sources: DataSources
    ) throws(Failure) -> Resolve {
        switch assessment.state {
        case .current: break
        case .stale: Console.warning("\(path) is stale; this is about what `cargo update --workspace` would make of it")
        case .missing: Console.warning("there is no \(path); this is about the one that Cargo would write")
        case .unresolvable(let error):
            throw Failure(
                status: .cannotJudge, message: "\(path): \(error.description)",
                notes: error.explanation.map(\.text)
                    + ["index data comes from `lockgate sync`, `lockgate import index DIR` or `cargo fetch`"])
        }
        guard let wanted = assessment.wanted else {
            throw .cannotJudge(
                "\(path): nothing is known of its packages; import an index (`lockgate import index DIR`)")
        }
        return wanted
    }

    /// What the registries, and the checkouts of git repositories, say of the packages.
    private static func published(
        _ resolve: Resolve, _ assessment: LockAssessment, _ registry: CombinedRegistry
    ) throws(Failure) -> [PackageID: Summary] {
        var result = Dictionary(
            assessment.request.localPackages.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for id in resolve.packages where id.source.isRegistry {
            do throws(RegistryError) {
                let versions = try registry.versions(of: id.name, in: id.source)
                guard let place = versions.position(of: id.version) else { continue }
                result[id] = try registry.summary(of: versions[place], named: id.name, in: id.source)
            } catch { throw .cannotJudge("\(id.name) \(id.version): \(error)") }
        }
        return result
    }
}
