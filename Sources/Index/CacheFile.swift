import SemVer

/// One file of Cargo's index cache: the lines of one crate, each with its version in front.
///
/// Layout: byte 3 (cache version), 2 as a little-endian 32-bit number (index schema), the file version up to a zero
/// byte, then pairs of version text and line, each ended by a zero byte.
///
/// - SeeAlso: `SummariesCache` in `src/cargo/sources/registry/index/cache.rs` of rust-lang/cargo.
package struct CacheFile {
    /// What the registry called this state of the file: `etag: "…"`, `last-modified: …`, `Unknown`, or a blob id.
    package let revision: String
    private let lines: [Range<Int>]
    private let bytes: [UInt8]

    private static let header: [UInt8] = [3, 2, 0, 0, 0]

    /// Nil if the file is of another version or any version in it does not parse: Cargo then acts as without a file.
    package init?(_ bytes: [UInt8]) {
        guard bytes.starts(with: Self.header) else { return nil }
        var position = Self.header.count
        guard let end = bytes[position...].firstIndex(of: 0),
            let revision = String(validating: bytes[position..<end], as: UTF8.self)
        else { return nil }
        position = end + 1
        guard let lines = Self.lines(in: bytes, from: position) else { return nil }
        self.revision = revision
        self.lines = lines
        self.bytes = bytes
    }

    /// Of several lines for one version the last.
    private static func lines(in bytes: [UInt8], from start: Int) -> [Range<Int>]? {
        var lines: [Range<Int>] = []
        var places: [Version: Int] = [:]
        var fields = bytes[start...]
        while let version = nextField(&fields), let line = nextField(&fields) {
            guard let text = String(validating: version, as: UTF8.self), let parsed = try? Version(text) else {
                return nil
            }
            if let place = places[parsed] {
                lines[place] = line.indices
            } else {
                places[parsed] = lines.count
                lines.append(line.indices)
            }
        }
        return lines
    }

    /// Up to the next zero byte or the end; nil at the end.
    private static func nextField(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard !rest.isEmpty else { return nil }
        let end = rest.firstIndex(of: 0) ?? rest.endIndex
        defer { rest = rest[min(end + 1, rest.endIndex)...] }
        return rest[..<end]
    }

    /// The lines, judged as any others; where the version in front disagrees with the line, the line is right.
    package func records() -> [IndexRecord] {
        var reader = IndexReader()
        return bytes.withUnsafeBufferPointer { buffer in
            lines.compactMap { reader.record(of: UnsafeBufferPointer(rebasing: buffer[$0])) }
        }
    }
}
