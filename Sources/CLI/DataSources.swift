import Advisories
import Audit
import CargoModel
import CargoWorkspace
import Disk
import Index
import Storage

/// The database and the bundled advisories, opened; they serve one workspace after another, in one thread.
struct OpenData {
    let store: Store?
    let bundled: AdvisoryFactsFile?
    let warnings: [String]

    /// - Parameter database: what `--db` says.
    init(_ database: String?, _ process: Process) throws(Failure) {
        store = try Self.openStore(database, process)
        var warnings: [String] = []
        bundled = Self.hasAdvisories(store) ? nil : Self.openBundled(process, &warnings)
        self.warnings = warnings
    }

    /// The database; `nil` if none was asked for and none is in the usual place.
    private static func openStore(_ database: String?, _ process: Process) throws(Failure) -> Store? {
        let (path, isExplicit) = databasePath(database, process)
        guard let path else { return nil }
        do {
            return try Store(opening: path)
        } catch {
            if !isExplicit, error.reason == .missing || error.reason == .notADirectory { return nil }
            throw .cannotJudge(error.description)
        }
    }

    /// `--db`, `$LOCKGATE_DB`, `$XDG_DATA_HOME/lockgate/lockgate.db`, `~/.local/share/lockgate/lockgate.db`.
    static func databasePath(_ database: String?, _ process: Process) -> (path: String?, isExplicit: Bool) {
        if let path = database ?? process["LOCKGATE_DB"] { return (Path.absolute(path, process), true) }
        let home = process["XDG_DATA_HOME"] ?? process["HOME"].map { Path.join($0, ".local/share") }
        return (home.map { Path.join(Path.absolute($0, process), "lockgate/lockgate.db") }, false)
    }

    private static func hasAdvisories(_ store: Store?) -> Bool {
        guard let snapshots = try? store?.snapshots() else { return false }
        return snapshots.contains { $0.kind == .advisories }
    }

    private static func openBundled(_ process: Process, _ warnings: inout [String]) -> AdvisoryFactsFile? {
        guard let path = InstalledData.find("advisories/rustsec.jsonl", process) else { return nil }
        do {
            return try AdvisoryFactsFile(opening: path)
        } catch {
            warnings.append("\(error)")
            return nil
        }
    }
}

/// Where a check of one workspace takes its index and its advisories from.
struct DataSources {
    let registry: CombinedRegistry
    private let data: OpenData

    init(_ data: OpenData, workspace: Workspace, process: Process) {
        self.data = data
        registry = CombinedRegistry(store: data.store, workspace: workspace, environment: process.environment)
    }

    /// - Parameter index: a tree to read crates.io from, whatever the configuration says.
    init(
        _ options: DataOptions, workspace: Workspace, index: String? = nil, process: Process
    ) throws(Failure) {
        self.init(try OpenData(options.db, process), workspace: workspace, process: process)
        if let index { try registry.useTree(at: Path.absolute(index, process), for: .cratesIO) }
    }

    var warnings: [String] { data.warnings }
    private var store: Store? { data.store }
    private var bundled: AdvisoryFactsFile? { data.bundled }

    // MARK: Facts

    /// What was used, with its dates.
    var basis: [Basis.Data] { registry.basis + advisoryBasis }

    private var advisoryBasis: [Basis.Data] {
        if let bundled {
            return [
                Basis.Data(
                    name: "advisories", origin: "RustSec, bundled", revision: bundled.revision, date: bundled.date)
            ]
        }
        return ((try? store?.snapshots()) ?? []).filter { $0.kind == .advisories }.map {
            Basis.Data(
                name: "advisories", origin: "\($0.origin), database", revision: $0.revision, date: $0.date)
        }
    }

    /// The advisories about the crates of crates.io that are locked or required by a member; throws if they cannot be
    /// known.
    func advisories(about lock: LockOnDisk?, in workspace: Workspace) throws(Failure) -> [String: [Advisory]] {
        let locked = (lock?.resolve.packages ?? []).filter(\.source.isCratesIO).map(\.name)
        let required = workspace.members.flatMap(\.dependencies)
            .filter(\.dependency.source.isCratesIO).map(\.packageName)
        return try advisories(about: Set(locked + required))
    }

    /// The first malicious one among packages of crates.io, and the advisories that say so.
    func malware(among ids: [PackageID]) -> (PackageID, [String])? {
        let ids = ids.filter(\.source.isCratesIO)
        guard !ids.isEmpty, let known = try? advisories(about: Set(ids.map(\.name))) else { return nil }
        for id in ids {
            let found = (known[id.name] ?? []).filter { $0.kind == .malicious && $0.affects(id.version) }
            if !found.isEmpty { return (id, found.map(\.id).sorted { $0.precedesInBytes($1) }) }
        }
        return nil
    }

    private func advisories(about names: Set<String>) throws(Failure) -> [String: [Advisory]] {
        let names = names.sorted { $0.precedesInBytes($1) }
        if let bundled { return Dictionary(grouping: bundled.advisories(for: names), by: \.package) }
        guard let store else { return [:] }
        do {
            return Dictionary(grouping: try store.advisories(for: names), by: \.package)
        } catch {
            throw .cannotJudge(error.description)
        }
    }

    /// Which names many crates depend on; only the database knows that.
    func popularity(for lock: LockOnDisk?, policy: Policy) -> [SourceID: Popularity] {
        guard let store, let lock else { return [:] }
        let names = Dictionary(grouping: lock.resolve.packages.filter { $0.source.isRegistry }, by: \.source)
        let minimum = LookalikeName.minimum(policy.options(of: LookalikeName.info.id))
        return names.reduce(into: [:]) { result, item in
            guard store.sources.contains(item.key), let ranking = try? store.popular(in: item.key, minimum: minimum),
                let counts = try? store.dependents(of: item.value.map(\.name), in: item.key)
            else { return }
            result[item.key] = Popularity(ranking: ranking, dependents: counts)
        }
    }

    /// What the database remembers of registries that changed versions of locked crates.
    func changes(of lock: LockOnDisk?) throws(Failure) -> [RegistryChange] {
        guard let store, let lock else { return [] }
        let names = Set(lock.resolve.packages.filter(\.source.isRegistry).map(\.name)).sorted { $0.precedesInBytes($1) }
        do { return try store.changes(of: names) } catch { throw .cannotJudge(error.description) }
    }

    /// What no data allows to judge.
    func gaps(in facts: AuditFacts, lock: LockOnDisk?) -> [Unjudged] {
        var gaps = facts.unknown.map { source, error in
            Unjudged(
                what: "the packages from \(source): \(error)",
                help:
                    "import its index (`lockgate import index DIR`), or run `cargo fetch` so that Cargo's cache has it")
        }
        let hasLockedCrates = lock?.resolve.packages.contains(where: \.source.isCratesIO) ?? false
        if hasLockedCrates, advisoryBasis.isEmpty {
            gaps.append(
                Unjudged(
                    what: "advisories: there is no advisory data",
                    help: "import some (`lockgate import advisories PATH`), or install lockgate with its `advisories`"))
        }
        return gaps
    }
}

/// Files that come with the program.
enum InstalledData {
    /// In `$LOCKGATE_SHARE`, beside an installed program, or in the checkout the program was built in.
    static func find(_ name: String, _ process: Process) -> String? {
        if let share = process["LOCKGATE_SHARE"] {
            let path = Path.join(Path.absolute(share, process), name)
            return FileSystem.exists(path) ? path : nil
        }
        guard let program = process.executable, var folder = Path.parent(program) else { return nil }
        let installed = Path.normalize(Path.join(folder, "../share/lockgate/" + name))
        if FileSystem.exists(installed) { return installed }
        for _ in 0..<5 {
            let candidate = Path.join(folder, name)
            if FileSystem.exists(candidate) { return candidate }
            guard let parent = Path.parent(folder) else { return nil }
            folder = parent
        }
        return nil
    }
}
