/// Why text is not a version requirement. The descriptions are those of the `semver` crate, which Cargo prints.
package struct VersionRequirementError: Error, Hashable {
    package enum Reason: Hashable, Sendable {
        /// The fault lies in a number or identifier.
        case version(VersionError.Reason)
        /// Something other than a comma follows a comparator.
        case expectedComma(after: VersionPosition, found: Unicode.Scalar)
        case characterAfterWildcard
        case wildcardInList
        /// More than `VersionRequirement.comparatorLimit`.
        case tooManyComparators
    }

    package let reason: Reason

    package init(_ reason: Reason) {
        self.reason = reason
    }
}

extension VersionRequirementError: CustomStringConvertible {
    package var description: String {
        switch reason {
        case .version(let reason): VersionError(reason).description
        case .expectedComma(let position, let found):
            "expected comma after \(position.rawValue), found \(characterLiteral(found))"
        case .characterAfterWildcard: "unexpected character after wildcard in version req"
        case .wildcardInList: "wildcard req (*) must be the only comparator in the version req"
        case .tooManyComparators: "excessive number of version comparators"
        }
    }
}
