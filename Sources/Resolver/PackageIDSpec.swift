package import CargoModel
package import SemVer

/// A package as a command line names it: `serde`, `serde@1.0`, `registry+https://…#serde@1.0.200`.
///
/// - SeeAlso: crates/cargo-util-schemas/src/core/package_id_spec.rs in rust-lang/cargo.
package struct PackageIDSpec: Hashable, Sendable {
    package let name: String
    package let version: PartialVersion?
    /// As `SourceID` spells it for a registry; `file://…` for a path.
    package let url: String?
    package let kind: SourceID.Kind?

    /// - Throws: `PackageIDSpecError` if Cargo would not accept the text.
    package init(_ text: String) throws(PackageIDSpecError) {
        if text.contains("://"), let url = SpecURL(text) {
            try self.init(url, of: text)
            return
        }
        let (name, version) = try Self.nameAndVersion(text) ?? (text, nil)
        self.init(name: name, version: version, url: nil, kind: nil)
    }

    /// Exactly this package.
    package init(_ id: PackageID) {
        self.init(
            name: id.name, version: PartialVersion(id.version),
            url: id.source.isPath ? "file://" + id.source.url : id.source.url, kind: id.source.kind)
    }

    private init(name: String, version: PartialVersion?, url: String?, kind: SourceID.Kind?) {
        self.name = name
        self.version = version
        self.url = url
        self.kind = kind
    }

    private init(_ url: SpecURL, of text: String) throws(PackageIDSpecError) {
        guard let kind = url.kind, let last = url.lastSegment else { throw .malformed(text) }
        guard let fragment = url.fragment, !fragment.isEmpty else {
            if url.fragment != nil { throw .malformed(text) }
            self.init(name: last, version: nil, url: url.text, kind: kind.wanted)
            return
        }
        if let (name, version) = try Self.nameAndVersion(fragment) {
            self.init(name: name, version: version, url: url.text, kind: kind.wanted)
        } else if fragment.first?.isLetter == true {
            self.init(name: fragment, version: nil, url: url.text, kind: kind.wanted)
        } else {
            self.init(name: last, version: try PartialVersion(of: fragment), url: url.text, kind: kind.wanted)
        }
    }

    /// `name@version`, or in the old form `name:version`; `nil` without either mark.
    private static func nameAndVersion(_ text: String) throws(PackageIDSpecError) -> (String, PartialVersion)? {
        guard let mark = text.lastIndex(of: "@") ?? lastSingleColon(of: text) else { return nil }
        return (String(text[..<mark]), try PartialVersion(of: String(text[text.index(after: mark)...])))
    }

    private static func lastSingleColon(of text: String) -> String.Index? {
        guard let mark = text.lastIndex(of: ":") else { return nil }
        return text[..<mark].last == ":" ? nil : mark
    }

    package func matches(_ id: PackageID) -> Bool {
        guard name == id.name, version?.matches(id.version) ?? true else { return false }
        if let url, url != (id.source.isPath ? "file://" + id.source.url : id.source.url) { return false }
        return kind.map { $0 == id.source.kind } ?? true
    }
}

/// Why no package, or no single one, is meant.
package enum PackageIDSpecError: Error, Hashable {
    case malformed(String)
    case unknown(String)
    case ambiguous(String, [PackageID])
}

extension PackageIDSpecError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformed(let text): "`\(text)` is no package; write `name`, `name@version` or `url#name@version`"
        case .unknown(let text): "no package of the lock is called `\(text)`"
        case .ambiguous(let text, let ids):
            "`\(text)` could be " + ids.map { "`\($0.name)@\($0.version)`" }.joined(separator: " or ")
                + "; add the version"
        }
    }
}

/// A version of which the end may be left out: `1`, `1.2`, `1.2.3-rc.1+build`.
package struct PartialVersion: Hashable, Sendable {
    package let major: UInt64
    package let minor: UInt64?
    package let patch: UInt64?
    package let prerelease: String
    package let build: String

    init(_ version: Version) {
        (major, minor, patch) = (version.major, version.minor, version.patch)
        (prerelease, build) = (version.prerelease, version.build)
    }

    init(of text: String) throws(PackageIDSpecError) {
        if let version = try? Version(text) {
            self.init(version)
            return
        }
        // Cargo reads the rest as a requirement, and so accepts blanks around it.
        guard !text.hasPrefix("^"), let requirement = try? VersionRequirement(text),
            requirement.comparators.count == 1, requirement.comparators[0].op == .caret
        else { throw .malformed(text) }
        let comparator = requirement.comparators[0]
        self.init(
            major: comparator.major, minor: comparator.minor, patch: comparator.patch,
            prerelease: comparator.prerelease, build: "")
    }

    private init(major: UInt64, minor: UInt64?, patch: UInt64?, prerelease: String, build: String) {
        self.major = major
        self.minor = minor
        self.patch = patch
        self.prerelease = prerelease
        self.build = build
    }

    /// A pre-release has to be asked for.
    package func matches(_ version: Version) -> Bool {
        major == version.major && minor ?? version.minor == version.minor && patch ?? version.patch == version.patch
            && prerelease == version.prerelease && (build.isEmpty || build == version.build)
    }
}

/// The URL of a specification, taken apart.
private struct SpecURL {
    /// What the prefix before the scheme says; `wanted` is `nil` where there is none.
    struct Kind {
        let wanted: SourceID.Kind?
    }

    /// `nil` if the prefix is not one of Cargo's, or there is a query where none may be.
    let kind: Kind?
    /// Without prefix (but for `sparse+`), query and fragment.
    let text: String
    let fragment: String?

    init?(_ text: String) {
        guard let colon = text.firstRange(of: "://") else { return nil }
        var rest = text[...]
        fragment = rest.firstIndex(of: "#").map { String(rest[rest.index(after: $0)...]) }
        rest = rest[..<(rest.firstIndex(of: "#") ?? rest.endIndex)]
        let hasQuery = rest.contains("?")
        rest = rest[..<(rest.firstIndex(of: "?") ?? rest.endIndex)]
        let scheme = text[..<colon.lowerBound].lowercased()
        guard !scheme.isEmpty, scheme.utf8.allSatisfy(Self.isInScheme) else { return nil }
        let prefix = scheme.firstIndex(of: "+").map { String(scheme[..<$0]) }
        let wanted = Self.kind(prefix: prefix, query: Self.query(of: text))
        kind = hasQuery && prefix != "git" ? nil : wanted
        let bare =
            prefix == nil || prefix == "sparse" ? scheme : String(scheme.dropFirst((prefix ?? "").utf8.count + 1))
        self.text = bare + Self.normalized(rest[colon.lowerBound...])
    }

    /// The host in lower case, and a path that is not empty.
    private static func normalized(_ rest: Substring) -> String {
        let authority = rest.dropFirst(3)
        let end = authority.firstIndex(of: "/") ?? authority.endIndex
        let path = authority[end...]
        return "://" + authority[..<end].lowercased() + (path.isEmpty ? "/" : path)
    }

    private static func isInScheme(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private static func query(of text: String) -> Substring {
        let whole = text[..<(text.firstIndex(of: "#") ?? text.endIndex)]
        return whole.firstIndex(of: "?").map { whole[whole.index(after: $0)...] } ?? ""
    }

    private static func kind(prefix: String?, query: Substring) -> Kind? {
        switch prefix {
        case nil: Kind(wanted: nil)
        case "registry": Kind(wanted: .registry)
        case "sparse": Kind(wanted: .sparse)
        case "path": Kind(wanted: .path)
        case "git": Kind(wanted: .git(reference(query)))
        default: nil
        }
    }

    private static func reference(_ query: Substring) -> GitReference {
        var reference = GitReference.defaultBranch
        for pair in query.split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = halves.count == 2 ? String(halves[1]) : ""
            switch halves[0] {
            case "branch", "ref": reference = .branch(value)
            case "tag": reference = .tag(value)
            case "rev": reference = .rev(value)
            default: break
            }
        }
        return reference
    }

    var lastSegment: String? {
        guard let slash = text.lastIndex(of: "/") else { return nil }
        return String(text[text.index(after: slash)...])
    }
}
