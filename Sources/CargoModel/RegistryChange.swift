package import SemVer

/// What a registry must never do to a version once it is published.
package struct RegistryChange: Hashable, Sendable {
    package enum Kind: String, Sendable {
        /// Its archive is another one now.
        case checksum
        /// It is not in the index any more.
        case vanished
        /// It is there again.
        case returned
    }

    /// The URL, as in the table of registries.
    package let registry: String
    package let name: String
    package let version: Version
    package let kind: Kind
    /// Checksums as the index had and has them.
    package let old: String?
    package let new: String?
    /// The moment of the import or sync that saw it.
    package let noticed: String

    package init(
        registry: String, name: String, version: Version, kind: Kind, old: String?, new: String?, noticed: String
    ) {
        self.registry = registry
        self.name = name
        self.version = version
        self.kind = kind
        self.old = old
        self.new = new
        self.noticed = noticed
    }
}
