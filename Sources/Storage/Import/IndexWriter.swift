import Advisories
import CargoModel
import Disk
import Index
import SemVer

/// Carries an index tree into a database. Nothing is copied or written before the first difference is found.
struct IndexWriter {
    private let registry: SourceID
    private let database: String
    private let snapshot: Snapshot
    private var known: KnownFiles
    private var rows: IndexRows?
    private var reader = IndexReader()
    private var seen: Set<String> = []
    private var byteCount = 0
    private var changedFiles = 0
    private var failures: [RecordNote] = []

    init(registry: SourceID, database: String, snapshot: Snapshot) throws(StorageError) {
        self.registry = registry
        self.database = database
        self.snapshot = snapshot
        known = try KnownFiles(of: registry, in: database)
    }

    mutating func run(
        _ tree: IndexTree, _ files: [String], _ progress: (Int, Int) -> Void
    ) throws(StorageError) -> IndexImport {
        for (number, file) in files.enumerated() {
            if number % 256 == 0 { progress(number, files.count) }
            try add(file, of: tree)
        }
        let gone = known.files.keys.filter { !seen.contains($0) }.sorted { $0.precedesInBytes($1) }
        for path in gone { try remove(path) }
        progress(files.count, files.count)
        return try finish(files.count, removed: gone.count)
    }

    private mutating func add(_ path: String, of tree: IndexTree) throws(StorageError) {
        seen.insert(path)
        let bytes: [UInt8]
        do throws(IndexError) {
            guard let contents = try tree.contents(of: path) else { return }
            bytes = contents
        } catch {
            failures.append(RecordNote(place: path, reason: error.description))
            return
        }
        byteCount += bytes.count
        let hash = ContentHash(of: bytes)
        if known.files[path]?.hash == hash { return }
        try remove(path)
        changedFiles += 1
        let (records, dropped) = reader.recordsAndDroppedLines(in: bytes)
        try writable().insert(path, hash, records, dropped: dropped)
    }

    private mutating func remove(_ path: String) throws(StorageError) {
        guard let file = known.files[path] else { return }
        try writable().remove(file.id, path)
    }

    private mutating func writable() throws(StorageError) -> IndexRows {
        if let rows { return rows }
        let made = try IndexRows(of: registry, in: Publication(of: database), snapshot)
        rows = made
        return made
    }

    private mutating func finish(_ fileCount: Int, removed: Int) throws(StorageError) -> IndexImport {
        let stored: Snapshot
        let totals: IndexTotals
        let isUnchanged = rows == nil && known.isWhole && known.snapshot.map(isSame) == true
        if isUnchanged, let snapshot = known.snapshot {
            stored = snapshot
            totals = try IndexTotals(of: registry, in: Connection(database, .immutable))
        } else {
            let rows = try writable()
            stored = try rows.finish(snapshot)
            totals = try IndexTotals(of: registry, in: rows.connection)
            try rows.publish()
        }
        return IndexImport(
            snapshot: stored, fileCount: fileCount, byteCount: byteCount, changedFiles: changedFiles,
            removedFiles: removed, crates: totals.crates, versions: totals.versions, unusable: totals.unusable,
            setAside: totals.setAside + failures, isUnchanged: isUnchanged)
    }

    /// The date of the newest publication follows from the files, so it need not be compared.
    private func isSame(_ other: Snapshot) -> Bool {
        other.revision == snapshot.revision && (snapshot.date == nil || other.date == snapshot.date)
    }
}

/// Whether a file is the one read before.
struct ContentHash: Hashable {
    private let first: UInt64
    private let second: UInt64

    init(of bytes: [UInt8]) {
        (first, second) = SipHash128.hash(bytes)
    }

    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count == 16 else { return nil }
        let raw = UnsafeRawBufferPointer(bytes)
        first = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        second = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    var bytes: [UInt8] {
        [first, second].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) } }
    }
}

/// The files of a registry that a database has.
struct KnownFiles {
    private(set) var files: [String: (id: Int, hash: ContentHash)] = [:]
    private(set) var snapshot: Snapshot?
    /// Crates that are not among the files do not exist.
    private(set) var isWhole = false

    /// Empty without a database.
    init(of registry: SourceID, in database: String) throws(StorageError) {
        guard FileSystem.isNamed(database) else { return }
        let header = try FileHeader.check(database, allowingOlder: true)
        guard header.schemaVersion == Schema.version else { return }
        let connection = try Connection(database, .immutable)
        guard let (id, snapshotID) = try IndexRows.registryRow(of: registry, in: connection) else { return }
        snapshot = try Snapshots.all(in: connection).first { $0.id == snapshotID }
        isWhole = try IndexRows.isWhole(registry: id, in: connection)
        let statement = try connection.prepare("SELECT id, path, hash FROM raw_files WHERE registry = ?")
        try statement.bind(1, id)
        while try statement.step() {
            guard let path = statement.text(1), let hash = ContentHash(statement.bytes(2)) else { continue }
            files[path] = (statement.integer(0), hash)
        }
    }
}

/// What a database holds of one registry.
struct IndexTotals {
    let crates: Int
    let versions: Int
    let unusable: Int
    let setAside: [RecordNote]

    init(of registry: SourceID, in connection: Connection) throws(StorageError) {
        let id = try IndexRows.registryRow(of: registry, in: connection)?.id ?? 0
        let statement = try connection.prepare(
            """
            SELECT (SELECT count(*) FROM raw_crates WHERE registry = ?1), count(*), count(unusable)
            FROM raw_versions WHERE id >> 16 IN (SELECT id FROM raw_crates WHERE registry = ?1)
            """)
        try statement.bind(1, id)
        _ = try statement.step()
        crates = statement.integer(0)
        versions = statement.integer(1)
        unusable = statement.integer(2)
        statement.reset()
        setAside = try Self.setAside(id, connection)
    }

    private static func setAside(_ registry: Int, _ connection: Connection) throws(StorageError) -> [RecordNote] {
        let statement = try connection.prepare(
            """
            SELECT f.path, s.line, s.reason FROM raw_set_aside s JOIN raw_files f ON f.id = s.file
            WHERE f.registry = ? ORDER BY f.path, s.line
            """)
        try statement.bind(1, registry)
        var notes: [RecordNote] = []
        while try statement.step() {
            let place = "\(statement.text(0) ?? ""):\(statement.integer(1))"
            notes.append(RecordNote(place: place, reason: statement.text(2) ?? ""))
        }
        return notes
    }
}
