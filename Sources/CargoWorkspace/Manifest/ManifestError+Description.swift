import CargoModel
import SemVer
import TOML

extension ManifestError: CustomStringConvertible {
    package var description: String { reason.description }
}

extension ManifestError.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .syntax(let reason): TOMLError(reason, at: Span(start: 0, end: 0)).description
        case .invalidType(let found, let expected): "invalid type: \(found), expected \(expected)"
        case .invalidName(let name): name.description
        case .invalidValue(let found, let expected): "invalid value: \(found), expected \(expected)"
        case .unknownVariant(let text, let expected): "unknown variant `\(text)`, expected \(expected)"
        case .feature(let error): Self.description(of: error)
        case .config(let error): error.description
        case .platform(let error): error.description
        case .version(let error): error.description
        case .rustVersion(let error): error.description
        case .versionRequirement(let text, let dependency, let error):
            "failed to parse the version requirement `\(text)` for dependency `\(dependency)`: \(error)"
        case .dependency(let name, let fault): fault.description(of: name)
        case .replacement(let key, let fault): fault.description(of: key)
        case .inheritance(let key, let from, let fault):
            "error inheriting `\(key)` from workspace root manifest's `\(from)`: \(fault)"
        default: descriptionOfFile
        }
    }

    /// A manifest's names of features are judged with other words than those of an index line.
    private static func description(of error: FeatureMapError) -> String {
        switch error.reason {
        case .nameContainsSlash:
            "invalid character `/` in feature name: `\(error.feature)`, feature name is not allowed to contain slashes"
        case .invalidFirstCharacter(let scalar):
            "invalid character `\(scalar)` in feature name: `\(error.feature)`, the first character must be a Unicode "
                + "XID start character or digit (most letters or `_` or `0` to `9`)"
        case .invalidCharacter(let scalar):
            "invalid character `\(scalar)` in feature name: `\(error.feature)`, characters must be Unicode XID "
                + "characters, '-', `+`, or `.` (numbers, `+`, `-`, `_`, `.`, or most letters)"
        default: error.description
        }
    }

    private var descriptionOfFile: String {
        switch self {
        case .missingField(let field): "missing field `\(field)`"
        case .neitherPackageNorWorkspace: "manifest is missing either a `[package]` or a `[workspace]`"
        case .sectionInVirtualManifest(let section):
            "this virtual manifest specifies a `\(section)` section, which is not allowed; "
                + "move it to a package, or add `[package]`"
        case .projectTable: "`[project]` is not supported as of the 2024 Edition, please use `[package]`"
        case .underscore(let key, let place):
            "`\(key)` is unsupported as of the 2024 edition; instead use "
                + "`\(key.split(separator: "_").joined(separator: "-"))` (in the \(place))"
        case .workspaceAndPointer:
            "cannot configure both `package.workspace` and `[workspace]`, only one can be specified"
        case .workspaceFalse: "`workspace` cannot be false"
        case .optionalWorkspaceDependency(let name):
            "\(name) is optional, but workspace dependencies cannot be optional; put `optional` where it is inherited"
        case .publicWorkspaceDependency(let name): "\(name) is public, but workspace dependencies cannot be public"
        case .differentSources(let name):
            "Dependency '\(name)' has different source paths depending on the build target. "
                + "Each dependency must have a single canonical source path irrespective of build target."
        case .patchKey(let key, let fault):
            "[patch] entry `\(key)` should be a URL or registry name: invalid url `\(key)`: \(fault)"
                + (key == "crates" ? "; for crates.io, use [patch.crates-io] (with a dash)" : "")
        case .patchAndReplace: "cannot specify both [replace] and [patch]"
        default: descriptionOfPackage
        }
    }

    private var descriptionOfPackage: String {
        switch self {
        case .publishWithoutVersion: "`package.publish` requires `package.version` be specified"
        case .unknownEdition(let text):
            "failed to parse the `edition` key: supported edition values are `2015`, `2018`, `2021`, or `2024`, "
                + "but `\(text)` is unknown"
        case .futureEdition(let text):
            "failed to parse the `edition` key: this version of Cargo is older than the `\(text)` edition, "
                + "and only supports `2015`, `2018`, `2021`, and `2024` editions."
        case .rustVersionTooLow(let version, let minimum, let edition):
            "rust-version \(version) is incompatible with the version (\(minimum)) required by the specified "
                + "edition (\(edition.rawValue))"
        case .unknownResolver(let text):
            "`resolver` setting `\(text)` is not valid, valid options are \"1\", \"2\" or \"3\""
        case .resolverTwice: "cannot specify `resolver` field in both `[workspace]` and `[package]`"
        case .linksWithoutBuildScript(let links):
            "package specifies that it links to `\(links)` but does not have a custom build script"
        default: descriptionOfTarget
        }
    }
}
