import CargoModel
import Index
import JSON
import SemVer

/// Writes the rows of one registry into a draft of a database.
final class IndexRows {
    /// Versions that the numbering of rows has room for.
    static let versionLimit = 1 << 16

    private let publication: Publication
    private let registry: Int
    private var nextCrate: Int
    private let insertFile: Statement
    private let insertCrate: Statement
    private let insertVersion: Statement
    private let insertSetAside: Statement
    private let cratesOfFile: Statement
    private let removals: [Statement]
    private let storedEntry: Statement
    private var oldEntries: EntryReader
    private var dependents: DependentCounts
    /// A few files do not make a whole index younger.
    private let keepsSnapshot: Bool
    private let fileAtPath: Statement
    private let forgetFetch: Statement
    private let noteFetch: Statement
    private let touchFetch: Statement
    private var changes: RegistryChanges

    var connection: Connection { publication.connection }

    /// - Parameter isWhole: what is not written does not exist.
    init(
        of source: SourceID, in publication: Publication, _ snapshot: Snapshot, isWhole: Bool = true
    ) throws(StorageError) {
        self.publication = publication
        dependents = DependentCounts(in: source)
        oldEntries = EntryReader(in: source)
        let connection = publication.connection
        keepsSnapshot = isWhole ? false : try Self.hasAll(of: source, in: connection)
        let snapshotID = keepsSnapshot ? 0 : try Snapshots.record(snapshot, in: connection)
        registry = try Self.addRegistry(source, snapshotID, isWhole: isWhole, in: connection)
        changes = try RegistryChanges(of: source, noticed: snapshot.imported, in: connection)
        fileAtPath = try connection.prepare("SELECT id, hash FROM raw_files WHERE registry = ? AND path = ?")
        forgetFetch = try connection.prepare("DELETE FROM raw_fetched WHERE registry = ? AND path = ?")
        noteFetch = try connection.prepare("INSERT OR REPLACE INTO raw_fetched VALUES (?, ?, ?, ?)")
        touchFetch = try connection.prepare("UPDATE raw_fetched SET checked = ? WHERE registry = ? AND path = ?")
        let last = try connection.prepare("SELECT coalesce(max(id), 0) FROM raw_crates")
        _ = try last.step()
        nextCrate = last.integer(0) + 1
        insertFile = try connection.prepare(
            "INSERT INTO raw_files (registry, path, hash) VALUES (?, ?, ?) RETURNING id")
        insertCrate = try connection.prepare(
            "INSERT INTO raw_crates (id, registry, file, name, listing) VALUES (?, ?, ?, ?, ?)")
        insertVersion = try connection.prepare("INSERT INTO raw_versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        insertSetAside = try connection.prepare("INSERT INTO raw_set_aside VALUES (?, ?, ?)")
        cratesOfFile = try connection.prepare("SELECT id, listing, name FROM raw_crates WHERE file = ?")
        storedEntry = try connection.prepare("SELECT dependencies FROM raw_versions WHERE id = ?")
        removals = [
            try connection.prepare("DELETE FROM raw_set_aside WHERE file = ?"),
            try connection.prepare("DELETE FROM raw_files WHERE id = ?"),
        ]
    }

    static func registryRow(
        of source: SourceID, in connection: Connection
    ) throws(StorageError) -> (id: Int, snapshot: Int)? {
        let statement = try connection.prepare(
            "SELECT id, snapshot FROM registries WHERE kind = ? AND canonical_url = ?")
        try statement.bind(1, source.kindWord)
        try statement.bind(2, source.canonicalURL)
        return try statement.step() ? (statement.integer(0), statement.integer(1)) : nil
    }

    private static func hasAll(of source: SourceID, in connection: Connection) throws(StorageError) -> Bool {
        guard let known = try registryRow(of: source, in: connection) else { return false }
        return try isWhole(registry: known.id, in: connection)
    }

    static func isWhole(registry: Int, in connection: Connection) throws(StorageError) -> Bool {
        let statement = try connection.prepare("SELECT is_whole FROM registries WHERE id = ?")
        try statement.bind(1, registry)
        return try statement.step() && statement.integer(0) == 1
    }

    private static func addRegistry(
        _ source: SourceID, _ snapshot: Int, isWhole: Bool, in connection: Connection
    ) throws(StorageError) -> Int {
        if let known = try registryRow(of: source, in: connection) {
            if isWhole { try connection.execute("UPDATE registries SET is_whole = 1 WHERE id = \(known.id)") }
            return known.id
        }
        let statement = try connection.prepare(
            "INSERT INTO registries (kind, url, canonical_url, snapshot, is_whole) VALUES (?, ?, ?, ?, ?)")
        try statement.bind(1, source.kindWord)
        try statement.bind(2, source.url)
        try statement.bind(3, source.canonicalURL)
        try statement.bind(4, snapshot)
        try statement.bind(5, isWhole ? 1 : 0)
        try statement.run()
        return try registryRow(of: source, in: connection)?.id ?? 0
    }

    /// - Returns: the snapshot as stored.
    func finish(_ snapshot: Snapshot) throws(StorageError) -> Snapshot {
        var date = snapshot.date
        if date == nil, !keepsSnapshot { date = try newestPublication() }
        let dated = Snapshot(
            id: 0, kind: snapshot.kind, origin: snapshot.origin, revision: snapshot.revision,
            date: date, imported: snapshot.imported)
        let id = keepsSnapshot ? 0 : try Snapshots.record(dated, in: connection)
        try dependents.write(registry, in: connection)
        try changes.write(in: connection)
        return Snapshot(
            id: id, kind: dated.kind, origin: dated.origin, revision: dated.revision, date: dated.date,
            imported: dated.imported)
    }

    private func newestPublication() throws(StorageError) -> Day? {
        let statement = try connection.prepare(
            """
            SELECT max(published) FROM raw_versions
            WHERE id >> 16 IN (SELECT id FROM raw_crates WHERE registry = ?) AND published GLOB '[0-9][0-9][0-9][0-9]-*'
            """)
        try statement.bind(1, registry)
        return try statement.step() ? statement.text(0).flatMap { Day($0) } : nil
    }

    func publish() throws(StorageError) {
        try publication.publish()
    }
}

// MARK: - Rows

extension IndexRows {
    /// The file of this path, if the draft has it.
    func file(at path: String) throws(StorageError) -> (id: Int, hash: ContentHash)? {
        try fileAtPath.bind(1, registry)
        try fileAtPath.bind(2, path)
        guard try fileAtPath.step() else { return nil }
        defer { fileAtPath.reset() }
        return ContentHash(fileAtPath.bytes(1)).map { (fileAtPath.integer(0), $0) }
    }

    /// Removes a file and what it said. What to ask the server with goes too: it belonged to this content.
    func remove(_ file: Int, _ path: String) throws(StorageError) {
        try forgetFetch.bind(1, registry)
        try forgetFetch.bind(2, path)
        try forgetFetch.run()
        try cratesOfFile.bind(1, file)
        var crates: [Int] = []
        while try cratesOfFile.step() {
            let id = cratesOfFile.integer(0)
            crates.append(id)
            let versions = Listing.decode(cratesOfFile.bytes(1), firstRow: id << 16) ?? []
            changes.remove(versions, of: cratesOfFile.text(2) ?? "")
            try forget(versions)
        }
        for id in crates {
            try connection.execute(
                """
                DELETE FROM raw_versions WHERE id BETWEEN \(id << 16) AND \(id << 16 | 0xffff);
                DELETE FROM raw_crates WHERE id = \(id)
                """)
        }
        for statement in removals {
            try statement.bind(1, file)
            try statement.run()
        }
    }

    /// Takes back what a crate added to the counts.
    private func forget(_ versions: [PublishedVersion]) throws(StorageError) {
        guard let newest = DependentCounts.newest(versions.map { ($0.version, $0.unusable == nil) }) else { return }
        try storedEntry.bind(1, versions[newest].row)
        guard try storedEntry.step() else { return }
        defer { storedEntry.reset() }
        let dependencies: [Dependency]
        do throws(JSONError) { dependencies = try oldEntries.dependencies(storedEntry.bytes(0)) } catch {
            throw StorageError(.damaged("the dependencies of a crate: \(error)"), path: connection.path)
        }
        dependents.remove(dependencies)
    }

    /// - Parameters:
    ///   - records: in the order of the file; usually all under one name.
    ///   - dropped: numbers of the lines that cannot be read.
    func insert(
        _ path: String, _ hash: ContentHash, _ records: [IndexRecord], dropped: [Int]
    ) throws(StorageError) {
        try insertFile.bind(1, registry)
        try insertFile.bind(2, path)
        try insertFile.bind(3, blob: hash.bytes)
        _ = try insertFile.step()
        let file = insertFile.integer(0)
        try insertFile.run()
        for line in dropped { try setAside(file, line, "a line without a name and a version") }
        for group in Self.groups(records) { try insert(group, file) }
    }

    /// Remembers what a server said about a file, so that it can be asked whether that has changed.
    func noteFetch(_ path: String, validator: String?, at seconds: Int) throws(StorageError) {
        try noteFetch.bind(1, registry)
        try noteFetch.bind(2, path)
        try noteFetch.bind(3, validator)
        try noteFetch.bind(4, seconds)
        try noteFetch.run()
    }

    /// It was asked for again, and nothing has changed.
    func touchFetch(_ path: String, at seconds: Int) throws(StorageError) {
        try touchFetch.bind(1, seconds)
        try touchFetch.bind(2, registry)
        try touchFetch.bind(3, path)
        try touchFetch.run()
    }

    private func setAside(_ file: Int, _ line: Int, _ reason: String) throws(StorageError) {
        try insertSetAside.bind(1, file)
        try insertSetAside.bind(2, line)
        try insertSetAside.bind(3, reason)
        try insertSetAside.run()
    }

    /// By name, in the order of first mention.
    private static func groups(_ records: [IndexRecord]) -> [[IndexRecord]] {
        guard let name = records.first?.name else { return [] }
        if records.allSatisfy({ $0.name.compareBytes(name) == 0 }) { return [records] }
        var groups: [[IndexRecord]] = []
        for record in records {
            if let place = groups.firstIndex(where: { $0[0].name.compareBytes(record.name) == 0 }) {
                groups[place].append(record)
            } else {
                groups.append([record])
            }
        }
        return groups
    }

    private func insert(_ group: [IndexRecord], _ file: Int) throws(StorageError) {
        let name = group[0].name
        guard group.count <= Self.versionLimit else {
            return try setAside(file, 0, "more than \(Self.versionLimit) versions of \(name)")
        }
        dependents.add(group)
        changes.add(group.map { $0.published(row: 0) }, of: name)
        let id = nextCrate
        nextCrate += 1
        try insertCrate.bind(1, id)
        try insertCrate.bind(2, registry)
        try insertCrate.bind(3, file)
        try insertCrate.bind(4, name)
        try insertCrate.bind(5, blob: Listing.encode(group.map { $0.published(row: 0) }))
        try insertCrate.run()
        for (ordinal, record) in group.enumerated() { try insert(record, id: id << 16 | ordinal) }
    }

    private func insert(_ record: IndexRecord, id: Int) throws(StorageError) {
        let entry = record.entry
        try insertVersion.bind(1, id)
        try insertVersion.bind(2, record.version.description)
        try insertVersion.bind(3, entry?.isYanked == true ? 1 : 0)
        try bindChecksum(entry?.checksum)
        try insertVersion.bind(5, entry?.links)
        try insertVersion.bind(6, record.rustVersion?.description)
        try insertVersion.bind(7, entry?.published)
        try insertVersion.bind(8, Int(record.schema))
        if let entry {
            try insertVersion.bind(9, text: EntryText.dependencies(entry))
        } else {
            try insertVersion.bindNull(9)
        }
        let features = entry.flatMap(EntryText.features)
        if let features { try insertVersion.bind(10, text: features) } else { try insertVersion.bindNull(10) }
        try insertVersion.bind(11, record.unusable?.text)
        try insertVersion.run()
    }

    private func bindChecksum(_ text: String?) throws(StorageError) {
        if let digest = text.flatMap(Checksum.digest) {
            try insertVersion.bind(4, blob: digest)
        } else {
            try insertVersion.bind(4, text)
        }
    }
}

extension IndexRecord {
    fileprivate var schema: UInt32 {
        switch content {
        case .usable(let entry): entry.schema
        case .unsupported(let schema): schema
        case .invalid: 1
        }
    }
}

extension Unusable {
    /// For people who read the table.
    var text: String {
        switch self {
        case .unsupportedSchema(let schema): "index format \(schema) is for a newer Cargo"
        case .invalid(let reason): reason
        }
    }
}
