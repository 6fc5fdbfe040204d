package import SemVer

/// The patches of one source, `[patch.X]`.
package struct PatchTable: Sendable {
    /// The source that is patched; matched by canonical URL alone, whatever its kind.
    package let source: SourceID
    /// In byte order of their keys.
    package let entries: [Dependency]

    package init(source: SourceID, entries: [Dependency]) {
        self.source = source
        self.entries = entries
    }
}

/// One entry of `[replace]`: packages that fit the specification are taken from elsewhere.
package struct Replacement: Sendable {
    /// The name, full version and source to replace.
    package let name: String
    package let version: Version
    package let source: SourceID
    /// Where to take it from instead.
    package let dependency: Dependency

    package init(name: String, version: Version, source: SourceID, dependency: Dependency) {
        self.name = name
        self.version = version
        self.source = source
        self.dependency = dependency
    }

    package func fits(_ id: PackageID) -> Bool {
        name == id.name && version == id.version && source == id.source
    }
}
