import CargoModel

/// The table of that name.
enum Snapshots {
    static func all(in connection: Connection) throws(StorageError) -> [Snapshot] {
        let statement = try connection.prepare(
            "SELECT id, kind, origin, revision, date, imported FROM snapshots ORDER BY kind DESC, origin")
        var snapshots: [Snapshot] = []
        while try statement.step() {
            guard let kind = statement.text(1).flatMap(Snapshot.Kind.init) else {
                throw StorageError(.damaged("an unknown kind of snapshot"), path: connection.path)
            }
            snapshots.append(
                Snapshot(
                    id: statement.integer(0), kind: kind, origin: statement.text(2) ?? "",
                    revision: statement.text(3), date: statement.text(4).flatMap { Day($0) },
                    imported: statement.text(5) ?? ""))
        }
        return snapshots
    }

    static func find(
        _ kind: Snapshot.Kind, _ origin: String, in connection: Connection
    ) throws(StorageError) -> Snapshot? {
        try all(in: connection).first { $0.kind == kind && $0.origin.compareBytes(origin) == 0 }
    }

    /// Writes what is known of an import, in place of what was.
    ///
    /// - Returns: the id, which stays the same for an origin.
    static func record(_ new: Snapshot, in connection: Connection) throws(StorageError) -> Int {
        let statement = try connection.prepare(
            """
            INSERT INTO snapshots (kind, origin, revision, date, imported) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (kind, origin) DO UPDATE SET
                revision = excluded.revision, date = excluded.date, imported = excluded.imported
            RETURNING id
            """)
        try statement.bind(1, new.kind.rawValue)
        try statement.bind(2, new.origin)
        try statement.bind(3, new.revision)
        try statement.bind(4, new.date?.description)
        try statement.bind(5, new.imported)
        guard try statement.step() else { throw StorageError(.damaged("snapshots"), path: connection.path) }
        let id = statement.integer(0)
        try statement.run()
        return id
    }
}
