import CargoModel
import Glibc
import JSON
import SemVer

/// Turns index lines into records. Keeps the last requirements and platforms it has checked, so one reader should do
/// many files.
///
/// - SeeAlso: `IndexSummary::parse` in `src/cargo/sources/registry/index/mod.rs` of rust-lang/cargo.
package struct IndexReader {
    private var checks = DependencyChecks()

    package init() {}

    /// The records of a whole file in the order of the lines that count: the last readable one for each version.
    package mutating func records(in file: [UInt8]) -> [IndexRecord] {
        file.withUnsafeBufferPointer { records(in: $0) }
    }

    /// - SeeAlso: `records(in:)` for arrays.
    package mutating func records(in file: UnsafeBufferPointer<UInt8>) -> [IndexRecord] {
        var records: [IndexRecord] = []
        Self.forEachLine(in: file) { line in
            if let record = record(of: line) { records.append(record) }
        }
        return Self.lastOfEachVersion(records)
    }

    /// The same as `records(in:)`, and the numbers of the lines that had to be dropped, counted from 1. Empty lines are
    /// neither.
    package mutating func recordsAndDroppedLines(in file: [UInt8]) -> (records: [IndexRecord], dropped: [Int]) {
        var records: [IndexRecord] = []
        var dropped: [Int] = []
        var number = 0
        file.withUnsafeBufferPointer { buffer in
            Self.forEachLine(in: buffer) { line in
                number += 1
                if let record = record(of: line) {
                    records.append(record)
                } else if !line.isEmpty {
                    dropped.append(number)
                }
            }
        }
        return (Self.lastOfEachVersion(records), dropped)
    }

    private static func forEachLine(
        in file: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        var start = 0
        while start < file.count {
            let end = endOfLine(in: file, from: start)
            body(UnsafeBufferPointer(rebasing: file[start..<end]))
            start = end + 1
        }
    }

    private static func endOfLine(in file: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard let base = UnsafeRawPointer(file.baseAddress) else { return file.count }
        let newline = memchr(base + start, 0x0a, file.count - start)
        return newline.map { UnsafeRawPointer($0) - base } ?? file.count
    }

    private static func lastOfEachVersion(_ records: [IndexRecord]) -> [IndexRecord] {
        guard records.count > 1 else { return records }
        var seen: Set<Version> = []
        seen.reserveCapacity(records.count)
        let kept = records.reversed().filter { seen.insert($0.version).inserted }
        return kept.count == records.count ? records : kept.reversed()
    }

    /// What one line says; nil if it has to be dropped: not JSON, or without a name and a version.
    package mutating func record(of line: UnsafeBufferPointer<UInt8>) -> IndexRecord? {
        do throws(IndexLineError) {
            let entry = try entry(of: line)
            let isSupported = entry.schema <= IndexEntry.newestSchema
            return IndexRecord(
                name: entry.name, version: entry.version, rustVersion: entry.rustVersion,
                content: isSupported ? .usable(entry) : .unsupported(schema: entry.schema))
        } catch {
            return SalvagedLine.record(of: line, after: error)
        }
    }

    private mutating func entry(of line: UnsafeBufferPointer<UInt8>) throws(IndexLineError) -> IndexEntry {
        let fields: LineFields
        do throws(JSONError) {
            var reader = LineReader(line)
            fields = try reader.read()
        } catch { throw .json(error) }
        guard let version = try? Version(fields.version) else { throw .version(fields.version) }
        for dependency in fields.dependencies { try checks.check(dependency) }
        for artifact in fields.artifacts {
            let fault = ArtifactError.fault(inKinds: artifact.kinds, target: artifact.target)
            if let fault { throw .artifact(fault, of: artifact.dependency) }
        }
        let entry = IndexEntry(
            name: fields.name, version: version, dependencies: fields.dependencies,
            checksum: fields.checksum, features: fields.mergedFeatures, isYanked: fields.isYanked,
            links: fields.links, rustVersion: try Self.rustVersion(fields.rustVersion), published: fields.published,
            schema: fields.schema)
        try Self.check(entry)
        return entry
    }

    private static func check(_ entry: IndexEntry) throws(IndexLineError) {
        if let published = entry.published, !PublicationTime.isValid(published) { throw .published(published) }
        guard !entry.features.isEmpty || entry.dependencies.contains(where: \.isOptional) else { return }
        do throws(FeatureMapError) {
            let names = entry.dependencies.map { (name: $0.name, isOptional: $0.isOptional) }
            _ = try FeatureMap(declared: entry.features, dependencies: names)
        } catch { throw .features(error) }
    }

    fileprivate static func rustVersion(_ text: String?) throws(IndexLineError) -> RustVersion? {
        guard let text else { return nil }
        let hasOddBlank = text.unicodeScalars.contains { $0.properties.isWhitespace && $0 != " " }
        guard !hasOddBlank, let version = try? RustVersion(text) else { throw .rustVersion(text) }
        return version
    }
}

/// What is kept of a line that is not usable: Cargo reads it again, field by field.
private enum SalvagedLine {
    static func record(of line: UnsafeBufferPointer<UInt8>, after error: IndexLineError) -> IndexRecord? {
        var reader = LineReader(line)
        guard let (name, text) = try? reader.readNameAndVersion(), let version = try? Version(text) else { return nil }
        var schemaReader = LineReader(line)
        let schema = (try? schemaReader.readSchema()) ?? 1
        var rustVersionReader = LineReader(line)
        let rustVersion = (try? rustVersionReader.readRustVersion()) ?? nil
        return IndexRecord(
            name: name, version: version, rustVersion: (try? IndexReader.rustVersion(rustVersion)) ?? nil,
            content: schema > IndexEntry.newestSchema ? .unsupported(schema: schema) : .invalid(error))
    }
}
