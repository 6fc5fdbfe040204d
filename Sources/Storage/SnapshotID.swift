import CargoModel
import Index

/// The name of a database's content.
enum SnapshotID {
    static func read(in connection: Connection) throws(StorageError) -> String? {
        let statement = try connection.prepare("SELECT value FROM raw_meta WHERE key = 'snapshot'")
        return try statement.step() ? statement.text(0) : nil
    }

    static func write(in connection: Connection) throws(StorageError) {
        let statement = try connection.prepare("INSERT OR REPLACE INTO raw_meta VALUES ('snapshot', ?)")
        try statement.bind(1, try compute(in: connection))
        try statement.run()
    }

    /// Over index files by their hashes, advisories, and what is remembered of registries; not over times.
    static func compute(in connection: Connection) throws(StorageError) -> String {
        var bytes: [UInt8] = []
        let files = try connection.prepare(
            """
            SELECT r.kind || ' ' || r.canonical_url || ' ' || f.path, f.hash
            FROM raw_files f JOIN registries r ON r.id = f.registry ORDER BY r.kind, r.canonical_url, f.path
            """)
        while try files.step() {
            bytes += Array((files.text(0) ?? "").utf8)
            bytes += Array(files.bytes(1))
        }
        for query in [
            "SELECT collection || record FROM raw_advisories ORDER BY advisory, package, record",
            "SELECT registry || name || version || kind || coalesce(new, '') FROM raw_changes ORDER BY id",
            "SELECT kind || ' ' || canonical_url FROM registries WHERE is_whole ORDER BY kind, canonical_url",
        ] {
            let rows = try connection.prepare(query)
            while try rows.step() { bytes += Array((rows.text(0) ?? "").utf8) + [0] }
        }
        let digits = String(SipHash128.hash(bytes).0, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// What a database knows of one registry.
package struct RegistryFacts: Sendable {
    package let url: String
    /// Crates that are not here do not exist.
    package let isWhole: Bool
    package let crates: Int
    package let versions: Int
    /// When crates were asked for, in seconds since 1970; `nil` if none was.
    package let oldestCheck: Int?
    package let newestCheck: Int?
    /// Versions that the registry changed or took away.
    package let changes: Int
}

extension RegistryFacts {
    init(_ source: SourceID, id: Int, isWhole: Bool, in connection: Connection) throws(StorageError) {
        let statement = try connection.prepare(
            """
            SELECT (SELECT count(*) FROM raw_crates WHERE registry = ?1),
                (SELECT count(*) FROM raw_versions WHERE id >> 16 IN (SELECT id FROM raw_crates WHERE registry = ?1)),
                (SELECT min(checked) FROM raw_fetched WHERE registry = ?1),
                (SELECT max(checked) FROM raw_fetched WHERE registry = ?1),
                (SELECT count(*) FROM raw_changes WHERE registry = ?2)
            """)
        try statement.bind(1, id)
        try statement.bind(2, source.url)
        _ = try statement.step()
        self.init(
            url: source.url, isWhole: isWhole, crates: statement.integer(0), versions: statement.integer(1),
            oldestCheck: statement.isNull(2) ? nil : statement.integer(2),
            newestCheck: statement.isNull(3) ? nil : statement.integer(3), changes: statement.integer(4))
    }
}
