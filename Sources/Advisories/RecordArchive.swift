/// An archive of records, of whatever kind. Names are only names: nothing is written anywhere.
struct RecordArchive {
    private enum Content {
        case zip(ZipArchive, [String: ZipArchive.Entry])
        case tar(TarArchive, [String: TarArchive.Entry])
    }

    /// Of records, in byte order, each once; of doubles the last in the archive counts.
    let names: [String]
    /// The commit, where the archive says it.
    let revision: String?
    private let content: Content

    /// Nil if the bytes are no archive.
    init?(_ bytes: [UInt8]) throws(ArchiveFault) {
        if bytes.starts(with: ZipArchive.signature) {
            let archive = try ZipArchive(bytes)
            let wanted = archive.entries.filter { Self.isRecord($0.name) }.map { ($0.name, $0) }
            let entries = Dictionary(wanted) { _, last in last }
            content = .zip(archive, entries)
            names = entries.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            revision = nil
            return
        }
        let isPacked = bytes.starts(with: Gzip.signature)
        guard isPacked || TarArchive.isOne(bytes) else { return nil }
        let unpacked = isPacked ? try Gzip.unpack(bytes, limit: Files.unpackedLimit) : bytes
        guard TarArchive.isOne(unpacked) else { throw .notAnArchive }
        let archive = try TarArchive(unpacked) { Self.isRecord($0) }
        let entries = Dictionary(archive.entries.map { ($0.name, $0) }) { _, last in last }
        content = .tar(archive, entries)
        names = entries.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        revision = archive.revision
    }

    private static func isRecord(_ name: String) -> Bool { name.hasSuffix(".json") || name.hasSuffix(".md") }

    /// - Parameter limit: the size in bytes the record may have.
    func contents(of name: String, limit: Int) throws(ArchiveFault) -> [UInt8] {
        switch content {
        case .zip(let archive, let entries):
            guard let entry = entries[name] else { throw .malformed }
            return try archive.contents(of: entry, limit: limit)
        case .tar(let archive, let entries):
            guard let entry = entries[name] else { throw .malformed }
            return try archive.contents(of: entry, limit: limit)
        }
    }
}
