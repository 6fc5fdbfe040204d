package import CargoModel

/// Changes to a database that all come into force at once, or not at all.
///
/// They are made on a copy, which `publish` puts in the place of the database; until then, and if that is never called,
/// the database stays as it is. See `Publication`.
package final class StoreUpdate {
    let publication: Publication

    /// - Parameter database: created if missing.
    /// - Throws: if there is a file that is no database of ours; it is not touched.
    package init(of database: String) throws(StorageError) {
        publication = try Publication(of: database)
    }

    package func publish() throws(StorageError) { try publication.publish() }
}

// MARK: - Archives

/// An archive of advisories that a server was asked for.
package struct ArchiveRecord: Hashable, Sendable {
    /// Of the snapshot it was put into.
    package let origin: String
    /// Without user, password and query.
    package let url: String
    /// `etag: …` or `last-modified: …`; nil if the server gave neither.
    package let validator: String?
    /// Seconds since 1970.
    package let checked: Int

    package init(origin: String, url: String, validator: String?, checked: Int) {
        self.origin = origin
        self.url = url
        self.validator = validator
        self.checked = checked
    }
}

extension StoreUpdate {
    /// Remembers what to ask a server with next time, for advisories that are in the draft.
    package func note(_ archive: ArchiveRecord) throws(StorageError) {
        let statement = try publication.connection.prepare(
            """
            INSERT OR REPLACE INTO raw_archives (snapshot, url, validator, checked)
            SELECT id, ?2, ?3, ?4 FROM snapshots WHERE kind = 'advisories' AND origin = ?1
            """)
        try statement.bind(1, archive.origin)
        try statement.bind(2, archive.url)
        try statement.bind(3, archive.validator)
        try statement.bind(4, archive.checked)
        try statement.run()
    }

    /// An archive that has not changed is as good as one from today.
    package func confirm(_ origin: String, from url: String, checked: Int, _ new: Snapshot) throws(StorageError) {
        let connection = publication.connection
        guard let known = try Snapshots.find(.advisories, origin, in: connection) else { return }
        _ = try Snapshots.record(
            Snapshot(
                id: 0, kind: .advisories, origin: origin, revision: known.revision, date: new.date,
                imported: new.imported), in: connection)
        let statement = try connection.prepare("UPDATE raw_archives SET checked = ? WHERE snapshot = ? AND url = ?")
        try statement.bind(1, checked)
        try statement.bind(2, known.id)
        try statement.bind(3, url)
        try statement.run()
    }
}

extension Store {
    /// What is known of archives, in order of their origins.
    package func archives() throws(StorageError) -> [ArchiveRecord] {
        let statement = try connection.prepare(
            """
            SELECT s.origin, a.url, a.validator, a.checked FROM raw_archives a JOIN snapshots s ON s.id = a.snapshot
            ORDER BY s.origin
            """)
        var found: [ArchiveRecord] = []
        while try statement.step() {
            found.append(
                ArchiveRecord(
                    origin: statement.text(0) ?? "", url: statement.text(1) ?? "", validator: statement.text(2),
                    checked: statement.integer(3)))
        }
        return found
    }
}

extension Store {
    /// When the one of these crates was asked for that was asked for longest ago, in seconds since 1970; `nil` if one of
    /// them never was.
    package func oldestFetch(of names: [String], in source: SourceID) throws(StorageError) -> Int? {
        var oldest: Int?
        for name in names {
            guard let record = try fetchRecord(of: name, in: source) else { return nil }
            oldest = min(oldest ?? record.checked, record.checked)
        }
        return oldest
    }
}
