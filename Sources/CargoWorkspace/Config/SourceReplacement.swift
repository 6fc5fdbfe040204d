package import CargoModel
import TOML

/// Where the data of a source really lies.
package enum ResolvedSource: Hashable, Sendable {
    /// A registry whose index is a git repository, by URL; crates.io unless replaced is `sparse`.
    case registry(String)
    /// A registry served over HTTP, by URL with `sparse+`.
    case sparse(String)
    /// A directory with an index and archives.
    case localRegistry(String)
    /// A directory of unpacked packages, as `cargo vendor` makes it.
    case directory(String)
    case git(url: String, GitReference)
}

/// The `[source]` tables, checked.
/// - SeeAlso: `SourceConfigMap` in `src/cargo/sources/config.rs` of rust-lang/cargo.
package struct SourceMap: Sendable {
    private struct Definition {
        let name: String
        let location: ResolvedSource?
        let replaceWith: String?
        let place: ConfigDefinition
    }

    private let definitions: [String: Definition]
    private let config: CargoConfig

    init(_ config: CargoConfig) throws(ConfigError) {
        self.config = config
        var definitions: [String: Definition] = [:]
        var names: [ResolvedSource: String] = [:]
        for name in config.table["source"]?.table?.sortedKeys ?? [] {
            guard let value = config.value("source", name) else { continue }
            guard let table = value.table else {
                throw ConfigError(
                    .wrongType(key: "source.\(name)", expected: "a table", found: value.typeName), value.definition)
            }
            let definition = try Self.definition(name, table)
            if let location = definition.location, let other = names.updateValue(name, forKey: location) {
                throw ConfigError(
                    .duplicateSource(name, source: location.description, other: other), table.definition)
            }
            definitions[name] = definition
        }
        self.definitions = definitions
    }

    private static let locationKeys = ["registry", "local-registry", "directory", "git"]

    private static func definition(_ name: String, _ table: ConfigTable) throws(ConfigError) -> Definition {
        let given = locationKeys.filter { table[$0] != nil }
        if given.count > 1 { throw ConfigError(.severalSourceLocations(name), table.definition) }
        if table["git"] == nil, let key = ["branch", "tag", "rev"].first(where: { table[$0] != nil }) {
            throw ConfigError(.referenceWithoutGit(source: name, key: key), table.definition)
        }
        if given.isEmpty, name != "crates-io" { throw ConfigError(.noSourceLocation(name), table.definition) }
        var location: ResolvedSource?
        if let key = given.first { location = try Self.location(key, of: name, in: table) }
        let replacement = try string("replace-with", of: name, in: table)
        return Definition(name: name, location: location, replaceWith: replacement, place: table.definition)
    }

    private static func string(
        _ key: String, of name: String, in table: ConfigTable
    ) throws(ConfigError) -> String? {
        guard let value = table[key] else { return nil }
        guard let text = value.string else {
            throw ConfigError(
                .wrongType(key: "source.\(name).\(key)", expected: "a string", found: value.typeName),
                value.definition)
        }
        return text
    }

    private static func location(
        _ key: String, of name: String, in table: ConfigTable
    ) throws(ConfigError) -> ResolvedSource? {
        guard let text = try string(key, of: name, in: table), let value = table[key] else { return nil }
        switch key {
        case "local-registry": return .localRegistry(value.path ?? text)
        case "directory": return .directory(value.path ?? text)
        case "git": return .git(url: try url(text, of: name, value), try reference(in: table, of: name))
        default:
            let url = try url(text, of: name, value)
            return url.hasPrefix("sparse+") ? .sparse(url) : .registry(url)
        }
    }

    private static func url(
        _ text: String, of name: String, _ value: ConfigValue
    ) throws(ConfigError) -> String {
        do throws(URLReason) { return try URLText.parse(text) } catch {
            throw ConfigError(.invalidRegistryURL(registry: name, error.fault.description), value.definition)
        }
    }

    private static func reference(in table: ConfigTable, of name: String) throws(ConfigError) -> GitReference {
        if let branch = try string("branch", of: name, in: table) { return .branch(branch) }
        if let tag = try string("tag", of: name, in: table) { return .tag(tag) }
        if let rev = try string("rev", of: name, in: table) { return .rev(rev) }
        return .defaultBranch
    }
}

// MARK: Looking up

extension SourceMap {
    static let cratesIOSparse = "sparse+https://index.crates.io/"

    /// Where to find what `source` offers; package ids keep `source` all the same.
    ///
    /// - Parameter hasLock: whether a lock names the commit of a git source.
    /// - Throws: for a name nobody defines, a replacement that leads back to itself, or one that cannot stand in.
    ///   A circle that does not come back to where it began makes Cargo hang; here it is an error like the others.
    package func location(of source: SourceID, hasLock: Bool) throws(ConfigError) -> ResolvedSource {
        guard let start = definition(of: source) else { return try own(source) }
        guard let found = try follow(start) else { return try own(source) }
        if source.isRegistry, case .git = found {
            throw ConfigError(
                .checksumsLost(original: start.name, replacement: found.description), start.place)
        }
        if source.isGit, case .directory = found, !hasLock {
            throw ConfigError(.needsLock(source.url), start.place)
        }
        return found
    }

    private func definition(of source: SourceID) -> Definition? {
        if source == .cratesIO || source.url == Self.cratesIOSparse { return definitions["crates-io"] }
        return definitions.values.filter { $0.location.map { $0.isWhere(source) } ?? false }
            .min { $0.name.precedesInBytes($1.name) }
    }

    /// The end of the chain; nil if that is crates.io itself.
    private func follow(_ start: Definition) throws(ConfigError) -> ResolvedSource? {
        var current = start
        var seen: Set<String> = [start.name]
        while let next = current.replaceWith {
            guard let definition = definitions[next] else { return try undefined(next, from: current) }
            if !seen.insert(next).inserted { throw ConfigError(.replacementCycle(start.name), start.place) }
            current = definition
        }
        return current.location
    }

    /// A name without a `[source]` table may be that of a registry, or crates.io.
    private func undefined(_ name: String, from definition: Definition) throws(ConfigError) -> ResolvedSource? {
        if name == "crates-io" { return try own(.cratesIO) }
        guard let registry = try config.registry(named: name) else {
            throw ConfigError(.unknownReplacement(name, lookingUp: definition.name), definition.place)
        }
        return try own(registry)
    }

    private func own(_ source: SourceID) throws(ConfigError) -> ResolvedSource {
        switch source.kind {
        case .git(let reference): return .git(url: source.url, reference)
        case .sparse: return .sparse(source.url)
        case .localRegistry: return .localRegistry(source.url)
        case .directory, .path: return .directory(source.url)
        case .registry:
            if source != .cratesIO { return .registry(source.url) }
            return try usesGitProtocol() ? .registry(source.url) : .sparse(Self.cratesIOSparse)
        }
    }

    /// `registries.crates-io.protocol`.
    private func usesGitProtocol() throws(ConfigError) -> Bool {
        let written = config.value("registries", "crates-io", "protocol")
        let key = "registries.crates-io.protocol"
        switch config.environment.variables["CARGO_REGISTRIES_CRATES_IO_PROTOCOL"] ?? written?.string {
        case nil, "sparse": return false
        case "git": return true
        case .some(let other):
            let reason = ConfigError.Reason.unknownVariant(key: key, value: other, expected: "`sparse` or `git`")
            throw ConfigError(
                reason, at: written?.definition.location, position: written?.definition.position)
        }
    }
}

extension ResolvedSource: CustomStringConvertible {
    package var description: String {
        switch self {
        case .registry(let url), .sparse(let url): url
        case .localRegistry(let path), .directory(let path): path
        case .git(let url, _): url
        }
    }

    /// Whether this is the place `source` names, as sources are compared.
    fileprivate func isWhere(_ source: SourceID) -> Bool {
        switch self {
        case .registry(let url): SourceID(kind: .registry, url: url) == source
        case .sparse(let url): SourceID(kind: .sparse, url: url) == source
        case .localRegistry(let path): SourceID(kind: .localRegistry, url: path) == source
        case .directory(let path): SourceID(kind: .directory, url: path) == source
        case .git(let url, let reference): SourceID(kind: .git(reference), url: url) == source
        }
    }
}

extension CargoConfig {
    /// The `[source]` tables.
    ///
    /// - Throws: if one of them is wrong, used or not.
    package func sources() throws(ConfigError) -> SourceMap { try SourceMap(self) }

    /// Where to find what one source offers; see `SourceMap.location(of:hasLock:)`.
    package func replacement(for source: SourceID, hasLock: Bool = true) throws(ConfigError) -> ResolvedSource {
        try sources().location(of: source, hasLock: hasLock)
    }
}
