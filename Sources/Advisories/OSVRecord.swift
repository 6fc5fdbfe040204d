import CargoModel
import JSON
import SemVer

/// One record of an OSV database.
///
/// - SeeAlso: <https://ossf.github.io/osv-schema>; `rustsec/src/osv/advisory.rs` for what RustSec adds.
struct OSVRecord {
    private let root: JSONValue

    init(_ bytes: [UInt8]) throws(AdvisoryFault) {
        do throws(JSONError) { root = try JSONValue(parsing: bytes) } catch { throw .json(error) }
    }

    /// One advisory for each package of crates.io, in the order of first mention.
    func advisories(_ warnings: inout FieldWarnings) throws(AdvisoryFault) -> [Advisory] {
        guard let id = root["id"]?.text, !id.isEmpty else { throw .missing("id") }
        guard let entries = root["affected"]?.elements, !entries.isEmpty else { throw .missing("affected") }
        let ours = entries.filter { $0["package"]?["ecosystem"]?.text == "crates.io" }
        var names: [String] = []
        for entry in ours {
            guard let name = entry["package"]?["name"]?.text, !name.isEmpty else { throw .missing("package") }
            if !names.contains(name) { names.append(name) }
        }
        if names.isEmpty { throw .foreignEcosystem }
        var advisories: [Advisory] = []
        for name in names {
            let about = ours.filter { $0["package"]?["name"]?.text == name }
            advisories.append(try advisory(id, about: name, about, &warnings))
        }
        return advisories
    }

    private func advisory(
        _ id: String, about name: String, _ entries: [JSONValue], _ warnings: inout FieldWarnings
    ) throws(AdvisoryFault) -> Advisory {
        let first = entries.first { $0["database_specific"] != nil } ?? entries[0]
        let specific = first["database_specific"]
        let limits = entries.lazy.compactMap { $0["ecosystem_specific"]?["affects"] }.first
        let cvss = vector ?? specific?["cvss"]?.text
        return Advisory(
            id: id, aliases: texts(root["aliases"]), related: texts(root["related"]), package: name,
            collection: .crates, date: warnings.day(root["published"]?.text, "published"),
            withdrawn: warnings.day(root["withdrawn"]?.text, "withdrawn"),
            informational: specific?["informational"]?.text, categories: categories(specific), cvss: cvss,
            severity: severity(cvss, &warnings), operatingSystems: texts(limits?["os"]),
            architectures: texts(limits?["arch"]), functions: functions(limits),
            affected: try affectedVersions(entries), title: root["summary"]?.text, url: url,
            references: references)
    }
}

// MARK: - Fields

extension OSVRecord {
    private func texts(_ value: JSONValue?) -> [String] {
        value?.elements?.compactMap(\.text) ?? []
    }

    private func categories(_ specific: JSONValue?) -> [String] {
        let named = texts(specific?["categories"])
        let isMalicious = root["database_specific"]?["malicious-packages-origins"] != nil
        return isMalicious && !named.contains("malicious") ? named + ["malicious"] : named
    }

    /// The vector of the newest CVSS version that can be judged, else the first.
    private var vector: String? {
        let vectors = root["severity"]?.elements?.compactMap { $0["score"]?.text } ?? []
        let known = vectors.filter { Severity(cvss: $0) != nil }
        return known.max { $0.precedesInBytes($1) } ?? vectors.first
    }

    /// From the vector, or else from GitHub's word.
    private func severity(_ cvss: String?, _ warnings: inout FieldWarnings) -> Severity {
        let word = root["database_specific"]?["severity"]?.text.flatMap { Severity(word: $0) }
        guard let cvss else { return word ?? .unknown }
        return Severity(cvss: cvss) ?? word ?? warnings.severity(cvss)
    }

    private func functions(_ limits: JSONValue?) -> [Advisory.Function] {
        texts(limits?["functions"]).sorted { $0.precedesInBytes($1) }.map { Advisory.Function(path: $0, versions: []) }
    }

    /// RustSec's export has the package, then the advisory's own page, then what the advisory names.
    private var url: String? {
        links.first { $0.type != "PACKAGE" && !$0.url.hasPrefix("https://rustsec.org/") }?.url
    }

    private var references: [String] {
        let primary = url
        return links.filter { $0.type != "PACKAGE" && $0.url != primary }.map(\.url)
    }

    private var links: [(type: String, url: String)] {
        root["references"]?.elements?.compactMap { link in
            link["url"]?.text.map { (link["type"]?.text ?? "", $0) }
        } ?? []
    }
}

// MARK: - Versions

extension OSVRecord {
    private func affectedVersions(_ entries: [JSONValue]) throws(AdvisoryFault) -> AffectedVersions {
        var ranges: [AffectedRange] = []
        var versions: [Version] = []
        for entry in entries {
            var isKnown = false
            for range in entry["ranges"]?.elements ?? [] where range["type"]?.text != "GIT" {
                guard let events = range["events"]?.elements else { throw .missing("events") }
                ranges += try OSVEvents(events).ranges
                isKnown = true
            }
            for text in texts(entry["versions"]) {
                versions.append(try OSVEvents.version(text))
                isKnown = true
            }
            if !isKnown { throw .noVersions }
        }
        let merged = AffectedRange.merged(ranges)
        var single: Set<Version> = []
        let extra = versions.filter { version in
            !merged.contains { $0.contains(version) } && single.insert(version).inserted
        }
        return AffectedVersions(ranges: merged, versions: extra.sorted())
    }
}

/// The events of one range, replayed in the order of their versions.
struct OSVEvents {
    private(set) var ranges: [AffectedRange] = []

    private struct Event {
        /// Nil for `0`, which is before every version.
        let version: Version?
        let opens: Bool

        static func precedes(_ left: Event, _ right: Event) -> Bool {
            guard let version = right.version else { return false }
            return left.version.map { $0 < version } ?? true
        }
    }

    init(_ values: [JSONValue]) throws(AdvisoryFault) {
        var events: [Event] = []
        for value in values {
            if let text = value["introduced"]?.text {
                events.append(Event(version: try Self.lowerBound(text), opens: true))
            } else if let text = value["fixed"]?.text {
                events.append(Event(version: try Self.version(text), opens: false))
            } else if let text = value["last_affected"]?.text {
                let last = try Self.version(text)
                events.append(Event(version: try VersionSpan.successor(of: last), opens: false))
            }
        }
        replay(Self.stablySorted(events))
    }

    private static func stablySorted(_ events: [Event]) -> [Event] {
        events.enumerated().sorted { left, right in
            if Event.precedes(left.element, right.element) { return true }
            return !Event.precedes(right.element, left.element) && left.offset < right.offset
        }.map(\.element)
    }

    private mutating func replay(_ events: [Event]) {
        var start: Version??
        for event in events {
            if event.opens {
                if start == nil { start = .some(event.version) }
            } else if let introduced = start {
                ranges.append(AffectedRange(introduced: introduced, fixed: event.version))
                start = nil
            }
        }
        if let introduced = start { ranges.append(AffectedRange(introduced: introduced, fixed: nil)) }
    }

    /// `0` means before everything, and so does `0.0.0-0`, the lowest version there is.
    private static func lowerBound(_ text: String) throws(AdvisoryFault) -> Version? {
        text == "0" || text == "0.0.0-0" ? nil : try version(text)
    }

    /// Missing numbers count as 0.
    static func version(_ text: String) throws(AdvisoryFault) -> Version {
        for suffix in ["", ".0", ".0.0"] {
            if let version = try? Version(text + suffix) { return version }
        }
        throw .version(text)
    }
}
