package import CargoModel
import SemVer

/// A registry written in the test, one version a line:
///
///     name version | dep req [features] opt dev as RENAME on:cfg(unix) ; … | feat f=a,dep:b | links=z | yanked | rv=1.60 | at=2024-05-01
package final class LiteralRegistry: Registry {
    private struct Line {
        let published: PublishedVersion
        let summary: Summary
    }

    private var lines: [String: [Line]] = [:]
    private let source: SourceID
    private let isReplacement: Bool

    package init(_ text: String, source: SourceID = .cratesIO, isReplacement: Bool = true) throws {
        self.source = source
        self.isReplacement = isReplacement
        for (row, line) in text.split(separator: "\n").enumerated() {
            let summary = try parseSummary(String(line), source: source, registry: source)
            let published = PublishedVersion(
                version: summary.id.version, isYanked: line.contains("| yanked"), links: summary.links,
                rustVersion: summary.rustVersion, checksum: summary.checksum, row: row,
                published: Self.published(line))
            lines[summary.id.name, default: []].removeAll { $0.summary.id.version == summary.id.version }
            lines[summary.id.name, default: []].append(Line(published: published, summary: summary))
        }
    }

    /// Noon of the day after `at=`.
    private static func published(_ line: Substring) -> UInt32? {
        guard let mark = line.firstRange(of: "at="), let day = Day(String(line[mark.upperBound...].prefix(10))) else {
            return nil
        }
        return UInt32(day.number * 86_400 + 43_200)
    }

    package func isReplaced(_ source: SourceID) -> Bool { isReplacement }

    package func versions(of name: String, in source: SourceID) throws(RegistryError) -> [PublishedVersion] {
        guard source == self.source else { throw RegistryError(.unknownSource(source.description)) }
        return (lines[name] ?? []).map(\.published)
    }

    package func summary(
        of version: PublishedVersion, named name: String, in source: SourceID
    ) throws(RegistryError) -> Summary {
        guard let line = lines[name]?.first(where: { $0.published.row == version.row }) else {
            throw RegistryError(.damaged("no row \(version.row)"))
        }
        return line.summary
    }
}

package struct NotationError: Error {
    package let text: String

    package init(text: String) { self.text = text }
}

/// One package in the notation of `LiteralRegistry`. A registry package gets a checksum that spells its id.
package func parseSummary(_ text: String, source: SourceID, registry: SourceID = .cratesIO) throws -> Summary {
    let parts = text.split(separator: "|").map { words($0) }
    guard let head = parts.first, head.count == 2 else { throw NotationError(text: text) }
    let id = PackageID(name: head[0], version: try Version(head[1]), source: source)
    var dependencies: [Dependency] = []
    var features: [(String, [String])] = []
    var links: String?
    var rustVersion: RustVersion?
    for part in parts.dropFirst() {
        guard let first = part.first else { continue }
        if first == "yanked" || first.hasPrefix("at=") { continue }
        if first == "feat" {
            features += part.dropFirst().map(feature)
        } else if first.hasPrefix("links=") {
            links = String(first.dropFirst(6))
        } else if first.hasPrefix("rv=") {
            rustVersion = try RustVersion(String(first.dropFirst(3)))
        } else {
            for one in part.split(separator: ";") { dependencies.append(try dependency(Array(one), registry)) }
        }
    }
    let map = try FeatureMap(
        declared: features, dependencies: dependencies.map { ($0.nameInManifest, $0.isOptional) })
    return Summary(
        id: id, dependencies: dependencies, features: map, links: links, rustVersion: rustVersion,
        checksum: source.isRegistry ? "\(id.name)-\(id.version)" : nil)
}

private func words(_ text: Substring) -> [String] {
    text.split(whereSeparator: \.isWhitespace).map(String.init)
}

private func feature(_ text: String) -> (String, [String]) {
    let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    return (halves[0], halves.count > 1 ? halves[1].split(separator: ",").map(String.init) : [])
}

private func dependency(_ words: [String], _ registry: SourceID) throws -> Dependency {
    guard words.count >= 2 else { throw NotationError(text: words.joined(separator: " ")) }
    var rest = words[2...]
    var kind = DependencyKind.normal
    var isOptional = false
    var rename: String?
    var features: [String] = []
    var usesDefault = true
    var target: String?
    while let word = rest.popFirst() {
        switch word {
        case "opt": isOptional = true
        case "dev": kind = .development
        case "build": kind = .build
        case "nodefault": usesDefault = false
        case "as": rename = rest.popFirst()
        case _ where word.hasPrefix("on:"): target = String(word.dropFirst(3))
        case _ where word.hasPrefix("["):
            features = word.dropFirst().dropLast().split(separator: ",").map(String.init)
        default: throw NotationError(text: word)
        }
    }
    let isPath = words[1].hasPrefix("path:")
    return Dependency(
        package: words[0], source: isPath ? .path(String(words[1].dropFirst(5))) : registry,
        requirement: isPath ? .any : .range(try VersionRequirement(words[1])), kind: kind, rename: rename,
        isOptional: isOptional, usesDefaultFeatures: usesDefault, features: features, target: target)
}
