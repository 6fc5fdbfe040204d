/// The first hundred bytes of an SQLite file, judged before SQLite sees the file, so that every fault gets its own
/// name.
///
/// - SeeAlso: <https://www.sqlite.org/fileformat2.html>, section 1.3.
struct FileHeader {
    static let size = 100
    let applicationID: Int
    let schemaVersion: Int
    /// Bytes the file must have.
    let fileSize: Int

    /// Nil if this is no SQLite file.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= Self.size, bytes.starts(with: "SQLite format 3\0".utf8) else { return nil }
        func number(_ offset: Int, _ count: Int) -> Int {
            bytes[offset..<(offset + count)].reduce(0) { $0 << 8 | Int($1) }
        }
        let pageSize = number(16, 2)
        fileSize = (pageSize == 1 ? 65_536 : pageSize) * number(28, 4)
        schemaVersion = number(60, 4)
        applicationID = number(68, 4)
    }

    /// - Throws: unless the file is whole, ours, and of this version or, for writers, an older one.
    static func check(_ path: String, allowingOlder: Bool) throws(StorageError) -> FileHeader {
        let (start, size) = try DatabaseFile.start(of: path, count: Self.size)
        guard let header = FileHeader(start) else {
            let isCutOff = !start.isEmpty && start.count < Self.size && start.starts(with: "SQLite format 3\0".utf8)
            throw StorageError(isCutOff ? .truncated : .notADatabase, path: path)
        }
        guard header.applicationID == Schema.applicationID else { throw StorageError(.foreign, path: path) }
        let version = header.schemaVersion
        if version > Schema.version { throw StorageError(.newerSchema(version), path: path) }
        if version < 1 { throw StorageError(.damaged("no format in its header"), path: path) }
        if version < Schema.version, !allowingOlder { throw StorageError(.olderSchema(version), path: path) }
        if size < header.fileSize { throw StorageError(.truncated, path: path) }
        return header
    }
}
