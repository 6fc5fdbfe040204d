import CargoModel

/// Walks through the candidates of one dependency, one ahead, so that it knows whether another valid one follows.
struct CandidateIterator {
    let list: Int32
    private var position = 0
    private var ahead: Package = none

    init(list: Int32) { self.list = list }

    /// The next candidate that nothing active excludes, and whether one more such candidate follows.
    mutating func next(_ blame: inout Blame, _ search: Search) -> (candidate: Package, hasMore: Bool)? {
        while position < search.universe.candidateLists[Int(list)].count {
            let candidate = search.universe.candidateLists[Int(list)][position]
            position += 1
            if let (package, reason) = search.obstacle(to: candidate) {
                blame.insert(package, reason)
                continue
            }
            let previous = ahead
            ahead = candidate
            if previous != none { return (previous, true) }
        }
        let last = ahead
        ahead = none
        return last == none ? nil : (last, false)
    }
}

/// A choice that may be revised: everything needed to take the next candidate instead.
private struct Choice {
    let mark: Int
    let age: Int
    let pending: Pending
}

/// The dependency being worked on.
struct Pending {
    let parent: Package
    let dependency: DependencyIndex
    let features: [Name]
    var candidates: CandidateIterator
    var blame = Blame()
    /// It is here only because its failure will be the error the user reads.
    var isErrorOnly: Bool
    /// It was resumed from a choice; then its failure says nothing for the cache.
    var isResumed = false
}

/// Cargo's search. One value per resolve.
final class Search {
    let universe: Universe
    let budget: Int
    var state = SearchState()
    var cache = ConflictCache()
    var attempts = 0
    /// How often each dependency, by identity, was left without a candidate, and how that was the last time: for the
    /// message when the budget runs out.
    private var failures: [Int32: (count: Int, last: Pending)] = [:]
    private var choices: [Choice] = []

    init(universe: Universe, budget: Int) {
        self.universe = universe
        self.budget = budget
    }

    /// Activates the members, then serves waiting dependencies until none is left.
    func run(roots: [Package]) throws(ResolveError) {
        for root in roots {
            guard case .frame(let frame) = try activate(root, for: nil, through: nil, .root) else { continue }
            state.queue(frame, count: count)
        }
        while let (frame, sibling) = state.serve(count: count) {
            try settle(
                Pending(
                    parent: frame.parent, dependency: sibling.dependency, features: sibling.features,
                    candidates: CandidateIterator(list: sibling.candidates),
                    isErrorOnly: frame.isErrorOnly && isKnownBad(sibling.dependency) != nil))
        }
    }

    private func count(_ list: Int32) -> Int { universe.candidateLists[Int(list)].count }

    /// Finds a candidate for one dependency, or goes back to a choice and settles that one.
    private func settle(_ pending: Pending) throws(ResolveError) {
        var pending = pending
        while true {
            let next = pending.candidates.next(&pending.blame, self)
            let (candidate, hasMore) =
                if let next { next } else { try stepBack(&pending) }
            if pending.isErrorOnly, !pending.isResumed, hasMore { continue }
            let choice = hasMore ? Choice(mark: state.mark, age: state.age, pending: pending) : nil
            if try attempt(candidate, &pending, hasMore: hasMore) {
                if let choice { choices.append(choice) }
                return
            }
            if let choice {
                state.undo(to: choice.mark)
                state.age = choice.age
            }
        }
    }

    /// Tries one candidate. False if it cannot be used here.
    private func attempt(
        _ candidate: Package, _ pending: inout Pending, hasMore: Bool
    ) throws(ResolveError) -> Bool {
        let usesDefaultFeatures = universe.dependencies[Int(pending.dependency)].usesDefaultFeatures
        let request = ActivationRequest(
            isRoot: false, features: pending.features, usesDefaultFeatures: usesDefaultFeatures)
        switch try activate(candidate, for: pending.parent, through: pending.dependency, request) {
        case .nothingNew:
            return true
        case .conflict(let package, let reason):
            pending.blame.insert(package, reason)
            return false
        case .frame(var frame):
            let isHopeless = pending.isErrorOnly || foresees(failureOf: frame, candidate, &pending)
            let isLastResort = isHopeless && !hasMore && (pending.isErrorOnly || target(pending, pending.blame) == nil)
            if isLastResort { choices.removeAll() }
            guard !isHopeless || isLastResort else { return false }
            frame.isErrorOnly = isHopeless
            state.queue(frame, count: count)
            return true
        }
    }

    /// Whether the cache knows that the candidate's own dependencies, or one that waits, cannot succeed beside it.
    private func foresees(failureOf frame: WaitingFrame, _ candidate: Package, _ pending: inout Pending) -> Bool {
        if cache.isEmpty { return false }
        for sibling in frame.siblings {
            guard let known = isKnownBad(sibling.dependency) else { continue }
            pending.blame.formUnion(known, without: candidate)
            return true
        }
        guard let blaming = cache.mayBlame(candidate) else { return false }
        for key in state.remaining.inOrder {
            let waiting = state.remaining.frames[RemainingDependencies.frame(of: key)]
            for sibling in waiting.siblings[waiting.next...] {
                let identity = universe.identity(of: sibling.dependency)
                guard blaming.contains(identity),
                    let known = cache.find(
                        identity, containing: candidate, limit: .max, order: universe.precedes, age: age)
                else { continue }
                pending.blame.formUnion(known, without: candidate)
                pending.blame.insert(waiting.parent, known.reason(for: candidate))
                return true
            }
        }
        return false
    }

    /// The stored conflict that makes this dependency unsatisfiable now.
    private func isKnownBad(_ dependency: DependencyIndex) -> Blame? {
        if cache.isEmpty { return nil }
        return cache.find(
            universe.identity(of: dependency), containing: nil, limit: .max, order: universe.precedes, age: age)
    }

    /// The dependency that failed most often; of several the one met first.
    var stubbornFailure: Pending? {
        failures.max { ($0.value.count, -$0.key) < ($1.value.count, -$1.key) }?.value.last
    }

    // MARK: Going back

    /// Records the failure and resumes an earlier choice with its next candidate.
    private func stepBack(_ pending: inout Pending) throws(ResolveError) -> (Package, Bool) {
        var blame = pending.blame
        let failed = pending
        if !pending.isErrorOnly, !pending.isResumed {
            let identity = universe.identity(of: pending.dependency)
            cache.insert(blame, for: identity, order: universe.precedes)
            failures[identity] = ((failures[identity]?.count ?? 0) + 1, pending)
            if let wider = try generalize(pending) { blame = wider }
        }
        guard let target = target(pending, blame) else { throw failure(of: failed) }
        let choice = choices[target]
        choices.removeSubrange(target...)
        state.undo(to: choice.mark)
        state.age = choice.age
        pending = choice.pending
        pending.isResumed = true
        pending.isErrorOnly = failed.isErrorOnly
        guard let next = pending.candidates.next(&pending.blame, self) else { throw failure(of: failed) }
        return next
    }

    /// Position of the choice to resume; `nil` if none is left that could help.
    private func target(_ pending: Pending, _ blame: Blame) -> Int? {
        guard !pending.isResumed, let limit = newestAge(of: blame, and: pending.parent) else {
            return choices.isEmpty ? nil : choices.count - 1
        }
        return choices.lastIndex { $0.age < limit }
    }

    /// The age of the newest of these packages; `nil` unless all are active.
    private func newestAge(of blame: Blame, and parent: Package) -> Int? {
        guard var newest = age(parent) else { return nil }
        for package in blame.packages {
            guard let own = age(package) else { return nil }
            newest = max(newest, own)
        }
        return newest
    }

    func age(_ package: Package) -> Int? {
        state.age(of: package, key: universe.packages[Int(package)].key)
    }

    /// What excludes a candidate: another version of its compatible range, or another holder of its library.
    func obstacle(to candidate: Package) -> (Package, ConflictReason)? {
        let key = universe.packages[Int(candidate)].key
        if let active = state.active(at: key), active != candidate { return (active, .version) }
        let links = universe.packages[Int(candidate)].links
        guard links != none, let holder = state.holder(of: links), holder != candidate else { return nil }
        return (holder, .links(universe.names[Int(links)]))
    }
}
