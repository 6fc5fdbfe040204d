/// Why bytes are not a TOML document. Only the first fault is reported.
package struct TOMLError: Error, Equatable {
    package enum Reason: Hashable, Sendable {
        case invalidUTF8
        /// Something else stands where one of these must.
        case expected(Expectation)
        /// The file ended, or for one-line constructs the line, before this was closed.
        case unclosed(Construct)
        /// A control character, or a carriage return without a line feed. Holds the byte.
        case controlCharacter(UInt8)
        case invalidEscape
        /// `\u` or `\U` with a number that is no Unicode scalar.
        case invalidCodePoint
        case invalidNumber
        case integerOutOfRange
        case floatOutOfRange
        case invalidDateTime
        case duplicateKey(String)
        /// A dotted key or header goes through a key that holds no open table. Holds what the key has instead.
        case notExtensible(key: String, type: String)
        /// See `TOMLLimits.nesting`.
        case nestedTooDeeply
    }

    package enum Expectation: String, Hashable, Sendable {
        case key
        case equals = "`=`"
        case value
        case lineEnd = "newline"
        case closingBracket = "`]`"
        case closingBrackets = "`]]`"
        case commaOrBracket = "`,` or `]`"
        case commaOrBrace = "`,` or `}`"
        case keyOrBrace = "key or `}`"
        case valueOrBracket = "value or `]`"
    }

    package enum Construct: String, Hashable, Sendable {
        case string
        case multilineString = "multi-line string"
        case array
        case inlineTable = "inline table"
        case header = "table header"
    }

    package let reason: Reason
    package let span: Span

    package init(_ reason: Reason, at span: Span) {
        self.reason = reason
        self.span = span
    }
}

extension TOMLError: CustomStringConvertible {
    package var description: String {
        switch reason {
        case .invalidUTF8: "invalid UTF-8; save the file as UTF-8"
        case .expected(let expectation): "expected \(expectation.rawValue)"
        case .unclosed(let construct): "unclosed \(construct.rawValue)"
        case .controlCharacter(let byte): "control character \(Self.hexadecimal(byte)) is not allowed here"
        case .invalidEscape: "invalid escape; write `\\\\` for a backslash, or a literal string in single quotes"
        case .invalidCodePoint: "the escape names no Unicode character"
        case .invalidNumber: "invalid number; put quotes around it if it is meant as a string"
        case .integerOutOfRange: "integer does not fit 64 bits"
        case .floatOutOfRange: "floating-point number out of range"
        case .invalidDateTime: "invalid date or time"
        case .duplicateKey(let key): "duplicate key `\(key)`; remove one of the two"
        case .notExtensible(let key, let type): "cannot extend `\(key)`, which is already a value of type \(type)"
        case .nestedTooDeeply: "nested more than \(TOMLLimits.nesting) levels deep"
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        "0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}
