import CargoModel

/// What the selected members can lead to, whatever the platform: the part of the lock a command looks at.
///
/// One set of features per package; a weak feature counts like a strong one. Development dependencies only of selected
/// members.
/// - SeeAlso: `Requirements` in src/cargo/core/resolver/dep_cache.rs of rust-lang/cargo.
package struct TargetedGraph {
    /// Per package.
    package private(set) var isIncluded: [Bool]
    /// Per declaration of the `PackageGraph`.
    private(set) var isFollowed: [Bool]

    package init(_ graph: PackageGraph, _ selection: [SelectedMember]) {
        isIncluded = Array(repeating: false, count: graph.ids.count)
        isFollowed = Array(repeating: false, count: graph.declarations.count)
        var walk = RequirementWalk(graph, roots: Set(selection.map(\.package)))
        for member in selection {
            walk.include(member.package)
            for value in member.values(in: graph) { walk.work.append((member.package, value)) }
        }
        walk.run()
        isIncluded = walk.isIncluded
        isFollowed = walk.isFollowed
    }
}

private struct RequirementWalk {
    private let graph: PackageGraph
    private let roots: Set<Int>
    private(set) var isIncluded: [Bool]
    private(set) var isFollowed: [Bool]
    private var seen: Set<UInt64> = []
    private var keys: Set<UInt64> = []
    var work: [(package: Int, value: PackageGraph.Value)] = []
    private var arriving: [Int] = []

    init(_ graph: PackageGraph, roots: Set<Int>) {
        self.graph = graph
        self.roots = roots
        isIncluded = Array(repeating: false, count: graph.ids.count)
        isFollowed = Array(repeating: false, count: graph.declarations.count)
    }

    mutating func include(_ package: Int) {
        guard !isIncluded[package] else { return }
        isIncluded[package] = true
        arriving.append(package)
    }

    mutating func run() {
        while true {
            if let package = arriving.popLast() {
                for declaration in graph.ranges[package] where !graph.declarations[declaration].isOptional {
                    follow(declaration)
                }
            } else if let (package, value) = work.popLast() {
                take(value, package)
            } else {
                return
            }
        }
    }

    private mutating func follow(_ declaration: Int) {
        let item = graph.declarations[declaration]
        if item.kind == .development, !roots.contains(item.owner) { return }
        guard !isFollowed[declaration] else { return }
        isFollowed[declaration] = true
        include(item.package)
        for feature in graph.requested(declaration) { work.append((item.package, .feature(feature))) }
    }

    private mutating func take(_ value: PackageGraph.Value, _ package: Int) {
        switch value {
        case .feature(let feature):
            guard seen.insert(UInt64(package) << 32 | UInt64(feature)).inserted else { return }
            for next in graph.values(of: feature, in: package) ?? [] { work.append((package, next)) }
        case .dependency(let key):
            require(key, package)
        case .dependencyFeature(let key, let feature, let isWeak):
            require(key, package)
            for declaration in graph.declarations(of: package, named: key) where isFollowed[declaration] {
                work.append((graph.declarations[declaration].package, .feature(feature)))
                if graph.declarations[declaration].isOptional, !isWeak, graph.hasFeature(key, package) {
                    work.append((package, .feature(key)))
                }
            }
        }
    }

    private mutating func require(_ key: PackageGraph.Name, _ package: Int) {
        guard keys.insert(UInt64(package) << 32 | UInt64(key)).inserted else { return }
        for declaration in graph.declarations(of: package, named: key) { follow(declaration) }
    }
}
