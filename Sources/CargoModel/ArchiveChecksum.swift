/// The checksum of a published archive: 32 bytes for a SHA-256 in its usual spelling, 64 lower-case hexadecimal digits,
/// or the text as the registry has it. The spelling is made when it is asked for.
package enum ArchiveChecksum: Sendable {
    /// The words of the digest, its first byte lowest.
    case sha256(UInt64, UInt64, UInt64, UInt64)
    case text(String)

    /// - Parameter digest: 32 bytes; of any other number the missing ones count as 0.
    package init(digest: UnsafeBufferPointer<UInt8>) {
        func word(_ start: Int) -> UInt64 {
            guard digest.count >= start + 8 else { return 0 }
            let raw = UnsafeRawPointer(digest.baseAddress)
            return raw.map { UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: start, as: UInt64.self)) } ?? 0
        }
        self = .sha256(word(0), word(8), word(16), word(24))
    }

    package var spelling: String {
        switch self {
        case .text(let text): text
        case .sha256(let first, let second, let third, let fourth):
            Hexadecimal.text(of: [first, second, third, fourth])
        }
    }
}
