package import CargoModel
import Disk
import TOML

/// Cargo's configuration, merged, as far as it bears on resolution.
package struct CargoConfig: Sendable {
    let table: ConfigTable
    let environment: Environment
    /// Every file that was read, nearest first.
    package let files: [SourceFile]
    package let warnings: [String]
    /// `resolver.incompatible-rust-versions`; nil where it is not set.
    package let incompatibleRustVersions: IncompatibleRustVersions?

    /// - Throws: if a file cannot be read or parsed, or two files contradict each other in type.
    package init(environment: Environment) throws(ConfigError) {
        var loader = ConfigFiles(environment: environment)
        table = try loader.load()
        files = loader.files
        warnings = loader.warnings
        self.environment = environment
        incompatibleRustVersions = try Self.incompatibleRustVersions(table, environment)
    }

    package enum IncompatibleRustVersions: String, Hashable, Sendable {
        case allow
        case fallback
    }

    func value(_ keys: String...) -> ConfigValue? {
        var current = ConfigValue.table(table)
        for key in keys {
            guard let next = current.table?[key] else { return nil }
            current = next
        }
        return current
    }

    /// `build.target`: what is built for where the command line does not say; empty for the host.
    package var buildTargets: [String] {
        if let text = environment.variables["CARGO_BUILD_TARGET"], !text.isEmpty { return [text] }
        guard let written = value("build", "target") else { return [] }
        return written.array?.compactMap(\.string) ?? written.string.map { [$0] } ?? []
    }

    private static func incompatibleRustVersions(
        _ table: ConfigTable, _ environment: Environment
    ) throws(ConfigError) -> IncompatibleRustVersions? {
        let key = "resolver.incompatible-rust-versions"
        if let section = table["resolver"], section.table == nil {
            throw ConfigError(
                .wrongType(key: "resolver", expected: "a table", found: "a " + section.typeName), section.definition)
        }
        let variable = "CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS"
        let written = table["resolver"]?.table?["incompatible-rust-versions"]
        let argument = written.flatMap { $0.definition.location.path == "--config" ? $0.string : nil }
        guard let text = argument ?? environment.variables[variable] ?? written?.string else {
            guard let written else { return nil }
            throw ConfigError(
                .wrongType(key: key, expected: "a string", found: written.typeName), written.definition)
        }
        if let value = IncompatibleRustVersions(rawValue: text) { return value }
        throw ConfigError(
            .unknownVariant(key: key, value: text, expected: "`allow` or `fallback`"),
            at: written?.definition.location ?? Location(path: variable, span: Span(start: 0, end: 0)))
    }
}

// MARK: Registries

extension CargoConfig {
    /// The registry of this name; nil if it is not configured.
    ///
    /// - Throws: if the configuration names it with something that is no URL.
    package func registry(named name: String) throws(ConfigError) -> SourceID? {
        if name == "crates-io" {
            try checkRegistryIndex()
            return .cratesIO
        }
        let written = value("registries", name, "index")
        if let text = environment.variables[Self.variable(of: name)] {
            return try registry(name, url: text, definition: nil)
        }
        guard let written else { return nil }
        guard let text = written.string else {
            throw ConfigError(
                .wrongType(key: "registries.\(name).index", expected: "a string", found: written.typeName),
                written.definition)
        }
        return try registry(name, url: text, definition: written.definition)
    }

    /// What the configuration calls this registry; the first such name in byte order.
    package func registryName(of source: SourceID) -> String? {
        table["registries"]?.table?.sortedKeys.first { (try? registry(named: $0)) == source }
    }

    /// `registry.index` once redirected crates.io; whoever needs crates.io now stumbles over it.
    func checkRegistryIndex() throws(ConfigError) {
        if let index = table["registry"]?.table?["index"] { throw ConfigError(.registryIndexKey, index.definition) }
    }

    /// `CARGO_REGISTRIES_NAME_INDEX`.
    private static func variable(of name: String) -> String {
        let letters = name.uppercased().map { $0 == "-" || $0 == "." ? "_" : $0 }
        return "CARGO_REGISTRIES_\(String(letters))_INDEX"
    }

    private func registry(
        _ name: String, url text: String, definition: ConfigDefinition?
    ) throws(ConfigError) -> SourceID {
        let url: String
        do throws(URLReason) {
            let base = definition?.base ?? environment.workingDirectory
            url = try URLText.parse(Self.fileURL(text, relativeTo: base) ?? text)
        } catch {
            throw ConfigError(
                .invalidRegistryURL(registry: name, error.fault.description), at: definition?.location,
                position: definition?.position)
        }
        if Self.hasPassword(url) {
            throw ConfigError(
                .registryPassword(name), at: definition?.location, position: definition?.position)
        }
        return RegistryURL.source(url)
    }

    /// `file:path`, which begins where the configuration lies.
    private static func fileURL(_ text: String, relativeTo base: String) -> String? {
        guard text.hasPrefix("file:"), !text.hasPrefix("file:/") else { return nil }
        return "file://" + Path.normalize(Path.join(base, String(text.dropFirst(5))))
    }

    private static func hasPassword(_ url: String) -> Bool {
        guard let scheme = url.firstRange(of: "://") else { return false }
        let authority = url[scheme.upperBound...].prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return false }
        return authority[..<at].contains(":")
    }
}

// MARK: Patches

extension CargoConfig {
    /// `[patch]` of the configuration, sorted by URL; entries in byte order of their keys.
    func patchTables() throws(ConfigError) -> [PatchTable] {
        guard let patches = table["patch"]?.table else { return [] }
        var tables: [String: PatchTable] = [:]
        for key in patches.sortedKeys {
            guard let table = patches[key]?.table else { continue }
            let patch = try patchTable(key, table)
            tables[patch.source.url] = patch
        }
        return PatchTable.ordered(tables)
    }

    private func patchTable(_ key: String, _ table: ConfigTable) throws(ConfigError) -> PatchTable {
        do throws(ManifestFault) {
            let source = try PatchKey(key: key, span: table.definition.location.span, config: self).source()
            var entries: [Dependency] = []
            for name in table.sortedKeys {
                guard let value = table[name] else { continue }
                entries.append(try patch(name, value))
            }
            return PatchTable(source: source, entries: entries)
        } catch { throw ConfigError(.patch(error.reason), table.definition) }
    }

    private func patch(_ name: String, _ value: ConfigValue) throws(ManifestFault) -> Dependency {
        let span = value.definition.location.span
        var entry = DependencyEntry(key: name, keySpan: span, span: span)
        if let text = value.string { entry.version = Spanned(text, at: span) }
        for key in value.table?.sortedKeys ?? [] {
            guard let item = value.table?[key] else { continue }
            let place = item.definition.location.span
            if let text = key == "path" ? item.path : item.string { entry.set(key, Spanned(text, at: place)) }
            if let flag = item.boolean { entry.set(key, Spanned(flag, at: place)) }
        }
        let context = ManifestContext(
            directory: value.definition.base, source: .path(value.definition.base), config: self)
        let found = try DependencySource(entry: entry, context: context).find()
        return try entry.dependency(source: found.source)
    }
}
