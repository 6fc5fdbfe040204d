import CargoModel
import CargoWorkspace
import Resolver
import SemVer

/// Who keeps a package away from a version: the smallest set of requirements without which a full update reaches it.
///
/// The version is forced: nothing compatible with the package can be chosen but the wanted version, and the workspace is
/// resolved as `cargo update` does. The requirements that exclude the version are lifted first; what then still
/// conflicts is added; and in the end each that turns out not to matter is left out. That some other package would have
/// to go down for it counts as not reached, for no update does that.
struct HoldSearch {
    private let request: ResolveRequest
    private let registry: any Registry
    private let context: AuditContext
    private let requirements: GraphRequirements
    /// Resolves that may still be run.
    private(set) var left: Int
    /// What comes in where the last version asked about is reached, and with a full update does not.
    private(set) var newcomers: [PackageID] = []

    private typealias Lifted = [Demand: LiftedRequirement]

    /// - Parameters:
    ///   - request: a full update.
    ///   - updated: its outcome.
    init(
        _ request: ResolveRequest, updated: Resolve, _ context: AuditContext, registry: any Registry, limit: Int
    ) {
        self.request = request
        self.registry = registry
        self.context = context
        requirements = GraphRequirements(updated, request, context, registry)
        left = limit
    }

    /// - Parameters:
    ///   - id: as the full update leaves it.
    ///   - proves: whether the resolver is asked; else the requirements that exclude the version are named.
    /// - Returns: `nil` if nothing was found that stands in the way.
    mutating func hold(of id: PackageID, from wanted: Version, proves: Bool) -> Hold? {
        let excluding = requirements.demands(on: id).filter { !$0.dependency.requirement.matches(wanted) }
        var lifted: Lifted = [:]
        for demand in excluding { lifted[demand] = LiftedRequirement(id, to: wanted) }
        newcomers = []
        guard proves, left > 0 else { return hold(wanted, lifted, id, .stated) }
        guard widen(&lifted, id, wanted) else { return hold(wanted, lifted, id, .stated) }
        narrow(&lifted, id, wanted)
        // Without resolves left nobody knows whether fewer would do.
        return hold(wanted, lifted, id, left > 0 ? .resolved : .stated)
    }

    /// Attempts of one resolve: there are many, and none may take the time that a single update may.
    private static let budget = 200_000

    private enum Outcome {
        case reached
        case missed
        case failed(ResolveError)
    }

    // MARK: More, then fewer

    /// Lifts what the resolver names as in the way, until the version is reached.
    private mutating func widen(_ lifted: inout Lifted, _ id: PackageID, _ wanted: Version) -> Bool {
        for _ in 0..<6 {
            switch attempt(lifted, id, wanted) {
            case .reached: return true
            case .missed, nil: return false
            case .failed(let error):
                guard let (demand, change) = culprit(of: error, lifted, id, wanted) else { return false }
                lifted[demand] = change
            }
        }
        return false
    }

    /// A requirement of a member that excludes the version is in the way whatever else happens; others are tried.
    private mutating func narrow(_ lifted: inout Lifted, _ id: PackageID, _ wanted: Version) {
        let doubtful = ordered(lifted).filter { demand in
            !requirements.isMember(demand.requirer) || lifted[demand]?.version == nil
        }
        for demand in doubtful.reversed() {
            var fewer = lifted
            fewer[demand] = nil
            if case .reached? = attempt(fewer, id, wanted) { lifted = fewer }
        }
    }

    private mutating func attempt(_ lifted: Lifted, _ id: PackageID, _ wanted: Version) -> Outcome? {
        guard left > 0 else { return nil }
        left -= 1
        let changes = Dictionary(grouping: lifted, by: \.key.requirer).mapValues { $0.map(\.value) }
        var forced = request
        forced.budget = min(request.budget, Self.budget)
        forced.members.lift(changes)
        forced.localPackages.lift(changes)
        let registry = ForcedRegistry(registry, forcing: id, to: wanted, lifted: changes)
        do throws(ResolveError) {
            let graph = try resolve(forced, from: registry)
            let isThere = graph.index(of: PackageID(name: id.name, version: wanted, source: id.source)) != nil
            guard isThere, !lowersAnything(graph) else { return .missed }
            newcomers = graph.packages.filter { requirements.graph.index(of: $0) == nil }
            return .reached
        } catch {
            return .failed(error)
        }
    }

    /// Some package went, and only a lower version of it came.
    private func lowersAnything(_ graph: Resolve) -> Bool {
        let before = requirements.graph
        let gone = before.packages.filter { graph.index(of: $0) == nil }
        guard !gone.isEmpty else { return false }
        let come = Dictionary(grouping: graph.packages.filter { before.index(of: $0) == nil }) {
            CrateKey(name: $0.name, source: $0.source)
        }
        return gone.contains { old in
            let new = come[CrateKey(name: old.name, source: old.source)] ?? []
            return !new.isEmpty && new.allSatisfy { $0.version < old.version }
        }
    }

    // MARK: Who it was

    /// The requirement to lift next.
    private func culprit(
        of error: ResolveError, _ lifted: Lifted, _ id: PackageID, _ wanted: Version
    ) -> (Demand, LiftedRequirement)? {
        let key = CrateKey(name: id.name, source: id.source)
        let forced = PackageID(name: id.name, version: wanted, source: id.source)
        switch error.reason {
        case .noVersion(let chain, _):
            return chain.first.flatMap { change($0, key, wanted, lifted) }
        case .conflict(let chain, let blamed):
            for blame in blamed {
                if case .missingFeature = blame.reason, let demand = blame.chain.first ?? chain.first,
                    demand.dependency.package == key.name
                {
                    return unseen(demand, LiftedRequirement(key: key, version: wanted, dropsFeatures: true), lifted)
                }
            }
            let demands = chain.prefix(1) + blamed.compactMap(\.chain.first)
            // What the wanted version itself requires is its nature, and the others are in its way.
            return demands.lazy.filter { $0.requirer != forced }.compactMap { change($0, key, wanted, lifted) }.first
        default:
            return nil
        }
    }

    private func change(
        _ demand: Demand, _ key: CrateKey, _ wanted: Version, _ lifted: Lifted
    ) -> (Demand, LiftedRequirement)? {
        let own = CrateKey(name: demand.dependency.package, source: demand.dependency.source)
        return unseen(
            demand, LiftedRequirement(key: own, version: own == key ? wanted : nil, dropsFeatures: false), lifted)
    }

    private func unseen(
        _ demand: Demand, _ change: LiftedRequirement, _ lifted: Lifted
    ) -> (Demand, LiftedRequirement)? {
        lifted[demand] == change ? nil : (demand, change)
    }

    // MARK: Telling

    private func hold(_ wanted: Version, _ lifted: Lifted, _ id: PackageID, _ proof: Hold.Proof) -> Hold? {
        let blockers = ordered(lifted).map { blocker($0, lifted[$0], id, wanted) }
        return blockers.isEmpty ? nil : Hold(wanted: wanted, blockers: blockers, proof: proof)
    }

    private func ordered(_ lifted: Lifted) -> [Demand] {
        lifted.keys.sorted { left, right in
            let (first, second) = (requirements.isMember(left.requirer), requirements.isMember(right.requirer))
            if first != second { return first }
            if left.requirer != right.requirer { return left.requirer < right.requirer }
            return left.description.precedesInBytes(right.description)
        }
    }

    private func blocker(
        _ demand: Demand, _ change: LiftedRequirement?, _ id: PackageID, _ wanted: Version
    ) -> Blocker {
        let isOnIt = demand.dependency.package == id.name && demand.dependency.source == id.source
        let feature = change?.dropsFeatures == true ? demand.dependency.features.joined(separator: ", ") : nil
        return Blocker(
            owner: demand.requirer, crate: demand.dependency.package,
            requirement: demand.dependency.requirement.written.description,
            reason: feature.map { .feature($0) } ?? (isOnIt ? .requirement : .consequence),
            location: requirements.location(of: demand), path: requirements.path(to: demand.requirer),
            relief: isOnIt ? relief(demand, wanted) : nil)
    }

    /// The lowest later version of a registry package that admits the wanted version, or no longer needs the crate.
    private func relief(_ demand: Demand, _ wanted: Version) -> Version? {
        let owner = demand.requirer
        guard owner.source.isRegistry, !requirements.isLocal(owner) else { return nil }
        let key = CrateKey(name: owner.name, source: owner.source)
        let dependency = demand.dependency
        let later = context.suggestible(key) { $0 > owner.version && $0.isOffered(above: owner.version) }
        return later.first { candidate in
            guard let summary = try? registry.summary(of: candidate, named: key.name, in: key.source) else {
                return false
            }
            return summary.dependencies.allSatisfy {
                $0.package != dependency.package || $0.source != dependency.source || $0.kind == .development
                    || $0.requirement.matches(wanted)
            }
        }?.version
    }
}

extension LiftedRequirement {
    fileprivate init(_ id: PackageID, to wanted: Version) {
        self.init(key: CrateKey(name: id.name, source: id.source), version: wanted, dropsFeatures: false)
    }
}

extension [Summary] {
    fileprivate mutating func lift(_ changes: [PackageID: [LiftedRequirement]]) {
        for index in indices {
            if let lifted = changes[self[index].id] { self[index].lift(lifted) }
        }
    }
}
