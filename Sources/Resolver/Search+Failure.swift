import CargoModel
import SemVer

extension Search {
    /// The error for a dependency that no choice can satisfy any more.
    func failure(of pending: Pending) -> ResolveError {
        let record = universe.dependencies[Int(pending.dependency)]
        let chain =
            [Demand(requirer: universe.id(of: pending.parent), dependency: record.dependency)]
            + chain(to: pending.parent)
        guard pending.blame.packages.isEmpty else { return ResolveError(.conflict(chain, blamed: blamed(pending))) }
        return ResolveError(.noVersion(chain, published: publishedVersions(of: record)))
    }

    /// The error for a search that used up its budget: the conflict it kept running into.
    func exhausted() -> ResolveError {
        guard let pending = stubbornFailure else { return ResolveError(.budget(budget, [], blamed: [])) }
        let dependency = universe.dependencies[Int(pending.dependency)].dependency
        let demand = Demand(requirer: universe.id(of: pending.parent), dependency: dependency)
        return ResolveError(.budget(budget, [demand] + chain(to: pending.parent), blamed: blamed(pending)))
    }

    /// What stands in the way, the shortest chain first.
    private func blamed(_ pending: Pending) -> [ResolveError.Blame] {
        let blamed = pending.blame.packages.sorted(by: universe.precedes).map { package in
            ResolveError.Blame(
                package: universe.id(of: package), reason: pending.blame.reason(for: package),
                chain: chain(to: package))
        }
        return blamed.enumerated().sorted { ($0.element.chain.count, $0.offset) < ($1.element.chain.count, $1.offset) }
            .map(\.element)
    }

    private func publishedVersions(of record: DependencyRecord) -> [Version] {
        let source = universe.sources[Int(record.source)]
        guard source.isRegistry else {
            return (universe.localsOfSource[record.source] ?? []).filter {
                universe.packages[Int($0)].name == record.package
            }.map { universe.packages[Int($0)].version }
        }
        let place = Universe.NameInSource(name: record.package, source: record.source)
        guard let list = try? universe.publishedList(place) else { return [] }
        return universe.published[list].versions.map(\.version)
    }

    /// Who requires a package, who requires that one, and so on up to a member: the shortest such chain.
    private func chain(to package: Package) -> [Demand] {
        var below: [Package: SearchState.Edge] = [:]
        var children: [Package: Package] = [:]
        var queue = [package]
        var next = 0
        while next < queue.count {
            let current = queue[next]
            next += 1
            let edges = state.parents(of: current)
            if edges.isEmpty { return links(from: current, down: children, below) }
            for edge in edges where edge.parent != package && children[edge.parent] == nil {
                children[edge.parent] = current
                below[edge.parent] = edge
                queue.append(edge.parent)
            }
        }
        return []
    }

    /// The steps from a member down to the package the walk began at, in the order from that package up.
    private func links(
        from member: Package, down children: [Package: Package], _ below: [Package: SearchState.Edge]
    ) -> [Demand] {
        var demands: [Demand] = []
        var current = member
        while let edge = below[current], let child = children[current] {
            let dependency = universe.dependencies[Int(edge.dependency)].dependency
            demands.append(Demand(requirer: universe.id(of: current), dependency: dependency))
            current = child
        }
        return demands.reversed()
    }
}
