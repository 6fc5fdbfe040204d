import Audit
import CargoModel
import CargoWorkspace
import Disk
import Index
import Storage

/// Fetches by itself what a command needs and the database lacks, or was not asked about for too long.
///
/// Only a database that `sync` fills is kept fresh, and one is begun where there is no index data at all. What an import
/// of a whole index brought is left as it is, and so is Cargo's cache.
struct Refresh {
    private let process: Process
    private let database: String?
    private let policy: String?
    /// What a lock made afresh needs is wanted too.
    private let isAfresh: Bool
    /// Without a word in the policy.
    private static let standardHours = 24

    init(database: String?, policy: String?, isAfresh: Bool = false, _ process: Process) {
        self.database = database
        self.policy = policy
        self.isAfresh = isAfresh
        self.process = process
    }

    /// Never fails: what cannot be fetched is told, and what is missing then cannot be judged.
    ///
    /// - Parameter paths: of workspaces; those that cannot be read are left to whoever reads them next.
    func run(_ paths: [String]) {
        let path = OpenData.databasePath(database, process).path
        let store = path.flatMap { try? Store(opening: $0) }
        if store == nil, path.map(FileSystem.exists) ?? true { return }
        if let store, !mayBeOld(store) { return }
        let workspaces = paths.compactMap { try? CheckSession.load($0, process) }.filter { !isOffline($0) }
        let limit = workspaces.compactMap(hours).min() ?? Self.standardHours
        let oldest = process.seconds - limit * 3600
        let asking = workspaces.filter { isAfresh && store != nil || needs($0, store, oldest) }
        let archives = store.map { sources(of: $0, olderThan: oldest) } ?? AdvisorySource.usual(process)
        guard !asking.isEmpty || (store != nil && !archives.isEmpty && !workspaces.isEmpty) else { return }
        sync(asking.isEmpty ? Array(workspaces.prefix(1)) : asking, archives, maximumAge: limit * 3600)
    }

    private func isOffline(_ workspace: Workspace) -> Bool { (try? workspace.config.network().isOffline) ?? true }

    private func hours(_ workspace: Workspace) -> Int? {
        try? PolicyFile.find(policy, workspace: workspace, process: process).policy.refreshHours
    }

    // MARK: What is old

    private func mayBeOld(_ store: Store) -> Bool {
        store.sources.contains { !store.isWhole($0) } || ((try? store.archives()) ?? []).isEmpty == false
    }

    /// Whether something that the workspace locks or requires was not asked for lately.
    private func needs(_ workspace: Workspace, _ store: Store?, _ oldest: Int) -> Bool {
        let servers = SyncServers(workspace.config)
        var known: [SourceID: Bool] = [:]
        for key in crates(of: workspace) {
            let isServed = known[key.source] ?? (servers.server(for: key.source) != nil)
            known[key.source] = isServed
            guard isServed else { continue }
            guard let store else { return !hasCache(workspace) }
            if store.isWhole(key.source) { continue }
            guard let record = try? store.fetchRecord(of: key.name, in: key.source),
                isFresh(record.checked, oldest)
            else {
                return true
            }
        }
        return false
    }

    /// What was asked for in the future was asked for by a clock that was wrong: nobody knows when.
    private func isFresh(_ checked: Int, _ oldest: Int) -> Bool { checked >= oldest && checked <= process.seconds }

    private func crates(of workspace: Workspace) -> [CrateKey] {
        let required = workspace.members.flatMap(\.dependencies).map {
            CrateKey(name: $0.packageName, source: $0.dependency.source)
        }
        return (required + locked(in: workspace)).filter(\.source.isRegistry)
    }

    private func locked(in workspace: Workspace) -> [CrateKey] {
        let paths = workspace.localPackages.compactMap { $0.summary?.id }
        guard let bytes = try? CheckSession.readLock(workspace.lockfilePath, shown: ""),
            let graph = try? Lockfile(parsing: bytes, path: "").graph(pathPackages: paths)
        else { return [] }
        return graph.resolve.packages.map { CrateKey(name: $0.name, source: $0.source) }
    }

    private func hasCache(_ workspace: Workspace) -> Bool {
        guard let home = process.environment.cargoHome else { return false }
        let known = (try? CargoCache(home: home).registries()) ?? []
        return RegistryDirectory.cratesIO.contains(where: known.contains)
    }

    private func sources(of store: Store, olderThan oldest: Int) -> [AdvisorySource] {
        ((try? store.archives()) ?? []).filter { !isFresh($0.checked, oldest) }.map {
            AdvisorySource(name: $0.origin, place: .url($0.url))
        }
    }

    // MARK: Fetching

    private func sync(_ workspaces: [Workspace], _ archives: [AdvisorySource], maximumAge: Int) {
        do {
            var session = try SyncSession(
                workspaces.map(\.rootDirectory), database: database, maximumAge: maximumAge, advisories: archives,
                rustVersion: nil, process)
            session.resolve(afresh: isAfresh)
            for problem in try session.publish().problems { Console.warning("not fetched: \(problem)") }
        } catch {
            Console.warning("not fetched: \(error.message)")
        }
    }
}
