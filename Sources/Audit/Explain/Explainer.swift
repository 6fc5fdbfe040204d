package import BuildGraph
package import CargoModel
package import CargoWorkspace
import TOML

/// Answers why packages are locked.
package struct Explainer {
    private let workspace: Workspace
    private let resolve: Resolve
    private let graph: PackageGraph
    private let reach: BuildReach
    private let requirers: [[Int]]
    private let lock: LockOnDisk?
    /// How many paths are listed.
    private let pathLimit: Int

    /// - Parameters:
    ///   - resolve: the graph to explain, that of `graph`.
    ///   - lock: for places; it may not have all of the graph.
    package init(
        _ workspace: Workspace, _ resolve: Resolve, _ graph: PackageGraph, lock: LockOnDisk?, pathLimit: Int = 10
    ) {
        self.workspace = workspace
        self.resolve = resolve
        self.graph = graph
        self.lock = lock
        self.pathLimit = pathLimit
        reach = BuildReach(graph)
        requirers = AuditContext.reversed(resolve.edges)
    }

    /// - Parameter index: position in the graph.
    package func explanation(of index: Int) -> Explanation {
        let id = graph.ids[index]
        let others = graph.ids.indices.filter { $0 != index && graph.ids[$0].name == id.name }
        return Explanation(
            id: id, location: lock?.location(of: id), isMember: graph.isMember[index],
            status: reach.status(of: index), needs: needs(of: index), paths: paths(to: index),
            pathCount: pathCount(to: index),
            others: others.map {
                Explanation.Other(id: graph.ids[$0], status: reach.status(of: $0), needs: needs(of: $0))
            })
    }

    // MARK: Requirements

    private func needs(of index: Int) -> [Explanation.Need] {
        requirers[index].flatMap { owner -> [Explanation.Need] in
            guard let summary = graph.summaries[owner] else { return [] }
            let fitting = summary.dependencies.filter { dependency in
                dependency.matchesIgnoringSource(graph.ids[index])
                    && (dependency.kind != .development || graph.isMember[owner])
            }
            return fitting.map { need($0, summary) }
        }
    }

    private func need(_ dependency: Dependency, _ owner: Summary) -> Explanation.Need {
        let written = workspace.localPackages.first { $0.summary?.id == owner.id }?.dependencies.first {
            $0.name == dependency.nameInManifest && $0.kind == dependency.kind && $0.target == dependency.target
        }
        return Explanation.Need(
            owner: owner.id, requirement: dependency.requirement.description, kind: dependency.kind,
            target: dependency.target, isOptional: dependency.isOptional,
            usesDefaultFeatures: dependency.usesDefaultFeatures, features: dependency.features,
            turnedOnBy: dependency.isOptional ? Self.features(naming: dependency.nameInManifest, in: owner) : [],
            location: written.map { $0.requirement?.location ?? $0.location })
    }

    private static func features(naming key: String, in owner: Summary) -> [String] {
        owner.features.features.filter { feature in
            feature.values.contains { value in
                switch value {
                case .feature(let other): other == key && owner.features[key] != nil && feature.name != key
                case .dependency(let other): other == key
                case .dependencyFeature(let other, _, let weak): other == key && !weak
                }
            }
        }.map(\.name)
    }

    // MARK: Paths

    /// Shortest first: one search per length, which only goes where a member is near enough.
    private func paths(to index: Int) -> [[PackageID]] {
        let distances = distancesToMembers()
        guard let shortest = requirers[index].compactMap({ distances[$0] }).min() else { return [] }
        var search = PathSearch(requirers, distances, limit: pathLimit)
        for length in shortest + 1..<graph.ids.count + 1 where !search.isOver { search.run(from: index, length) }
        return search.found.map { path in path.map { graph.ids[$0] } }
    }

    /// Steps up to the nearest member; `nil` where none leads there.
    private func distancesToMembers() -> [Int?] {
        var distances = graph.isMember.map { $0 ? 0 : nil }
        var work = graph.ids.indices.filter { graph.isMember[$0] }
        var next = 0
        while next < work.count {
            let package = work[next]
            next += 1
            for target in resolve.edges[package] where distances[target] == nil {
                distances[target] = (distances[package] ?? 0) + 1
                work.append(target)
            }
        }
        return distances
    }

    /// How many paths there are from members that pass through no other member.
    private func pathCount(to index: Int) -> Int {
        var counts: [Int: Int] = [:]
        var open: Set<Int> = []
        var work = [(package: index, isReturn: false)]
        while let (package, isReturn) = work.popLast() {
            if isReturn {
                open.remove(package)
                let sum = requirers[package].reduce(0) { sum, owner in
                    min(Explanation.countLimit, sum + (graph.isMember[owner] ? 1 : counts[owner] ?? 0))
                }
                counts[package] = sum
            } else if counts[package] == nil, open.insert(package).inserted {
                work.append((package, true))
                for owner in requirers[package] where !graph.isMember[owner] && counts[owner] == nil {
                    work.append((owner, false))
                }
            }
        }
        return counts[index] ?? 0
    }

    // MARK: Updates

    /// What another resolve makes of the graph.
    package func changes(to updated: Resolve) -> [StaleReason.Change] {
        GraphDifferences(old: resolve, new: updated).rest.filter { change in
            switch change {
            case .add, .remove, .move: true
            case .repoint, .checksum, .unusedPatch: false
            }
        }
    }
}

/// Paths of one length after the other, from a member down to a package.
private struct PathSearch {
    private let requirers: [[Int]]
    private let distances: [Int?]
    private let limit: Int
    private var visited = 0
    private(set) var found: [[Int]] = []
    /// Enough for any real lock, and an end for one that is made to have none.
    private static let visitLimit = 50_000

    init(_ requirers: [[Int]], _ distances: [Int?], limit: Int) {
        self.requirers = requirers
        self.distances = distances
        self.limit = limit
    }

    var isOver: Bool { found.count >= limit || visited >= Self.visitLimit }

    /// - Parameter length: in steps; at least 1.
    mutating func run(from package: Int, _ length: Int) {
        var stack = [[package]]
        while let path = stack.popLast(), !isOver {
            visited += 1
            let left = length - path.count
            for owner in requirers[path[0]].reversed() where !path.contains(owner) {
                guard let distance = distances[owner] else { continue }
                if distance == 0, left == 0 {
                    found.append([owner] + path)
                    if isOver { return }
                } else if distance > 0, distance <= left {
                    stack.append([owner] + path)
                }
            }
        }
    }
}
