import Disk
import TOML

/// Where a configuration value comes from.
struct ConfigDefinition: Sendable, Equatable {
    /// Relative paths in the value start here.
    let base: String
    /// The file; `--config` or a variable's name otherwise.
    let location: Location
    let position: LinePosition?
}

/// A value of the merged configuration. Values of one table may come from several files.
indirect enum ConfigValue: Sendable, Equatable {
    case string(String, ConfigDefinition)
    case integer(Int64, ConfigDefinition)
    case boolean(Bool, ConfigDefinition)
    case array([ConfigValue], ConfigDefinition)
    case table(ConfigTable)

    var definition: ConfigDefinition {
        switch self {
        case .string(_, let definition), .integer(_, let definition), .boolean(_, let definition),
            .array(_, let definition):
            definition
        case .table(let table): table.definition
        }
    }

    var string: String? { if case .string(let text, _) = self { text } else { nil } }
    var boolean: Bool? { if case .boolean(let flag, _) = self { flag } else { nil } }
    var table: ConfigTable? { if case .table(let table) = self { table } else { nil } }
    var array: [ConfigValue]? { if case .array(let list, _) = self { list } else { nil } }

    /// In the words of Cargo's messages.
    var typeName: String {
        switch self {
        case .string: "string"
        case .integer: "integer"
        case .boolean: "boolean"
        case .array: "array"
        case .table: "table"
        }
    }

    /// A string as a path: relative to where the file lies.
    var path: String? {
        string.map { Path.normalize(Path.join(definition.base, $0)) }
    }
}

struct ConfigTable: Sendable, Equatable {
    var values: [String: ConfigValue] = [:]
    let definition: ConfigDefinition

    subscript(key: String) -> ConfigValue? { values[key] }

    /// In byte order.
    var sortedKeys: [String] { values.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
}

extension ConfigTable {
    /// Adds what `lower` has and this has not. Arrays are joined, those of `lower` first.
    ///
    /// - Parameter replaces: whether arrays of `lower` go unheard, by key path.
    mutating func fill(from lower: ConfigTable, path: String = "") throws(ConfigError) {
        for key in lower.sortedKeys {
            guard let below = lower.values[key] else { continue }
            let keyPath = path.isEmpty ? key : path + "." + key
            guard let own = values[key] else {
                values[key] = below
                continue
            }
            values[key] = try Self.merged(own, below, path: keyPath)
        }
    }

    private static func merged(
        _ own: ConfigValue, _ below: ConfigValue, path: String
    ) throws(ConfigError) -> ConfigValue {
        switch (own, below) {
        case (.table(var table), .table(let lower)):
            try table.fill(from: lower, path: path)
            return .table(table)
        case (.array(let upper, let definition), .array(let lower, _)):
            return .array(isProgram(path) ? upper : lower + upper, definition)
        case (.table, _), (.array, _), (_, .table), (_, .array):
            throw ConfigError(
                .merge(key: path, expected: own.typeName, found: below.typeName), below.definition)
        default: return own
        }
    }

    /// Values that are a command line, where joining makes no sense.
    private static func isProgram(_ path: String) -> Bool {
        if ["registry.credential-provider", "doc.browser", "host.runner"].contains(path) { return true }
        return path.hasPrefix("credential-alias.")
            || (path.hasPrefix("registries.") || path.hasPrefix("target."))
                && (path.hasSuffix(".credential-provider") || path.hasSuffix(".runner"))
    }
}
