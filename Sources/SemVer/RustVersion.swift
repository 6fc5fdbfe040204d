/// The value of `rust-version`: one to three numbers, nothing else.
package struct RustVersion: Hashable, Sendable {
    package let major: UInt64
    package let minor: UInt64?
    /// Nil whenever `minor` is.
    package let patch: UInt64?

    package init(major: UInt64, minor: UInt64? = nil, patch: UInt64? = nil) {
        self.major = major
        self.minor = minor
        self.patch = minor == nil ? nil : patch
    }
}

/// Why text is not a `rust-version`. The descriptions are Cargo's.
package enum RustVersionError: Error, Hashable {
    case prerelease
    case build
    case requirement
    case malformed
}

extension RustVersionError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .prerelease: #"unexpected prerelease field, expected a version like "1.32""#
        case .build: #"unexpected build field, expected a version like "1.32""#
        case .requirement: #"unexpected version requirement, expected a version like "1.32""#
        case .malformed: #"expected a version like "1.32""#
        }
    }
}

extension RustVersion {
    /// Cargo reads what is no full version as a requirement, which has two odd consequences: blanks around the number
    /// are allowed, though no other white space is, and so is a `^` after a blank.
    ///
    /// - SeeAlso: `crates/cargo-util-schemas/src/core/partial_version.rs` in rust-lang/cargo.
    package init(_ text: some StringProtocol) throws(RustVersionError) {
        let text = String(text)
        let requirement: VersionRequirement
        if let version = try? Version(text) {
            if version.isPrerelease { throw .prerelease }
            if !version.build.isEmpty { throw .build }
            self.init(major: version.major, minor: version.minor, patch: version.patch)
            return
        }
        do throws(VersionRequirementError) { requirement = try VersionRequirement(text) } catch {
            throw Self.fault(of: text)
        }
        guard requirement.comparators.count == 1, requirement.comparators[0].op == .caret, !text.hasPrefix("^") else {
            throw .requirement
        }
        let comparator = requirement.comparators[0]
        self.init(major: comparator.major, minor: comparator.minor, patch: comparator.patch)
    }

    /// Whether a compiler of version `other` is new enough, and of the same major version: `^self` must match it.
    package func isCompatible(withCompiler other: RustVersion) -> Bool {
        let compiler = Version(major: other.major, minor: other.minor ?? 0, patch: other.patch ?? 0)
        return Comparator(.caret, major: major, minor: minor, patch: patch).matches(compiler)
    }

    private static func fault(of text: String) -> RustVersionError {
        if text.utf8.contains(UInt8(ascii: "-")) { return .prerelease }
        return text.utf8.contains(UInt8(ascii: "+")) ? .build : .malformed
    }
}

extension RustVersion: Comparable {
    /// A missing number is less than 0.
    package static func < (left: Self, right: Self) -> Bool {
        if left.major != right.major { return left.major < right.major }
        if left.minor != right.minor { return isLess(left.minor, right.minor) }
        return left.patch != right.patch && isLess(left.patch, right.patch)
    }

    private static func isLess(_ left: UInt64?, _ right: UInt64?) -> Bool {
        guard let right else { return false }
        return left.map { $0 < right } ?? true
    }
}

extension RustVersion: CustomStringConvertible {
    /// The numbers alone.
    package var description: String {
        [major, minor, patch].compactMap { $0.map(String.init) }.joined(separator: ".")
    }
}
