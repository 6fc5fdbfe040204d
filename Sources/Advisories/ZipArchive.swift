/// The files in a zip archive: stored or deflated, not encrypted, on one disk, without zip64.
///
/// - SeeAlso: PKWARE's APPNOTE.TXT, sections 4.3 and 4.4.
struct ZipArchive {
    static let signature: [UInt8] = [0x50, 0x4b, 0x03, 0x04]

    struct Entry {
        let name: String
        fileprivate let method: Int
        fileprivate let checksum: UInt32
        fileprivate let packedSize: Int
        fileprivate let size: Int
        fileprivate let headerOffset: Int
    }

    /// In byte order of the names.
    let entries: [Entry]
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) throws(ArchiveFault) {
        let fields = LittleEndian(bytes)
        guard let end = Self.endRecord(fields) else { throw .notAnArchive }
        let count = try fields.number(end + 10, 2)
        let offset = try fields.number(end + 16, 4)
        if count == 0xffff || offset == 0xffff_ffff { throw .unsupported("zip64") }
        var entries: [Entry] = []
        var position = offset
        for _ in 0..<count { entries.append(try Self.entry(fields, &position)) }
        self.entries = entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        self.bytes = bytes
    }

    /// - Parameter limit: the size in bytes the file may have.
    func contents(of entry: Entry, limit: Int) throws(ArchiveFault) -> [UInt8] {
        if entry.size > limit { throw .tooLarge(limit: limit) }
        let fields = LittleEndian(bytes)
        guard try fields.number(entry.headerOffset, 4) == 0x0403_4b50 else { throw .malformed }
        let nameSize = try fields.number(entry.headerOffset + 26, 2)
        let start = entry.headerOffset + 30 + nameSize + (try fields.number(entry.headerOffset + 28, 2))
        guard start + entry.packedSize <= bytes.count else { throw .truncated }
        let packed = bytes[start..<(start + entry.packedSize)]
        let contents: [UInt8]
        switch entry.method {
        case 0: contents = Array(packed)
        case 8: contents = try Inflate.unpack(packed, limit: entry.size)
        default: throw .unsupported("compression method \(entry.method)")
        }
        guard contents.count == entry.size, CRC32.of(contents) == entry.checksum else { throw .checksum }
        return contents
    }

    /// The last record with its signature whose comment reaches the end of the file.
    private static func endRecord(_ fields: LittleEndian) -> Int? {
        let count = fields.bytes.count
        guard count >= 22 else { return nil }
        for start in stride(from: count - 22, through: max(0, count - 22 - 0xffff), by: -1) {
            let isEnd = (try? fields.number(start, 4)) == 0x0605_4b50
            if isEnd, let comment = try? fields.number(start + 20, 2), start + 22 + comment == count { return start }
        }
        return nil
    }

    private static func entry(_ fields: LittleEndian, _ position: inout Int) throws(ArchiveFault) -> Entry {
        guard try fields.number(position, 4) == 0x0201_4b50 else { throw .malformed }
        if try fields.number(position + 8, 2) & 1 == 1 { throw .unsupported("encryption") }
        let nameSize = try fields.number(position + 28, 2)
        guard position + 46 + nameSize <= fields.bytes.count else { throw .truncated }
        let entry = Entry(
            name: String(decoding: fields.bytes[(position + 46)..<(position + 46 + nameSize)], as: UTF8.self),
            method: try fields.number(position + 10, 2),
            checksum: UInt32(truncatingIfNeeded: try fields.number(position + 16, 4)),
            packedSize: try fields.number(position + 20, 4), size: try fields.number(position + 24, 4),
            headerOffset: try fields.number(position + 42, 4))
        position += 46 + nameSize + (try fields.number(position + 30, 2)) + (try fields.number(position + 32, 2))
        return entry
    }
}

private struct LittleEndian {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func number(_ offset: Int, _ count: Int) throws(ArchiveFault) -> Int {
        guard offset + count <= bytes.count else { throw .truncated }
        return (0..<count).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
    }
}

enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
    }

    static func of(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { table[Int(($0 ^ UInt32($1)) & 0xff)] ^ $0 >> 8 }
    }
}
