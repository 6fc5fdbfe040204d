/// Why bytes could not be read as JSON, and where.
package struct JSONError: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// The input ends inside a value.
        case unexpectedEnd
        /// A byte that cannot stand here.
        case unexpectedByte(UInt8)
        /// Something follows the value that should be the last.
        case trailingContent
        /// A raw byte below 0x20 inside a string.
        case controlCharacter
        /// A backslash followed by something JSON does not define.
        case invalidEscape
        /// A `\u` escape is half of a surrogate pair.
        case loneSurrogate
        /// A string that is wanted as text is not UTF-8.
        case invalidUTF8
        case invalidNumber
        /// The value is fine JSON of another type.
        case wrongType(expected: JSONKind, found: JSONKind)
        /// More levels than the reader allows.
        case tooDeep(limit: Int)
        /// A key that may occur once occurs again.
        case duplicateKey(String)
        case missingKey(String)
    }

    package let reason: Reason
    /// Bytes from the start of the input.
    package let offset: Int

    package init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}

extension JSONError: CustomStringConvertible {
    package var description: String { "\(reason) at byte \(offset)" }
}

extension JSONError.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unexpectedEnd: "the JSON text ends too early"
        case .unexpectedByte(let byte): "unexpected `\(Self.printed(byte))` in JSON"
        case .trailingContent: "unexpected content after the JSON value"
        case .controlCharacter: "control character inside a JSON string; write it as an escape"
        case .invalidEscape: "unknown escape in a JSON string"
        case .loneSurrogate: "a `\\u` escape is half of a surrogate pair"
        case .invalidUTF8: "a JSON string is not UTF-8"
        case .invalidNumber: "malformed JSON number"
        case .wrongType(let expected, let found): "expected \(expected), found \(found)"
        case .tooDeep(let limit): "JSON nested deeper than \(limit) levels"
        case .duplicateKey(let key): "duplicate key `\(key)`"
        case .missingKey(let key): "missing key `\(key)`"
        }
    }

    private static func printed(_ byte: UInt8) -> String {
        (0x20..<0x7f).contains(byte) ? String(UnicodeScalar(byte)) : "byte 0x" + String(byte, radix: 16)
    }
}

/// The type of a JSON value, told by its first byte.
package enum JSONKind: Hashable, Sendable {
    case null, bool, number, string, array, object
}

extension JSONKind: CustomStringConvertible {
    package var description: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
