import CargoModel
import SemVer
import TOML

/// The form of a whole `Cargo.toml`.
/// - SeeAlso: `TomlManifest` in `crates/cargo-util-schemas/src/manifest/mod.rs` of rust-lang/cargo.
enum ManifestSchema {
    static let document = Shape.record(
        "struct TomlManifest",
        [
            "cargo-features": strings, "package": package, "project": package, "badges": badges,
            "features": .map(strings, key: featureName), "lib": target, "bin": .array(target),
            "example": .array(target), "test": .array(target), "bench": .array(target), "dependencies": dependencies,
            "dev-dependencies": dependencies, "dev_dependencies": dependencies, "build-dependencies": dependencies,
            "build_dependencies": dependencies,
            "target": .map(
                .record(
                    "struct TomlPlatform",
                    [
                        "dependencies": dependencies, "dev-dependencies": dependencies,
                        "dev_dependencies": dependencies, "build-dependencies": dependencies,
                        "build_dependencies": dependencies,
                    ])),
            "lints": LintTable.shape, "hints": .record("struct Hints", ["mostly-unused": .any]), "workspace": workspace,
            "profile": ProfileTable.shape,
            "patch": .map(.map(plainDependency, key: dependencyName)), "replace": .map(plainDependency),
        ])

    static let strings = Shape.array(.string)
    private static let badges = Shape.map(.map(.string))
    static let stringOrBoolean = Shape.oneOf([.string, .boolean], expected: "a boolean or string")
    private static let publish = Shape.oneOf(
        [.boolean, .strings], expected: "a boolean or vector of strings")

    private static let semver = Shape.text(expected: "SemVer version") { (text) throws(ManifestReason) in
        do throws(VersionError) { _ = try Version(trimmed(text)) } catch { throw ManifestReason(.version(error)) }
    }

    /// The version of `[workspace.package]` is not trimmed.
    private static let strictSemver = Shape.text(expected: "SemVer version") { (text) throws(ManifestReason) in
        do throws(VersionError) { _ = try Version(text) } catch { throw ManifestReason(.version(error)) }
    }

    private static let rustVersion = Shape.text(expected: "a semver") { (text) throws(ManifestReason) in
        do throws(RustVersionError) { _ = try RustVersion(text) } catch { throw ManifestReason(.rustVersion(error)) }
    }

    private static let featureName: Shape.TextCheck = { (name) throws(ManifestReason) in
        do throws(FeatureMapError) { try FeatureMapError.checkName(name) } catch {
            throw ManifestReason(.feature(error))
        }
    }

    private static let dependencyName: Shape.TextCheck = { (name) throws(ManifestReason) in
        do throws(InvalidName) { try InvalidName.checkPackage(name) } catch {
            throw ManifestReason(.invalidName(error))
        }
    }

    private static let registryName: Shape.TextCheck = { (name) throws(ManifestReason) in
        do throws(InvalidName) { try InvalidName.check(name, subject: "registry name") } catch {
            throw ManifestReason(.invalidName(error))
        }
    }

    /// Without white space, in the sense of Unicode, at both ends.
    static func trimmed(_ text: String) -> String {
        guard let first = text.utf8.first, let last = text.utf8.last else { return text }
        if first > 0x20, first < 0x80, last > 0x20, last < 0x80 { return text }
        let scalars = text.unicodeScalars
        guard let start = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let end = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[start...end])
    }
}

// MARK: Dependencies

extension ManifestSchema {
    private static let dependencyFields: [String: Shape] = [
        "version": .string, "registry": .text(expected: "a string", registryName), "registry-index": .string,
        "path": .string, "base": .string, "git": .string, "branch": .string, "tag": .string, "rev": .string,
        "features": strings, "optional": .boolean, "default-features": .boolean, "default_features": .boolean,
        "package": .text(expected: "a string", dependencyName), "public": .boolean,
        "artifact": .oneOf([.string, .strings], expected: "a string or sequence of strings"), "lib": .boolean,
        "target": .string,
    ]

    private static let expectedDependency =
        #"a version string like "0.9.8" or a detailed dependency like { version = "0.9.8" }"#

    /// Where `workspace = true` means nothing.
    static let plainDependency = Shape.stringOrRecord(expected: expectedDependency, dependencyFields)

    /// `workspace` is looked at when the table is read, since its type decides what kind of dependency this is.
    /// Beside `workspace = true` other keys are not even looked at.
    private static let inheritedDependency = Shape.record(
        "struct TomlInheritedDependency",
        [
            "workspace": .boolean, "features": strings, "optional": .boolean, "default-features": .boolean,
            "default_features": .boolean, "public": .boolean,
        ])

    private static let ownDependency = Shape.stringOrRecord(expected: expectedDependency, dependencyFields)

    private static let dependency = Shape.choice { node in
        node.table?["workspace"]?.boolean != nil ? inheritedDependency : ownDependency
    }

    private static let dependencies = Shape.map(dependency, key: dependencyName)
}

// MARK: Tables of the manifest

extension ManifestSchema {
    private static func inheritable(_ shape: Shape, _ expected: String) -> Shape {
        .inheritable(shape, expected: expected + " or workspace")
    }

    private static let inheritableString = inheritable(.string, "a string")
    private static let inheritableStrings = inheritable(strings, "a vector of strings")

    private static let package = Shape.record(
        "struct TomlPackage",
        [
            "edition": inheritableString, "rust-version": inheritable(rustVersion, "a semver"),
            "name": .text(expected: "a string", dependencyName),
            "version": .inheritable(semver, expected: "SemVer version"),
            "authors": inheritableStrings,
            "build": .oneOf([.string, .boolean, .strings], expected: "a string or array"),
            "metabuild": .oneOf([.string, .strings], expected: "a string or sequence of strings"),
            "default-target": .string, "forced-target": .string, "links": .string, "exclude": inheritableStrings,
            "include": inheritableStrings,
            "publish": inheritable(publish, "a boolean, a vector of strings"), "workspace": .string,
            "im-a-teapot": .boolean, "autolib": .boolean, "autobins": .boolean, "autoexamples": .boolean,
            "autotests": .boolean, "autobenches": .boolean, "default-run": .string, "description": inheritableString,
            "homepage": inheritableString, "documentation": inheritableString,
            "readme": inheritable(stringOrBoolean, "a string, a bool"), "keywords": inheritableStrings,
            "categories": inheritableStrings, "license": inheritableString, "license-file": inheritableString,
            "repository": inheritableString, "resolver": .string, "metadata": .any,
            "cargo-features": .refused(.misplacedCargoFeatures),
        ])

    private static let workspace = Shape.record(
        "struct TomlWorkspace",
        [
            "members": strings, "exclude": strings, "default-members": strings, "resolver": .string,
            "metadata": .any, "package": inheritablePackage, "dependencies": .map(plainDependency, key: dependencyName),
            "lints": LintTable.workspaceShape,
        ])

    private static let inheritablePackage = Shape.record(
        "struct InheritablePackage",
        [
            "version": strictSemver, "authors": strings, "description": .string, "homepage": .string,
            "documentation": .string, "readme": stringOrBoolean, "keywords": strings, "categories": strings,
            "license": .string, "license-file": .string, "repository": .string, "publish": publish,
            "edition": .string, "badges": badges, "exclude": strings, "include": strings, "rust-version": rustVersion,
        ])

    private static let target = Shape.record(
        "struct TomlTarget",
        [
            "name": .string, "path": .string, "filename": .string, "test": .boolean, "doctest": .boolean,
            "bench": .boolean, "doc": .boolean, "doc-scrape-examples": .boolean, "proc-macro": .boolean,
            "proc_macro": .boolean, "harness": .boolean, "required-features": strings, "edition": .string,
            "crate-type": strings, "crate_type": strings,
        ])
}
