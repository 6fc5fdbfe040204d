// The four kinds of string. Each function starts at the opening quote and ends behind the closing one. A string without
// escapes is made in one go from the bytes of the file.

extension Scanner {
    mutating func literalString() throws(TOMLError) -> String {
        let start = offset
        advance()
        while let byte = peek, byte != UInt8(ascii: "'") {
            try checkText(byte, from: start)
            offset += 1
        }
        try checkClosed(.string, from: start)
        advance()
        return string(from: start + 1, to: offset - 1)
    }

    mutating func basicString() throws(TOMLError) -> String {
        let start = offset
        advance()
        while let byte = peek, byte != UInt8(ascii: "\"") {
            if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
            try checkText(byte, from: start)
            offset += 1
        }
        try checkClosed(.string, from: start)
        advance()
        return string(from: start + 1, to: offset - 1)
    }

    /// The rest of a basic string from its first escape on.
    private mutating func escapedString(from start: Int) throws(TOMLError) -> String {
        var text = Array(bytes[start + 1..<offset])
        while let byte = peek, byte != UInt8(ascii: "\"") {
            if byte == UInt8(ascii: "\\") {
                try escape(into: &text)
            } else {
                try checkText(byte, from: start)
                text.append(byte)
                offset += 1
            }
        }
        try checkClosed(.string, from: start)
        advance()
        return String(decoding: text, as: UTF8.self)
    }

    mutating func multilineLiteralString() throws(TOMLError) -> String {
        let start = offset
        openMultiline()
        var text = PartialText(at: offset)
        while peek != nil, !isAt("'''") { try multilineByte() }
        return try closeMultiline(&text, quote: UInt8(ascii: "'"), from: start)
    }

    mutating func multilineBasicString() throws(TOMLError) -> String {
        let start = offset
        openMultiline()
        var text = PartialText(at: offset)
        while let byte = peek, !isAt("\"\"\"") {
            if byte == UInt8(ascii: "\\") {
                text.flush(bytes, upTo: offset)
                if !skipEscapedLineBreak() { try escape(into: &text.bytes) }
                text.start = offset
            } else {
                try multilineByte()
            }
        }
        return try closeMultiline(&text, quote: UInt8(ascii: "\""), from: start)
    }
}

// MARK: Several lines

/// Text of a string of several lines: what has been decoded, and where the part not copied yet starts.
private struct PartialText {
    var bytes: [UInt8] = []
    var start: Int

    init(at start: Int) {
        self.start = start
    }

    mutating func flush(_ source: UnsafeBufferPointer<UInt8>, upTo end: Int) {
        bytes.append(contentsOf: source[start..<end])
        start = end
    }
}

extension Scanner {
    /// A line break right after the opening quotes is not part of the text.
    private mutating func openMultiline() {
        advance(by: 3)
        _ = takeNewline()
    }

    /// Line breaks stay as they are written: the `toml` crate does not turn CRLF into LF.
    private mutating func multilineByte() throws(TOMLError) {
        if isAt("\r\n") {
            advance(by: 2)
        } else if let byte = peek {
            if byte != UInt8(ascii: "\n"), Self.isControl(byte) { throw controlCharacter() }
            advance()
        }
    }

    /// Up to two quotes may stand directly before the closing three.
    private mutating func closeMultiline(
        _ text: inout PartialText, quote: UInt8, from start: Int
    ) throws(TOMLError) -> String {
        try checkClosed(.multilineString, from: start)
        var extra = 0
        while extra < 2, peek(ahead: 3) == quote {
            advance()
            extra += 1
        }
        defer { advance(by: 3) }
        if text.bytes.isEmpty { return string(from: text.start, to: offset) }
        text.flush(bytes, upTo: offset)
        return String(decoding: text.bytes, as: UTF8.self)
    }

    /// A backslash at the end of a line removes all white space up to the next text. False if it is another escape.
    private mutating func skipEscapedLineBreak() -> Bool {
        let start = offset
        advance()
        skipBlanks()
        guard takeNewline() else {
            offset = start
            return false
        }
        repeat { skipBlanks() } while takeNewline()
        return true
    }
}

// MARK: Escapes

extension Scanner {
    private mutating func escape(into text: inout [UInt8]) throws(TOMLError) {
        let start = offset
        advance()
        let letter = peek
        let letterEnd = characterSpan.end
        if letter != nil { advance() }
        switch letter {
        case UInt8(ascii: "x"): try codePoint(digits: 2, from: start, into: &text)
        case UInt8(ascii: "u"): try codePoint(digits: 4, from: start, into: &text)
        case UInt8(ascii: "U"): try codePoint(digits: 8, from: start, into: &text)
        default:
            guard let letter, let byte = Self.escaped(letter) else {
                throw TOMLError(.invalidEscape, at: Span(start: start, end: letterEnd))
            }
            text.append(byte)
        }
    }

    private static func escaped(_ letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "e"): 0x1B
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): letter
        default: nil
        }
    }

    private mutating func codePoint(digits: Int, from start: Int, into text: inout [UInt8]) throws(TOMLError) {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let byte = peek, let digit = hexadecimalDigit(byte) else {
                throw TOMLError(.invalidEscape, at: Span(start: start, end: offset))
            }
            value = value << 4 | UInt32(digit)
            advance()
        }
        guard let scalar = Unicode.Scalar(value) else {
            throw TOMLError(.invalidCodePoint, at: Span(start: start, end: offset))
        }
        text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    /// Refuses what no string of one line may hold.
    private func checkText(_ byte: UInt8, from start: Int) throws(TOMLError) {
        guard Self.isControl(byte) else { return }
        if isAtLineEnd { throw TOMLError(.unclosed(.string), at: Span(start: start, end: offset)) }
        throw controlCharacter()
    }

    private func checkClosed(_ construct: TOMLError.Construct, from start: Int) throws(TOMLError) {
        if peek == nil { throw TOMLError(.unclosed(construct), at: Span(start: start, end: offset)) }
    }
}

func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
