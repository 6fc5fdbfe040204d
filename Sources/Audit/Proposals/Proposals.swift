import Advisories
package import CargoModel
import CargoWorkspace
package import Resolver
import SemVer

/// Ways out of findings that the resolver has been through: nothing here is a guess.
package struct Proposals: Sendable {
    /// Moves that put an end to something, and nothing else as far as that is concerned.
    package struct Way: Sendable {
        package let moves: [Move]
        /// Packages whose version differs afterwards, the moved ones included.
        package let changed: Int

        /// `cargo update -p …`, then …
        var instruction: String { moves.map(\.instruction).joined(separator: ", then ") }
    }

    /// By crate that is locked in several versions: how to have fewer.
    package internal(set) var merges: [String: Way] = [:]
    /// By locked package with a known flaw that a requirement keeps it from leaving: how to leave.
    package internal(set) var escapes: [PackageID: Way] = [:]

    package init() {}
}

extension Proposals {
    /// Those that rules in force ask for; a few resolves at most.
    ///
    /// - Parameters:
    ///   - request: what the lock of the context was assessed with.
    ///   - registry: asked for versions the lock does not hold.
    package static func find(
        for context: AuditContext, under policy: Policy, _ request: ResolveRequest, from registry: any Registry
    ) -> Proposals {
        let scopes = context.workspace.policyScopes
        func isOn(_ rule: RuleInfo) -> Bool { scopes.contains { policy.setting(of: rule, in: $0).level != .allow } }
        var search = ProposalSearch(
            context, registry: registry, trials: Trials(request, registry: registry, limit: resolveLimit))
        return search.run(merging: isOn(DuplicateAvoidable.info), escaping: isOn(PinBlocksFix.info))
    }

    private static let resolveLimit = 12
}

/// Looks for ways out, cheapest first, and proves them.
private struct ProposalSearch {
    private let context: AuditContext
    private let finder: MoveFinder
    private var trials: Trials
    private var proposals = Proposals()

    /// - Parameters:
    ///   - registry: asked for versions the lock does not hold.
    ///   - trials: on the lock of the context.
    init(_ context: AuditContext, registry: any Registry, trials: Trials) {
        self.context = context
        finder = MoveFinder(context, registry: registry)
        self.trials = trials
    }

    mutating func run(merging: Bool, escaping: Bool) -> Proposals {
        guard case .current = context.state, let lock = context.lock else { return proposals }
        if escaping {
            for id in lock.resolve.packages { proposals.escapes[id] = escape(for: id) }
        }
        if merging {
            for name in DuplicateVersion.causes(in: context) { proposals.merges[name] = merge(name, lock) }
        }
        return proposals
    }

    // MARK: Fewer versions

    /// The first of the possible single moves after which fewer versions of a crate are locked.
    private mutating func merge(_ name: String, _ lock: LockOnDisk) -> Proposals.Way? {
        let ids = lock.resolve.packages.filter { $0.name == name && $0.source.isRegistry }
        for (position, older) in ids.enumerated() {
            for newer in ids[(position + 1)...].reversed() where newer.source == older.source {
                guard context.maySuggest(newer) else { continue }
                for move in finder.moves(from: older, to: [newer.version]).prefix(3) {
                    let way = proven([move]) { graph in
                        graph.packages.count { $0.name == name } < ids.count
                    }
                    if let way { return way }
                }
            }
        }
        return nil
    }

    // MARK: Away from a flaw

    private mutating func escape(for id: PackageID) -> Proposals.Way? {
        guard let blocked = context.blockedFix(of: id) else { return nil }
        var moves: [Move] = []
        for blocker in blocked.blockers {
            guard let move = finder.freeing(blocker, for: id, to: blocked.fixed).first else { return nil }
            moves.append(move)
        }
        return proven(moves) { $0.index(of: id) == nil } ?? proven(moves + [.update(id)]) { $0.index(of: id) == nil }
    }

    private mutating func proven(_ moves: [Move], _ isSolved: (Resolve) -> Bool) -> Proposals.Way? {
        guard let graph = trials.graph(after: moves), isSolved(graph), let lock = context.lock,
            graph.packages.allSatisfy({ lock.resolve.index(of: $0) != nil || context.maySuggest($0) })
        else { return nil }
        let changed = graph.packages.count { lock.resolve.index(of: $0) == nil }
        return Proposals.Way(moves: moves, changed: changed)
    }
}

// MARK: - Fixes out of reach

/// A locked version with a known flaw, the versions without it, and who keeps them away.
struct BlockedFix {
    /// Advisories that affect the locked version and none of the fixed ones.
    let advisories: [String]
    /// Versions that may be named, ascending, above the locked one.
    let fixed: [Version]
    /// Those whose requirement admits none of `fixed`.
    let blockers: [Requirer]
}

extension AuditContext {
    /// `nil` without a flaw, without a fix, or with nobody in its way.
    func blockedFix(of id: PackageID) -> BlockedFix? {
        let flaws = advisories(about: id).filter(\.kind.isAboutUse)
        guard !flaws.isEmpty else { return nil }
        let fixed = suggestible(CrateKey(name: id.name, source: id.source)).map(\.version).filter {
            $0 > id.version && $0.isOffered(above: id.version)
        }
        guard !fixed.isEmpty else { return nil }
        let blockers = requirers(of: id).filter { requirer in
            !fixed.contains { requirer.dependency.requirement.written.matches($0) }
        }
        return blockers.isEmpty
            ? nil
            : BlockedFix(
                advisories: flaws.map(\.id).sorted { $0.precedesInBytes($1) }, fixed: fixed, blockers: blockers)
    }
}
