import CargoModel
import Index
import Storage

/// The crates of a run: what servers have just said, else what the database has. What is read is kept.
final class FetchedCrates {
    private struct Crate {
        let records: [IndexRecord]
        let versions: [PublishedVersion]
    }

    private struct Row: Hashable {
        let crate: CrateKey
        let row: Int
    }

    private let store: Store?
    private var crates: [CrateKey: Crate] = [:]
    private var stored: [CrateKey: [PublishedVersion]] = [:]
    private var summaries: [Row: Summary] = [:]
    private var makers: [SourceID: SummaryMaker] = [:]
    private var reader = IndexReader()

    init(store: Store?) { self.store = store }

    /// Reads an index file that has arrived.
    ///
    /// - Returns: why it cannot be used, and nothing is kept of it; nil if it can.
    func accept(_ crate: CrateKey, _ bytes: [UInt8]) -> FetchError.Reason? {
        let records = reader.records(in: bytes)
        let path = indexPath(for: crate.name)
        let own = records.filter { indexPath(for: $0.name) == path }
        let first = bytes.first { !Self.isBlank($0) }
        if own.isEmpty, let first, first != UInt8(ascii: "{") { return .foreignContent }
        // A connection that is just closed is the only end some servers give an answer.
        if let last = bytes.last(where: { !Self.isBlank($0) }), last != UInt8(ascii: "}"),
            bytes.last != UInt8(ascii: "\n")
        {
            return .cutOff
        }
        if own.isEmpty, first != nil { return .foreignContent }
        let named = own.filter { $0.name.compareBytes(crate.name) == 0 }
        crates[crate] = Crate(records: named, versions: named.enumerated().map { $1.published(row: $0) })
        return nil
    }

    /// Nothing was heard of it after all.
    func drop(_ crate: CrateKey) {
        crates[crate] = nil
        summaries = summaries.filter { $0.key.crate != crate }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
    }

    /// There is no such crate, whatever the database says.
    func forget(_ crate: CrateKey) { crates[crate] = Crate(records: [], versions: []) }

    /// Whether the database has something on it, however old.
    func isStored(_ crate: CrateKey) -> Bool {
        guard store != nil, let versions = try? versions(of: crate) else { return false }
        return !versions.isEmpty
    }

    func versions(of crate: CrateKey) throws(RegistryError) -> [PublishedVersion] {
        if let known = crates[crate] { return known.versions }
        if let known = stored[crate] { return known }
        guard let store else { throw RegistryError(.incomplete(crate.name, of: crate.source.description)) }
        let versions = try store.versions(of: crate.name, in: crate.source)
        stored[crate] = versions
        return versions
    }

    func summary(of version: PublishedVersion, of crate: CrateKey) throws(RegistryError) -> Summary {
        let row = Row(crate: crate, row: version.row)
        if let known = summaries[row] { return known }
        let summary = try read(version, of: crate)
        summaries[row] = summary
        return summary
    }

    private func read(_ version: PublishedVersion, of crate: CrateKey) throws(RegistryError) -> Summary {
        guard let known = crates[crate] else {
            guard let store else { throw RegistryError(.incomplete(crate.name, of: crate.source.description)) }
            return try store.summary(of: version, named: crate.name, in: crate.source)
        }
        guard known.records.indices.contains(version.row), let entry = known.records[version.row].entry,
            entry.version == version.version
        else { throw RegistryError(.damaged("\(crate.source) has no usable \(crate.name) \(version.version)")) }
        return try makers[crate.source, default: SummaryMaker(in: crate.source)].summary(of: entry)
    }
}
