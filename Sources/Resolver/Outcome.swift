import CargoModel

/// Turns the end state of a search into the graph of a lock, with Cargo's last checks.
struct Outcome {
    private let universe: Universe
    private let state: SearchState
    private let order: [Package]
    private let position: [Package: Int]

    init(search: Search) {
        universe = search.universe
        state = search.state
        var packages = Set(search.state.activeKeys.map(\.package))
        packages.formUnion(search.state.wanted)
        let universe = search.universe
        let sorted = packages.map { (package: $0, id: universe.id(of: $0)) }.sorted { $0.id < $1.id }
        order = sorted.map(\.package)
        position = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($0.element, $0.offset) })
    }

    func resolve(unusedFrom patches: [Package]) throws(ResolveError) -> Resolve {
        let ids = order.map { universe.id(of: $0) }
        try checkCollisions(ids)
        try checkCycles(ids)
        let checksums = order.map { universe.packages[Int($0)].published?.checksum }
        try compareChecksums(ids, checksums)
        return Resolve(
            packages: ids, edges: edges { _ in true }, checksums: checksums, replacements: replacements(),
            metadata: universe.request.previous?.metadata ?? [],
            unusedPatches: patches.filter { position[$0] == nil }.map { universe.id(of: $0) })
    }

    /// Per package the packages it depends on through dependencies that `include` accepts.
    private func edges(_ include: (Dependency) -> Bool) -> [[Int]] {
        var result = Array(repeating: [Int](), count: order.count)
        for (childIndex, child) in order.enumerated() {
            for edge in state.parents(of: child) {
                guard let parent = position[edge.parent],
                    include(universe.dependencies[Int(edge.dependency)].dependency),
                    result[parent].last != childIndex
                else { continue }
                result[parent].append(childIndex)
            }
        }
        return result
    }

    private func replacements() -> [Int: Int] {
        var result: [Int: Int] = [:]
        for (index, package) in order.enumerated() {
            if let replacement = universe.replacementOf[package], let target = position[replacement] {
                result[index] = target
            }
        }
        return result
    }

    /// Two path packages of one name and version would be written alike.
    private func checkCollisions(_ ids: [PackageID]) throws(ResolveError) {
        for (index, id) in ids.enumerated().dropFirst() where id.source.isPath {
            let previous = ids[index - 1]
            if previous.source.isPath, previous.name == id.name, previous.version == id.version {
                throw ResolveError(.collision(id))
            }
        }
    }

    /// A cycle of anything but development dependencies is refused, even if an older version would avoid it.
    private func checkCycles(_ ids: [PackageID]) throws(ResolveError) {
        var edges = edges { $0.kind != .development }
        for (original, replacement) in replacements() { edges[original].append(replacement) }
        if let cycle = firstCycle(in: edges) { throw ResolveError(.cycle(cycle.map { ids[$0] })) }
    }

    private func firstCycle(in edges: [[Int]]) -> [Int]? {
        var isDone = Array(repeating: false, count: edges.count)
        var isOnPath = isDone
        for root in edges.indices where !isDone[root] {
            var path: [(index: Int, next: Int)] = [(root, 0)]
            isOnPath[root] = true
            while let (index, next) = path.last {
                guard next < edges[index].count else {
                    path.removeLast()
                    isOnPath[index] = false
                    isDone[index] = true
                    continue
                }
                path[path.count - 1].next += 1
                let target = edges[index][next]
                if isOnPath[target] {
                    return path.map(\.index).drop { $0 != target } + [target]
                }
                guard !isDone[target] else { continue }
                isOnPath[target] = true
                path.append((target, 0))
            }
        }
        return nil
    }

    /// A checksum the previous lock recorded must be the one the source gives now.
    private func compareChecksums(_ ids: [PackageID], _ checksums: [String?]) throws(ResolveError) {
        guard let previous = universe.request.previous else { return }
        for (index, id) in previous.packages.enumerated() {
            let isKnown = previous.checksums[index] != nil || previous.explicitlyWithoutChecksum.contains(index)
            guard isKnown, let now = universe.find(id).flatMap({ position[$0] }) else { continue }
            if previous.checksums[index] != checksums[now] {
                throw ResolveError(.checksum(id, locked: previous.checksums[index], published: checksums[now]))
            }
        }
    }
}
