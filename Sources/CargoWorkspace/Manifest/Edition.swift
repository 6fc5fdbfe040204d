package import SemVer
import TOML

/// The edition of a package; decides on spellings, the default resolver and the oldest compiler.
package enum Edition: Int, Hashable, Sendable, Comparable {
    case edition2015 = 2015
    case edition2018 = 2018
    case edition2021 = 2021
    case edition2024 = 2024

    package static func < (left: Edition, right: Edition) -> Bool { left.rawValue < right.rawValue }

    /// The first compiler that knows it; nil for the first edition.
    package var firstCompiler: RustVersion? {
        switch self {
        case .edition2015: nil
        case .edition2018: RustVersion(major: 1, minor: 31, patch: 0)
        case .edition2021: RustVersion(major: 1, minor: 56, patch: 0)
        case .edition2024: RustVersion(major: 1, minor: 85, patch: 0)
        }
    }

    /// What a root package of this edition resolves with unless it says otherwise.
    package var resolver: ResolverVersion {
        switch self {
        case .edition2015, .edition2018: .v1
        case .edition2021: .v2
        case .edition2024: .v3
        }
    }

    init(_ text: String) throws(ManifestReason) {
        if let number = Int(text), String(number) == text {
            if let edition = Edition(rawValue: number) {
                self = edition
                return
            }
            if number > Edition.edition2024.rawValue, text.utf8.count == 4 {
                throw ManifestReason(.futureEdition(text))
            }
        }
        throw ManifestReason(.unknownEdition(text))
    }
}

/// The `resolver` key.
package enum ResolverVersion: Int, Hashable, Sendable {
    case v1 = 1
    case v2 = 2
    case v3 = 3

    init(_ text: Spanned<String>) throws(ManifestFault) {
        switch text.value {
        case "1": self = .v1
        case "2": self = .v2
        case "3": self = .v3
        default: throw ManifestFault(.unknownResolver(text.value), at: text.span)
        }
    }
}
