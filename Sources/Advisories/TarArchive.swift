/// The files in a tar archive, read where they lie. Links, devices and folders are passed over.
///
/// - SeeAlso: POSIX.1-2017, `pax`, "ustar Interchange Format" and "pax Extended Header Block"; the GNU tar manual for
///   long names.
struct TarArchive {
    struct Entry {
        let name: String
        let contents: Range<Int>
    }

    /// In byte order of the names.
    let entries: [Entry]
    /// The commit, where git made the archive.
    let revision: String?
    private let bytes: [UInt8]

    private static let blockSize = 512
    /// Headers of all kinds.
    private static let entryLimit = 100_000
    private static let nameLimit = 4096

    /// - Parameter isWanted: names to keep; others take no memory.
    init(_ bytes: [UInt8], isWanted: (String) -> Bool) throws(ArchiveFault) {
        var walk = Walk(bytes: bytes)
        var entries: [Entry] = []
        while let entry = try walk.next() {
            if isWanted(entry.name) { entries.append(entry) }
        }
        self.entries = entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        revision = walk.comment.flatMap { $0.utf8.count == 40 && $0.utf8.allSatisfy(Self.isHexadecimal) ? $0 : nil }
        self.bytes = bytes
    }

    /// Whether this is how a tar archive begins: with a header whose checksum is right.
    static func isOne(_ bytes: [UInt8]) -> Bool { Walk(bytes: bytes).hasHeader(at: 0) }

    /// - Parameter limit: the size in bytes the file may have.
    func contents(of entry: Entry, limit: Int) throws(ArchiveFault) -> [UInt8] {
        if entry.contents.count > limit { throw .tooLarge(limit: limit) }
        return Array(bytes[entry.contents])
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 6
    }

    // MARK: Headers

    /// Goes from header to header.
    private struct Walk {
        let bytes: [UInt8]
        private(set) var comment: String?
        private var position = 0
        private var count = 0
        private var longName: String?
        private var size: Int?

        init(bytes: [UInt8]) { self.bytes = bytes }

        /// The next regular file; nil at the end.
        mutating func next() throws(ArchiveFault) -> Entry? {
            while position + blockSize <= bytes.count, bytes[position] != 0 {
                count += 1
                guard count <= entryLimit else { throw .tooManyEntries(limit: entryLimit) }
                guard hasHeader(at: position) else { throw .malformed }
                let kind = bytes[position + 156]
                let isExtension = [UInt8(ascii: "x"), UInt8(ascii: "g"), UInt8(ascii: "L"), UInt8(ascii: "K")]
                    .contains(kind)
                let stated = try number(at: position + 124)
                let length = isExtension ? stated : size ?? stated
                let start = position + blockSize
                guard length <= bytes.count - start else { throw .truncated }
                let contents = start..<(start + length)
                let name = isExtension ? "" : longName ?? self.name(at: position)
                position = start + (length + blockSize - 1) / blockSize * blockSize
                if isExtension {
                    try extend(kind, contents)
                    continue
                }
                (longName, size) = (nil, nil)
                if kind == 0 || kind == UInt8(ascii: "0") || kind == UInt8(ascii: "7") {
                    return Entry(name: name, contents: contents)
                }
            }
            return nil
        }

        /// The checksum counts its own field as blanks.
        func hasHeader(at offset: Int) -> Bool {
            guard offset + blockSize <= bytes.count, let stated = try? octal(at: offset + 148, 8) else { return false }
            var sum = 8 * 0x20
            for index in 0..<blockSize where index < 148 || index >= 156 { sum += Int(bytes[offset + index]) }
            return sum == stated
        }

        private mutating func extend(_ kind: UInt8, _ contents: Range<Int>) throws(ArchiveFault) {
            switch kind {
            case UInt8(ascii: "L"):
                guard contents.count <= nameLimit else { throw .malformed }
                longName = String(decoding: bytes[contents].prefix { $0 != 0 }, as: UTF8.self)
            case UInt8(ascii: "x"), UInt8(ascii: "g"): try readRecords(contents, isGlobal: kind == UInt8(ascii: "g"))
            default: break
            }
        }

        /// `LENGTH KEY=VALUE` and a line feed, where the length counts all of it.
        private mutating func readRecords(_ range: Range<Int>, isGlobal: Bool) throws(ArchiveFault) {
            guard range.count <= 1 << 16 else { throw .malformed }
            var rest = bytes[range]
            while !rest.isEmpty, rest.first != 0 {
                let digits = rest.prefix { $0 != 0x20 }
                guard digits.count < 8, let length = Int(String(decoding: digits, as: UTF8.self)),
                    length > digits.count + 1, length <= rest.count
                else { throw .malformed }
                let record = rest.prefix(length).dropFirst(digits.count + 1).dropLast()
                let parts = record.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
                if parts.count == 2 {
                    let value = String(decoding: parts[1], as: UTF8.self)
                    switch String(decoding: parts[0], as: UTF8.self) {
                    case "path" where !isGlobal && value.utf8.count <= nameLimit: longName = value
                    case "size" where !isGlobal:
                        guard let number = Int(value), number >= 0 else { throw .malformed }
                        size = number
                    case "comment": comment = value
                    default: break
                    }
                }
                rest = rest.dropFirst(length)
            }
        }

        private func name(at offset: Int) -> String {
            let name = text(at: offset, 100)
            let isPOSIX = bytes[(offset + 257)..<(offset + 263)].elementsEqual([0x75, 0x73, 0x74, 0x61, 0x72, 0])
            let prefix = isPOSIX ? text(at: offset + 345, 155) : ""
            return prefix.isEmpty ? name : prefix + "/" + name
        }

        private func text(at offset: Int, _ count: Int) -> String {
            String(decoding: bytes[offset..<(offset + count)].prefix { $0 != 0 }, as: UTF8.self)
        }

        /// Octal digits, or after a set first bit a number of eleven bytes.
        private func number(at offset: Int) throws(ArchiveFault) -> Int {
            guard bytes[offset] & 0x80 != 0 else { return try octal(at: offset, 12) }
            let digits = bytes[(offset + 1)..<(offset + 12)]
            guard bytes[offset] == 0x80, digits.dropLast(6).allSatisfy({ $0 == 0 }) else { throw .malformed }
            return digits.reduce(0) { $0 << 8 | Int($1) }
        }

        private func octal(at offset: Int, _ count: Int) throws(ArchiveFault) -> Int {
            var value = 0
            var hasEnded = false
            for byte in bytes[offset..<(offset + count)] {
                if byte == 0x20 || byte == 0 {
                    hasEnded = hasEnded || value > 0 || byte == 0
                } else {
                    guard !hasEnded, byte &- UInt8(ascii: "0") < 8 else { throw .malformed }
                    value = value << 3 | Int(byte - UInt8(ascii: "0"))
                }
            }
            return value
        }
    }
}
