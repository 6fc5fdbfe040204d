package import CargoModel
import Disk
import Glibc
import Index
import SemVer

/// Looks at a database as a whole.
///
/// - Returns: what is wrong, one thing a line; empty for a sound one.
/// - Throws: if it cannot be opened at all.
package func verifyDatabase(_ path: String) throws(StorageError) -> [String] {
    let store = try Store(opening: path)
    let connection = try Connection(path, .immutable)
    var faults: [String] = []
    for pragma in ["integrity_check", "foreign_key_check"] {
        let statement = try connection.prepare("PRAGMA \(pragma)")
        while faults.count < 20, try statement.step() {
            let line = statement.text(0) ?? "?"
            if line != "ok" { faults.append("\(pragma): \(line)") }
        }
        statement.reset()
    }
    faults += try orphans(in: connection)
    if try SnapshotID.compute(in: connection) != SnapshotID.read(in: connection) {
        faults.append("the content is not what its name, the snapshot, says")
    }
    faults += try unreadable(in: connection, store)
    return faults
}

private func orphans(in connection: Connection) throws(StorageError) -> [String] {
    let questions = [
        ("versions without a crate", "raw_versions WHERE id >> 16 NOT IN (SELECT id FROM raw_crates)"),
        ("crates without a file", "raw_crates WHERE file NOT IN (SELECT id FROM raw_files)"),
        ("files without a registry", "raw_files WHERE registry NOT IN (SELECT id FROM registries)"),
        ("advisories without a source", "raw_advisories WHERE snapshot NOT IN (SELECT id FROM snapshots)"),
    ]
    var faults: [String] = []
    for (what, rows) in questions {
        let statement = try connection.prepare("SELECT count(*) FROM \(rows)")
        if try statement.step(), statement.integer(0) > 0 { faults.append("\(statement.integer(0)) \(what)") }
    }
    return faults
}

/// Every list of versions and every version of it is read as a check would.
private func unreadable(in connection: Connection, _ store: Store) throws(StorageError) -> [String] {
    var faults: [String] = []
    let crates = try connection.prepare(
        "SELECT c.name, r.id FROM raw_crates c JOIN registries r ON r.id = c.registry ORDER BY c.id")
    let sources = try connection.prepare("SELECT id, kind, url FROM registries")
    var byID: [Int: SourceID] = [:]
    while try sources.step() {
        byID[sources.integer(0)] = store.sources.first { $0.kindWord == sources.text(1) && $0.url == sources.text(2) }
    }
    let rows = try connection.prepare("SELECT version, yanked, unusable IS NULL FROM raw_versions WHERE id = ?")
    while faults.count < 20, try crates.step() {
        guard let name = crates.text(0), let source = byID[crates.integer(1)] else { continue }
        do throws(RegistryError) {
            for version in try store.versions(of: name, in: source) {
                if version.unusable == nil { _ = try store.summary(of: version, named: name, in: source) }
                if try !isSame(version, rows) { faults.append("\(name) \(version.version): list and row differ") }
            }
        } catch { faults.append("\(name): \(error)") }
    }
    crates.reset()
    return faults
}

/// Whether the row of a version says what the list of its crate says.
private func isSame(_ version: PublishedVersion, _ rows: Statement) throws(RegistryError) -> Bool {
    do throws(StorageError) {
        try rows.bind(1, version.row)
        guard try rows.step() else { return false }
        defer { rows.reset() }
        return rows.text(0) == version.version.description && (rows.integer(1) == 1) == version.isYanked
            && (rows.integer(2) == 1) == (version.unusable == nil)
    } catch { throw RegistryError(.damaged(error.description)) }
}

/// Writes a database anew without the room that deleted rows left.
///
/// - Returns: its size before and after, in bytes.
package func vacuumDatabase(_ path: String) throws(StorageError) -> (before: Int, after: Int) {
    _ = try FileHeader.check(path, allowingOlder: false)
    let before = FileSystem.size(of: path) ?? 0
    try Rewriting(of: path, to: path).run { _ in }
    return (before, FileSystem.size(of: path) ?? 0)
}

/// Which part of a database to export.
package struct ExportExtent {
    /// The crates wanted, those that do not exist included, by registry.
    package let crates: [SourceID: Set<String>]

    package init(crates: [SourceID: Set<String>]) { self.crates = crates }
}

/// Writes a copy that needs nothing else, in one step.
///
/// - Parameter extent: `nil` for everything; advisories are always complete.
package func exportDatabase(
    _ path: String, to target: String, _ extent: ExportExtent? = nil
) throws(StorageError) {
    _ = try FileHeader.check(path, allowingOlder: false)
    try Rewriting(of: path, to: target).run { (connection) throws(StorageError) in
        guard let extent else { return }
        try extent.cut(connection)
    }
}

extension ExportExtent {
    /// Removes all other crates; what is left is only a part, and says so.
    fileprivate func cut(_ connection: Connection) throws(StorageError) {
        try connection.execute(
            "BEGIN; CREATE TEMP TABLE wanted (registry INTEGER, path TEXT, PRIMARY KEY (registry, path)) WITHOUT ROWID")
        let insert = try connection.prepare("INSERT OR IGNORE INTO wanted VALUES (?, ?)")
        for (source, names) in crates {
            guard let id = try IndexRows.registryRow(of: source, in: connection)?.id else { continue }
            for path in names.compactMap({ indexPath(for: $0) }) {
                try insert.bind(1, id)
                try insert.bind(2, path)
                try insert.run()
            }
        }
        try connection.execute(
            """
            INSERT OR IGNORE INTO raw_fetched SELECT w.registry, w.path, NULL,
                coalesce((SELECT unixepoch(s.date) FROM registries r JOIN snapshots s ON s.id = r.snapshot
                    WHERE r.id = w.registry), 0)
                FROM wanted w;
            DELETE FROM raw_fetched WHERE (registry, path) NOT IN wanted;
            DELETE FROM raw_set_aside WHERE file IN (SELECT id FROM raw_files WHERE (registry, path) NOT IN wanted);
            DELETE FROM raw_versions WHERE id >> 16 IN (SELECT c.id FROM raw_crates c JOIN raw_files f ON f.id = c.file
                WHERE (f.registry, f.path) NOT IN wanted);
            DELETE FROM raw_crates WHERE file IN (SELECT id FROM raw_files WHERE (registry, path) NOT IN wanted);
            DELETE FROM raw_files WHERE (registry, path) NOT IN wanted;
            UPDATE registries SET is_whole = 0;
            """)
        try SnapshotID.write(in: connection)
        try connection.execute("DROP TABLE wanted; COMMIT")
    }
}

/// Makes a fresh file of a database, changes it, and puts it in its place with one rename.
private struct Rewriting {
    let path: String
    let target: String

    init(of path: String, to target: String) {
        self.path = path
        self.target = target
    }

    func run(_ change: (Connection) throws(StorageError) -> Void) throws(StorageError) {
        let folder = DatabaseFile.folder(of: target)
        guard FileSystem.isDirectory(folder) else { throw StorageError(.notADirectory, path: target) }
        guard access(folder, W_OK) == 0 else { throw StorageError(.notWritable(errno), path: target) }
        let lock = try DatabaseFile.open(folder, O_RDONLY | O_DIRECTORY)
        defer { close(lock) }
        flock(lock, LOCK_EX)
        let drafts = ["draft", "packed"].map { "\(folder)/.\(Path.lastComponent(target)).lockgate-\($0)" }
        defer { for draft in drafts { unlink(draft) } }
        for draft in drafts { unlink(draft) }
        try DatabaseFile.copy(path, to: drafts[0])
        let connection = try Connection(drafts[0], .exclusive)
        try connection.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        try change(connection)
        let pack = try connection.prepare("VACUUM INTO ?")
        try pack.bind(1, drafts[1])
        try pack.run()
        try DatabaseFile.synchronise(drafts[1])
        try DatabaseFile.rename(drafts[1], to: target)
        try DatabaseFile.synchronise(folder)
    }
}
