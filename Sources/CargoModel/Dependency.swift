package import SemVer

/// What a dependency demands of a version, including the two forms Cargo makes itself.
/// - SeeAlso: `OptVersionReq` in `src/cargo/util/semver_ext.rs` of rust-lang/cargo.
package enum Requirement: Hashable, Sendable {
    /// A path or git dependency without `version`: everything matches, pre-releases too.
    case any
    case range(VersionRequirement)
    /// Pinned by the previous lock: exactly this version, build metadata included.
    indirect case locked(Version, Requirement)
    /// Asked for with `--precise`: build metadata counts only where the request has it.
    indirect case precise(Version, Requirement)

    package func matches(_ version: Version) -> Bool {
        switch self {
        case .any: true
        case .range(let requirement): requirement.matches(version)
        case .locked(let pinned, _): pinned == version
        case .precise(let wanted, _): Self.matches(precise: wanted, version)
        }
    }

    private static func matches(precise wanted: Version, _ version: Version) -> Bool {
        wanted.major == version.major && wanted.minor == version.minor && wanted.patch == version.patch
            && wanted.prerelease == version.prerelease && (wanted.build.isEmpty || wanted.build == version.build)
    }

    package var isLocked: Bool { if case .locked = self { true } else { false } }

    /// As the author wrote it, without Cargo's wrapper.
    package var written: Requirement {
        switch self {
        case .any, .range: self
        case .locked(_, let inner), .precise(_, let inner): inner.written
        }
    }
}

extension Requirement: CustomStringConvertible {
    package var description: String {
        switch self {
        case .any: "*"
        case .range(let requirement): requirement.description
        case .locked(_, let inner), .precise(_, let inner): inner.description
        }
    }
}

/// When a dependency is used.
package enum DependencyKind: String, Hashable, Sendable, CaseIterable {
    case normal
    case development = "dev"
    case build
}

/// One requirement of one package on another, from a manifest or an index line.
///
/// Equality is over every field, as in Cargo: the resolver's conflict cache is keyed by it.
package struct Dependency: Hashable, Sendable {
    /// The name the package was published under.
    package let package: String
    package let source: SourceID
    package var requirement: Requirement
    package let kind: DependencyKind
    /// The key in the table where it differs from `package`.
    package let rename: String?
    package let isOptional: Bool
    package let usesDefaultFeatures: Bool
    /// In written order.
    package let features: [String]
    /// The text of the `[target.X]` this stands under.
    package let target: String?

    package init(
        package: String, source: SourceID, requirement: Requirement, kind: DependencyKind = .normal,
        rename: String? = nil, isOptional: Bool = false, usesDefaultFeatures: Bool = true, features: [String] = [],
        target: String? = nil
    ) {
        self.package = package
        self.source = source
        self.requirement = requirement
        self.kind = kind
        self.rename = rename
        self.isOptional = isOptional
        self.usesDefaultFeatures = usesDefaultFeatures
        self.features = features
        self.target = target
    }

    /// The name that features and messages use: the key in the table.
    package var nameInManifest: String { rename ?? package }

    /// Whether `id` is what this asks for: name, requirement and source.
    package func matches(_ id: PackageID) -> Bool {
        package == id.name && source == id.source && requirement.matches(id.version)
    }

    /// Whether name and requirement fit, wherever the package comes from.
    package func matchesIgnoringSource(_ id: PackageID) -> Bool {
        package == id.name && requirement.matches(id.version)
    }
}
