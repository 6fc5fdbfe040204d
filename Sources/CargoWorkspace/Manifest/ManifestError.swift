package import CargoModel
package import SemVer
package import TOML

/// Why a `Cargo.toml` is refused. Cargo refuses the same file, for the same reason.
package struct ManifestError: Error, Equatable {
    package let reason: Reason
    package let location: Location
    /// Of the start of `location`.
    package let position: LinePosition
}

extension ManifestError {
    package indirect enum Reason: Equatable, Sendable {
        case syntax(TOMLError.Reason)
        /// `found` names a type and, for scalars, the value.
        case invalidType(found: String, expected: String)
        /// The right type, but not a value that is allowed; in serde's words, like the one above.
        case invalidValue(found: String, expected: String)
        case unknownVariant(String, expected: String)
        case invalidName(InvalidName)
        case feature(FeatureMapError)
        case missingField(String)
        case neitherPackageNorWorkspace
        case sectionInVirtualManifest(String)
        case projectTable
        /// `dev_dependencies` and the like, from the 2024 edition on.
        case underscore(key: String, where: String)
        case version(VersionError)
        case versionRequirement(String, dependency: String, VersionRequirementError)
        case rustVersion(RustVersionError)
        case rustVersionTooLow(RustVersion, minimum: RustVersion, Edition)
        case publishWithoutVersion
        case unknownEdition(String)
        case futureEdition(String)
        case unknownResolver(String)
        case resolverTwice
        case workspaceAndPointer
        case linksWithoutBuildScript(String)
        case noTargets
        /// `kind` is `library`, `bin`, `example`, `test` or `bench`.
        case targetNotFound(kind: String, name: String)
        /// `kind` is `binary`, `example`, …; `key` the section.
        case targetWithoutName(kind: String, key: String)
        case emptyTargetName(String)
        case duplicateTarget(kind: String, name: String)
        case severalFiles(kind: String, name: String)
        case forbiddenBinaryName(String)
        case hyphenInLibraryName(String)
        case mixedProcMacro
        case defaultRunNotFound(String)
        case invalidProfileName(String, Unicode.Scalar)
        case reservedProfileName(String)
        case invalidOptLevel(String)
        case invalidPanic(String)
        case invalidLTO(String, profile: String)
        case profileDirectory(String, profile: String)
        case profileInheritsDebug(String)
        /// `package` or `build-override` inside one of the two.
        case nestedProfile(String)
        case notInOverride(key: String, which: String)
        case invalidLintName(String, suggestion: String)
        case lintsOverride
        case unknownCargoFeature(String)
        case unstableCargoFeature(String)
        case removedCargoFeature(String)
        case misplacedCargoFeatures
        /// A key that only works with an unstable feature of Cargo.
        case requiresUnstableFeature(String)
        case workspaceFalse
        /// `key` is what is inherited; `cause` why that failed.
        case inheritance(key: String, from: String, InheritanceFault)
        case optionalWorkspaceDependency(String)
        case publicWorkspaceDependency(String)
        case dependency(String, DependencyFault)
        case platform(PlatformError)
        case differentSources(String)
        case patchKey(String, URLFault)
        case replacement(String, ReplacementFault)
        case patchAndReplace
        case config(ConfigError)
    }

    package enum InheritanceFault: Equatable, Sendable {
        case noWorkspaceRoot
        case notDefined(String)
        case notFound(dependency: String)
        case cannotTurnOffDefaultFeatures
    }

    package enum DependencyFault: Equatable, Sendable {
        case noSource
        /// `branch`, `tag` or `rev` without `git`.
        case keyWithoutGit(String)
        case ambiguous(String)
        case featureWithSlash(String)
        case featureWithPrefix(String)
        case invalidURL(String, URLFault)
        case unknownRegistry(String)
        case optionalDevelopmentDependency
        case artifact
        case keyWithoutArtifact(String)
        case pathBase
        case baseWithoutPath
    }

    package enum ReplacementFault: Equatable, Sendable {
        case noVersion
        case versionRequirement
        case invalidSpecification(String)
    }

    /// Why text is not an absolute URL.
    package enum URLFault: Equatable, Sendable {
        case relative
        case emptyHost
        case invalidPort
        /// `scheme:rest` without `//`.
        case cannotBeBase
        /// `git@host:path`; holds the URL that was probably meant.
        case copyPath(suggestion: String)
    }
}

/// A name that Cargo does not allow for packages, registries and the like.
package struct InvalidName: Error, Hashable, Sendable {
    package enum Fault: Hashable, Sendable {
        case empty
        case startsWithDigit(Unicode.Scalar)
        case firstCharacter(Unicode.Scalar)
        case character(Unicode.Scalar)
    }

    /// `package name`, `registry name`, …
    package let subject: String
    package let name: String
    package let fault: Fault
}

/// A fault in a manifest whose file is known to the caller.
struct ManifestFault: Error {
    let reason: ManifestError.Reason
    let span: Span

    init(_ reason: ManifestError.Reason, at span: Span) {
        self.reason = reason
        self.span = span
    }

    func located(in file: SourceFile) -> ManifestError {
        ManifestError(
            reason: reason, location: Location(path: file.path, span: span), position: file.position(of: span.start))
    }
}

/// Something Cargo only warns of.
package struct ManifestWarning: Hashable, Sendable {
    package let message: String
    package let location: Location
}
