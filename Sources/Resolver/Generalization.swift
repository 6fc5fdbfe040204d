import CargoModel

// Widening a failure: if every alternative to the newest blamed package would fail the same way, its parent is to
// blame. The reference is `generalize_conflicting` in src/cargo/core/resolver/mod.rs of rust-lang/cargo.
extension Search {
    func generalize(_ pending: Pending) throws(ResolveError) -> Blame? {
        guard let critical = newest(of: pending.blame) else { return nil }
        if isAncestor(critical.package, of: pending.parent) { return nil }
        for (parent, edges) in parentsInOrder(of: critical.package) {
            guard let age = age(parent), age < critical.age else { continue }
            for dependency in edges {
                if let wider = try widen(pending, critical, parent: parent, dependency) { return wider }
            }
        }
        return nil
    }

    /// The blamed package with the highest age; `nil` if nothing is blamed or not all are active.
    private func newest(of blame: Blame) -> (package: Package, age: Int)? {
        var result: (package: Package, age: Int)?
        for package in blame.packages {
            guard let age = age(package) else { return nil }
            guard let best = result else {
                result = (package, age)
                continue
            }
            if age > best.age || (age == best.age && universe.precedes(best.package, package)) {
                result = (package, age)
            }
        }
        return result
    }

    /// The parents of a package in package id order, each with its dependencies on it.
    private func parentsInOrder(of package: Package) -> [(Package, [DependencyIndex])] {
        var order: [Package] = []
        var through: [Package: [DependencyIndex]] = [:]
        for edge in state.parents(of: package) {
            if through[edge.parent] == nil { order.append(edge.parent) }
            through[edge.parent, default: []].append(edge.dependency)
        }
        return order.sorted(by: universe.precedes).map { ($0, through[$0] ?? []) }
    }

    private func widen(
        _ pending: Pending, _ critical: (package: Package, age: Int), parent: Package, _ dependency: DependencyIndex
    ) throws(ResolveError) -> Blame? {
        let identity = universe.identity(of: pending.dependency)
        let others = universe.candidateLists[Int(try universe.candidates(of: dependency))]
        var wider = pending.blame
        for other in others.reversed() {
            let found = cache.find(
                identity, containing: other, limit: critical.age, order: universe.precedes,
                age: { $0 == other ? critical.age : self.age($0) })
            guard let found else { return nil }
            wider.formUnion(found, without: none)
        }
        let reason = pending.blame.reason(for: critical.package)
        for other in others { wider.remove(other) }
        wider.insert(parent, reason)
        cache.insert(wider, for: identity, order: universe.precedes)
        return wider
    }

    /// Cargo's walk towards the roots. It ends at the first package nobody depends on, even with others waiting.
    private func isAncestor(_ target: Package, of start: Package) -> Bool {
        var stack = [start]
        var seen: Set<Package> = [start]
        while let package = stack.popLast() {
            let parents = parentsInOrder(of: package)
            if parents.isEmpty { return false }
            for (parent, _) in parents {
                if parent == target { return true }
                if seen.insert(parent).inserted { stack.append(parent) }
            }
        }
        return false
    }
}
