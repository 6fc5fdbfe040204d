import CargoModel
import SemVer
import TOML

extension ManifestBuilder {
    mutating func packageSection(_ node: TOMLNode) throws(WorkspaceError) -> PackageSection {
        let table = node.table ?? TOMLTable()
        let edition = try edition(table)
        if edition >= .edition2024, let project = raw.root.entry("project") {
            throw failure(.projectTable, at: project.keySpan)
        }
        guard let name = table.string("name") else { throw failure(.missingField("package.name"), at: node.span) }
        if InvalidName.hasNamespace(name.value) {
            throw failure(.requiresUnstableFeature("open-namespaces"), at: name.span)
        }
        try located { () throws(ManifestFault) in try checkUnstableKeys(table) }
        try inheritTheRest(table)
        let targets = try located { () throws(ManifestFault) in
            try TargetFinder(raw: raw, package: name.value, edition: edition).find()
        }
        hasTargets = !targets.isEmpty
        let links = table.string("links")
        if let links, !targets.hasBuildScript {
            throw failure(.linksWithoutBuildScript(links.value), at: links.span)
        }
        return try packageSection(table, name, edition, targets)
    }

    private mutating func packageSection(
        _ table: TOMLTable, _ name: Spanned<String>, _ edition: Edition, _ targets: PackageTargets
    ) throws(WorkspaceError) -> PackageSection {
        let version = try version(table)
        let publish = try publish(table, hasVersion: version != nil)
        let rustVersion = try rustVersion(table, edition: edition)
        return PackageSection(
            name: name, version: version?.value ?? Version(major: 0, minor: 0, patch: 0),
            versionLocation: version?.location, edition: edition, rustVersion: rustVersion?.value,
            rustVersionLocation: rustVersion?.location, resolver: try resolver(table),
            links: table.string("links"), publish: publish, hasLibrary: targets.hasLibrary,
            hasBinary: targets.hasBinary, isProcMacro: targets.isProcMacro, hasBuildScript: targets.hasBuildScript)
    }

    private static let unstableKeys = [
        ("metabuild", "metabuild"), ("im-a-teapot", "test-dummy-unstable"), ("default-target", "per-package-target"),
        ("forced-target", "per-package-target"),
    ]

    private func checkUnstableKeys(_ table: TOMLTable) throws(ManifestFault) {
        for (key, feature) in Self.unstableKeys {
            guard let entry = table.entry(key) else { continue }
            throw ManifestFault(.requiresUnstableFeature(feature), at: entry.keySpan)
        }
        if let build = table.entry("build"), build.value.array != nil {
            throw ManifestFault(.requiresUnstableFeature("multiple-build-scripts"), at: build.keySpan)
        }
    }
}

// MARK: Values that may be inherited

extension ManifestBuilder {
    private typealias Found = (node: TOMLNode, file: SourceFile)

    /// The value of a key of `[package]`, from the root if it says `workspace = true`; nil if there is none.
    private mutating func value(_ key: String, in table: TOMLTable) throws(WorkspaceError) -> Found? {
        guard let node = table[key] else { return nil }
        guard node.table != nil else { return (node, raw.file) }
        let from = "workspace.package.\(key)"
        guard let inheritance = try inheritance() else {
            throw failure(.inheritance(key: key, from: from, .noWorkspaceRoot), at: node.span)
        }
        guard let found = inheritance.packageValue(key) else {
            throw failure(.inheritance(key: key, from: from, .notDefined(from)), at: node.span)
        }
        return (found, inheritance.root.file)
    }

    private static let inheritableKeys = [
        "authors", "categories", "description", "documentation", "exclude", "homepage", "include", "keywords",
        "license", "license-file", "readme", "repository",
    ]

    /// Keys of no interest must still be there to be inherited.
    private mutating func inheritTheRest(_ table: TOMLTable) throws(WorkspaceError) {
        for key in Self.inheritableKeys { _ = try value(key, in: table) }
    }

    private mutating func edition(_ table: TOMLTable) throws(WorkspaceError) -> Edition {
        guard let (node, file) = try value("edition", in: table), let text = node.string else { return .edition2015 }
        return try located(in: file) { () throws(ManifestFault) in
            do throws(ManifestReason) { return try Edition(text) } catch {
                throw ManifestFault(error.reason, at: node.span)
            }
        }
    }

    private mutating func version(
        _ table: TOMLTable
    ) throws(WorkspaceError) -> (value: Version, location: Location)? {
        guard let (node, file) = try value("version", in: table), let text = node.string else { return nil }
        let version = try located(in: file) { () throws(ManifestFault) in
            do throws(VersionError) { return try Version(ManifestSchema.trimmed(text)) } catch {
                throw ManifestFault(.version(error), at: node.span)
            }
        }
        return (version, Location(path: file.path, span: node.span))
    }

    private mutating func publish(_ table: TOMLTable, hasVersion: Bool) throws(WorkspaceError) -> [String]? {
        guard let (node, _) = try value("publish", in: table) else { return hasVersion ? nil : [] }
        let registries = node.boolean == false ? [] : node.array?.compactMap(\.string)
        if !hasVersion, registries?.isEmpty != true {
            throw failure(.publishWithoutVersion, at: table["publish"]?.span ?? node.span)
        }
        return registries
    }

    private mutating func rustVersion(
        _ table: TOMLTable, edition: Edition
    ) throws(WorkspaceError) -> (value: RustVersion, location: Location)? {
        guard let (node, file) = try value("rust-version", in: table), let text = node.string else { return nil }
        let version = try located(in: file) { () throws(ManifestFault) in
            do throws(RustVersionError) { return try RustVersion(text) } catch {
                throw ManifestFault(.rustVersion(error), at: node.span)
            }
        }
        if let minimum = edition.firstCompiler, !minimum.isAtMost(version) {
            throw failure(
                .rustVersionTooLow(version, minimum: minimum, edition), at: table["rust-version"]?.span ?? node.span)
        }
        return (version, Location(path: file.path, span: node.span))
    }

    private func resolver(_ table: TOMLTable) throws(WorkspaceError) -> Spanned<String>? {
        let own = table.string("resolver")
        let shared = raw.workspace?.resolver
        if let own, shared != nil { throw failure(.resolverTwice, at: own.span) }
        if let key = own ?? shared {
            _ = try located { () throws(ManifestFault) in try ResolverVersion(key) }
        }
        return own
    }
}

extension RustVersion {
    /// Missing numbers count as 0.
    fileprivate func isAtMost(_ other: RustVersion) -> Bool {
        let left = [major, minor ?? 0, patch ?? 0]
        let right = [other.major, other.minor ?? 0, other.patch ?? 0]
        return !right.lexicographicallyPrecedes(left)
    }
}
