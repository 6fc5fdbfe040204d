import Disk
import Glibc

/// A change to a database: made on a copy beside it, which then takes its place.
///
/// The old file stays whole until the very end, whatever happens. Only one import at a time works on a file; a copy
/// left behind by one that was killed is thrown away by the next.
final class Publication {
    private let path: String
    private let draft: String
    /// -1 once it is given back.
    private var lock: Int32
    private var isPublished = false
    let connection: Connection

    /// Copies the database, or makes an empty one if there is none.
    ///
    /// - Throws: if there is a file that is no database of ours; it is not touched.
    init(of path: String, migrations: [String] = Schema.migrations) throws(StorageError) {
        let folder = DatabaseFile.folder(of: path)
        guard FileSystem.isDirectory(folder) else { throw StorageError(.notADirectory, path: path) }
        guard access(folder, W_OK) == 0 else { throw StorageError(.notWritable(errno), path: path) }
        self.path = path
        draft = "\(folder)/.\(Path.lastComponent(path)).lockgate-draft"
        lock = try DatabaseFile.open(folder, O_RDONLY | O_DIRECTORY)
        flock(lock, LOCK_EX)
        do throws(StorageError) {
            unlink(draft)
            connection = try Self.open(path, draft, migrations)
        } catch {
            unlink(draft)
            close(lock)
            throw error
        }
    }

    deinit {
        if !isPublished { unlink(draft) }
        if lock >= 0 { close(lock) }
    }

    private static func open(
        _ path: String, _ draft: String, _ migrations: [String]
    ) throws(StorageError) -> Connection {
        guard FileSystem.isNamed(path) else {
            let connection = try begin(draft)
            try connection.execute(Schema.creation)
            return connection
        }
        let header = try FileHeader.check(path, allowingOlder: true)
        try DatabaseFile.copy(path, to: draft)
        let connection = try begin(draft)
        for migration in migrations.dropFirst(header.schemaVersion - 1) { try connection.execute(migration) }
        try connection.execute("PRAGMA user_version = \(migrations.count + 1)")
        return connection
    }

    /// Nobody else reads the copy and nobody misses it, so it needs neither journal nor waiting for the disk.
    private static func begin(_ draft: String) throws(StorageError) -> Connection {
        let connection = try Connection(draft, .exclusive)
        try connection.execute(
            """
            PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
            PRAGMA cache_size = -65536; PRAGMA secure_delete = OFF; BEGIN
            """)
        return connection
    }

    /// Puts the copy in the place of the database.
    func publish() throws(StorageError) {
        try SnapshotID.write(in: connection)
        try connection.execute("COMMIT")
        try DatabaseFile.synchronise(draft)
        try DatabaseFile.rename(draft, to: path)
        isPublished = true
        // Others may begin, whoever still holds on to this.
        close(lock)
        lock = -1
        try DatabaseFile.synchronise(DatabaseFile.folder(of: path))
    }
}
