/// A string as it stands in the input: checked for its end and the form of its escapes, not decoded.
package struct JSONString {
    /// Offsets of the content, without the quotes.
    package let range: Range<Int>
    package let hasEscapes: Bool
}

extension JSONScanner {
    /// The next value, which must be a string, decoded.
    ///
    /// - Throws: also for what `skip` lets pass: text that is not UTF-8, and unpaired surrogates.
    package mutating func string() throws(JSONError) -> String {
        try decode(unread())
    }

    /// The next value, which must be a string, still as written.
    package mutating func unread() throws(JSONError) -> JSONString {
        guard try significantByte() == UInt8(ascii: "\"") else { throw try wrongType(expected: .string) }
        return try rawString()
    }

    /// Whether a string as written means the same as a text in ASCII.
    package func matches(_ string: JSONString, _ text: StaticString) -> Bool {
        if string.hasEscapes { return matchesDecoded(string, text) }
        guard string.range.count == text.utf8CodeUnitCount else { return false }
        for index in 0..<text.utf8CodeUnitCount
        where bytes[string.range.lowerBound + index] != text.utf8Start[index] {
            return false
        }
        return true
    }

    /// The bytes of a string without escapes, in the scanner's own buffer.
    package func contents(of string: JSONString) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: bytes[string.range])
    }

    package func decode(_ string: JSONString) throws(JSONError) -> String {
        if isPlainASCII(string) { return String(decoding: contents(of: string), as: UTF8.self) }
        let decoded =
            string.hasEscapes
            ? String(validating: try unescaped(string), as: UTF8.self)
            : String(validating: contents(of: string), as: UTF8.self)
        guard let decoded else { throw JSONError(.invalidUTF8, at: string.range.lowerBound) }
        return decoded
    }

    /// The common case, which needs no check of its encoding.
    private func isPlainASCII(_ string: JSONString) -> Bool {
        guard !string.hasEscapes, let base = UnsafeRawPointer(bytes.baseAddress) else { return false }
        var index = string.range.lowerBound
        let end = string.range.upperBound
        while index + 8 <= end {
            let word = base.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            if word & 0x8080_8080_8080_8080 != 0 { return false }
            index += 8
        }
        while index < end, bytes[index] < 0x80 { index += 1 }
        return index == end
    }

    private func matchesDecoded(_ string: JSONString, _ text: StaticString) -> Bool {
        guard let decoded = try? unescaped(string) else { return false }
        return decoded.elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}

// MARK: - Finding the end

extension JSONScanner {
    /// Consumes a string; the scanner stands on its opening quote.
    mutating func rawString() throws(JSONError) -> JSONString {
        offset += 1
        let start = offset
        var hasEscapes = false
        while true {
            offset = endOfPlainRun(from: offset)
            guard let byte = byte(at: offset) else { throw JSONError(.unexpectedEnd, at: offset) }
            offset += 1
            if byte == UInt8(ascii: "\"") { return JSONString(range: start..<(offset - 1), hasEscapes: hasEscapes) }
            guard byte == UInt8(ascii: "\\") else { throw JSONError(.controlCharacter, at: offset - 1) }
            hasEscapes = true
            try skipEscape()
        }
    }

    private mutating func skipEscape() throws(JSONError) {
        guard let letter = byte(at: offset) else { throw JSONError(.unexpectedEnd, at: offset) }
        offset += 1
        if letter == UInt8(ascii: "u") {
            _ = try hexadecimal(at: offset)
            offset += 4
        } else if Self.meaning(ofEscape: letter) == nil {
            throw JSONError(.invalidEscape, at: offset - 1)
        }
    }

    /// The first quote, backslash or control byte at or after `start`, looking at eight bytes at a time.
    @inline(__always)
    private func endOfPlainRun(from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var index = start
        guard let base = UnsafeRawPointer(bytes.baseAddress) else { return start }
        while index + 8 <= bytes.count {
            let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5c)
            let found =
                ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash) | ((word &- (ones &* 0x20)) & ~word)
            let hits = found & (ones &* 0x80)
            if hits != 0 { return index + hits.trailingZeroBitCount >> 3 }
            index += 8
        }
        while let byte = byte(at: index), byte >= 0x20, byte != 0x22, byte != 0x5c { index += 1 }
        return index
    }
}

// MARK: - Escapes

extension JSONScanner {
    private func unescaped(_ string: JSONString) throws(JSONError) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(string.range.count)
        var index = string.range.lowerBound
        while index < string.range.upperBound {
            if bytes[index] == UInt8(ascii: "\\") {
                try unescape(at: &index, into: &output)
            } else {
                output.append(bytes[index])
                index += 1
            }
        }
        return output
    }

    private func unescape(at index: inout Int, into output: inout [UInt8]) throws(JSONError) {
        let letter = bytes[index + 1]
        if let byte = Self.meaning(ofEscape: letter) {
            output.append(byte)
            index += 2
            return
        }
        let scalar = try unicodeEscape(at: &index)
        output.append(contentsOf: String(Character(scalar)).utf8)
    }

    private func unicodeEscape(at index: inout Int) throws(JSONError) -> Unicode.Scalar {
        let start = index
        let first = try hexadecimal(at: index + 2)
        index += 6
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xdc00, byte(at: index) == UInt8(ascii: "\\"), byte(at: index + 1) == UInt8(ascii: "u") else {
            throw JSONError(.loneSurrogate, at: start)
        }
        let second = try hexadecimal(at: index + 2)
        guard (0xdc00..<0xe000).contains(second) else { throw JSONError(.loneSurrogate, at: start) }
        index += 6
        let value = 0x10000 + (UInt32(first - 0xd800) << 10) + UInt32(second - 0xdc00)
        guard let scalar = Unicode.Scalar(value) else { throw JSONError(.loneSurrogate, at: start) }
        return scalar
    }

    private func hexadecimal(at start: Int) throws(JSONError) -> UInt16 {
        var value: UInt16 = 0
        for index in start..<(start + 4) {
            guard let byte = byte(at: index) else { throw JSONError(.unexpectedEnd, at: index) }
            guard let digit = Self.hexadecimalDigit(byte) else { throw JSONError(.invalidEscape, at: index) }
            value = value << 4 | digit
        }
        return value
    }

    private static func hexadecimalDigit(_ byte: UInt8) -> UInt16? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    private static func meaning(ofEscape letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): letter
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0c
        case UInt8(ascii: "n"): 0x0a
        case UInt8(ascii: "r"): 0x0d
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }
}
