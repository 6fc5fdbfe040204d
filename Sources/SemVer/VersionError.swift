/// Which of the three numbers of a version; the raw value is Cargo's word for it.
package enum VersionPosition: String, Hashable, Sendable {
    case major = "major version number"
    case minor = "minor version number"
    case patch = "patch version number"
    case prerelease = "pre-release identifier"
    case build = "build metadata"
}

/// Why text is not a version. The descriptions are those of the `semver` crate, which Cargo prints.
package struct VersionError: Error, Hashable {
    package enum Reason: Hashable, Sendable {
        case empty
        case unexpectedEnd(while: VersionPosition)
        case unexpectedCharacter(Unicode.Scalar, while: VersionPosition)
        case unexpectedCharacterAfter(Unicode.Scalar, VersionPosition)
        case leadingZero(VersionPosition)
        case overflow(VersionPosition)
        case emptySegment(VersionPosition)
    }

    package let reason: Reason

    package init(_ reason: Reason) {
        self.reason = reason
    }
}

extension VersionError: CustomStringConvertible {
    package var description: String {
        switch reason {
        case .empty: "empty string, expected a semver version"
        case .unexpectedEnd(let position): "unexpected end of input while parsing \(position.rawValue)"
        case .unexpectedCharacter(let scalar, let position):
            "unexpected character \(characterLiteral(scalar)) while parsing \(position.rawValue)"
        case .unexpectedCharacterAfter(let scalar, let position):
            "unexpected character \(characterLiteral(scalar)) after \(position.rawValue)"
        case .leadingZero(let position): "invalid leading zero in \(position.rawValue)"
        case .overflow(let position): "value of \(position.rawValue) exceeds u64::MAX"
        case .emptySegment(let position): "empty identifier segment in \(position.rawValue)"
        }
    }
}

/// The scalar as Rust prints a `char` for debugging: in single quotes, with escapes for what cannot be seen.
func characterLiteral(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\0": #"'\0'"#
    case "\t": #"'\t'"#
    case "\n": #"'\n'"#
    case "\r": #"'\r'"#
    case "'": #"'\''"#
    case "\\": #"'\\'"#
    default: isPrintable(scalar) ? "'\(scalar)'" : "'\\u{\(String(scalar.value, radix: 16))}'"
    }
}

/// Close to Rust's `char::is_printable` and its escaping of combining marks.
private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value >= 0x20 && scalar.value != 0x7F }
    if scalar.properties.isGraphemeExtend { return false }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
        .spaceSeparator:
        return false
    default: return true
    }
}
