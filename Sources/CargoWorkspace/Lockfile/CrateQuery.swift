package import SemVer

/// A crate, and which of its versions are looked for.
package struct CrateQuery: Sendable {
    package enum Range: Sendable {
        /// Every version, pre-releases too.
        case any
        /// One version; build metadata counts only where it is written.
        case exact(Version)
        /// As Cargo matches it: a pre-release only where the requirement names one.
        case requirement(VersionRequirement)
        /// What somebody else says, who has a name.
        case listed(by: String, @Sendable (Version) -> Bool)
    }

    package let name: String
    package let range: Range

    package init(name: String, range: Range) {
        self.name = name
        self.range = range
    }

    /// - Parameter text: `name`, `name@1.2.3` for that version, or `name@REQUIREMENT`.
    package init(_ text: String) throws(CrateQueryError) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard !parts[0].isEmpty, parts[0].utf8.allSatisfy(Self.isInName) else { throw .name(text) }
        name = parts[0]
        guard parts.count == 2 else {
            range = .any
            return
        }
        if let version = try? Version(parts[1]) {
            range = .exact(version)
            return
        }
        do { range = .requirement(try VersionRequirement(parts[1])) } catch {
            throw .range(text, error.description)
        }
    }

    private static func isInName(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
    }

    /// crates.io takes `-` and `_`, and large and small letters, for the same, so whoever asks may too.
    package func isNamed(_ other: String) -> Bool {
        name.utf8.count == other.utf8.count && zip(name.utf8, other.utf8).allSatisfy { Self.fold($0) == Self.fold($1) }
    }

    private static func fold(_ byte: UInt8) -> UInt8 { byte == UInt8(ascii: "-") ? UInt8(ascii: "_") : small(byte) }

    /// An ASCII letter in lower case; anything else as it is.
    static func small(_ byte: UInt8) -> UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
    }

    package func matches(_ name: String, _ version: Version) -> Bool {
        guard isNamed(name) else { return false }
        switch range {
        case .any: return true
        case .exact(let wanted):
            return wanted.major == version.major && wanted.minor == version.minor && wanted.patch == version.patch
                && wanted.prerelease == version.prerelease && (wanted.build.isEmpty || wanted.build == version.build)
        case .requirement(let requirement): return requirement.matches(version)
        case .listed(_, let isListed): return isListed(version)
        }
    }
}

extension CrateQuery: CustomStringConvertible {
    package var description: String {
        switch range {
        case .any: name
        case .exact(let version): "\(name)@\(version)"
        case .requirement(let requirement): "\(name)@\(requirement)"
        case .listed(let other, _): "\(name) (\(other))"
        }
    }
}

/// Why a text is no query.
package enum CrateQueryError: Error, Hashable {
    case name(String)
    case range(String, String)
}

extension CrateQueryError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .name(let text): "`\(text)` names no crate; write `name`, `name@1.2.3` or `name@^1.2`"
        case .range(let text, let why): "`\(text)`: after the `@` a version or a requirement is expected: \(why)"
        }
    }
}
