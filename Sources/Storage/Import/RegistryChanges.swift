import CargoModel
import SemVer

extension RegistryChange {
    /// A row of `raw_changes`, without its id.
    init?(_ row: Statement) {
        guard let kind = row.text(3).flatMap(Kind.init), let version = row.text(2).flatMap({ try? Version($0) }) else {
            return nil
        }
        self.init(
            registry: row.text(0) ?? "", name: row.text(1) ?? "", version: version, kind: kind, old: row.text(4),
            new: row.text(5), noticed: row.text(6) ?? "")
    }
}

/// Compares what an import takes away with what it puts in its place.
struct RegistryChanges {
    private struct Key: Hashable {
        let name: String
        let version: Version
    }

    private let source: SourceID
    private let noticed: String
    private var removed: [Key: String] = [:]
    private var added: [Key: String] = [:]
    /// Versions that vanished earlier and have not returned, with the checksum they had.
    private var missing: [Key: String] = [:]

    init(of source: SourceID, noticed: String, in connection: Connection) throws(StorageError) {
        self.source = source
        self.noticed = noticed
        let statement = try connection.prepare(
            "SELECT registry, name, version, kind, old, new, noticed FROM raw_changes WHERE registry = ? ORDER BY id")
        try statement.bind(1, source.url)
        while try statement.step() {
            guard let change = RegistryChange(statement) else { continue }
            let key = Key(name: change.name, version: change.version)
            missing[key] = change.kind == .vanished ? change.old ?? "" : nil
        }
    }

    mutating func remove(_ versions: [PublishedVersion], of name: String) {
        for version in versions { removed[Key(name: name, version: version.version)] = version.checksum ?? "" }
    }

    mutating func add(_ versions: [PublishedVersion], of name: String) {
        for version in versions where !removed.isEmpty || !missing.isEmpty {
            added[Key(name: name, version: version.version)] = version.checksum ?? ""
        }
    }

    /// In byte order of names, then by version.
    private var changes: [(key: Key, kind: RegistryChange.Kind, old: String?, new: String?)] {
        var found: [(key: Key, kind: RegistryChange.Kind, old: String?, new: String?)] = []
        for (key, old) in removed {
            guard let new = added[key] else {
                found.append((key, .vanished, old, nil))
                continue
            }
            if new != old { found.append((key, .checksum, old, new)) }
        }
        for (key, old) in missing {
            if removed[key] == nil, let new = added[key] { found.append((key, .returned, old, new)) }
        }
        return found.sorted {
            $0.key.name == $1.key.name ? $0.key.version < $1.key.version : $0.key.name.precedesInBytes($1.key.name)
        }
    }

    func write(in connection: Connection) throws(StorageError) {
        let statement = try connection.prepare(
            "INSERT INTO raw_changes (registry, name, version, kind, old, new, noticed) VALUES (?, ?, ?, ?, ?, ?, ?)")
        for (key, kind, old, new) in changes {
            try statement.bind(1, source.url)
            try statement.bind(2, key.name)
            try statement.bind(3, key.version.description)
            try statement.bind(4, kind.rawValue)
            try statement.bind(5, old)
            try statement.bind(6, new)
            try statement.bind(7, noticed)
            try statement.run()
        }
    }
}
