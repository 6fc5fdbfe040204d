import Advisories
package import CargoModel
import CargoWorkspace
package import Resolver
import SemVer

/// What a plain `cargo update` makes of a lock.
package struct FullUpdate: Sendable {
    /// The graph, or why there is none: a line.
    package let outcome: Outcome
    /// What it would bring in that nobody should take: a line.
    package let trap: String?

    package enum Outcome: Sendable {
        case success(Resolve)
        case failure(String)
    }

    package init(_ outcome: Outcome, trap: String?) {
        self.outcome = outcome
        self.trap = trap
    }
}

extension Updates {
    /// What there is above each locked package and each requirement of a workspace.
    ///
    /// - Parameters:
    ///   - update: of the same lock.
    ///   - request: what the lock of the context was assessed with.
    ///   - id: the only package asked about; `nil` for all.
    ///   - registry: asked for crates that a full update would bring, too.
    ///   - malware: the first malicious one among packages, and the advisories that say so.
    ///   - limit: resolves that may be run to prove who is in the way; the most urgent packages come first.
    package static func find(
        for context: AuditContext, _ update: FullUpdate, _ request: ResolveRequest, about id: PackageID? = nil,
        from registry: any Registry, malware: MalwareLookup = { _ in nil }, limit: Int = 200
    ) -> Updates {
        let finder = PackageUpdateFinder(context)
        let (updated, failure): (Resolve?, String?) =
            switch update.outcome {
            case .success(let graph): (graph, nil)
            case .failure(let error): (nil, error)
            }
        let arrivals = Arrivals(from: context.lock?.resolve, to: updated)
        var updates = Updates(
            packages: finder.packages(arrivals), requirements: finder.requirements(), updateError: failure,
            trap: update.trap, rustVersion: finder.rustVersion)
        updates.packages.sortByUrgency()
        if let id { updates.packages.removeAll { $0.id != id } }
        if let updated {
            var full = request
            full.releaseEverything()
            updates.addHolds(
                HoldSearch(full, updated: updated, context, registry: registry, limit: limit), arrivals,
                malware)
        }
        return updates
    }

    private mutating func addHolds(_ search: HoldSearch, _ arrivals: Arrivals, _ malware: MalwareLookup) {
        var search = search
        for index in packages.indices {
            guard let place = arrivals.place(of: packages[index].id) else { continue }
            while let goal = packages[index].goal, place.version < goal {
                let hold = search.hold(of: place, from: goal, proves: packages[index].isWorthProof)
                guard let (id, advisories) = malware(search.newcomers) else {
                    packages[index].hold = hold
                    break
                }
                packages[index].refuse(goal, because: .brings(id, advisories))
            }
        }
    }
}

/// The first malicious one among packages, and the advisories that say so.
package typealias MalwareLookup = ([PackageID]) -> (PackageID, [String])?

extension PackageUpdate {
    /// Only what a requirement of others excludes, in another series, is plain without a search.
    fileprivate var isWorthProof: Bool { isUrgent || isDirect || compatible?.version == goal }
}

extension [PackageUpdate] {
    mutating func sortByUrgency() {
        sort { left, right in
            if left.urgency != right.urgency { return left.urgency < right.urgency }
            let severities = (left.severity, right.severity)
            if severities.0 != severities.1 { return severities.0 > severities.1 }
            let ages = (left.daysBehind ?? -1, right.daysBehind ?? -1)
            return ages.0 == ages.1 ? left.id < right.id : ages.0 > ages.1
        }
    }
}

extension PackageUpdate {
    /// Of the worst advisory, in tenths, an unscored one last.
    private var worst: Int { advisories.compactMap(\.severity.tenths).max() ?? -1 }

    fileprivate var severity: Int { advisories.isEmpty ? -2 : worst }
}

/// Where a full update takes each locked package.
struct Arrivals {
    private let changes: [PackageID: PackageID?]
    private let isKnown: Bool

    init(from old: Resolve?, to new: Resolve?) {
        guard let old, let new else {
            changes = [:]
            isKnown = false
            return
        }
        let differences = LockDifferences(from: old, to: new).changes().filter { $0.old != nil && $0.kind != .rewired }
        changes = Dictionary(
            differences.compactMap { change in change.old.map { ($0, change.new) } },
            uniquingKeysWith: { first, _ in first })
        isKnown = true
    }

    /// Where the package is afterwards; `nil` if it is gone, or if that is not known.
    func place(of id: PackageID) -> PackageID? {
        guard isKnown else { return nil }
        return changes[id] ?? id
    }

    /// Nothing is in its place.
    func drops(_ id: PackageID) -> Bool { isKnown && place(of: id) == nil }

    /// Another version in its place.
    subscript(id: PackageID) -> Version? {
        guard let place = place(of: id), place.version != id.version else { return nil }
        return place.version
    }
}
