package import CargoModel
package import SemVer

/// What one readable line of an index says.
package struct IndexRecord: Sendable {
    package let name: String
    package let version: Version
    /// Also known of an unusable line if the field itself can be read.
    package let rustVersion: RustVersion?
    package let content: Content

    package enum Content: Sendable {
        case usable(IndexEntry)
        /// Meant for a newer Cargo: `v` is above 2.
        case unsupported(schema: UInt32)
        /// Some field is wrong; the version counts as published but is never chosen.
        case invalid(IndexLineError)
    }
}

extension IndexRecord {
    /// The entry if Cargo can use it, yanked or not.
    package var entry: IndexEntry? {
        if case .usable(let entry) = content { entry } else { nil }
    }

    /// Why Cargo cannot use it; nil if it can.
    package var unusable: Unusable? {
        switch content {
        case .usable: nil
        case .unsupported(let schema): .unsupportedSchema(schema)
        case .invalid(let error): .invalid(error.description)
        }
    }
}

/// A version as published, checked: requirements and platforms parse and the features make sense.
///
/// - SeeAlso: `IndexPackage` in `crates/cargo-util-schemas/src/index.rs` of rust-lang/cargo.
package struct IndexEntry: Sendable {
    /// The highest `v` that Cargo 1.95 reads.
    package static let newestSchema: UInt32 = 2

    package let name: String
    package let version: Version
    /// In the order of the line.
    package let dependencies: [IndexDependency]
    /// Any text; SHA-256 in hexadecimal by convention.
    package let checksum: String
    /// As declared, without implicit ones: `features` with the lists of `features2` appended name by name.
    /// Each name once, in the order of first mention.
    package let features: [(String, [String])]
    package let isYanked: Bool
    package let links: String?
    package let rustVersion: RustVersion?
    /// When it was published, as `YYYY-MM-DDTHH:MM:SSZ`.
    package let published: String?
    /// `v`; 1 if absent.
    package let schema: UInt32
}

/// One element of `deps`.
package struct IndexDependency: Hashable, Sendable {
    /// The key in the manifest, which features use.
    package let name: String
    /// As written; parses.
    package let requirement: String
    /// Without the empty ones old registries published.
    package let features: [String]
    package let isOptional: Bool
    package let usesDefaultFeatures: Bool
    /// The text of the platform; parses.
    package let target: String?
    package let kind: DependencyKind
    /// The URL of another index; nil for the one the line stands in.
    package let registry: String?
    /// The name it was published under where `name` differs.
    package let package: String?

    /// The name to look up.
    package var packageName: String { package ?? name }
}
