package import Advisories
package import CargoModel
import Index

/// One index file as a server answered.
package struct FetchedFile: Sendable {
    package enum Answer: Sendable {
        /// - Parameter validator: `etag: …` or `last-modified: …`, to ask with next time.
        case contents([UInt8], validator: String?)
        /// As it was when it was asked for before.
        case unchanged
        /// There is no such crate.
        case absent
    }

    package let name: String
    package let answer: Answer

    package init(name: String, answer: Answer) {
        self.name = name
        self.answer = answer
    }
}

/// How it went.
package struct FetchImport: Sendable {
    /// Files whose content is new.
    package let changed: Int
    package let absent: Int
    package let unchanged: Int
    /// Lines and whole files that cannot be what was asked for.
    package let setAside: [RecordNote]
    /// Crates whose answer could not be used at all; what was known of them stays.
    package let failed: [String]
}

/// Puts answers of a server into a database, beside what it has of the registry, in one step.
///
/// - Parameters: as of `StoreUpdate`.
package func storeFetched(
    _ files: [FetchedFile], of registry: SourceID, into database: String, at seconds: Int, _ snapshot: Snapshot
) throws(StorageError) -> FetchImport {
    let update = try StoreUpdate(of: database)
    let result = try update.store(files, of: registry, at: seconds, snapshot)
    try update.publish()
    return result
}

extension StoreUpdate {
    /// Puts answers of a server beside what the database has of the registry.
    ///
    /// - Parameters:
    ///   - seconds: now, since 1970.
    ///   - snapshot: who was asked and when. It does not count where the database has the whole registry: a few files
    ///     make that no younger.
    package func store(
        _ files: [FetchedFile], of registry: SourceID, at seconds: Int, _ snapshot: Snapshot
    ) throws(StorageError) -> FetchImport {
        var writer = FetchWriter(
            rows: try IndexRows(of: registry, in: publication, snapshot, isWhole: false), seconds: seconds)
        return try writer.run(files, snapshot)
    }
}

private struct FetchWriter {
    let rows: IndexRows
    let seconds: Int
    private var reader = IndexReader()
    private var setAside: [RecordNote] = []
    private var failed: [String] = []
    private var changed = 0
    private var absent = 0
    private var unchanged = 0

    init(rows: IndexRows, seconds: Int) {
        self.rows = rows
        self.seconds = seconds
    }

    mutating func run(_ files: [FetchedFile], _ snapshot: Snapshot) throws(StorageError) -> FetchImport {
        for file in files {
            guard let path = indexPath(for: file.name) else { continue }
            switch file.answer {
            case .contents(let bytes, let validator): try replace(path, file.name, bytes, validator)
            case .unchanged:
                unchanged += 1
                try rows.touchFetch(path, at: seconds)
            case .absent:
                absent += 1
                if let old = try rows.file(at: path) { try rows.remove(old.id, path) }
                try rows.noteFetch(path, validator: nil, at: seconds)
            }
        }
        _ = try rows.finish(snapshot)
        return FetchImport(changed: changed, absent: absent, unchanged: unchanged, setAside: setAside, failed: failed)
    }

    private mutating func replace(
        _ path: String, _ name: String, _ bytes: [UInt8], _ validator: String?
    ) throws(StorageError) {
        let (records, dropped) = reader.recordsAndDroppedLines(in: bytes)
        let own = records.filter { indexPath(for: $0.name) == path }
        if own.count < records.count || (own.isEmpty && !dropped.isEmpty) {
            let strangers = Set(records.map(\.name)).subtracting(own.map(\.name)).sorted { $0.precedesInBytes($1) }
            let reason =
                strangers.isEmpty ? "no line of it can be read" : "is about " + strangers.joined(separator: ", ")
            setAside.append(RecordNote(place: path, reason: reason))
        }
        // An answer of which nothing is to the point is a fault of the server, not the news that all is gone.
        guard !own.isEmpty || bytes.isEmpty else { return failed.append(name) }
        setAside += dropped.map { RecordNote(place: "\(path):\($0)", reason: "a line without a name and a version") }
        let hash = ContentHash(of: bytes)
        let old = try rows.file(at: path)
        if old?.hash == hash {
            unchanged += 1
        } else {
            changed += 1
            if let old { try rows.remove(old.id, path) }
            try rows.insert(path, hash, own, dropped: dropped)
        }
        try rows.noteFetch(path, validator: validator, at: seconds)
    }
}
