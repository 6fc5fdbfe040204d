// CargoModel: the words every other target shares, spelt as Cargo spells them.
//
// In:  nothing; these are values.
// Out: `PackageID`, `SourceID`, `Dependency`, `Summary`, `Resolve`, and `protocol Registry`, the one question the
//      resolver and the rules ask of the world: which versions of this package exist, and what do they need?
//
// Equality and order are Cargo's: a package id is name, version (build metadata included) and source; a source is its
// kind and canonical URL, never the commit. Names compare byte by byte, so `-`, `_` and case all differ.
//
// Not here: reading any of it from a file (CargoWorkspace, Index) and choosing versions (Resolver).
//
// Start reading at `PackageID`, then `Dependency`, then `Registry`.

extension String {
    /// Byte order of the UTF-8 text: Cargo's order of names, sources and keys. Swift's own `<` orders by Unicode
    /// canonical form, which differs for anything but ASCII.
    package func precedesInBytes(_ other: String) -> Bool {
        compareBytes(other) < 0
    }

    /// Negative, zero or positive as the UTF-8 bytes of this text sort before, with or after those of `other`.
    package func compareBytes(_ other: String) -> Int {
        let fast = utf8.withContiguousStorageIfAvailable { left in
            other.utf8.withContiguousStorageIfAvailable { right in compareBuffers(left, right) }
        }
        if let result = fast ?? nil { return result }
        return compareSlowly(other)
    }

    private func compareSlowly(_ other: String) -> Int {
        if utf8.elementsEqual(other.utf8) { return 0 }
        return utf8.lexicographicallyPrecedes(other.utf8) ? -1 : 1
    }
}

private func compareBuffers(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
    let shared = min(left.count, right.count)
    for index in 0..<shared where left[index] != right[index] {
        return left[index] < right[index] ? -1 : 1
    }
    return left.count - right.count
}
