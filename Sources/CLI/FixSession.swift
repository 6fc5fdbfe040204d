import Audit
import CargoModel
import CargoWorkspace
import Disk
import Report
import Resolver
import SemVer
import TOML

/// One workspace and what it would be after moves: manifests with other requirements, the lock Cargo would then write,
/// and the verdict on both.
struct FixSession {
    let start: FixState
    let sources: DataSources
    let workspace: Workspace
    private let base: Workspace
    private let process: Process
    private let settings: CheckSettings
    private let data: OpenData

    init(_ path: String, _ settings: CheckSettings) throws(Failure) {
        let workspace = try CheckSession.load(path, settings.process)
        let data = try OpenData(settings.database, settings.process)
        let session = try CheckSession(workspace, data: data, settings)
        let sources = DataSources(data, workspace: workspace, process: settings.process)
        self.init(session, session.verdict(), data, sources, settings)
    }

    /// - Parameter session: assessed with the same data and settings.
    init(
        _ session: CheckSession, _ verdict: Verdict, _ data: OpenData, _ sources: DataSources, _ settings: CheckSettings
    ) {
        process = settings.process
        self.settings = settings
        base = session.workspace
        workspace = base
        self.data = data
        self.sources = sources
        start = FixState(
            context: session.context, verdict: verdict, lock: session.lockBytes ?? [], manifests: [:],
            request: session.assessment.request)
    }

    /// - Parameter limit: resolves with an audit each that may be run.
    func plan(for targets: [Finding], limit: Int = 200) -> FixPlan {
        var search = FixSearch(start, registry: sources.registry, limit: limit, evaluate: evaluate)
        return search.plan(for: targets)
    }

    /// - Returns: `nil` if Cargo would refuse a move.
    private func evaluate(_ moves: [Move]) -> FixState? {
        let manifests = edited(moves)
        guard let workspace = manifests.isEmpty ? base : reloaded(manifests) else { return nil }
        var lock = start.lock
        if !manifests.isEmpty {
            guard let update = updated(.workspace, lock, workspace) else { return nil }
            lock = update
        }
        for move in moves {
            guard let extent = Self.extent(of: move) else { continue }
            guard let update = updated(extent, lock, workspace) else { return nil }
            lock = update
        }
        guard let session = try? CheckSession(workspace, data: data, settings, lock: lock) else { return nil }
        return FixState(
            context: session.context, verdict: session.verdict(), lock: lock, manifests: manifests,
            request: session.assessment.request)
    }

    private static func extent(of move: Move) -> LockUpdate.Extent? {
        switch move {
        case .update(let id): .packages(["\(id.name)@\(id.version)"], recursively: false)
        case .precise(let id, let version): .precise("\(id.name)@\(id.version)", version: "\(version)")
        case .requirement: nil
        }
    }

    /// Attempts of one resolve, of which there may be hundreds; a move that needs more is not made.
    private static let budget = 1_000_000

    private func updated(_ extent: LockUpdate.Extent, _ lock: [UInt8], _ workspace: Workspace) -> [UInt8]? {
        let update = try? LockUpdate(
            extent, of: workspace, bytes: lock, path: "Cargo.lock", registry: sources.registry,
            budget: settings.budget ?? Self.budget,
            gitPackages: GitCheckouts(workspace, environment: process.environment).packages)
        return update?.text
    }

    private func reloaded(_ manifests: [String: [UInt8]]) -> Workspace? {
        var environment = process.environment
        environment.overlay = manifests
        return try? loadWorkspace(at: base.rootDirectory, environment: environment)
    }

    // MARK: Manifests

    /// The manifests in which a move changes a requirement, comments and layout as they are.
    private func edited(_ moves: [Move]) -> [String: [UInt8]] {
        let edits = Dictionary(grouping: edits(for: moves), by: \.place.path)
        var manifests: [String: [UInt8]] = [:]
        for (path, list) in edits {
            guard let file = base.sourceFiles.first(where: { $0.path == path }) else { continue }
            var bytes = file.bytes
            // From the end, so that the spans before stay right.
            for edit in list.sorted(by: { $0.place.span.start > $1.place.span.start }) {
                let span = edit.place.span
                bytes.replaceSubrange(span.start..<span.end, with: Array(TOMLText.quoted(edit.text).utf8))
            }
            manifests[file.absolutePath] = bytes
        }
        return manifests
    }

    /// Every place once, with the last that a move writes there: a member may require a package in several tables, and
    /// several members may inherit one requirement.
    func edits(for moves: [Move]) -> [(place: Location, text: String)] {
        var edits: [(place: Location, text: String)] = []
        var known: [Location: Int] = [:]
        for move in moves {
            guard case .requirement(let name, let owner, let requirement) = move else { continue }
            for place in places(of: name, in: owner) {
                if let index = known[place] {
                    edits[index].text = requirement.spelling
                } else {
                    known[place] = edits.count
                    edits.append((place, requirement.spelling))
                }
            }
        }
        return edits
    }

    /// Where a requirement stands: in the root manifest if it is inherited from there.
    private func places(of name: String, in owner: PackageID) -> [Location] {
        base.localPackages.filter { $0.summary?.id == owner }.flatMap(\.dependencies)
            .filter { $0.name == name }.compactMap(\.requirement?.location)
    }

    // MARK: Saving

    /// Writes the manifests, then the lock, each in one step.
    func save(_ state: FixState) throws(Failure) {
        for path in state.manifests.keys.sorted(by: { $0.precedesInBytes($1) }) {
            try replace(path, with: state.manifests[path] ?? [])
        }
        try replace(base.lockfilePath, with: state.lock)
    }

    private func replace(_ path: String, with bytes: [UInt8]) throws(Failure) {
        do { try FileSystem.replace(path, with: bytes) } catch {
            throw .cannotJudge("\(Display.path(path, process)): \(error)")
        }
    }
}
