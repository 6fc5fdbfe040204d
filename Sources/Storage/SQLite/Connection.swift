import CSQLite

/// A database connection through SQLite's C interface. For one thread at a time.
final class Connection {
    enum Mode {
        /// The file must not change while it is open: nothing is locked, and no journal is looked for.
        case immutable
        /// A file that nobody else knows of.
        case exclusive
        /// A file that others may use at the same time; they are waited for.
        case shared
    }

    let path: String
    fileprivate let handle: OpaquePointer

    init(_ path: String, _ mode: Mode) throws(StorageError) {
        self.path = path
        var handle: OpaquePointer?
        let access =
            switch mode {
            case .immutable: SQLITE_OPEN_READONLY
            case .exclusive, .shared: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            }
        let uri = "file:" + Self.escaped(path) + (mode == .immutable ? "?immutable=1" : "")
        let code = sqlite3_open_v2(uri, &handle, access | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let handle else {
            let message = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(handle)
            throw StorageError(.sqlite(code: code, message: message, sql: "open"), path: path)
        }
        self.handle = handle
        sqlite3_extended_result_codes(handle, 1)
        if mode == .shared { sqlite3_busy_timeout(handle, 10_000) }
    }

    deinit {
        sqlite3_close_v2(handle)
    }

    /// Runs statements that return nothing of interest.
    func execute(_ sql: String) throws(StorageError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code, sql) }
    }

    func prepare(_ sql: String) throws(StorageError) -> Statement {
        try Statement(self, sql)
    }

    var changes: Int { Int(sqlite3_changes(handle)) }

    fileprivate func error(_ code: Int32, _ sql: String) -> StorageError {
        StorageError(.sqlite(code: code, message: String(cString: sqlite3_errmsg(handle)), sql: sql), path: path)
    }

    /// A path inside a `file:` URI.
    private static func escaped(_ path: String) -> String {
        let absolute = path.utf8.starts(with: "/".utf8) ? path : "./" + path
        var result = ""
        for byte in absolute.utf8 {
            let isPlain = byte > 0x20 && byte < 0x7f && byte != 0x25 && byte != 0x3f && byte != 0x23
            if isPlain { result.unicodeScalars.append(UnicodeScalar(byte)) } else { result += Self.percent(byte) }
        }
        return result
    }

    private static func percent(_ byte: UInt8) -> String {
        (byte < 16 ? "%0" : "%") + String(byte, radix: 16)
    }
}

/// A prepared statement, kept as long as it is useful. Values are bound from 1 on, columns counted from 0.
final class Statement {
    private let connection: Connection
    private let handle: OpaquePointer
    private let sql: String

    fileprivate init(_ connection: Connection, _ sql: String) throws(StorageError) {
        self.connection = connection
        self.sql = sql
        var handle: OpaquePointer?
        let code = sqlite3_prepare_v3(connection.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard code == SQLITE_OK, let handle else { throw connection.error(code, sql) }
        self.handle = handle
    }

    deinit {
        sqlite3_finalize(handle)
    }

    /// Whether there is a row; after the last one the statement can be used again.
    func step() throws(StorageError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            sqlite3_reset(handle)
            return false
        case let code:
            let error = connection.error(code, sql)
            sqlite3_reset(handle)
            throw error
        }
    }

    /// Runs a statement without result.
    func run() throws(StorageError) {
        while try step() {}
    }

    /// Gives up the rows that are left.
    func reset() {
        sqlite3_reset(handle)
    }
}

// MARK: - Values in

extension Statement {
    func bind(_ index: Int32, _ value: Int) throws(StorageError) {
        try check(sqlite3_bind_int64(handle, index, Int64(value)))
    }

    func bind(_ index: Int32, _ text: String?) throws(StorageError) {
        guard var text else { return try bindNull(index) }
        let code = text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { buffer in
                sqlite3_bind_text64(
                    handle, index, buffer.baseAddress ?? Self.nothing, UInt64(buffer.count), Self.copy,
                    UInt8(SQLITE_UTF8))
            }
        }
        try check(code)
    }

    func bind(_ index: Int32, text bytes: [UInt8]) throws(StorageError) {
        let code = bytes.withUnsafeBufferPointer { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { buffer in
                sqlite3_bind_text64(
                    handle, index, buffer.baseAddress ?? Self.nothing, UInt64(buffer.count), Self.copy,
                    UInt8(SQLITE_UTF8))
            }
        }
        try check(code)
    }

    func bind(_ index: Int32, blob: [UInt8]) throws(StorageError) {
        let code = blob.withUnsafeBytes { buffer in
            buffer.isEmpty
                ? sqlite3_bind_zeroblob(handle, index, 0)
                : sqlite3_bind_blob64(handle, index, buffer.baseAddress, UInt64(buffer.count), Self.copy)
        }
        try check(code)
    }

    func bindNull(_ index: Int32) throws(StorageError) {
        try check(sqlite3_bind_null(handle, index))
    }

    private func check(_ code: Int32) throws(StorageError) {
        guard code == SQLITE_OK else { throw connection.error(code, sql) }
    }

    /// SQLITE_TRANSIENT: the bytes are copied before the call returns.
    nonisolated(unsafe) private static let copy = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    /// An empty text is not NULL and so must have an address.
    nonisolated(unsafe) private static let nothing = UnsafePointer(UnsafeMutablePointer<CChar>.allocate(capacity: 1))
}

// MARK: - Values out

extension Statement {
    func integer(_ column: Int32) -> Int {
        Int(sqlite3_column_int64(handle, column))
    }

    func isNull(_ column: Int32) -> Bool {
        sqlite3_column_type(handle, column) == SQLITE_NULL
    }

    func isBlob(_ column: Int32) -> Bool {
        sqlite3_column_type(handle, column) == SQLITE_BLOB
    }

    func text(_ column: Int32) -> String? {
        guard let start = sqlite3_column_text(handle, column) else { return nil }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// The bytes of a text or blob; valid until the next `step` or `reset`.
    func bytes(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
        guard let start = sqlite3_column_blob(handle, column) else { return UnsafeBufferPointer(start: nil, count: 0) }
        let count = Int(sqlite3_column_bytes(handle, column))
        return UnsafeBufferPointer(start: start.assumingMemoryBound(to: UInt8.self), count: count)
    }
}
