package import Advisories
package import CargoModel
import Disk

/// How an import of advisories went.
package struct AdvisoryImport: Sendable {
    package let snapshot: Snapshot
    /// Records found, readable or not.
    package let recordCount: Int
    /// Advisories now in the database from this origin; a record about several packages makes several.
    package let stored: Int
    package let setAside: [RecordNote]
    package let warnings: [RecordNote]
    /// Nothing was new, and nothing was written.
    package let isUnchanged: Bool
}

/// Puts advisories into a database, in place of those it had from the same origin.
///
/// - Parameters:
///   - path: see `readAdvisories(at:)`.
///   - database: created if missing.
///   - origin: who publishes them; what an earlier import from the same origin brought goes. Nil for what the
///     collection says of itself, or else `rustsec` or `osv`.
///   - revision: the commit; nil for what the collection or its git folder says.
///   - date: the day the data is from; nil for what the collection or its git folder says.
///   - moment: when this happens, for the record.
package func importAdvisories(
    _ path: String, into database: String, origin: String? = nil, revision: String? = nil, date: Day? = nil,
    at moment: String
) throws(StorageError) -> AdvisoryImport {
    let batch: AdvisoryBatch
    do throws(AdvisoryError) { batch = try readAdvisories(at: path) } catch {
        throw StorageError(.advisories(error), path: path)
    }
    let head = GitHead(of: path)
    let snapshot = Snapshot(
        id: 0, kind: .advisories, origin: origin ?? batch.origin, revision: revision ?? batch.revision ?? head?.commit,
        date: date ?? batch.date ?? head?.date ?? batch.newestDate, imported: moment)
    let writer = AdvisoryWriter(batch: batch, snapshot: snapshot)
    if FileSystem.isNamed(database), let unchanged = try writer.unchanged(in: database) { return unchanged }
    let update = try StoreUpdate(of: database)
    let result = try writer.write(in: update.publication.connection)
    try update.publish()
    return result
}

extension StoreUpdate {
    /// Puts advisories in the place of those the database has from the same origin.
    ///
    /// - Parameters:
    ///   - origin: see `importAdvisories`.
    ///   - date: the day the data is from; nil for what the collection says.
    package func store(
        _ batch: AdvisoryBatch, origin: String? = nil, date: Day? = nil, at moment: String
    ) throws(StorageError) -> AdvisoryImport {
        let snapshot = Snapshot(
            id: 0, kind: .advisories, origin: origin ?? batch.origin, revision: batch.revision,
            date: date ?? batch.date ?? batch.newestDate, imported: moment)
        let writer = AdvisoryWriter(batch: batch, snapshot: snapshot)
        let isUnchanged = try writer.hasSameRecords(in: publication.connection)
        return try writer.write(in: publication.connection, isUnchanged: isUnchanged)
    }
}

extension AdvisoryBatch {
    fileprivate var origin: String {
        guard let source else { return format.rawValue }
        return source == "https://github.com/rustsec/advisory-db" ? Format.rustsec.rawValue : source
    }

    /// A collection cannot be older than what is in it.
    fileprivate var newestDate: Day? { advisories.compactMap(\.date).max() }
}

private struct AdvisoryWriter {
    let batch: AdvisoryBatch
    let snapshot: Snapshot
    private let rows: [Row]

    private struct Row {
        let advisory: Advisory
        let record: [UInt8]
    }

    init(batch: AdvisoryBatch, snapshot: Snapshot) {
        self.batch = batch
        self.snapshot = snapshot
        rows = Self.rows(of: batch)
    }

    /// - Parameter isUnchanged: only the snapshot is new.
    func write(in connection: Connection, isUnchanged: Bool = false) throws(StorageError) -> AdvisoryImport {
        let id = try Snapshots.record(snapshot, in: connection)
        if !isUnchanged {
            for table in ["raw_advisories", "raw_advisory_notes", "raw_archives"] {
                try connection.execute("DELETE FROM \(table) WHERE snapshot = \(id)")
            }
            try insert(rows, id, connection)
            try insert(batch.setAside, isSetAside: 1, id, connection)
            try insert(batch.warnings, isSetAside: 0, id, connection)
        }
        let stored = try Snapshots.find(.advisories, snapshot.origin, in: connection)
        return result(stored ?? snapshot, isUnchanged)
    }

    /// In byte order of id and package, so that the same records always make the same rows.
    private static func rows(of batch: AdvisoryBatch) -> [Row] {
        batch.advisories.map { Row(advisory: $0, record: AdvisoryFacts.line($0, withProse: true)) }.sorted {
            let order = $0.advisory.id.compareBytes($1.advisory.id)
            return order == 0 ? $0.advisory.package.precedesInBytes($1.advisory.package) : order < 0
        }
    }

    private func result(_ snapshot: Snapshot, _ isUnchanged: Bool) -> AdvisoryImport {
        AdvisoryImport(
            snapshot: snapshot, recordCount: batch.recordCount, stored: rows.count, setAside: batch.setAside,
            warnings: batch.warnings, isUnchanged: isUnchanged)
    }

    /// What an import would return if the database has all of it just the same; nil otherwise.
    func unchanged(in database: String) throws(StorageError) -> AdvisoryImport? {
        let header = try FileHeader.check(database, allowingOlder: true)
        guard header.schemaVersion == Schema.version else { return nil }
        let connection = try Connection(database, .immutable)
        guard let known = try Snapshots.find(.advisories, snapshot.origin, in: connection),
            known.revision == snapshot.revision, known.date == snapshot.date, try hasSameRecords(in: connection)
        else { return nil }
        return result(known, true)
    }

    func hasSameRecords(in connection: Connection) throws(StorageError) -> Bool {
        guard let known = try Snapshots.find(.advisories, snapshot.origin, in: connection) else { return false }
        let stored = try connection.prepare("SELECT record FROM raw_advisories WHERE snapshot = ? ORDER BY id")
        try stored.bind(1, known.id)
        var rest = rows[...]
        while try stored.step() {
            guard let row = rest.popFirst(), row.record.elementsEqual(stored.bytes(0)) else { return false }
        }
        guard rest.isEmpty else { return false }
        let notes = try connection.prepare(
            "SELECT place, reason FROM raw_advisory_notes WHERE snapshot = ? ORDER BY rowid")
        try notes.bind(1, known.id)
        var left = (batch.setAside + batch.warnings)[...]
        while try notes.step() {
            guard let note = left.popFirst(), note.place == notes.text(0), note.reason == notes.text(1) else {
                return false
            }
        }
        return left.isEmpty
    }

    private func insert(_ rows: [Row], _ id: Int, _ connection: Connection) throws(StorageError) {
        let statement = try connection.prepare(
            """
            INSERT INTO raw_advisories (snapshot, collection, package, advisory, kind, level, score, record)
            VALUES (?, ?, ?, ?, ?, ?, ? / 10.0, ?)
            """)
        for row in rows {
            let advisory = row.advisory
            try statement.bind(1, id)
            try statement.bind(2, advisory.collection.rawValue)
            try statement.bind(3, advisory.package)
            try statement.bind(4, advisory.id)
            try statement.bind(5, advisory.kind.rawValue)
            try statement.bind(6, advisory.severity.level.rawValue)
            if let tenths = advisory.severity.tenths {
                try statement.bind(7, tenths)
            } else {
                try statement.bindNull(7)
            }
            try statement.bind(8, text: row.record)
            try statement.run()
        }
    }

    private func insert(
        _ notes: [RecordNote], isSetAside: Int, _ id: Int, _ connection: Connection
    ) throws(StorageError) {
        let statement = try connection.prepare("INSERT INTO raw_advisory_notes VALUES (?, ?, ?, \(isSetAside))")
        for note in notes {
            try statement.bind(1, id)
            try statement.bind(2, note.place)
            try statement.bind(3, note.reason)
            try statement.run()
        }
    }
}
