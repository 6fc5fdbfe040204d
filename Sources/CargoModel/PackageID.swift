package import SemVer

/// One version of one package from one source; the identity of everything in a lock.
package struct PackageID: Hashable, Sendable {
    package let name: String
    package let version: Version
    package let source: SourceID

    package init(name: String, version: Version, source: SourceID) {
        self.name = name
        self.version = version
        self.source = source
    }
}

extension PackageID: Comparable {
    /// Name (bytes), then version (build metadata included), then source.
    package static func < (left: PackageID, right: PackageID) -> Bool {
        let names = left.name.compareBytes(right.name)
        if names != 0 { return names < 0 }
        if left.version != right.version { return left.version < right.version }
        return left.source < right.source
    }
}

extension PackageID: CustomStringConvertible {
    /// `serde 1.0.200`, for messages.
    package var description: String { "\(name) \(version)" }
}

/// A crate of one registry.
package struct CrateKey: Hashable, Sendable {
    package let name: String
    package let source: SourceID

    package init(name: String, source: SourceID) {
        self.name = name
        self.source = source
    }
}
