/// The graph a lock describes, or the one Cargo would write.
///
/// Shape: `packages` sorted by package id; `edges[i]` are indices into it, ascending and distinct.
package struct Resolve: Sendable {
    package let packages: [PackageID]
    package let edges: [[Int]]
    /// Per package; `nil` where the package has none (path, git) or none is recorded.
    package let checksums: [String?]
    /// `[replace]`: index of the original to index of its replacement.
    package let replacements: [Int: Int]
    /// Keys and values of the lock's `[metadata]` that are not checksums, sorted by key.
    package let metadata: [(key: String, value: String)]
    /// Patches that nothing uses, in the order a lock lists them.
    package let unusedPatches: [PackageID]
    /// A checksum recorded as `<none>`: known not to exist. Indices into `packages`.
    package let explicitlyWithoutChecksum: Set<Int>

    package init(
        packages: [PackageID], edges: [[Int]], checksums: [String?], replacements: [Int: Int] = [:],
        metadata: [(key: String, value: String)] = [], unusedPatches: [PackageID] = [],
        explicitlyWithoutChecksum: Set<Int> = []
    ) {
        self.packages = packages
        self.edges = edges
        self.checksums = checksums
        self.replacements = replacements
        self.metadata = metadata
        self.unusedPatches = unusedPatches
        self.explicitlyWithoutChecksum = explicitlyWithoutChecksum
    }

    /// Position of a package, found by bisection.
    package func index(of id: PackageID) -> Int? {
        var low = 0
        var high = packages.count
        while low < high {
            let middle = (low + high) / 2
            if packages[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low < packages.count && packages[low] == id ? low : nil
    }
}
