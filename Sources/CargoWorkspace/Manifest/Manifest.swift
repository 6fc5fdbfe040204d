package import CargoModel
package import SemVer
package import TOML

/// A `Cargo.toml` with everything inherited filled in and checked.
package struct Manifest: Sendable {
    /// Absolute, normalised.
    package let directory: String
    package let file: SourceFile
    package let document: TOMLDocument
    /// Nil for a virtual manifest.
    package let package: PackageSection?
    package let workspace: WorkspaceSection?
    /// In Cargo's order: normal, development and build tables, then for each `[target.X]` in byte order normal, build
    /// and development; keys in byte order within each table.
    package let dependencies: [ManifestDependency]
    /// Implicit features included.
    package let features: FeatureMap
    /// Only honoured in the root. Sorted by the URL of the patched source.
    package let patches: [PatchTable]
    package let replacements: [Replacement]
    package let warnings: [ManifestWarning]
    /// As the resolver needs it; nil for a virtual manifest.
    package let summary: Summary?

    package var path: String { file.absolutePath }
    package var isVirtual: Bool { package == nil }
}

/// The `[package]` table.
package struct PackageSection: Sendable {
    package let name: Spanned<String>
    package let version: Version
    /// Where the version is written: in the root manifest if it is inherited; nil if there is none.
    package let versionLocation: Location?
    package let edition: Edition
    package let rustVersion: RustVersion?
    package let rustVersionLocation: Location?
    package let resolver: Spanned<String>?
    package let links: Spanned<String>?
    /// Registries it may be published to: nil means any, empty none.
    package let publish: [String]?
    package let hasLibrary: Bool
    package let hasBinary: Bool
    package let isProcMacro: Bool
    package let hasBuildScript: Bool

    /// Whether it can be published anywhere.
    package var isPublishable: Bool { publish?.isEmpty != true }
}

/// One entry of a dependency table.
package struct ManifestDependency: Sendable {
    /// The key in the table; the package name unless `package = "…"` renames it.
    package let name: String
    package let keySpan: Span
    package let kind: DependencyKind
    /// X of the `[target.X]` it stands under, as written.
    package let target: String?
    package let origin: Origin
    /// Whether the member only says `workspace = true`; `origin` is then what the root says.
    package let isInherited: Bool
    /// As written; for an inherited one where the root manifest has it.
    package let requirement: WrittenRequirement?
    /// The value of the entry in this manifest.
    package let location: Location
    /// For an inherited one: the value of the entry in the root manifest.
    package let rootLocation: Location?
    package let dependency: Dependency

    /// Where Cargo is told to look.
    package enum Origin: Hashable, Sendable {
        /// The name, or nil for crates.io.
        case registry(String?)
        /// A registry by the URL of its index.
        case registryIndex(String)
        /// As written; relative to the manifest that says so.
        case path(String)
        case git(url: String, GitReference)
    }

    package var packageName: String { dependency.package }
}

/// A requirement as its author wrote it.
package struct WrittenRequirement: Hashable, Sendable {
    package let text: String
    package let location: Location
}
