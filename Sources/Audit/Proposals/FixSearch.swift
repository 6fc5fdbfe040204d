import Advisories
package import CargoModel
import CargoWorkspace
package import Resolver
import SemVer

/// What a workspace would be after some moves, judged in full.
package struct FixState: Sendable {
    package let context: AuditContext
    package let verdict: Verdict
    /// The text of `Cargo.lock`.
    package let lock: [UInt8]
    /// Manifests with another requirement in them, by absolute path.
    package let manifests: [String: [UInt8]]
    /// What the lock was assessed with.
    package let request: ResolveRequest

    package init(
        context: AuditContext, verdict: Verdict, lock: [UInt8], manifests: [String: [UInt8]], request: ResolveRequest
    ) {
        self.context = context
        self.request = request
        self.verdict = verdict
        self.lock = lock
        self.manifests = manifests
    }
}

/// Moves that clear findings, all of them together resolved and judged.
package struct FixPlan: Sendable {
    /// In the order in which they have to be made.
    package let moves: [Move]
    package let cleared: [Finding]
    /// What no move was found for, and why not.
    package let left: [(finding: Finding, reason: String)]
    /// The workspace after the moves.
    package let outcome: FixState
}

/// Looks for few and small moves that clear findings and bring in none: for each finding the nearest first, each tried
/// on top of those found before, and at the end without each of them.
package struct FixSearch {
    private let start: FixState
    private let registry: any Registry
    private let evaluate: ([Move]) -> FixState?
    private var state: FixState
    private var moves: [Move] = []
    /// Each is a resolve or more and an audit.
    private var left: Int

    /// - Parameters:
    ///   - registry: asked for versions the lock does not hold.
    ///   - evaluate: the workspace after some moves; `nil` if Cargo would refuse one of them.
    package init(
        _ start: FixState, registry: any Registry, limit: Int = 200, evaluate: @escaping ([Move]) -> FixState?
    ) {
        self.start = start
        self.registry = registry
        self.evaluate = evaluate
        state = start
        left = limit
    }

    /// - Parameter targets: findings of the state it started from, most urgent first.
    package mutating func plan(for targets: [Finding]) -> FixPlan {
        for target in targets where FindingCounts(state.verdict).has(target) { _ = clear(target) }
        minimise(targets)
        let counts = FindingCounts(state.verdict)
        var reasons = FixReasons(state, registry: registry)
        let open = targets.filter(counts.has).map { ($0, reasons.reason(for: $0)) }
        return FixPlan(moves: moves, cleared: targets.filter { !counts.has($0) }, left: open, outcome: state)
    }

    // MARK: One finding

    /// First without any new finding, then, if need be, with new ones that only warn.
    private mutating func clear(_ target: Finding) -> Bool {
        let candidates = FixCandidates(state.context, registry).moves(for: target)
        var fallback: ([Move], FixState)?
        for candidate in candidates.prefix(8) {
            let next = candidate.reduce(into: moves) { if !$0.contains($1) { $0.append($1) } }
            guard let (next, after) = clearing(target, next), isSafe(after), !introduces(after, \.denied) else {
                continue
            }
            if !introduces(after, \.warned) {
                (moves, state) = (next, after)
                return true
            }
            if fallback == nil { fallback = (next, after) }
        }
        guard let fallback else { return false }
        (moves, state) = fallback
        return true
    }

    /// The state after the moves, or after one more that takes the package on from where they left it; `nil` if the
    /// finding stays.
    private mutating func clearing(_ target: Finding, _ next: [Move]) -> ([Move], FixState)? {
        guard let after = attempt(next) else { return nil }
        let before = FindingCounts(state.verdict)[target]
        if FindingCounts(after.verdict)[target] < before { return (next, after) }
        for move in FixCandidates(after.context, registry).onward(for: target, from: state.context) {
            guard let further = attempt(next + [move]) else { continue }
            if FindingCounts(further.verdict)[target] < before { return (next + [move], further) }
        }
        return nil
    }

    private mutating func attempt(_ moves: [Move]) -> FixState? {
        guard left > 0 else { return nil }
        left -= 1
        return evaluate(moves)
    }

    /// Every package that comes in may be suggested.
    private func isSafe(_ after: FixState) -> Bool {
        let before = Set(start.context.lock?.resolve.packages ?? [])
        return (after.context.lock?.resolve.packages ?? []).allSatisfy {
            before.contains($0) || after.context.maySuggest($0) || isImprovement($0, after.context)
        } && after.verdict.unjudged.count <= start.verdict.unjudged.count
    }

    /// On a version of the same crate that was locked before.
    private func isImprovement(_ id: PackageID, _ context: AuditContext) -> Bool {
        guard let published = context.published(id)?.first(where: { $0.version == id.version }) else { return false }
        return (start.context.lock?.resolve.packages ?? []).contains {
            $0.name == id.name && $0.source == id.source && context.isImprovement(published, on: $0)
        }
    }

    private func introduces(_ after: FixState, _ part: KeyPath<Verdict, [JudgedFinding]>) -> Bool {
        let before = FindingCounts(start.verdict)
        let counts = FindingCounts(after.verdict)
        return after.verdict[keyPath: part].contains { counts[$0.finding] > before[$0.finding] }
    }

    // MARK: All together

    /// Leaves out what turns out not to be needed.
    private mutating func minimise(_ targets: [Finding]) {
        for move in moves.reversed() where moves.count > 1 {
            let fewer = moves.filter { $0 != move }
            let counts = FindingCounts(state.verdict)
            guard let after = attempt(fewer), isSafe(after), !introduces(after, \.denied),
                targets.allSatisfy({ FindingCounts(after.verdict)[$0] <= counts[$0] })
            else { continue }
            (moves, state) = (fewer, after)
        }
    }
}

/// How often each finding is there, versions apart: a flaw that only moves to another version of its package is not
/// cleared, and none that was there already is new.
private struct FindingCounts {
    private var counts: [String: Int] = [:]

    init(_ verdict: Verdict) {
        for judged in verdict.denied + verdict.warned { counts[Self.key(judged.finding), default: 0] += 1 }
    }

    subscript(finding: Finding) -> Int { counts[Self.key(finding)] ?? 0 }

    func has(_ finding: Finding) -> Bool { self[finding] > 0 }

    private static func key(_ finding: Finding) -> String {
        switch finding.subject {
        case .package(let id): "\(finding.rule) \(id.name)"
        case .advisory(let advisory, let id): "\(finding.rule) \(advisory) \(id.name)"
        case .crate, .dependency, .file, .exception: finding.identity
        }
    }
}

/// What might clear a finding, the smallest first.
struct FixCandidates {
    private let context: AuditContext
    private let finder: MoveFinder

    init(_ context: AuditContext, _ registry: any Registry) {
        self.context = context
        finder = MoveFinder(context, registry: registry)
    }

    func moves(for finding: Finding) -> [[Move]] {
        switch finding.subject {
        case .package(let id), .advisory(_, let id): return leaving(id, places(for: finding, id))
        case .crate(let name): return merging(name)
        case .dependency(let name, _):
            return (context.lock?.resolve.packages ?? []).filter {
                $0.name == name && context.blockedFix(of: $0) != nil
            }
            .flatMap { leaving($0, places(for: finding, $0)) }
        case .file, .exception: return []
        }
    }

    /// To the nearest version above that every requirement admits, else below, else by moving who is in the way.
    private func leaving(_ id: PackageID, _ places: [Version]) -> [[Move]] {
        guard id.source.isRegistry, context.lock?.resolve.index(of: id) != nil else { return [] }
        let requirers = context.requirers(of: id)
        let admitted = places.filter { version in
            requirers.allSatisfy { $0.dependency.requirement.written.matches(version) }
        }
        let above = admitted.filter { $0 > id.version }
        let direct = (above.prefix(3) + admitted.filter { $0 < id.version }.reversed().prefix(1)).map {
            [Move.precise(id, to: $0)]
        }
        return direct + freeing(id, requirers, places.filter { $0 > id.version })
    }

    /// From a version that the lock before did not have, and that still has the fault, to the nearest without it.
    func onward(for finding: Finding, from before: AuditContext) -> [Move] {
        guard let name = finding.subject.crate else { return [] }
        let come = (context.lock?.resolve.packages ?? []).filter {
            $0.name == name && before.lock?.resolve.index(of: $0) == nil
        }
        return come.flatMap { id -> [Move] in
            let requirers = context.requirers(of: id)
            let admitted = places(for: finding, id).filter { version in
                requirers.allSatisfy { $0.dependency.requirement.written.matches(version) }
            }
            let nearest = [admitted.first { $0 > id.version }, admitted.last { $0 < id.version }]
            return nearest.compactMap { $0 }.map { .precise(id, to: $0) }
        }
    }

    /// The versions without what the finding is about, ascending.
    func places(for finding: Finding, _ id: PackageID) -> [Version] {
        let own = Set(finding.advisoryIDs)
        return context.improvements(on: id).map(\.version).filter { version in
            context.advisories(about: PackageID(name: id.name, version: version, source: id.source))
                .allSatisfy { own.isDisjoint(with: $0.allIDs) }
        }
    }

    private func freeing(_ id: PackageID, _ requirers: [Requirer], _ places: [Version]) -> [[Move]] {
        let blockers = requirers.filter { requirer in
            !places.contains { requirer.dependency.requirement.written.matches($0) }
        }
        guard !blockers.isEmpty, !places.isEmpty else { return [] }
        let choices = blockers.map { finder.freeing($0, for: id, to: places) }
        guard choices.allSatisfy({ !$0.isEmpty }) else { return [] }
        return (0..<(choices.map(\.count).max() ?? 0)).flatMap { round -> [[Move]] in
            let moves = choices.map { $0[min(round, $0.count - 1)] }
            return [moves, moves + [.update(id)]]
        }
    }

    private func merging(_ name: String) -> [[Move]] {
        let ids = (context.lock?.resolve.packages ?? []).filter { $0.name == name && $0.source.isRegistry }
        return ids.enumerated().flatMap { position, older in
            ids[(position + 1)...].reversed().filter { $0.source == older.source && context.maySuggest($0) }
                .flatMap { newer in finder.moves(from: older, to: [newer.version]).prefix(3).map { [$0] } }
        }
    }
}
