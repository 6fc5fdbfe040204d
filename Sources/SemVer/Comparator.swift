/// One condition of a requirement, such as `>=1.2`.
package struct Comparator: Hashable, Sendable {
    package enum Operator: String, Hashable, Sendable {
        case exact = "="
        case greater = ">"
        case greaterEqual = ">="
        case less = "<"
        case lessEqual = "<="
        case tilde = "~"
        case caret = "^"
        /// `1.*`: written without operator and with a wildcard in the minor or patch position.
        case wildcard = ""
    }

    package let op: Operator
    package let major: UInt64
    package let minor: UInt64?
    /// Nil whenever `minor` is.
    package let patch: UInt64?
    /// Empty unless all three numbers are given.
    package let prerelease: String

    package init(_ op: Operator, major: UInt64, minor: UInt64? = nil, patch: UInt64? = nil, prerelease: String = "") {
        self.op = op
        self.major = major
        self.minor = minor
        self.patch = minor == nil ? nil : patch
        self.prerelease = self.patch == nil ? "" : prerelease
    }
}

extension Comparator: CustomStringConvertible {
    package var description: String {
        var text = "\(op.rawValue)\(major)"
        if let minor { text += ".\(minor)" }
        if let patch { text += ".\(patch)" } else if op == .wildcard { text += ".*" }
        return prerelease.isEmpty ? text : "\(text)-\(prerelease)"
    }
}
