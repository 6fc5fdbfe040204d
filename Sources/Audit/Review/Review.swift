import Advisories
package import CargoModel
package import CargoWorkspace
import Resolver
import SemVer

// A review says what a change to a lock does, why, and what it brings in.
//
// Both sides are judged under the policy of the old one, with the same data; what only the new one has is introduced. The
// changes of the lock are found package by package (`LockDifferences`), and explained by replaying what Cargo would have
// done (`Replay`, `Causes`): the old lock under the new manifests, then updates. What no command of Cargo explains is what
// a reviewer has to look at; rules of their own (`ReviewRule`) say so.
//
// Start reading at `review(_:)`.

/// One side of a review.
package struct ReviewSide: Sendable {
    package let context: AuditContext
    /// Of the lock; `nil` if there is none.
    package let bytes: [UInt8]?
    package let unjudged: [Unjudged]

    package init(context: AuditContext, bytes: [UInt8]?, unjudged: [Unjudged]) {
        self.context = context
        self.bytes = bytes
        self.unjudged = unjudged
    }
}

/// What a review rests on.
package struct ReviewRequest {
    /// `nil` for a workspace that is new.
    package let base: ReviewSide?
    package let head: ReviewSide
    package let headAssessment: LockAssessment
    package let policy: Policy
    package let basis: Basis
    package let registry: any Registry
    /// Seconds since 1970; `nil` if it is not known when the change was made.
    package let moment: UInt32?
    package let budget: Int?
    package let gitPackages: (Resolve) -> [Summary]

    package init(
        base: ReviewSide?, head: ReviewSide, headAssessment: LockAssessment, policy: Policy, basis: Basis,
        registry: any Registry, moment: UInt32?, budget: Int? = nil,
        gitPackages: @escaping (Resolve) -> [Summary] = { _ in [] }
    ) {
        self.base = base
        self.head = head
        self.headAssessment = headAssessment
        self.policy = policy
        self.basis = basis
        self.registry = registry
        self.moment = moment
        self.budget = budget
        self.gitPackages = gitPackages
    }
}

/// All a review rule may look at.
package struct ReviewContext: Sendable {
    package let head: AuditContext
    /// The new lock; `nil` if there is none any more.
    package let lock: LockOnDisk?
    package let changes: [LockChange]
    package let manifestChanges: [ManifestChange]
    package let replay: Replay?
    /// Registries that Cargo's configuration takes from somewhere else than before.
    package let moves: [SourceMove]
    package private(set) var options = RuleOptions()

    func with(options: RuleOptions) -> ReviewContext {
        var copy = self
        copy.options = options
        return copy
    }
}

/// A registry whose place another configuration changes.
package struct SourceMove: Sendable, Equatable {
    package let source: SourceID
    package let old: String
    package let new: String
}

/// What a review found out.
package struct Review: Sendable {
    package let context: ReviewContext
    /// On what the change brings in: an outcome for it alone.
    package let verdict: Verdict
    /// What the old side had and the new one has no more; denied first.
    package let fixed: [JudgedFinding]
    /// What both sides have.
    package let old: [JudgedFinding]
    /// The format of the lock, where it changed.
    package let format: (old: Int, new: Int)?
    /// The lock, on each side.
    package let hadLock: Bool
    package let hasLock: Bool
    /// What kept the old side from being judged in full.
    package let gaps: [Unjudged]
}

/// Compares, explains and judges.
///
/// - Throws: `LockfileError` for a lock that cannot be read.
package func review(_ request: ReviewRequest) throws(LockfileError) -> Review {
    let head = request.head.context
    let replay = try Replay(
        of: head.workspace, bytes: request.base?.bytes, path: head.lockPath, head: request.headAssessment,
        registry: request.registry, at: request.moment, budget: request.budget, gitPackages: request.gitPackages)
    let manifestChanges =
        request.base.map { ManifestDifferences(from: $0.context.workspace, to: head.workspace).changes } ?? []
    var changes: [LockChange] = []
    if let lock = head.lock {
        let old = replay.assessment?.lock?.resolve ?? Resolve(packages: [], edges: [], checksums: [])
        changes = LockDifferences(from: old, to: lock.resolve).changes()
        let causes = Causes(replay, head: head, lock, manifestChanges)
        for index in changes.indices {
            changes[index].cause = causes.cause(of: changes[index])
            if let id = changes[index].new { changes[index].facts = head.facts(about: id) }
        }
    }
    let context = ReviewContext(
        head: head, lock: head.lock, changes: changes, manifestChanges: manifestChanges, replay: replay,
        moves: request.base.map { SourceMove.all(from: $0.context.workspace, to: head.workspace) } ?? [])
    return Weighing(request, context).review()
}

extension AuditContext {
    /// The lock, be it missing, as findings have it.
    fileprivate var lockPath: String {
        if let lock { return lock.lockfile.path }
        let manifest = workspace.rootManifest.file.path
        return manifest.hasSuffix("Cargo.toml") ? String(manifest.dropLast("toml".count)) + "lock" : "Cargo.lock"
    }

    fileprivate func facts(about id: PackageID) -> PackageFacts {
        var facts = PackageFacts()
        let version = published(id)?.first { $0.version == id.version }
        facts.isYanked = version?.isYanked ?? false
        facts.links = version?.links ?? summaries[id]?.links
        facts.age = version?.publicationDay.map { today.days(since: $0) }
        facts.advisories = advisories(about: id).map(\.id).sorted { $0.precedesInBytes($1) }
        return facts
    }
}

extension SourceMove {
    /// For every registry that either side locks or requires.
    package static func all(from base: Workspace, to head: Workspace) -> [SourceMove] {
        let required = (base.localPackages + head.localPackages).flatMap(\.dependencies).map(\.dependency.source)
        let sources = Set(required.filter(\.isRegistry)).union([.cratesIO]).sorted()
        return sources.compactMap { source in
            let (old, new) = (place(of: source, base), place(of: source, head))
            return old == new ? nil : SourceMove(source: source, old: old, new: new)
        }
    }

    private static func place(of source: SourceID, _ workspace: Workspace) -> String {
        guard let found = try? workspace.config.replacement(for: source) else { return "nowhere" }
        let root = workspace.rootDirectory + "/"
        func shown(_ path: String) -> String { path.hasPrefix(root) ? String(path.dropFirst(root.count)) : path }
        switch found {
        case .registry(let url), .sparse(let url): return url
        case .localRegistry(let path): return "the local registry `\(shown(path))`"
        case .directory(let path): return "the directory `\(shown(path))`"
        case .git: return "a git repository"
        }
    }
}

// MARK: - Weighing

/// Sorts what both sides have into what came, what went and what stayed.
private struct Weighing {
    private let request: ReviewRequest
    private let context: ReviewContext
    private let base: Verdict?
    private let head: Verdict

    init(_ request: ReviewRequest, _ context: ReviewContext) {
        self.request = request
        self.context = context
        base = request.base.map { side in
            audit(side.context, policy: request.policy, basis: request.basis, unjudged: side.unjudged)
        }
        head = audit(
            context.head, policy: request.policy, basis: request.basis, unjudged: request.head.unjudged,
            review: context)
    }

    func review() -> Review {
        let before = Self.counted(base?.findings ?? [])
        let after = Self.counted(head.findings)
        let had = Set(before.map(\.finding.carried) + (base?.ignored ?? []).map(\.finding.carried))
        let has = Set(after.map(\.finding.carried) + head.ignored.map(\.finding.carried) + head.known.map(\.carried))
        let verdict = Verdict(
            findings: Self.integrityFirst(after.filter { !had.contains($0.finding.carried) }),
            ignored: head.ignored.filter { !had.contains($0.finding.carried) }, known: [], lock: head.lock,
            unjudged: head.unjudged, basis: request.basis, packageCount: head.packageCount)
        let formats = [request.base?.context.lock, context.lock].map { $0?.graph.version.rawValue }
        return Review(
            context: context, verdict: verdict, fixed: before.filter { !has.contains($0.finding.carried) },
            old: after.filter { had.contains($0.finding.carried) },
            format: formats[0].flatMap { old in formats[1].flatMap { old == $0 ? nil : (old, $0) } },
            hadLock: request.base?.bytes != nil, hasLock: request.head.bytes != nil, gaps: base?.unjudged ?? [])
    }

    /// The state of the policy itself is left to `check`: here it is that of the other side.
    private static func counted(_ findings: [JudgedFinding]) -> [JudgedFinding] {
        findings.filter { !RuleCatalogue.isAboutPolicy($0.finding.rule) }
    }

    private static func integrityFirst(_ findings: [JudgedFinding]) -> [JudgedFinding] {
        func rank(_ judged: JudgedFinding) -> (Int, Int) {
            let standing = [.denied, .warned, .note].firstIndex(of: judged.standing) ?? 0
            return (standing, integrity.contains(judged.finding.rule) ? 0 : 1)
        }
        return findings.enumerated().sorted { left, right in
            let (one, other) = (rank(left.element), rank(right.element))
            return one == other ? left.offset < right.offset : one < other
        }.map(\.element)
    }

    private static let integrity: Set<String> = [
        "checksum-changed", "source-changed", "checksum-mismatch", "unknown-version", "lock-edges-mismatch",
        "registry-changed", "malicious", "unexplained-drift",
    ]
}

extension Finding {
    /// What stays the same while a package with a known flaw moves from one affected version to another.
    fileprivate var carried: String {
        guard case .advisory(let advisory, let id) = subject else { return identity }
        return "\(rule):\(advisory)/\(id.name)"
    }
}
