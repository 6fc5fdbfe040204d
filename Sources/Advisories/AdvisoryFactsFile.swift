package import CargoModel
import JSON

/// A file of facts: a first line `{"source": …, "revision": …, "date": …}`, then one advisory a line.
///
/// Opening it looks at nothing but the name of the package in each line; a line is read when its package is asked for.
package final class AdvisoryFactsFile {
    package let path: String
    /// Where the facts come from.
    package let source: String
    package let revision: String?
    /// The day the data is from.
    package let date: Day?
    private let bytes: [UInt8]
    private let lines: [Range<Int>]
    private lazy var linesByPackage: [String: [Int]] = Self.index(bytes, lines)

    package convenience init(opening path: String) throws(AdvisoryError) {
        try self.init(try Files.contents(of: path, limit: Files.collectionLimit), path: path)
    }

    package init(_ bytes: [UInt8], path: String) throws(AdvisoryError) {
        self.path = path
        self.bytes = bytes
        let lines = Self.lines(of: bytes)
        guard let first = lines.first, let header = try? JSONValue(parsing: Array(bytes[first])) else {
            throw AdvisoryError(.header("no JSON in the first line"), path: path)
        }
        guard let source = header["source"]?.text else { throw AdvisoryError(.header("no `source`"), path: path) }
        self.source = source
        revision = header["revision"]?.text
        date = header["date"]?.text.flatMap { Day($0) }
        self.lines = Array(lines.dropFirst())
    }

    /// The number of records.
    package var count: Int { lines.count }

    /// What is known of these packages, in the order of the file; a line that makes no sense is left out.
    package func advisories(
        for names: [String], in collection: Advisory.Collection = .crates
    ) -> [Advisory] {
        let wanted = names.flatMap { linesByPackage[$0] ?? [] }.sorted()
        return bytes.withUnsafeBufferPointer { buffer in
            wanted.compactMap { try? AdvisoryFacts.advisory(UnsafeBufferPointer(rebasing: buffer[lines[$0]])) }
        }.filter { $0.collection == collection }
    }

    /// Everything in the file, read.
    package func batch() -> AdvisoryBatch {
        var builder = BatchBuilder()
        bytes.withUnsafeBufferPointer { buffer in
            for (number, line) in lines.enumerated() {
                builder.add("line \(number + 2)") { warnings throws(AdvisoryFault) in
                    [try AdvisoryFacts.advisory(UnsafeBufferPointer(rebasing: buffer[line]), &warnings)]
                }
            }
        }
        return builder.batch(.facts, source: source, revision: revision, date: date)
    }
}

extension AdvisoryFactsFile {
    /// Lines with something in them.
    private static func lines(of bytes: [UInt8]) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
            if index > start { lines.append(start..<index) }
            start = index + 1
        }
        if start < bytes.count { lines.append(start..<bytes.count) }
        return lines
    }

    private static func index(_ bytes: [UInt8], _ lines: [Range<Int>]) -> [String: [Int]] {
        bytes.withUnsafeBufferPointer { buffer in
            var places: [String: [Int]] = [:]
            for (number, line) in lines.enumerated() {
                guard let name = package(in: UnsafeBufferPointer(rebasing: buffer[line])) else { continue }
                places[name, default: []].append(number)
            }
            return places
        }
    }

    private static func package(in line: UnsafeBufferPointer<UInt8>) -> String? {
        do throws(JSONError) {
            var scanner = JSONScanner(line)
            try scanner.beginObject()
            while let key = try scanner.nextKey() {
                if scanner.matches(key, "package") { return try scanner.string() }
                try scanner.skip()
            }
        } catch { return nil }
        return nil
    }
}
