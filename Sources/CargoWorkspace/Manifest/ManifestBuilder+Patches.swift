import CargoModel
import SemVer
import TOML

extension ManifestBuilder {
    /// `[patch]`, sorted by URL; of two tables for one URL the later key counts, as in Cargo.
    mutating func patchTables() throws(WorkspaceError) -> [PatchTable] {
        var tables: [String: PatchTable] = [:]
        let written = raw.root["patch"]?.table?.entries ?? []
        for entry in written.sorted(by: { $0.key.precedesInBytes($1.key) }) {
            let table = try located { () throws(ManifestFault) in try patchTable(entry) }
            if tables.updateValue(table, forKey: table.source.canonicalURL) != nil {
                warn(
                    "`[patch]` names \(table.source) twice; only the entries under `\(entry.key)` count",
                    at: entry.keySpan)
            }
        }
        return PatchTable.ordered(tables)
    }

    private func patchTable(_ entry: TOMLTable.Entry) throws(ManifestFault) -> PatchTable {
        let source = try PatchKey(key: entry.key, span: entry.keySpan, config: config).source()
        let context = ManifestContext(directory: raw.directory, source: self.source, config: config)
        var patches: [Dependency] = []
        for item in (entry.value.table?.entries ?? []).sorted(by: { $0.key.precedesInBytes($1.key) }) {
            let written = try DependencyEntry(item, inherits: false)
            let found = try DependencySource(entry: written, context: context).find()
            patches.append(try written.dependency(source: found.source))
        }
        return PatchTable(source: source, entries: patches)
    }

    /// `[replace]`, in byte order of the keys.
    func replacementTable() throws(WorkspaceError) -> [Replacement] {
        guard let node = raw.root["replace"], let table = node.table, !table.isEmpty else { return [] }
        if raw.root["patch"]?.table?.isEmpty == false { throw failure(.patchAndReplace, at: node.span) }
        return try located { () throws(ManifestFault) in
            var result: [Replacement] = []
            for entry in table.entries.sorted(by: { $0.key.precedesInBytes($1.key) }) {
                result.append(try replacement(entry))
            }
            return result
        }
    }

    private func replacement(_ item: TOMLTable.Entry) throws(ManifestFault) -> Replacement {
        let specification = try PackageIDSpecification(item.key, at: item.keySpan)
        let written = try DependencyEntry(item, inherits: false)
        if let version = written.version {
            throw ManifestFault(.replacement(specification.description, .versionRequirement), at: version.span)
        }
        let context = ManifestContext(directory: raw.directory, source: source, config: config)
        let source = try DependencySource(entry: written, context: context).find().source
        guard let version = specification.version else {
            throw ManifestFault(.replacement(specification.description, .noVersion), at: item.keySpan)
        }
        let exact = Comparator(
            .exact, major: version.major, minor: version.minor, patch: version.patch, prerelease: version.prerelease)
        let dependency = Dependency(
            package: written.package?.value ?? specification.name, source: source,
            requirement: .range(VersionRequirement([exact])), rename: written.package.map { _ in specification.name })
        return Replacement(
            name: specification.name, version: version, source: specification.source, dependency: dependency)
    }
}

extension PatchTable {
    /// Without empty tables, by URL.
    static func ordered(_ tables: [String: PatchTable]) -> [PatchTable] {
        tables.values.filter { !$0.entries.isEmpty }.sorted { $0.source.url.precedesInBytes($1.source.url) }
    }
}

/// What `X` in `[patch.X]` means: a registry's name or the URL of a source.
struct PatchKey {
    let key: String
    let span: Span
    let config: CargoConfig

    func source() throws(ManifestFault) -> SourceID {
        if key == "crates-io" { return .cratesIO }
        if let known = (try? config.registry(named: key)) ?? nil { return known }
        do throws(URLReason) { return RegistryURL.source(try URLText.parse(key)) } catch {
            throw ManifestFault(.patchKey(key, error.fault), at: span)
        }
    }
}

/// The key of a replacement: `name:version`, `name@version`, `URL#name@version` or `URL#version`.
/// - SeeAlso: "Package ID Specifications", The Cargo Book.
struct PackageIDSpecification {
    let name: String
    /// Nil if there is none, or only a part of one.
    let version: Version?
    /// The version as written.
    let writtenVersion: String?
    let source: SourceID

    init(_ text: String, at span: Span) throws(ManifestFault) {
        if text.contains("://") {
            try self.init(url: text, at: span)
        } else {
            try self.init(Substring(text), source: .cratesIO, of: text, at: span)
        }
    }

    private init(_ text: Substring, source: SourceID, of whole: String, at span: Span) throws(ManifestFault) {
        (name, writtenVersion) = try Self.split(text, of: whole, at: span)
        version = writtenVersion.flatMap { try? Version($0) }
        self.source = source
    }

    private init(url text: String, at span: Span) throws(ManifestFault) {
        let hash = text.firstIndex(of: "#")
        let base = hash.map { String(text[..<$0]) } ?? text
        do throws(URLReason) {
            let isGit = base.hasPrefix("git+")
            let address = isGit || base.hasPrefix("registry+") ? base.drop { $0 != "+" }.dropFirst() : Substring(base)
            let url = try URLText.parse(String(address))
            source = isGit ? SourceID(kind: .git(.defaultBranch), url: url) : RegistryURL.source(url)
        } catch {
            throw ManifestFault(.replacement(text, .invalidSpecification("\(error.fault)")), at: span)
        }
        let last = String(base.split(separator: "/").last ?? "")
        let fragment = hash.map { text[text.index(after: $0)...] } ?? ""
        if fragment.isEmpty {
            (name, writtenVersion) = (last, nil)
        } else if fragment.utf8.first.map({ $0 &- UInt8(ascii: "0") < 10 }) ?? false {
            (name, writtenVersion) = (last, String(fragment))
        } else {
            (name, writtenVersion) = try Self.split(fragment, of: text, at: span)
        }
        version = writtenVersion.flatMap { try? Version($0) }
    }

    /// With the URL, as Cargo prints it.
    var description: String { "\(source.url)#\(name)" + (writtenVersion.map { "@" + $0 } ?? "") }

    private static func split(
        _ text: Substring, of whole: String, at span: Span
    ) throws(ManifestFault) -> (String, String?) {
        let separator = text.firstIndex { $0 == "@" || $0 == ":" }
        let name = String(text[..<(separator ?? text.endIndex)])
        do throws(InvalidName) { try InvalidName.checkPackage(name) } catch {
            throw ManifestFault(.invalidName(error), at: span)
        }
        guard let separator else { return (name, nil) }
        return (name, String(text[text.index(after: separator)...]))
    }
}
