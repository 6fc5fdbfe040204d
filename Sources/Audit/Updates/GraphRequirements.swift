import CargoModel
import CargoWorkspace
import Resolver
import SemVer
import TOML

/// Who requires what in a graph that need not be locked.
struct GraphRequirements {
    let graph: Resolve
    private let dependents: [[Int]]
    private let local: [PackageID: [Dependency]]
    private let context: AuditContext
    private let registry: any Registry
    private let members: [Int]
    /// Per package the one before it on a shortest way from a member; -1 for members and what they do not reach.
    private let parents: [Int]

    init(_ graph: Resolve, _ request: ResolveRequest, _ context: AuditContext, _ registry: any Registry) {
        self.graph = graph
        self.context = context
        self.registry = registry
        dependents = AuditContext.reversed(graph.edges)
        local = Dictionary(
            (request.members + request.localPackages).map { ($0.id, $0.dependencies) },
            uniquingKeysWith: { first, _ in first })
        members = request.members.compactMap { graph.index(of: $0.id) }
        parents = Self.parents(from: members, graph)
    }

    private static func parents(from members: [Int], _ graph: Resolve) -> [Int] {
        var parents = Array(repeating: -1, count: graph.packages.count)
        var isSeen = Array(repeating: false, count: graph.packages.count)
        for member in members { isSeen[member] = true }
        var queue = members
        var next = 0
        while next < queue.count {
            let owner = queue[next]
            next += 1
            for target in graph.edges[owner] where !isSeen[target] {
                isSeen[target] = true
                parents[target] = owner
                queue.append(target)
            }
        }
        return parents
    }

    /// From a member down to the package, both included.
    func path(to id: PackageID) -> [PackageID] {
        guard var index = graph.index(of: id) else { return [id] }
        var path = [id]
        while parents[index] >= 0 {
            index = parents[index]
            path.append(graph.packages[index])
        }
        return path.reversed()
    }

    func isLocal(_ id: PackageID) -> Bool { local[id] != nil }

    func isMember(_ id: PackageID) -> Bool { graph.index(of: id).map(members.contains) ?? false }

    /// The requirements that lead to a package, owners in package id order.
    func demands(on id: PackageID) -> [Demand] {
        guard let index = graph.index(of: id) else { return [] }
        return dependents[index].flatMap { owner in
            let ownerID = graph.packages[owner]
            return dependencies(of: ownerID).filter { $0.matchesIgnoringSource(id) && $0.source == id.source }
                .map { Demand(requirer: ownerID, dependency: $0) }
        }
    }

    /// Development dependencies of others than members are nobody's.
    func dependencies(of owner: PackageID) -> [Dependency] {
        if let known = local[owner] { return isMember(owner) ? known : known.filter { $0.kind != .development } }
        return summary(of: owner)?.dependencies.filter { $0.kind != .development } ?? []
    }

    private func summary(of id: PackageID) -> Summary? {
        if let known = context.summaries[id] { return known }
        guard let versions = try? registry.versions(of: id.name, in: id.source),
            let place = versions.position(of: id.version)
        else { return nil }
        return try? registry.summary(of: versions[place], named: id.name, in: id.source)
    }

    /// The manifest line of a requirement of a workspace package.
    func location(of demand: Demand) -> Location? {
        guard let place = context.localPackages[demand.requirer] else { return nil }
        let all = context.workspace.localPackages[place].dependencies
        let exact = all.first { $0.dependency == demand.dependency }
        let entry = exact ?? all.first { $0.dependency.package == demand.dependency.package }
        return entry.map { $0.requirement?.location ?? $0.location }
    }
}
