import CargoModel
import SemVer
import TOML

/// One Markdown file of the RustSec database: facts in TOML between fences, then a heading and prose.
///
/// - SeeAlso: `rustsec/src/advisory/metadata.rs` in rustsec/rustsec; a file may leave `[advisory]` out.
struct RustSecRecord {
    private let metadata: TOMLTable
    private let affected: TOMLTable?
    private let versions: TOMLTable
    private let title: String?

    init(_ bytes: [UInt8]) throws(AdvisoryFault) {
        let (frontMatter, rest) = try Self.parts(of: bytes)
        let document: TOMLDocument
        do throws(TOMLError) { document = try parseTOML(frontMatter) } catch { throw .toml(error) }
        guard let metadata = document.root["advisory"]?.value.table else { throw .missing("advisory") }
        guard let versions = document.root["versions"] else { throw .missing("versions") }
        guard let versions = versions.value.table else { throw .wrongType("versions") }
        self.metadata = metadata
        self.versions = versions
        affected = document.root["affected"]?.value.table
        title = Self.heading(of: rest)
    }

    func advisory(
        in collection: Advisory.Collection, _ warnings: inout FieldWarnings
    ) throws(AdvisoryFault) -> Advisory {
        noteUnknownKeys(&warnings)
        let cvss = try text("cvss", in: metadata)
        return Advisory(
            id: try required("id"), aliases: try texts("aliases", in: metadata),
            related: try texts("related", in: metadata), package: try required("package"), collection: collection,
            date: warnings.day(try text("date", in: metadata), "date"),
            withdrawn: warnings.day(try text("withdrawn", in: metadata), "withdrawn"),
            informational: try text("informational", in: metadata),
            categories: try texts("categories", in: metadata), cvss: cvss, severity: warnings.severity(cvss),
            operatingSystems: try affected.map { table throws(AdvisoryFault) in try texts("os", in: table) } ?? [],
            architectures: try affected.map { table throws(AdvisoryFault) in try texts("arch", in: table) } ?? [],
            functions: try functions(), affected: try affectedVersions(&warnings), title: title,
            url: try text("url", in: metadata), references: try texts("references", in: metadata))
    }
}

// MARK: - Fields

extension RustSecRecord {
    private static let knownKeys: Set<String> = [
        "id", "package", "title", "description", "date", "aliases", "related", "collection", "categories", "keywords",
        "cvss", "informational", "references", "source", "url", "withdrawn", "license", "expect-deleted",
    ]

    private func noteUnknownKeys(_ warnings: inout FieldWarnings) {
        for entry in metadata.entries where !Self.knownKeys.contains(entry.key) {
            warnings.note("unknown key `\(entry.key)`")
        }
        for entry in versions.entries where entry.key != "patched" && entry.key != "unaffected" {
            warnings.note("unknown key `versions.\(entry.key)`")
        }
    }

    private func affectedVersions(_ warnings: inout FieldWarnings) throws(AdvisoryFault) -> AffectedVersions {
        let patched = try requirements(try texts("patched", in: versions))
        let unaffected = try requirements(try texts("unaffected", in: versions))
        let affected = try AffectedVersions(patched: patched, unaffected: unaffected)
        var spans: [VersionSpan] = []
        for requirement in patched + unaffected { spans.append(try VersionSpan(requirement)) }
        if VersionSpan.overlap(spans) { warnings.note("version ranges overlap") }
        return affected
    }

    private func functions() throws(AdvisoryFault) -> [Advisory.Function] {
        guard let table = affected?["functions"]?.value.table else { return [] }
        var functions: [Advisory.Function] = []
        for entry in table.entries {
            let versions = try requirements(try texts(entry.key, in: table))
            functions.append(Advisory.Function(path: entry.key, versions: versions))
        }
        return functions.sorted { $0.path.precedesInBytes($1.path) }
    }

    private func required(_ key: String) throws(AdvisoryFault) -> String {
        guard let text = try text(key, in: metadata), !text.isEmpty else { throw .missing(key) }
        return text
    }

    /// Also a date written without quotes.
    private func text(_ key: String, in table: TOMLTable) throws(AdvisoryFault) -> String? {
        guard let value = table[key]?.value else { return nil }
        if let date = value.datetime?.date {
            return Day.text(year: date.year, month: date.month, day: date.day)
        }
        guard let text = value.string else { throw .wrongType(key) }
        return text
    }

    private func texts(_ key: String, in table: TOMLTable) throws(AdvisoryFault) -> [String] {
        guard let value = table[key]?.value else { return [] }
        guard let nodes = value.array else { throw .wrongType(key) }
        var texts: [String] = []
        for node in nodes {
            guard let text = node.string else { throw .wrongType(key) }
            texts.append(text)
        }
        return texts
    }
}

/// Reads requirements as the `semver` crate does.
func requirements(_ texts: [String]) throws(AdvisoryFault) -> [VersionRequirement] {
    var requirements: [VersionRequirement] = []
    for text in texts {
        guard let requirement = try? VersionRequirement(text) else { throw .requirement(text) }
        requirements.append(requirement)
    }
    return requirements
}

// MARK: - Parts of the file

extension RustSecRecord {
    /// What stands between "```toml" and the next line that starts with "```", and what follows.
    private static func parts(of bytes: [UInt8]) throws(AdvisoryFault) -> ([UInt8], ArraySlice<UInt8>) {
        let opening = Array("```toml".utf8)
        let closing = Array("\n```".utf8)
        guard bytes.starts(with: opening), let end = firstRange(of: closing, in: bytes[opening.count...]) else {
            throw .frontMatter
        }
        let frontMatter = bytes[opening.count..<end.lowerBound]
        let isBare = !String(decoding: frontMatter.prefix(256), as: UTF8.self)
            .drop(while: \.isWhitespace).hasPrefix("[advisory]")
        return ((isBare ? Array("[advisory]".utf8) : []) + frontMatter, bytes[end.upperBound...])
    }

    private static func firstRange(of pattern: [UInt8], in bytes: ArraySlice<UInt8>) -> Range<Int>? {
        guard bytes.count >= pattern.count else { return nil }
        for start in bytes.startIndex...(bytes.endIndex - pattern.count) where bytes[start] == pattern[0] {
            if bytes[start...].starts(with: pattern) { return start..<(start + pattern.count) }
        }
        return nil
    }

    private static func heading(of rest: ArraySlice<UInt8>) -> String? {
        let text = rest.drop { $0 == 0x20 || (0x09...0x0d).contains($0) }
        guard text.starts(with: "# ".utf8) else { return nil }
        let line = text.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        return String(decoding: line, as: UTF8.self)
    }
}

extension Day {
    fileprivate static func text(year: Int, month: Int, day: Int) -> String {
        [(year, 4), (month, 2), (day, 2)].map { number, width in
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
        }.joined(separator: "-")
    }
}
