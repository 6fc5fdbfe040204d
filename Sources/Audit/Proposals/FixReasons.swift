import Advisories
import CargoModel
import CargoWorkspace
import Resolver
import SemVer

/// Why findings stay: nothing to go to, or who is in the way, tried in the resolver.
struct FixReasons {
    private let state: FixState
    private let registry: any Registry
    /// What a full update makes of the lock, and the search on it; `nil` if Cargo would refuse to update.
    private lazy var update: (arrivals: Arrivals, search: HoldSearch)? = makeUpdate()

    /// - Parameter state: in which the findings are.
    init(_ state: FixState, registry: any Registry) {
        self.state = state
        self.registry = registry
    }

    mutating func reason(for target: Finding) -> String {
        guard let id = package(of: target) else { return "no move of the lock was found that clears it" }
        let places = places(for: target, id)
        guard let nearest = places.first else {
            return nothingAbove(id, target)
        }
        if let hold = hold(of: id, from: nearest) { return text(of: hold) }
        return places.contains { version in requirers(of: id).allSatisfy { $0.matches(version) } }
            ? "every version tried brings another finding in, or Cargo refuses it"
            : "the requirements on `\(id.name)` admit none of the versions without it"
    }

    /// No version above may be taken: what there is, newest first, and what speaks against it.
    private func nothingAbove(_ id: PackageID, _ target: Finding) -> String {
        let key = CrateKey(name: id.name, source: id.source)
        let own = Set(target.advisoryIDs)
        let refused = (state.context.published(id) ?? []).filter { candidate in
            let other = PackageID(name: id.name, version: candidate.version, source: id.source)
            return candidate.version > id.version && candidate.version.prerelease.isEmpty && candidate.unusable == nil
                && state.context.advisories(about: other).allSatisfy { own.isDisjoint(with: $0.allIDs) }
        }.sorted { $0.version > $1.version }
        let words = refused.prefix(2).compactMap { candidate -> String? in
            if candidate.isYanked { return "\(candidate.version) was yanked" }
            return state.context.objection(to: candidate, of: key, declared: nil).map {
                "\(candidate.version): \($0.text)"
            }
        }
        return "no higher version of `\(id.name)` is published that is without it and may be taken"
            + (words.isEmpty ? "" : " (\(words.joined(separator: "; ")))")
    }

    private func requirers(of id: PackageID) -> [Requirement] {
        state.context.requirers(of: id).map(\.dependency.requirement.written)
    }

    /// Where the finding is now: a move for another one may have taken the package to another version.
    private func package(of target: Finding) -> PackageID? {
        let packages = state.context.lock?.resolve.packages ?? []
        switch target.subject {
        case .package(let id), .advisory(_, let id):
            let all = packages.filter { $0.name == id.name && $0.source == id.source }
            return all.first { $0 == id } ?? all.last { $0.version.isOfSeries(id.version) } ?? all.last
        case .dependency(let name, _):
            return packages.first { $0.name == name && state.context.blockedFix(of: $0) != nil }
        case .crate, .file, .exception: return nil
        }
    }

    /// Ascending, above the locked version.
    private func places(for target: Finding, _ id: PackageID) -> [Version] {
        if case .dependency = target.subject { return state.context.blockedFix(of: id)?.fixed ?? [] }
        return FixCandidates(state.context, registry).places(for: target, id).filter { $0 > id.version }
    }

    // MARK: Proof

    private mutating func hold(of id: PackageID, from wanted: Version) -> Hold? {
        guard update != nil, let place = update?.arrivals.place(of: id), place.version < wanted else { return nil }
        return update?.search.hold(of: place, from: wanted, proves: true)
    }

    private func makeUpdate() -> (Arrivals, HoldSearch)? {
        var full = state.request
        full.releaseEverything()
        guard let graph = try? resolve(full, from: registry) else { return nil }
        let search = HoldSearch(full, updated: graph, state.context, registry: registry, limit: Self.resolves)
        return (Arrivals(from: state.context.lock?.resolve, to: graph), search)
    }

    private static let resolves = 100

    private func text(of hold: Hold) -> String {
        let names = hold.blockers.prefix(4).map { "`\($0.owner)`, which requires `\($0.crate) \($0.requirement)`" }
        let more = hold.blockers.count > 4 ? " and by \(hold.blockers.count - 4) more" : ""
        let proof =
            hold.proof == .resolved
            ? "; resolved: \(hold.wanted) is reached without \(hold.blockers.count == 1 ? "it" : "them"), and not with "
                + (hold.blockers.count == 1 ? "it" : "any of them") : "; nothing that fits here admits \(hold.wanted)"
        let isOurs = hold.blockers.allSatisfy { state.context.localPackages[$0.owner] != nil }
        let end = isOurs ? "; every change of that which was tried brings another finding in" : ""
        return "blocked by \(names.joined(separator: " and by "))\(more)\(proof)\(end)"
    }
}
