/// A file compressed with gzip; of several members in a row all.
///
/// - SeeAlso: RFC 1952.
enum Gzip {
    static let signature: [UInt8] = [0x1f, 0x8b, 8]

    /// - Parameter limit: the size in bytes the result may have.
    static func unpack(_ packed: [UInt8], limit: Int) throws(ArchiveFault) -> [UInt8] {
        var result: [UInt8] = []
        var rest = packed[...]
        while rest.starts(with: signature) {
            rest = try body(of: rest)
            let (bytes, count) = try Inflate.unpackCounting(rest, limit: limit - result.count)
            rest = rest.dropFirst(count)
            guard rest.count >= 8 else { throw .truncated }
            let trailer = rest.prefix(8).enumerated().reduce(UInt64(0)) {
                $0 | UInt64($1.element) << (8 * UInt64($1.offset))
            }
            guard UInt32(truncatingIfNeeded: trailer) == CRC32.of(bytes),
                UInt32(truncatingIfNeeded: trailer >> 32) == UInt32(truncatingIfNeeded: bytes.count)
            else { throw .checksum }
            rest = rest.dropFirst(8)
            if result.isEmpty { result = bytes } else { result += bytes }
        }
        return result
    }

    /// What follows the header.
    private static func body(of packed: ArraySlice<UInt8>) throws(ArchiveFault) -> ArraySlice<UInt8> {
        guard packed.count >= 10 else { throw .truncated }
        let flags = packed[packed.startIndex + 3]
        var rest = packed.dropFirst(10)
        if flags & 4 != 0 {
            guard rest.count >= 2 else { throw .truncated }
            rest = rest.dropFirst(2 + (Int(rest[rest.startIndex]) | Int(rest[rest.startIndex + 1]) << 8))
        }
        for bit: UInt8 in [8, 16] where flags & bit != 0 {
            guard let end = rest.firstIndex(of: 0) else { throw .truncated }
            rest = rest[(end + 1)...]
        }
        return flags & 2 != 0 ? rest.dropFirst(2) : rest
    }
}
