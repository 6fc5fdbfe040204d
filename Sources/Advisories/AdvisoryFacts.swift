import CargoModel
import JSON
import SemVer

/// An advisory as one line of JSON: the form of the bundled facts and of the database.
///
/// Keys in byte order, those without content left out. Versions are written as the record had them: `patched` and
/// `unaffected` requirements, or `ranges` and `versions`.
package enum AdvisoryFacts {
    /// - Parameter withProse: whether the title belongs in; it is the only text somebody can claim rights in.
    package static func line(_ advisory: Advisory, withProse: Bool) -> [UInt8] {
        var writer = JSONWriter(.compact)
        writer.object { writer in
            writer.list("aliases", advisory.aliases)
            writer.list("arch", advisory.architectures)
            writer.list("categories", advisory.categories)
            writer.member("collection", advisory.collection.rawValue)
            writer.text("cvss", advisory.cvss)
            writer.text("date", advisory.date?.description)
            writer.functions(advisory.functions)
            writer.member("id", advisory.id)
            writer.text("informational", advisory.informational)
            writer.text("level", advisory.levelWithoutVector)
            writer.list("os", advisory.operatingSystems)
            writer.member("package", advisory.package)
            let affected = advisory.affected
            if affected.isWrittenAsRequirements { writer.requirements("patched", affected.patched) }
            if !affected.isWrittenAsRequirements { writer.ranges(affected.ranges) }
            writer.list("references", advisory.references)
            writer.list("related", advisory.related)
            if withProse { writer.text("title", advisory.title) }
            if !affected.unaffected.isEmpty { writer.requirements("unaffected", affected.unaffected) }
            writer.text("url", advisory.url)
            writer.list("versions", affected.versions.map(\.description))
            writer.text("withdrawn", advisory.withdrawn?.description)
        }
        return writer.bytes
    }

    package static func advisory(_ line: UnsafeBufferPointer<UInt8>) throws(AdvisoryFault) -> Advisory {
        var warnings = FieldWarnings()
        return try advisory(line, &warnings)
    }

    static func advisory(
        _ line: UnsafeBufferPointer<UInt8>, _ warnings: inout FieldWarnings
    ) throws(AdvisoryFault) -> Advisory {
        let value: JSONValue
        do throws(JSONError) {
            var scanner = JSONScanner(line)
            value = try scanner.value()
            try scanner.end()
        } catch { throw .json(error) }
        return try advisory(value, &warnings)
    }

    private static func advisory(_ value: JSONValue, _ warnings: inout FieldWarnings) throws(AdvisoryFault) -> Advisory
    {
        guard case .object = value else { throw .wrongType("record") }
        let cvss = value["cvss"]?.text
        let level = value["level"]?.text.flatMap(Severity.Level.init).map { Severity(level: $0) }
        return Advisory(
            id: try required("id", value), aliases: texts("aliases", value), related: texts("related", value),
            package: try required("package", value),
            collection: value["collection"]?.text.flatMap(Advisory.Collection.init) ?? .crates,
            date: warnings.day(value["date"]?.text, "date"),
            withdrawn: warnings.day(value["withdrawn"]?.text, "withdrawn"),
            informational: value["informational"]?.text, categories: texts("categories", value), cvss: cvss,
            severity: level ?? warnings.severity(cvss), operatingSystems: texts("os", value),
            architectures: texts("arch", value), functions: try functions(value), affected: try affected(value),
            title: value["title"]?.text, url: value["url"]?.text, references: texts("references", value))
    }
}

extension Advisory {
    /// The level, where it does not follow from the vector.
    fileprivate var levelWithoutVector: String? {
        severity.tenths == nil && severity.level != .unknown ? severity.level.rawValue : nil
    }
}

// MARK: - Reading fields

extension AdvisoryFacts {
    private static func required(_ key: String, _ value: JSONValue) throws(AdvisoryFault) -> String {
        guard let text = value[key]?.text, !text.isEmpty else { throw .missing(key) }
        return text
    }

    private static func texts(_ key: String, _ value: JSONValue) -> [String] {
        value[key]?.elements?.compactMap(\.text) ?? []
    }

    private static func functions(_ value: JSONValue) throws(AdvisoryFault) -> [Advisory.Function] {
        var functions: [Advisory.Function] = []
        for entry in value["functions"]?.entries ?? [] {
            let texts = entry.value.elements?.compactMap(\.text) ?? []
            functions.append(Advisory.Function(path: entry.key, versions: try requirements(texts)))
        }
        return functions
    }

    private static func affected(_ value: JSONValue) throws(AdvisoryFault) -> AffectedVersions {
        guard let ranges = value["ranges"] else {
            guard value["patched"] != nil else { throw .missing("patched") }
            return try AffectedVersions(
                patched: try requirements(texts("patched", value)),
                unaffected: try requirements(texts("unaffected", value)))
        }
        guard let ranges = ranges.elements else { throw .wrongType("ranges") }
        var list: [AffectedRange] = []
        for range in ranges {
            list.append(AffectedRange(introduced: try version("introduced", range), fixed: try version("fixed", range)))
        }
        var versions: [Version] = []
        for text in texts("versions", value) { versions.append(try OSVEvents.version(text)) }
        return AffectedVersions(ranges: list, versions: versions)
    }

    private static func version(_ key: String, _ range: JSONValue) throws(AdvisoryFault) -> Version? {
        guard let text = range[key]?.text else { return nil }
        guard let version = try? Version(text) else { throw .version(text) }
        return version
    }
}

// MARK: - Writing fields

extension JSONWriter {
    fileprivate mutating func text(_ name: String, _ text: String?) {
        if let text { member(name, text) }
    }

    fileprivate mutating func list(_ name: String, _ texts: [String]) {
        if texts.isEmpty { return }
        key(name)
        array { writer in for text in texts { writer.string(text) } }
    }

    fileprivate mutating func requirements(_ name: String, _ requirements: [VersionRequirement]) {
        key(name)
        array { writer in for requirement in requirements { writer.string(requirement.description) } }
    }

    fileprivate mutating func functions(_ functions: [Advisory.Function]) {
        if functions.isEmpty { return }
        key("functions")
        object { writer in for function in functions { writer.requirements(function.path, function.versions) } }
    }

    fileprivate mutating func ranges(_ ranges: [AffectedRange]) {
        key("ranges")
        array { writer in
            for range in ranges {
                writer.object { writer in
                    writer.text("fixed", range.fixed?.description)
                    writer.text("introduced", range.introduced?.description)
                }
            }
        }
    }
}
