/// Reads JSON from memory value by value, without building a tree.
///
/// The caller asks for what it expects and gets it or an error:
///
///     var scanner = JSONScanner(bytes)
///     try scanner.beginObject()
///     while let key = try scanner.nextKey() {
///         if scanner.matches(key, "name") { name = try scanner.string() } else { try scanner.skip() }
///     }
///     try scanner.end()
///
/// After a thrown error the scanner stands somewhere inside the input and is of no further use. The scanner does not
/// own the bytes: it must not outlive the closure that lends the buffer.
package struct JSONScanner {
    let bytes: UnsafeBufferPointer<UInt8>
    /// Where the scanner stands, in bytes from the start.
    package internal(set) var offset = 0
    /// True right after `{` or `[`, where the container may end and no comma is due.
    var isAfterOpening = false

    package init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// The type of the next value. Does not consume it.
    package mutating func kind() throws(JSONError) -> JSONKind {
        switch try significantByte() {
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case let byte: throw JSONError(.unexpectedByte(byte), at: offset)
        }
    }

    /// Checks that only white space is left.
    package mutating func end() throws(JSONError) {
        skipSpace()
        if offset < bytes.count { throw JSONError(.trailingContent, at: offset) }
    }
}

// MARK: - Containers

extension JSONScanner {
    package mutating func beginObject() throws(JSONError) {
        try begin(UInt8(ascii: "{"), as: .object)
    }

    package mutating func beginArray() throws(JSONError) {
        try begin(UInt8(ascii: "["), as: .array)
    }

    /// The next key of the object being read, with its colon consumed; nil after `}`.
    package mutating func nextKey() throws(JSONError) -> JSONString? {
        guard try advance(to: UInt8(ascii: "}")) else { return nil }
        guard try significantByte() == UInt8(ascii: "\"") else { throw unexpectedByte() }
        let key = try rawString()
        guard try significantByte() == UInt8(ascii: ":") else { throw unexpectedByte() }
        offset += 1
        return key
    }

    /// Whether another element of the array being read follows; false after `]`.
    package mutating func nextElement() throws(JSONError) -> Bool {
        try advance(to: UInt8(ascii: "]"))
    }

    private mutating func begin(_ opening: UInt8, as kind: JSONKind) throws(JSONError) {
        guard try significantByte() == opening else { throw try wrongType(expected: kind) }
        offset += 1
        isAfterOpening = true
    }

    private mutating func advance(to closing: UInt8) throws(JSONError) -> Bool {
        let byte = try significantByte()
        let isFirst = isAfterOpening
        isAfterOpening = false
        if byte == closing {
            offset += 1
            return false
        }
        if isFirst { return true }
        guard byte == UInt8(ascii: ",") else { throw unexpectedByte() }
        offset += 1
        return true
    }
}

// MARK: - Scalars

extension JSONScanner {
    package mutating func bool() throws(JSONError) -> Bool {
        switch try significantByte() {
        case UInt8(ascii: "t"):
            try expect("true")
            return true
        case UInt8(ascii: "f"):
            try expect("false")
            return false
        default:
            throw try wrongType(expected: .bool)
        }
    }

    /// Consumes `null` if it is next and says whether it was.
    package mutating func null() throws(JSONError) -> Bool {
        guard try significantByte() == UInt8(ascii: "n") else { return false }
        try expect("null")
        return true
    }

    /// The text of a number, unchanged and of any size.
    package mutating func number() throws(JSONError) -> String {
        guard try kind() == .number else { throw try wrongType(expected: .number) }
        let start = offset
        try skipNumber()
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    mutating func skipNumber() throws(JSONError) {
        let start = offset
        if byte(at: offset) == UInt8(ascii: "-") { offset += 1 }
        let integerStart = offset
        let digits = skipDigits()
        let hasLeadingZero = digits > 1 && bytes[integerStart] == UInt8(ascii: "0")
        if digits == 0 || hasLeadingZero { throw JSONError(.invalidNumber, at: start) }
        if byte(at: offset) == UInt8(ascii: ".") {
            offset += 1
            if skipDigits() == 0 { throw JSONError(.invalidNumber, at: start) }
        }
        guard let letter = byte(at: offset), letter | 0x20 == UInt8(ascii: "e") else { return }
        offset += 1
        if let sign = byte(at: offset), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { offset += 1 }
        if skipDigits() == 0 { throw JSONError(.invalidNumber, at: start) }
    }

    private mutating func skipDigits() -> Int {
        let start = offset
        while let byte = byte(at: offset), byte &- UInt8(ascii: "0") < 10 { offset += 1 }
        return offset - start
    }

    mutating func expect(_ literal: StaticString) throws(JSONError) {
        let count = literal.utf8CodeUnitCount
        for index in 0..<count {
            guard let byte = byte(at: offset + index) else { throw JSONError(.unexpectedEnd, at: bytes.count) }
            guard byte == literal.utf8Start[index] else { throw JSONError(.unexpectedByte(byte), at: offset + index) }
        }
        offset += count
    }
}

// MARK: - Bytes

extension JSONScanner {
    @inline(__always)
    func byte(at index: Int) -> UInt8? {
        index < bytes.count ? bytes[index] : nil
    }

    @inline(__always)
    mutating func skipSpace() {
        while offset < bytes.count {
            let byte = bytes[offset]
            guard byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { return }
            offset += 1
        }
    }

    /// The next byte that is not white space; not consumed.
    @inline(__always)
    mutating func significantByte() throws(JSONError) -> UInt8 {
        skipSpace()
        guard offset < bytes.count else { throw JSONError(.unexpectedEnd, at: offset) }
        return bytes[offset]
    }

    func unexpectedByte() -> JSONError {
        guard let byte = byte(at: offset) else { return JSONError(.unexpectedEnd, at: offset) }
        return JSONError(.unexpectedByte(byte), at: offset)
    }

    mutating func wrongType(expected: JSONKind) throws(JSONError) -> JSONError {
        JSONError(.wrongType(expected: expected, found: try kind()), at: offset)
    }
}
