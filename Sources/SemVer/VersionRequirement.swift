/// The versions a dependency may have: all comparators must hold.
package struct VersionRequirement: Hashable, Sendable {
    /// In the order written; empty for `*`.
    package let comparators: [Comparator]

    package init(_ comparators: [Comparator]) {
        self.comparators = comparators
    }

    /// `*`: every version but pre-releases.
    package static let star = VersionRequirement([])

    package static let comparatorLimit = 32
}

extension VersionRequirement {
    /// - Parameter text: as in a manifest; blanks are allowed around comparators, other white space is not.
    package init(_ text: some StringProtocol) throws(VersionRequirementError) {
        var text = String(text)
        self = try text.withParser { parser throws(VersionRequirementError) in try parser.requirement() }
    }
}

extension VersionRequirement: CustomStringConvertible {
    /// The canonical form of `cargo metadata`: `1.2` becomes `^1.2`.
    package var description: String {
        comparators.isEmpty ? "*" : comparators.map(\.description).joined(separator: ", ")
    }
}
