import Disk
import TOML

/// Finds, reads and merges the configuration files that hold for a working directory.
/// - SeeAlso: `load_values` in `src/cargo/util/context/mod.rs` of rust-lang/cargo.
struct ConfigFiles {
    let environment: Environment
    private(set) var files: [SourceFile] = []
    private(set) var warnings: [String] = []
    /// Files being included, outermost first.
    private var including: [String] = []

    init(environment: Environment) {
        self.environment = environment
    }

    /// Everything merged: `--config`, then the files from the working directory upwards, the cargo home last.
    mutating func load() throws(ConfigError) -> ConfigTable {
        var result = ConfigTable(definition: definition(of: "--config"))
        for argument in environment.configArguments.reversed() {
            try result.fill(from: try self.argument(argument))
        }
        for path in discover() { try result.fill(from: try file(path)) }
        return result
    }

    private func definition(of place: String) -> ConfigDefinition {
        ConfigDefinition(
            base: environment.workingDirectory, location: Location(path: place, span: Span(start: 0, end: 0)),
            position: nil)
    }

    /// Nearest first; the cargo home once.
    private mutating func discover() -> [String] {
        let home = environment.cargoHome
        var paths: [String] = []
        var sawHome = false
        for directory in environment.configDirectories {
            let folder = Path.join(directory, ".cargo")
            guard FileSystem.isDirectory(folder) else { continue }
            if let home, folder == home || FileSystem.isSame(folder, home) { sawHome = true }
            if let path = configFile(in: folder) { paths.append(path) }
        }
        if let home, !sawHome, let path = configFile(in: home) { paths.append(path) }
        return paths
    }

    /// `config` without extension wins over `config.toml`.
    private mutating func configFile(in folder: String) -> String? {
        let old = Path.join(folder, "config")
        let path = Path.join(folder, "config.toml")
        guard FileSystem.exists(old) else { return FileSystem.exists(path) ? path : nil }
        if !FileSystem.exists(path) {
            warnings.append("`\(old)` is deprecated in favor of `config.toml`")
        } else if !FileSystem.isSame(old, path) {
            warnings.append("both `\(old)` and `\(path)` exist. Using `\(old)`")
        }
        return old
    }
}

// MARK: Reading

extension ConfigFiles {
    private mutating func file(_ path: String) throws(ConfigError) -> ConfigTable {
        let file: SourceFile
        do throws(FileError) {
            file = try SourceFile.read(path, in: environment)
        } catch {
            throw ConfigError(.unreadable(path: path, error))
        }
        files.append(file)
        let folder = Path.parent(path) ?? "/"
        var table = try parse(file, base: Path.parent(folder) ?? "/")
        including.append(path)
        defer { including.removeLast() }
        try include(into: &table, folder: folder)
        return table
    }

    private func parse(_ file: SourceFile, base: String) throws(ConfigError) -> ConfigTable {
        let document: TOMLDocument
        do throws(TOMLError) { document = try parseTOML(file.bytes) } catch {
            throw ConfigError(
                .syntax(error.reason), at: Location(path: file.path, span: error.span),
                position: file.position(of: error.span.start))
        }
        let reader = ConfigReader(path: file.path, lines: LineIndex(file.bytes), base: base)
        return try reader.table(document.root, at: Span(start: 0, end: 0), path: "")
    }

    /// The including file overrides what it includes; of two included files the later one counts.
    private mutating func include(into table: inout ConfigTable, folder: String) throws(ConfigError) {
        guard let value = table.values.removeValue(forKey: "include") else { return }
        guard let items = value.array else {
            throw ConfigError(
                .wrongType(
                    key: "include", expected: "a list of strings or a list of tables", found: value.typeName),
                value.definition)
        }
        for item in items.reversed() {
            guard let included = try self.included(item, folder: folder) else { continue }
            try table.fill(from: included)
        }
    }

    private mutating func included(_ item: ConfigValue, folder: String) throws(ConfigError) -> ConfigTable? {
        guard let text = item.string ?? item.table?["path"]?.string else {
            throw ConfigError(
                .wrongType(key: "include", expected: "a string or a table with `path`", found: item.typeName),
                item.definition)
        }
        guard text.hasSuffix(".toml") else { throw ConfigError(.includeNotTOML(text), item.definition) }
        let path = Path.normalize(Path.join(folder, text))
        if including.contains(path) { throw ConfigError(.includeCycle(path), item.definition) }
        if item.table?["optional"]?.boolean == true, !FileSystem.exists(path) { return nil }
        return try file(path)
    }

    /// `KEY=VALUE` or the path of a file.
    private mutating func argument(_ text: String) throws(ConfigError) -> ConfigTable {
        let path = environment.absolute(text)
        if !text.contains("=") || FileSystem.isFile(path) {
            guard FileSystem.isFile(path) else { throw ConfigError(.invalidArgument(text)) }
            return try file(path)
        }
        let document: TOMLDocument
        do throws(TOMLError) { document = try parseTOML(Array(text.utf8)) } catch {
            throw ConfigError(.invalidArgument(text))
        }
        guard Self.isOneAssignment(document.root, text) else { throw ConfigError(.invalidArgument(text)) }
        let reader = ConfigReader(path: "--config", lines: nil, base: environment.workingDirectory)
        return try reader.table(document.root, at: Span(start: 0, end: 0), path: "")
    }

    /// Exactly one key, dotted or not, and no table as its value.
    private static func isOneAssignment(_ table: TOMLTable, _ text: String) -> Bool {
        var current = table
        while true {
            guard current.count == 1, let entry = current.entries.first else { return false }
            guard let inner = entry.value.table else { return !text.contains("\n") && !text.hasPrefix("[") }
            if text.utf8.dropFirst(entry.value.span.start).first == UInt8(ascii: "{") { return false }
            current = inner
        }
    }
}

/// Turns a parsed file into configuration values.
struct ConfigReader {
    let path: String
    let lines: LineIndex?
    let base: String

    private func definition(_ span: Span) -> ConfigDefinition {
        let position = lines?.position(of: span.start)
        return ConfigDefinition(
            base: base, location: Location(path: path, span: span),
            position: position.map { LinePosition(line: $0.line, column: $0.column) })
    }

    /// Depth is bounded by that of the TOML document.
    func table(_ table: TOMLTable, at span: Span, path: String) throws(ConfigError) -> ConfigTable {
        var result = ConfigTable(definition: definition(span))
        for entry in table.entries {
            let key = path.isEmpty ? entry.key : path + "." + entry.key
            result.values[entry.key] = try value(entry.value, path: key)
        }
        return result
    }

    private func value(_ node: TOMLNode, path: String) throws(ConfigError) -> ConfigValue {
        let definition = definition(node.span)
        switch node.value {
        case .string(let text): return .string(text, definition)
        case .integer(let number): return .integer(number, definition)
        case .boolean(let flag): return .boolean(flag, definition)
        case .table(let table): return .table(try self.table(table, at: node.span, path: path))
        case .array(let items):
            var list: [ConfigValue] = []
            for item in items { list.append(try value(item, path: path)) }
            return .array(list, definition)
        case .float: throw ConfigError(.unsupportedType(key: path, type: "float"), definition)
        case .datetime: throw ConfigError(.unsupportedType(key: path, type: "datetime"), definition)
        }
    }
}
