import CargoModel
import Index
import SemVer

/// All versions of a crate in few bytes: for each what `PublishedVersion` says.
///
/// Layout: the number of versions, then for each a byte of flags, four bytes with the seconds from 1970 to its publication
/// (0 if unknown), the three numbers, and what the flags announce: texts as length and UTF-8, a `rust-version` as its count of numbers and those, a checksum as 32 bytes or text. Numbers are
/// written seven bits at a time, low ones first, the eighth bit saying that more follow.
enum Listing {
    private struct Flags: OptionSet {
        let rawValue: UInt8
        static let yanked = Flags(rawValue: 1)
        static let prerelease = Flags(rawValue: 2)
        static let build = Flags(rawValue: 4)
        static let links = Flags(rawValue: 8)
        static let rustVersion = Flags(rawValue: 16)
        static let sha256 = Flags(rawValue: 32)
        static let otherChecksum = Flags(rawValue: 64)
        static let unusable = Flags(rawValue: 128)
    }

    static func encode(_ versions: [PublishedVersion]) -> [UInt8] {
        var writer = ByteWriter()
        writer.number(UInt64(versions.count))
        for version in versions { encode(version, &writer) }
        return writer.bytes
    }

    private static func encode(_ item: PublishedVersion, _ writer: inout ByteWriter) {
        let version = item.version
        let digest = item.checksum.flatMap(Checksum.digest)
        var flags: Flags = item.isYanked ? .yanked : []
        if !version.prerelease.isEmpty { flags.insert(.prerelease) }
        if !version.build.isEmpty { flags.insert(.build) }
        if item.links != nil { flags.insert(.links) }
        if item.rustVersion != nil { flags.insert(.rustVersion) }
        if item.checksum != nil { flags.insert(digest == nil ? .otherChecksum : .sha256) }
        if item.unusable != nil { flags.insert(.unusable) }
        writer.bytes.append(flags.rawValue)
        writer.fourBytes(item.published ?? 0)
        for number in [version.major, version.minor, version.patch] { writer.number(number) }
        if flags.contains(.prerelease) { writer.text(version.prerelease) }
        if flags.contains(.build) { writer.text(version.build) }
        if let links = item.links { writer.text(links) }
        if let rust = item.rustVersion {
            let numbers = [rust.major, rust.minor, rust.patch].compactMap(\.self)
            writer.number(UInt64(numbers.count))
            for number in numbers { writer.number(number) }
        }
        if let digest { writer.bytes += digest } else if let checksum = item.checksum { writer.text(checksum) }
        encode(item.unusable, &writer)
    }

    private static func encode(_ unusable: Unusable?, _ writer: inout ByteWriter) {
        switch unusable {
        case nil: break
        case .unsupportedSchema(let schema):
            writer.number(0)
            writer.number(UInt64(schema))
        case .invalid(let reason):
            writer.number(1)
            writer.text(reason)
        }
    }

    /// - Parameter firstRow: the row of the first version; the others follow.
    /// - Returns: nil if the bytes are damaged.
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>, firstRow: Int) -> [PublishedVersion]? {
        var reader = ByteReader(bytes)
        guard let count = reader.number(), count <= UInt64(bytes.count) else { return nil }
        var versions: [PublishedVersion] = []
        versions.reserveCapacity(Int(count))
        for ordinal in 0..<Int(count) {
            guard let version = decode(&reader, row: firstRow + ordinal) else { return nil }
            versions.append(version)
        }
        return reader.isAtEnd ? versions : nil
    }

    private static func decode(_ reader: inout ByteReader, row: Int) -> PublishedVersion? {
        guard let flags = reader.byte().map(Flags.init), let published = reader.fourBytes(),
            let major = reader.number(), let minor = reader.number(), let patch = reader.number()
        else { return nil }
        let prerelease = flags.contains(.prerelease) ? reader.text() : ""
        let build = flags.contains(.build) ? reader.text() : ""
        let links = flags.contains(.links) ? reader.text() : nil
        let rustVersion = flags.contains(.rustVersion) ? reader.rustVersion() : nil
        let checksum =
            flags.contains(.sha256)
            ? reader.slice(32).map(ArchiveChecksum.init)
            : flags.contains(.otherChecksum) ? reader.text().map(ArchiveChecksum.text) : nil
        let unusable = flags.contains(.unusable) ? reader.unusable() : nil
        guard !reader.isDamaged, let prerelease, let build else { return nil }
        return PublishedVersion(
            version: Version(major: major, minor: minor, patch: patch, prerelease: prerelease, build: build),
            isYanked: flags.contains(.yanked), links: links, rustVersion: rustVersion, archiveChecksum: checksum,
            unusable: unusable, row: row, published: published)
    }
}

/// SHA-256 in its usual spelling, 64 lower-case hexadecimal digits, and as 32 bytes.
enum Checksum {
    /// Nil for any other text.
    static func digest(_ text: String) -> [UInt8]? {
        text.utf8.count == 64 ? Hexadecimal.bytes(text) : nil
    }
}

private struct ByteWriter {
    var bytes: [UInt8] = []

    mutating func number(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Low byte first.
    mutating func fourBytes(_ value: UInt32) {
        for shift: UInt32 in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    mutating func text(_ text: String) {
        number(UInt64(text.utf8.count))
        bytes += text.utf8
    }
}

private struct ByteReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private(set) var isDamaged = false

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count && !isDamaged }

    @inline(__always)
    mutating func byte() -> UInt8? {
        guard position < bytes.count else {
            isDamaged = true
            return nil
        }
        defer { position += 1 }
        return bytes[position]
    }

    @inline(__always)
    mutating func number() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = byte() {
            guard shift < 64 else { break }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        isDamaged = true
        return nil
    }

    @inline(__always)
    mutating func fourBytes() -> UInt32? {
        guard bytes.count - position >= 4 else {
            isDamaged = true
            return nil
        }
        defer { position += 4 }
        return UInt32(
            littleEndian: UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: position, as: UInt32.self))
    }

    mutating func slice(_ count: Int) -> UnsafeBufferPointer<UInt8>? {
        guard count >= 0, count <= bytes.count - position else {
            isDamaged = true
            return nil
        }
        defer { position += count }
        return UnsafeBufferPointer(rebasing: bytes[position..<(position + count)])
    }

    mutating func text() -> String? {
        guard let count = number(), let text = slice(Int(clamping: count)) else { return nil }
        return String(decoding: text, as: UTF8.self)
    }

    mutating func rustVersion() -> RustVersion? {
        guard let count = number(), (1...3).contains(count), let major = number() else {
            isDamaged = true
            return nil
        }
        let minor = count > 1 ? number() : nil
        return RustVersion(major: major, minor: minor, patch: count > 2 ? number() : nil)
    }

    mutating func unusable() -> Unusable? {
        switch number() {
        case 0: return number().map { .unsupportedSchema(UInt32(clamping: $0)) }
        case 1: return text().map { .invalid($0) }
        default:
            isDamaged = true
            return nil
        }
    }
}
