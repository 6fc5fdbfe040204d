import CargoModel

/// Finds the locked package that a declaration leads to.
///
/// As Cargo does with a lock: the lowest version that fits among those the lock lists for the package, else among all.
/// - SeeAlso: `lock` in src/cargo/core/registry.rs of rust-lang/cargo.
struct EdgeMatcher {
    private let resolve: Resolve
    private let patches: [String: [Dependency]]
    private lazy var byName = Dictionary(grouping: resolve.packages.indices) { resolve.packages[$0].name }

    init(_ resolve: Resolve, _ patches: [PatchTable]) {
        self.resolve = resolve
        self.patches = Dictionary(patches.map { ($0.source.canonicalURL, $0.entries) }) { $0 + $1 }
    }

    /// Position of the package; `nil` if none in the lock fits.
    mutating func target(of dependency: Dependency, from package: Int) -> Int? {
        let edges = resolve.edges[package]
        let listed = edges[first(named: dependency.package, in: edges)...]
            .prefix { resolve.packages[$0].name == dependency.package }.first { fits(dependency, $0) }
        guard let found = listed ?? fallback(dependency) else { return nil }
        return resolve.replacements[found] ?? found
    }

    /// Bisection: edges ascend, and so do the names they lead to.
    private func first(named name: String, in edges: [Int]) -> Int {
        var low = 0
        var high = edges.count
        while low < high {
            let middle = (low + high) / 2
            if resolve.packages[edges[middle]].name.precedesInBytes(name) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func fallback(_ dependency: Dependency) -> Int? {
        for candidate in byName[dependency.package] ?? [] where fits(dependency, candidate) { return candidate }
        return nil
    }

    private func fits(_ dependency: Dependency, _ candidate: Int) -> Bool {
        let id = resolve.packages[candidate]
        guard dependency.matchesIgnoringSource(id) else { return false }
        if id.source == dependency.source { return true }
        return patches[dependency.source.canonicalURL]?.contains { $0.matches(id) } ?? false
    }
}
