import CargoModel
import SemVer

/// Looks for any solution at all: every candidate of every open dependency, with nothing remembered and nothing skipped.
struct BruteForce {
    private let members: [Summary]
    private let summaries: [PackageID: Summary]
    private let candidates: [Summary]
    private var budget: Int

    /// - Parameter published: all that may be chosen; without the yanked.
    init(members: [Summary], published: [Summary], budget: Int = 250) {
        self.members = members
        candidates = published
        summaries = Dictionary(uniqueKeysWithValues: (members + published).map { ($0.id, $0) })
        self.budget = budget
    }

    /// Whether there is a solution; `nil` if that would take too long to say.
    mutating func hasSolution() -> Bool? {
        let found = search([:])
        return budget > 0 ? found : nil
    }

    private mutating func search(_ chosen: [Closure.Need: PackageID]) -> Bool {
        budget -= 1
        guard budget > 0 else { return false }
        let closure = Closure(members: members, summaries: summaries) { chosen[$0] }
        if closure.isImpossible { return false }
        guard let open = closure.needs.first(where: { chosen[$0] == nil }) else { return true }
        let active = Set(closure.needs.compactMap { chosen[$0] })
        for candidate in candidates where open.dependency.matches(candidate.id) && fits(candidate, active) {
            var next = chosen
            next[open] = candidate.id
            if search(next) { return true }
        }
        return false
    }

    private func fits(_ candidate: Summary, _ active: Set<PackageID>) -> Bool {
        active.allSatisfy { other in
            other == candidate.id
                || !(other.name == candidate.id.name && other.version.range == candidate.id.version.range
                    || candidate.links != nil && summaries[other]?.links == candidate.links)
        }
    }
}
