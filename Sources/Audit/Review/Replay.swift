package import CargoModel
import CargoWorkspace
package import Resolver
import SemVer

/// What Cargo would have done to the old lock, step by step, until it is the new one or nothing leads further.
package struct Replay: Sendable {
    /// One command, and the graph after it.
    struct Step: Sendable {
        enum Command: Sendable {
            /// What any build does with changed manifests.
            case manifests
            case update(PackageID, to: PackageID, isPrecise: Bool)
            case everything
        }

        let command: Command
        let graph: Resolve
    }

    /// The old lock in the terms of the new workspace, and what its manifests make of it; `nil` without an old lock.
    let assessment: LockAssessment?
    private(set) var steps: [Step] = []
    /// Why nothing could be replayed.
    package let obstacle: ResolveError?

    /// What is reached in the end.
    var outcome: Resolve? { steps.last?.graph }

    /// The packages that were let go by a command of its own, in the order of the commands.
    package var updates: [(from: PackageID, to: PackageID, isPrecise: Bool)] {
        steps.compactMap { step in
            if case .update(let from, let to, let isPrecise) = step.command { (from, to, isPrecise) } else { nil }
        }
    }

    package var hasFullUpdate: Bool {
        steps.contains { if case .everything = $0.command { true } else { false } }
    }

    /// - Parameters:
    ///   - bytes: of the old lock; `nil` if there is none.
    ///   - head: the new lock, assessed.
    ///   - moment: when the change was made, in seconds since 1970.
    init(
        of workspace: Workspace, bytes: [UInt8]?, path: String, head: LockAssessment, registry: any Registry,
        at moment: UInt32?, budget: Int?, gitPackages: @escaping (Resolve) -> [Summary]
    ) throws(LockfileError) {
        guard let bytes else {
            assessment = nil
            obstacle = nil
            return
        }
        let paths = workspace.localPackages.compactMap { $0.summary?.id }
        let old = try Lockfile(parsing: bytes, path: path).graph(pathPackages: paths).resolve
        // What a stale lock lacks comes from a resolve of its manifests.
        var view: any Registry = RegistryAsOf(
            registry, at: moment, holding: [old, head.lock?.resolve, head.wanted].compactMap { $0 })
        let packages = Self.filled(gitPackages, head.lock?.resolve)
        var found = try LockAssessment(
            of: workspace, bytes: bytes, path: path, registry: view, budget: budget, gitPackages: packages)
        if found.wanted == nil {
            // What was there at the time may not be enough for the manifests.
            view = registry
            found = try LockAssessment(
                of: workspace, bytes: bytes, path: path, registry: view, budget: budget, gitPackages: packages)
        }
        assessment = found
        if case .unresolvable(let error) = found.state { obstacle = error } else { obstacle = nil }
        guard let first = found.wanted, let target = head.wanted ?? head.lock?.resolve else { return }
        steps = [Step(command: .manifests, graph: first)]
        var search = DriftSearch(found.request, from: first, to: target, view)
        steps += search.run()
    }

    /// A repository that was not checked out at the old commit stands in at the new one.
    private static func filled(
        _ gitPackages: @escaping (Resolve) -> [Summary], _ head: Resolve?
    ) -> (Resolve) -> [Summary] {
        { old in
            let known = gitPackages(old)
            guard let head, old.packages.contains(where: { $0.source.isGit }) else { return known }
            let sources = Set(known.map(\.id.source))
            return known + gitPackages(head).filter { !sources.contains($0.id.source) }
        }
    }
}

/// Looks for the commands that lead from one lock to another.
private struct DriftSearch {
    private let request: ResolveRequest
    private let target: Resolve
    private let registry: any Registry
    private var current: Resolve
    private var trialsLeft = 48
    private var steps: [Replay.Step] = []

    init(_ request: ResolveRequest, from start: Resolve, to target: Resolve, _ registry: any Registry) {
        var request = request
        request.budget = min(request.budget, 500_000)
        self.request = request
        self.target = target
        self.registry = registry
        current = start
    }

    mutating func run() -> [Replay.Step] {
        guard distance(current) > 0 else { return [] }
        let isBroad = moves().count >= 4
        if isBroad { tryEverything(atMost: 4) }
        while distance(current) > 0, trialsLeft > 0, tryOne() {}
        if !isBroad, moves().count > 1 { tryEverything(atMost: 1) }
        return steps
    }

    /// How many packages differ, in themselves or in what they depend on.
    private func distance(_ graph: Resolve) -> Int {
        var count = 0
        for (index, id) in graph.packages.enumerated() {
            guard let other = target.index(of: id) else {
                count += 1
                continue
            }
            if !Graphs.agree(graph, index, target, other) { count += 1 }
        }
        return count + target.packages.count { graph.index(of: $0) == nil }
    }

    /// Registry packages that are to change their version, those first that nothing else that changes depends on.
    private func moves() -> [(from: PackageID, to: PackageID)] {
        let changes = LockDifferences(from: current, to: target).changes()
        let moved = changes.compactMap { change -> (from: PackageID, to: PackageID, users: Int)? in
            guard let old = change.old, let new = change.new, old != new, old.source == new.source, !old.source.isPath
            else { return nil }
            return (old, new, change.dependents.count { current.index(of: $0) == nil })
        }
        return moved.sorted { ($0.users, $0.from) < ($1.users, $1.from) }.map { ($0.from, $0.to) }
    }

    /// Takes the first update that leads to nothing but what the target has, else the one that leads nearest to it.
    private mutating func tryOne() -> Bool {
        let before = distance(current)
        var best: (step: Replay.Step, distance: Int)?
        for (from, to) in moves() where trialsLeft > 0 {
            for isPrecise in [false, true] {
                let move: Move = isPrecise ? .precise(from, to: to.version) : .update(from)
                guard let graph = graph(after: move), graph.index(of: to) != nil else { continue }
                let after = distance(graph)
                guard after < best?.distance ?? before else { continue }
                let step = Replay.Step(command: .update(from, to: to, isPrecise: isPrecise), graph: graph)
                best = (step, after)
                if leadsNowhereElse(graph) { return take(step) }
                break
            }
        }
        return best.map { take($0.step) } ?? false
    }

    private mutating func take(_ step: Replay.Step) -> Bool {
        steps.append(step)
        current = step.graph
        return true
    }

    /// Whether every package that a graph has and the current one has not, or has otherwise, is as in the target.
    private func leadsNowhereElse(_ graph: Resolve) -> Bool {
        let isRight = graph.packages.enumerated().allSatisfy { index, id in
            if let same = current.index(of: id), Graphs.agree(graph, index, current, same) { return true }
            guard let other = target.index(of: id) else { return false }
            // What it depends on may have to move in a later step.
            return current.index(of: id) == nil || Graphs.agree(graph, index, target, other)
        }
        return isRight && current.packages.allSatisfy { graph.index(of: $0) != nil || target.index(of: $0) == nil }
    }

    private mutating func graph(after move: Move) -> Resolve? {
        trialsLeft -= 1
        var start = request
        start.previous = current
        var trials = Trials(start, registry: registry, limit: 1)
        return trials.graph(after: [move])
    }

    /// - Parameter divisor: accepted if no more than one in so many of the differences is left.
    private mutating func tryEverything(atMost divisor: Int) {
        trialsLeft -= 1
        var all = request
        all.previous = current
        all.releaseEverything()
        guard let graph = try? resolve(all, from: registry) else { return }
        let (before, after) = (distance(current), distance(graph))
        guard after < before, after * divisor <= before else { return }
        steps.append(Replay.Step(command: .everything, graph: graph))
        current = graph
    }
}

/// Comparing a package of one graph with the same one of another.
enum Graphs {
    /// Whether both are of one commit and depend on the same.
    static func agree(_ left: Resolve, _ index: Int, _ right: Resolve, _ other: Int) -> Bool {
        let (mine, theirs) = (left.edges[index], right.edges[other])
        return mine.count == theirs.count
            && zip(mine, theirs).allSatisfy { left.packages[$0] == right.packages[$1] }
    }

    static func agree(_ left: Resolve, _ right: Resolve, about id: PackageID) -> Bool {
        guard let index = left.index(of: id), let other = right.index(of: id) else { return false }
        return agree(left, index, right, other)
    }
}
