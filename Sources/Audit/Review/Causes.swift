import CargoModel
import CargoWorkspace
import Resolver
import SemVer
import TOML

/// Lays every change of a lock at the door of the step of the replay that brings it about.
struct Causes {
    private let replay: Replay
    private let head: Resolve
    private let manifestChanges: [ManifestChange]
    private let reasons: [PackageID: (reason: StaleReason, isRoot: Bool)]
    private let lockPath: String

    /// - Parameters:
    ///   - head: with the new lock; its facts serve for the old one too.
    init(_ replay: Replay, head: AuditContext, _ lock: LockOnDisk, _ manifestChanges: [ManifestChange]) {
        self.replay = replay
        self.head = lock.resolve
        self.manifestChanges = manifestChanges
        lockPath = lock.lockfile.path
        reasons = Self.reasons(replay, head)
    }

    private static func reasons(
        _ replay: Replay, _ head: AuditContext
    ) -> [PackageID: (reason: StaleReason, isRoot: Bool)] {
        guard let assessment = replay.assessment, case .stale = assessment.state else { return [:] }
        let context = AuditContext(
            workspace: head.workspace, lock: assessment.lock, state: assessment.state, wanted: assessment.wanted,
            published: head.published, summaries: head.summaries, advisories: [:], today: head.today,
            text: assessment.text)
        var result: [PackageID: (reason: StaleReason, isRoot: Bool)] = [:]
        for reason in StaleDiagnosis.reasons(in: context) {
            for change in reason.changes {
                for id in change.packages where result[id] == nil {
                    result[id] = (reason, reason.subject.crate == id.name)
                }
            }
        }
        return result
    }

    // MARK: One change

    func cause(of change: LockChange) -> Cause {
        guard replay.assessment != nil else { return Cause(.newLock, "there was no lock before") }
        if let obstacle = replay.obstacle { return Cause(.unexplained, "the old lock cannot be replayed: \(obstacle)") }
        if change.kind == .checksumChanged { return Cause(.unexplained, "no command of Cargo changes a checksum") }
        if change.isLocal, change.kind != .rewired, let id = change.id { return member(id, change) }
        if change.kind == .commitChanged, let id = change.new, isMovable(id) {
            return Cause(.targetedUpdate, "as after `cargo update -p \(id.name)`", root: id)
        }
        guard let place = step(of: change) else { return unexplained(change) }
        return cause(of: change, at: place)
    }

    private func member(_ id: PackageID, _ change: LockChange) -> Cause {
        let written = manifestChanges.first { $0.text.contains("`\(id.name)`") }
        return Cause(.manifest, written?.text ?? "the package lies in the tree", at: written?.location)
    }

    /// A commit that a manifest names moves with the manifest alone.
    private func isMovable(_ id: PackageID) -> Bool {
        if case .git(.rev) = id.source.kind { false } else { true }
    }

    private func unexplained(_ change: LockChange) -> Cause {
        switch change.kind {
        case .added: Cause(.unexplained, "neither a manifest nor an update brings it in")
        case .removed: Cause(.unexplained, "neither a manifest nor an update drops it")
        case .rewired: Cause(.unexplained, "a resolve gives it other dependencies")
        default:
            if let id = change.new, let outcome = replay.outcome, outcome.index(of: id) != nil {
                Cause(.unexplained, "a resolve gives it other dependencies")
            } else {
                Cause(.unexplained, "neither a manifest nor an update asks for it")
            }
        }
    }

    // MARK: Steps

    /// The first step from which on the change has happened.
    private func step(of change: LockChange) -> Int? {
        let hasHappened = replay.steps.map { isDone(change, in: $0.graph) }
        guard hasHappened.last == true else { return nil }
        return hasHappened.lastIndex(of: false).map { $0 + 1 } ?? 0
    }

    private func isDone(_ change: LockChange, in graph: Resolve) -> Bool {
        switch change.kind {
        case .removed: change.old.map { graph.index(of: $0) == nil } ?? true
        case .rewired: change.new.map { isRewired(change, $0, in: graph) } ?? false
        case .commitChanged, .checksumChanged:
            change.new.map { Graphs.agree(graph, head, about: $0) } ?? false
        case .added, .upgraded, .downgraded, .sourceChanged:
            change.new.map { graph.index(of: $0) != nil && isWired(change, $0, in: graph) } ?? false
        }
    }

    /// The versions of what it depends on may still move.
    private func isRewired(_ change: LockChange, _ id: PackageID, in graph: Resolve) -> Bool {
        guard let index = graph.index(of: id), isWired(change, id, in: graph) else { return false }
        let targets = graph.edges[index].map { graph.packages[$0] }
        return !change.lost.contains(where: targets.contains)
            && change.gained.allSatisfy { gained in
                targets.contains { $0.name == gained.name && $0.source == gained.source }
            }
    }

    /// What a package depends on settles only with the last step; before, its own dependencies may still have to move.
    private func isWired(_ change: LockChange, _ id: PackageID, in graph: Resolve) -> Bool {
        guard let outcome = replay.outcome else { return false }
        return Graphs.agree(outcome, head, about: id)
    }

    private func cause(of change: LockChange, at place: Int) -> Cause {
        switch replay.steps[place].command {
        case .manifests: return byManifest(change)
        case .everything: return Cause(.fullUpdate, "as after `cargo update`")
        case .update(let from, let to, let isPrecise):
            let command =
                "cargo update -p \(from.name)@\(from.version)" + (isPrecise ? " --precise \(to.version)" : "")
            if change.new == to { return Cause(.targetedUpdate, "as after `\(command)`", root: to) }
            return Cause(.cascade, "follows from `\(command)`", root: to)
        }
    }

    private func byManifest(_ change: LockChange) -> Cause {
        let known = [change.new, change.old].compactMap { $0 }.lazy.compactMap { reasons[$0] }.first
        let written = manifestChanges.first { $0.crate == change.name }
        if let written, change.isDirect || known?.isRoot == true {
            return Cause(.manifest, written.text, at: written.location)
        }
        guard let (reason, isRoot) = known else {
            return Cause(.cascade, "follows from the manifests", at: manifestChanges.first?.location)
        }
        // The old lock is not in the report: what it has cannot be pointed at.
        let location = reason.location.flatMap { $0.path == lockPath ? nil : $0 }
        return Cause(isRoot ? .manifest : .cascade, reason.message, at: location)
    }
}

extension StaleReason.Change {
    /// Those it is about.
    fileprivate var packages: [PackageID] {
        switch self {
        case .add(let id), .remove(let id), .checksum(let id), .unusedPatch(let id), .repoint(let id, _, _): [id]
        case .move(let from, let to): [to, from]
        }
    }
}
