/// Why a text is neither a target name nor a `cfg(…)` expression. The texts are Cargo's.
package struct PlatformError: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        case unterminatedString
        case unexpectedCharacter(Unicode.Scalar)
        case unexpectedToken(expected: String, found: String)
        /// The expression ends where this should stand.
        case incomplete(expected: String)
        case trailingContent(String)
        /// Not an expression, and not a target name because of a character in it.
        case invalidTarget(Unicode.Scalar)
        /// Not an expression, but it has a parenthesis.
        case misplacedParenthesis
        case tooDeep(limit: Int)
    }

    package let reason: Reason
    /// The text at fault: of an expression what stands between `cfg(` and the last `)`.
    package let text: String
}

extension PlatformError: CustomStringConvertible {
    package var description: String { "failed to parse `\(text)` as a cfg expression: \(reason)" }
}

extension PlatformError.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unterminatedString:
            "unterminated string in cfg"
        case .unexpectedCharacter(let scalar):
            "unexpected character `\(scalar)` in cfg, expected parens, a comma, an identifier, or a string"
        case .unexpectedToken(let expected, let found):
            "expected \(expected), found \(found)"
        case .incomplete(let expected):
            "expected \(expected), but cfg expression ended"
        case .trailingContent(let rest):
            "unexpected content `\(rest)` found after cfg expression"
        case .invalidTarget(let scalar):
            "invalid target specifier: unexpected character \(scalar) in target name"
        case .misplacedParenthesis:
            "invalid target specifier: unexpected `(` character, cfg expressions must start with `cfg(`"
        case .tooDeep(let limit):
            "nested deeper than \(limit) levels; split the expression"
        }
    }
}
