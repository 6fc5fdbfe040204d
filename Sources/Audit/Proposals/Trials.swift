package import CargoModel
import CargoWorkspace
package import Resolver
import SemVer

/// What Cargo would make of a lock after some moves: resolved, never guessed.
package struct Trials {
    private let base: ResolveRequest
    private let registry: any Registry
    /// Resolves that may still be run; each takes as long as a locked check.
    package private(set) var left: Int

    /// - Parameter base: the workspace with its lock as preference.
    package init(_ base: ResolveRequest, registry: any Registry, limit: Int) {
        self.base = base
        self.registry = registry
        left = limit
    }

    /// The graph after these moves, one command after the other; `nil` if Cargo refuses one of them, or if no resolve
    /// is left.
    package mutating func graph(after moves: [Move]) -> Resolve? {
        var request = base
        for move in moves {
            guard left > 0 else { return nil }
            left -= 1
            var step = request
            guard step.apply(move), let resolved = try? resolve(step, from: registry) else { return nil }
            step.released = []
            step.sourcesOpenedFirst = []
            step.precise = nil
            step.previous = resolved
            request = step
        }
        return request.previous
    }
}

extension ResolveRequest {
    /// - Returns: whether there is what the move is about.
    fileprivate mutating func apply(_ move: Move) -> Bool {
        switch move {
        case .update(let id): return release(id)
        case .precise(let id, let version):
            precise = PreciseUpdate(of: id, to: version)
            return release(id)
        case .requirement(let name, let owner, let requirement):
            let isMember = members.change(name, of: owner, requirement)
            let isLocal = localPackages.change(name, of: owner, requirement)
            return isMember || isLocal
        }
    }
}

extension [Summary] {
    fileprivate mutating func change(_ name: String, of owner: PackageID, _ requirement: VersionRequirement) -> Bool {
        guard let place = firstIndex(where: { $0.id == owner }) else { return false }
        var isFound = false
        for index in self[place].dependencies.indices
        where self[place].dependencies[index].nameInManifest == name {
            self[place].dependencies[index].requirement = .range(requirement)
            isFound = true
        }
        return isFound
    }
}
