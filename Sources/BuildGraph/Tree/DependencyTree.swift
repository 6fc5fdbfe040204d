package import CargoModel

/// The graph that `cargo tree` shows: packages as they are built, and features between them where asked for.
///
/// A package stands here once per distinct set of features and kind of target.
/// - SeeAlso: src/cargo/ops/tree/graph.rs in rust-lang/cargo.
package struct DependencyTree: Sendable {
    package enum Node: Hashable, Sendable {
        /// A position in the `PackageGraph`, sorted features, and 0 for the host or the number of a requested target.
        case package(Int, features: [String], platform: Int)
        /// Of the package at another node.
        case feature(of: Int, name: String)
    }

    /// In the order of printing.
    package enum EdgeKind: Int, Sendable, CaseIterable {
        case normal, build, development, feature

        init(_ kind: DependencyKind) {
            switch kind {
            case .normal: self = .normal
            case .build: self = .build
            case .development: self = .development
            }
        }
    }

    package internal(set) var nodes: [Node] = []
    /// Per node and kind.
    private var edges: [[Int]] = []
    /// Feature nodes that the command line asked for.
    package internal(set) var commandLine: Set<Int> = []

    // MARK: Building

    mutating func add(_ node: Node) -> Int {
        nodes.append(node)
        for _ in EdgeKind.allCases { edges.append([]) }
        return nodes.count - 1
    }

    mutating func connect(_ from: Int, _ kind: EdgeKind, _ to: Int) {
        let place = from * EdgeKind.allCases.count + kind.rawValue
        if !edges[place].contains(to) { edges[place].append(to) }
    }

    // MARK: Asking

    /// Sorted as Cargo prints them.
    package func targets(of node: Int, _ kind: EdgeKind) -> [Int] {
        let list = edges[node * EdgeKind.allCases.count + kind.rawValue]
        return list.count < 2 ? list : list.sorted { precedes(nodes[$0], nodes[$1]) }
    }

    package func hasEdges(_ node: Int) -> Bool {
        let first = node * EdgeKind.allCases.count
        return edges[first..<first + EdgeKind.allCases.count].contains { !$0.isEmpty }
    }

    /// The nodes of these packages, sorted.
    package func nodes(of packages: Set<Int>) -> [Int] {
        let found = nodes.indices.filter { index in
            if case .package(let package, _, _) = nodes[index] { packages.contains(package) } else { false }
        }
        return found.sorted { precedes(nodes[$0], nodes[$1]) }
    }

    private func precedes(_ left: Node, _ right: Node) -> Bool {
        switch (left, right) {
        case (.package(let first, let own, let place), .package(let second, let other, let otherPlace)):
            if first != second { return first < second }
            if own != other { return own.lexicographicallyPrecedes(other) { $0.precedesInBytes($1) } }
            return place < otherPlace
        case (.package, .feature): return true
        case (.feature, .package): return false
        case (.feature(let first, let own), .feature(let second, let other)):
            return first == second ? own.precedesInBytes(other) : first < second
        }
    }

    // MARK: Other views

    /// Every edge the other way.
    package func inverted() -> DependencyTree {
        var result = self
        result.edges = Array(repeating: [], count: edges.count)
        for (place, targets) in edges.enumerated() {
            let kind = place % EdgeKind.allCases.count
            for target in targets {
                result.edges[target * EdgeKind.allCases.count + kind].append(place / EdgeKind.allCases.count)
            }
        }
        return result
    }

    /// Without the edges of nodes that nothing leads to from these.
    package func reachable(from roots: [Int]) -> DependencyTree {
        let isReached = reach(from: roots)
        var result = self
        for place in edges.indices where !isReached[place / EdgeKind.allCases.count] { result.edges[place] = [] }
        return result
    }

    private func reach(from roots: [Int]) -> [Bool] {
        var isReached = Array(repeating: false, count: nodes.count)
        var work = roots
        while let node = work.popLast() {
            guard !isReached[node] else { continue }
            isReached[node] = true
            let first = node * EdgeKind.allCases.count
            for list in edges[first..<first + EdgeKind.allCases.count] { work += list }
        }
        return isReached
    }

    /// The nodes reached from these whose package is there in several versions or with several sets of features; all
    /// that share its name, sorted.
    ///
    /// - Parameter ids: of the packages.
    package func duplicates(from roots: [Int], ids: [PackageID]) -> [Int] {
        struct Variant: Hashable {
            let package: Int
            let features: [String]
        }
        let isReached = reach(from: roots)
        var variants: [String: Set<Variant>] = [:]
        var groups: [String: [Int]] = [:]
        for (index, node) in nodes.enumerated() where isReached[index] {
            guard case .package(let package, let features, _) = node else { continue }
            variants[ids[package].name, default: []].insert(Variant(package: package, features: features))
            groups[ids[package].name, default: []].append(index)
        }
        return groups.filter { (variants[$0.key]?.count ?? 0) > 1 }.flatMap(\.value)
            .sorted { precedes(nodes[$0], nodes[$1]) }
    }
}
