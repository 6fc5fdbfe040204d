/// A full version such as `1.2.3-rc.1+build`.
///
/// Equality, hashing and order include the build metadata, as in Cargo: `1.0.0+a` and `1.0.0+b` are two versions.
package struct Version: Hashable, Sendable {
    package let major: UInt64
    package let minor: UInt64
    package let patch: UInt64
    /// Without the hyphen; empty for a release.
    package let prerelease: String
    /// Without the plus sign; empty if there is none.
    package let build: String

    package init(major: UInt64, minor: UInt64, patch: UInt64, prerelease: String = "", build: String = "") {
        self.major = major
        self.minor = minor
        self.patch = patch
        self.prerelease = prerelease
        self.build = build
    }

    package var isPrerelease: Bool { !prerelease.isEmpty }
}

extension Version {
    /// - Parameter text: all three numbers, no blanks around them.
    package init(_ text: some StringProtocol) throws(VersionError) {
        var text = String(text)
        self = try text.withParser { parser throws(VersionError) in try parser.version() }
    }
}

extension Version: CustomStringConvertible {
    package var description: String {
        var text = "\(major).\(minor).\(patch)"
        if !prerelease.isEmpty { text += "-" + prerelease }
        if !build.isEmpty { text += "+" + build }
        return text
    }
}
