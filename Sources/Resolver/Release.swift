package import CargoModel
package import SemVer

/// `cargo update NAME --precise VERSION`: every dependency that the old version satisfies shall have the new one.
package struct PreciseUpdate: Hashable, Sendable {
    package let name: String
    package let source: SourceID
    package let from: Version
    package let to: Version

    package init(of id: PackageID, to version: Version) {
        name = id.name
        source = id.source
        from = id.version
        to = version
    }
}

// Which packages of the previous lock an update lets go.
//
// The reference is `update_lockfile` in src/cargo/ops/cargo_update.rs of rust-lang/cargo.
extension ResolveRequest {
    /// Lets every package of the previous lock go, unused patches too.
    package mutating func releaseEverything() {
        guard let previous else { return }
        release(Set(previous.packages + previous.unusedPatches), of: previous)
    }

    /// Lets the packages named by `specs` go.
    ///
    /// Members stay, whatever is asked; a package from a repository or a directory takes all others from there along.
    ///
    /// - Parameter recursively: with everything reachable from them in the previous lock.
    /// - Returns: what the specifications name, in their order.
    @discardableResult
    package mutating func release(
        _ specs: [PackageIDSpec], recursively: Bool = false
    ) throws(PackageIDSpecError) -> [PackageID] {
        guard let previous else { return [] }
        var named: [PackageID] = []
        var released: Set<PackageID> = []
        for spec in specs {
            let index = try previous.index(named: spec)
            named.append(previous.packages[index])
            if !recursively { sourcesOpenedFirst.insert(previous.packages[index].source) }
            let gone = recursively ? previous.reachable(from: index) : [index]
            released.formUnion(gone.map { previous.packages[$0] })
            let unused = previous.unusedPatches.filter(spec.matches)
            if unused.count == 1 { released.insert(unused[0]) }
        }
        release(released.filter { !isMember($0) }, of: previous)
        return named
    }

    /// Lets one package of the previous lock go, as `cargo update` does that names it.
    ///
    /// - Returns: whether the lock has it.
    package mutating func release(_ id: PackageID) -> Bool {
        guard let previous, previous.index(of: id) != nil else { return false }
        sourcesOpenedFirst.insert(id.source)
        let unused = previous.unusedPatches.filter { $0.name == id.name && $0.version == id.version }
        let released = [id] + (unused.count == 1 ? unused : [])
        release(Set(released.filter { !isMember($0) }), of: previous)
        return true
    }

    private mutating func release(_ packages: Set<PackageID>, of previous: Resolve) {
        let sources = Set(packages.map(\.source).filter { !$0.isRegistry })
        let followers = (previous.packages + previous.unusedPatches).filter { sources.contains($0.source) }
        released.formUnion(packages)
        released.formUnion(followers)
    }

    /// The version does not count: the lock may have an old one.
    private func isMember(_ id: PackageID) -> Bool {
        members.contains { $0.id.name == id.name && $0.id.source == id.source }
    }
}

extension Resolve {
    /// Position of the one package that a specification names.
    package func index(named spec: PackageIDSpec) throws(PackageIDSpecError) -> Int {
        let found = packages.indices.filter { spec.matches(packages[$0]) }
        guard let first = found.first else { throw .unknown(spec.name) }
        if found.count > 1 { throw .ambiguous(spec.name, found.map { packages[$0] }) }
        return first
    }

    /// A package and all it needs, directly or not.
    func reachable(from start: Int) -> [Int] {
        var isSeen = Array(repeating: false, count: packages.count)
        var result: [Int] = []
        var work = [start]
        while let index = work.popLast() {
            guard !isSeen[index] else { continue }
            isSeen[index] = true
            result.append(index)
            work.append(contentsOf: edges[index])
        }
        return result
    }
}
