import CargoModel
import CargoWorkspace

// Which locked packages the members of the workspace lead to, by kind of dependency.

extension AuditContext {
    /// The positions in the lock of all that members reach through dependencies of these kinds.
    ///
    /// - Parameters:
    ///   - members: all of the workspace unless given.
    ///   - isDirect: only one step far; the members themselves are not among them then.
    func reached(
        by kinds: Set<DependencyKind>, from members: [Manifest]? = nil, isDirect: Bool = false
    ) -> Set<Int> {
        guard let lock else { return [] }
        let roots = (members ?? workspace.members).compactMap(\.summary?.id).compactMap { lock.resolve.index(of: $0) }
        if isDirect { return Set(roots.flatMap { targets(of: $0, by: kinds, lock.resolve) }) }
        var found = Set(roots)
        var work = Array(found)
        while let index = work.popLast() {
            for target in targets(of: index, by: kinds, lock.resolve) where found.insert(target).inserted {
                work.append(target)
            }
        }
        return found
    }

    private func targets(of index: Int, by kinds: Set<DependencyKind>, _ resolve: Resolve) -> [Int] {
        if let replacement = resolve.replacements[index] { return [replacement] }
        if kinds.count == 3 { return resolve.edges[index] }
        let id = resolve.packages[index]
        let local = localPackages[id].map { workspace.localPackages[$0].dependencies.map(\.dependency) }
        guard let dependencies = local ?? summaries[id]?.dependencies else { return resolve.edges[index] }
        return resolve.edges[index].filter { target in
            let asking = dependencies.filter { $0.matchesIgnoringSource(resolve.packages[target]) }
            return asking.isEmpty || asking.contains { kinds.contains($0.kind) }
        }
    }
}
