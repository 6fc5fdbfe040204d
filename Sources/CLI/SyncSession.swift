import Advisories
import Audit
import CargoModel
import CargoWorkspace
import Disk
import Resolver
import SemVer
import Storage
import Sync

/// One run of `lockgate sync`: fetches, resolves to find out what else is needed, and stores everything at once.
struct SyncSession {
    private let process: Process
    private let database: String
    private let workspaces: [Workspace]
    private let servers: SyncServers
    private let store: Store?
    private let fetcher: Fetcher
    private let sources: [AdvisorySource]
    private let rustVersion: String?
    private let progress: SyncProgress
    private var problems: [String] = []
    /// Sources whose data is read elsewhere, in git, and is not there.
    private var unfetchable: Set<SourceID> = []

    init(
        _ paths: [String], database: String?, maximumAge: Int, advisories: [AdvisorySource], rustVersion: String?,
        _ process: Process
    ) throws(Failure) {
        self.process = process
        self.rustVersion = rustVersion
        sources = advisories
        var workspaces: [Workspace] = []
        for path in paths { workspaces.append(try CheckSession.load(path, process)) }
        self.workspaces = workspaces
        guard let config = workspaces.first?.config else { throw .usage("no workspace") }
        servers = SyncServers(config)
        let settings = try servers.settings(process)
        self.database = try ImportTarget.database(at: database, process)
        store = try Self.open(self.database)
        let servers = servers
        do {
            fetcher = try Fetcher(
                settings, Fetcher.Policy(now: process.seconds, maximumAge: maximumAge), store: store,
                findServer: { servers.server(for: $0) })
        } catch {
            throw .cannotJudge("\(error); install libcurl (Debian: apt-get install libcurl4)")
        }
        let progress = SyncProgress()
        fetcher.progress = { progress.report($0, of: $1) }
        self.progress = progress
    }

    /// Nil if there is none yet; an older format is renewed at the end.
    private static func open(_ path: String) throws(Failure) -> Store? {
        do { return try Store(opening: path) } catch {
            if error.reason == .missing { return nil }
            if case .olderSchema = error.reason { return nil }
            throw .cannotJudge(error.description)
        }
    }

    // MARK: Fetching

    /// Asks for what the workspaces need as they are locked, and if asked for also for what new locks would need.
    mutating func resolve(afresh: Bool) {
        var archives = sources.compactMap(request)
        for workspace in workspaces {
            let base = CombinedRegistry(store: store, workspace: workspace, environment: process.environment)
            let registry = FetchingRegistry(fetcher, base: base)
            do throws(Failure) {
                try resolve(workspace, registry, archives, afresh: afresh)
            } catch {
                note(error.message)
            }
            archives = []
        }
    }

    private mutating func resolve(
        _ workspace: Workspace, _ registry: FetchingRegistry, _ archives: [ArchiveRequest], afresh: Bool
    ) throws(Failure) {
        let path = workspace.lockfilePath
        let shown = Display.path(path, process)
        let bytes = try CheckSession.readLock(path, shown: shown)
        let toolchain = try Toolchain(asked: rustVersion, workspace: workspace, process: process).version
        let locked = Self.locked(bytes, path: shown, workspace)
        let request = ResolveRequest(workspace, previous: nil, toolchain: toolchain)
        func plan(_ locked: [PackageID]) -> PrefetchPlan {
            PrefetchPlan(
                members: request.members, localPackages: request.localPackages, patches: request.patches,
                replacements: request.replacements, locked: locked, rustVersions: request.rustVersions)
        }
        registry.prefetch(plan(locked), archives)
        update(workspace, .workspace, bytes, shown, registry, toolchain)
        if afresh, bytes != nil {
            registry.prefetch(plan([]))
            update(workspace, .afresh, bytes, shown, registry, toolchain)
        }
    }

    /// What the resolve asks for is fetched; whether there is a solution does not matter here.
    private mutating func update(
        _ workspace: Workspace, _ extent: LockUpdate.Extent, _ bytes: [UInt8]?, _ path: String,
        _ registry: FetchingRegistry, _ toolchain: RustVersion?
    ) {
        do {
            _ = try LockUpdate(
                extent, of: workspace, bytes: bytes, path: path, registry: registry, toolchain: toolchain,
                gitPackages: GitCheckouts(workspace, environment: process.environment).packages)
        } catch {
            guard case .resolve(let fault) = error else { return Console.warning("\(path): \(error)") }
            if case .registry = fault.reason { return noteMissing(fault, path) }
            Console.warning("\(path): \(fault)")
        }
    }

    /// A registry could not answer. What servers failed to send is told of at the end; the rest is told here.
    private mutating func noteMissing(_ fault: ResolveError, _ path: String) {
        let failed = fetcher.answers.values.contains { if case .failure = $0 { true } else { false } }
        if failed { return }
        let git = workspaces.flatMap { Self.sources(of: $0) }.filter { servers.isInGit($0) && !has($0) }
        guard let source = git.min() else { return note("\(path): \(fault)") }
        note(
            "\(source): its index is a git repository, which is not fetched here; clone it, and run "
                + "`lockgate import index DIR --registry \(source.url)`")
    }

    private func has(_ source: SourceID) -> Bool { store?.sources.contains(source) ?? false }

    private mutating func note(_ problem: String) {
        if !problems.contains(problem) { problems.append(problem) }
    }

    private static func sources(of workspace: Workspace) -> [SourceID] {
        workspace.localPackages.flatMap(\.dependencies).map(\.dependency.source)
    }

    /// Empty without a lock, and for one that cannot be read, which the resolve complains about.
    private static func locked(_ bytes: [UInt8]?, path: String, _ workspace: Workspace) -> [PackageID] {
        guard let bytes, let lockfile = try? Lockfile(parsing: bytes, path: path) else { return [] }
        let paths = workspace.localPackages.compactMap { $0.summary?.id }
        return (try? lockfile.graph(pathPackages: paths))?.resolve.packages ?? []
    }

    private func request(_ source: AdvisorySource) -> ArchiveRequest? {
        guard case .url(let url) = source.place else { return nil }
        return ArchiveRequest(url: url, validator: record(of: source)?.validator)
    }

    private func record(of source: AdvisorySource) -> ArchiveRecord? {
        let known = (try? store?.archives()) ?? []
        return known.first { $0.url == source.shown && (source.name == nil || $0.origin == source.name) }
    }
}

// MARK: - Storing

extension SyncSession {
    struct Outcome {
        /// For standard output: one for each source.
        var lines: [String] = []
        var setAside: [RecordNote] = []
        /// What could not be had, and why.
        var problems: [String] = []
    }

    /// Puts everything that arrived into the database in one step; if nothing did, the database is not touched.
    func publish() throws(Failure) -> Outcome {
        var outcome = Outcome(problems: problems)
        do throws(StorageError) {
            let harvest = SyncHarvest(fetcher)
            let archives = readArchives(&outcome)
            let update = harvest.isEmpty && archives.isEmpty ? nil : try StoreUpdate(of: database)
            for part in harvest.parts { try store(part, update, &outcome) }
            for archive in archives { if let update { try store(archive, update, &outcome) } }
            try update?.publish()
        } catch { throw .cannotJudge(error.description) }
        if outcome.lines.isEmpty, outcome.problems.isEmpty { outcome.lines.append("sync: nothing to fetch") }
        return outcome
    }

    private func store(
        _ part: SyncHarvest.Part, _ update: StoreUpdate?, _ outcome: inout Outcome
    ) throws(StorageError) {
        var line = SyncLine(source: part.source.description, asked: part.asked, fresh: part.fresh)
        line.failed = part.failures.count
        if let update, !part.files.isEmpty {
            let result = try update.store(
                part.files, of: part.source, at: process.seconds,
                Snapshot(
                    id: 0, kind: .index, origin: part.source.url, revision: nil, date: process.today,
                    imported: process.now))
            line.changed = result.changed
            line.unchanged = result.unchanged
            line.gone = result.absent
            line.setAside = result.setAside.count
            line.failed += result.failed.count
            outcome.setAside += result.setAside
            for name in result.failed { outcome.problems.append("\(name): what the server sent cannot be used") }
        }
        outcome.lines.append(line.text + "; \(progress.time)")
        outcome.problems += part.problems
    }

    // MARK: Advisories

    private struct Archive {
        enum Content {
            case batch(AdvisoryBatch, validator: String?)
            case unchanged(ArchiveRecord)
        }

        let source: AdvisorySource
        let content: Content
    }

    private func readArchives(_ outcome: inout Outcome) -> [Archive] {
        var archives: [Archive] = []
        for source in sources {
            do throws(Failure) {
                archives.append(Archive(source: source, content: try content(of: source)))
            } catch {
                outcome.problems.append("advisories: \(error.message)")
            }
        }
        return archives
    }

    private func content(of source: AdvisorySource) throws(Failure) -> Archive.Content {
        guard case .url(let url) = source.place else { return try checked(source, nil, read(source, nil)) }
        switch fetcher.archives[url] {
        case nil: throw .cannotJudge("\(source.shown): not fetched")
        case .failure(let error): throw .cannotJudge(error.description)
        case .success(.contents(let bytes, let validator)):
            return try checked(source, validator, read(source, bytes))
        case .success(.unchanged):
            guard let known = record(of: source) else {
                throw .cannotJudge("\(source.shown): unchanged since it was not asked for")
            }
            return .unchanged(known)
        }
    }

    /// - Parameter bytes: nil for what lies at the path.
    private func read(_ source: AdvisorySource, _ bytes: [UInt8]?) throws(Failure) -> AdvisoryBatch {
        do throws(AdvisoryError) {
            guard let bytes else { return try readAdvisories(at: source.shown) }
            return try readAdvisories(in: bytes, named: source.shown)
        } catch { throw .cannotJudge(error.description) }
    }

    /// Advisories that are all gone, or cannot be read for the greater part, are a fault and no news.
    private func checked(
        _ source: AdvisorySource, _ validator: String?, _ batch: AdvisoryBatch
    ) throws(Failure) -> Archive.Content {
        guard batch.advisories.count > batch.setAside.count else {
            throw .cannotJudge(
                "\(source.shown): of \(batch.recordCount) records \(batch.setAside.count) cannot be read"
                    + (batch.setAside.first.map { ", the first being \($0.place): \($0.reason)" } ?? ""))
        }
        return .batch(batch, validator: validator)
    }

    private func store(
        _ archive: Archive, _ update: StoreUpdate, _ outcome: inout Outcome
    ) throws(StorageError) {
        let isRemote = if case .url = archive.source.place { true } else { false }
        switch archive.content {
        case .unchanged(let known):
            let new = Snapshot(
                id: 0, kind: .advisories, origin: known.origin, revision: nil, date: process.today,
                imported: process.now)
            try update.confirm(known.origin, from: known.url, checked: process.seconds, new)
            outcome.lines.append("advisories of \(known.origin): unchanged; \(progress.time)")
        case .batch(let batch, let validator):
            let result = try update.store(
                batch, origin: archive.source.name, date: isRemote ? process.today : nil, at: process.now)
            if isRemote {
                try update.note(
                    ArchiveRecord(
                        origin: result.snapshot.origin, url: archive.source.shown, validator: validator,
                        checked: process.seconds))
            }
            outcome.setAside += result.setAside
            outcome.lines.append(
                "advisories of \(result.snapshot.origin): \(result.recordCount) records, \(result.stored) stored, "
                    + "\(result.setAside.count) set aside; \(result.isUnchanged ? "unchanged" : "changed"); "
                    + progress.time)
        }
    }
}
