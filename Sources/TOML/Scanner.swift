/// A cursor over the bytes of a file, which are known to be UTF-8.
struct Scanner {
    let bytes: UnsafeBufferPointer<UInt8>
    var offset = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// The byte at the cursor; nil at the end of the file.
    var peek: UInt8? {
        offset < bytes.count ? bytes[offset] : nil
    }

    func peek(ahead distance: Int) -> UInt8? {
        offset + distance < bytes.count ? bytes[offset + distance] : nil
    }

    mutating func advance(by count: Int = 1) {
        offset += count
    }

    mutating func take(_ ascii: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: ascii) else { return false }
        offset += 1
        return true
    }

    func isAt(_ text: StaticString) -> Bool {
        guard bytes.count - offset >= text.utf8CodeUnitCount else { return false }
        for index in 0..<text.utf8CodeUnitCount where bytes[offset + index] != text.utf8Start[index] { return false }
        return true
    }

    func string(from start: Int, to end: Int) -> String {
        String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self)
    }
}

// MARK: Errors

extension Scanner {
    /// With the span of the character at the cursor; empty at the end of the file.
    func expected(_ expectation: TOMLError.Expectation) -> TOMLError {
        TOMLError(.expected(expectation), at: characterSpan)
    }

    func controlCharacter() -> TOMLError {
        TOMLError(.controlCharacter(peek ?? 0), at: characterSpan)
    }

    /// The character at the cursor; empty at the end of the file.
    var characterSpan: Span {
        var end = min(offset + 1, bytes.count)
        while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
        return Span(start: offset, end: end)
    }
}

// MARK: White space

extension Scanner {
    mutating func skipByteOrderMark() {
        if isAt("\u{FEFF}") { advance(by: 3) }
    }

    mutating func skipBlanks() {
        while peek == UInt8(ascii: " ") || peek == UInt8(ascii: "\t") { offset += 1 }
    }

    var isAtLineEnd: Bool {
        peek == nil || peek == UInt8(ascii: "\n") || isAt("\r\n")
    }

    /// Consumes one line break if the cursor is at one.
    mutating func takeNewline() -> Bool {
        if peek == UInt8(ascii: "\n") {
            offset += 1
        } else if isAt("\r\n") {
            offset += 2
        } else {
            return false
        }
        return true
    }

    /// Skips blanks, line breaks and comments.
    mutating func skipTrivia() throws(TOMLError) {
        while true {
            skipBlanks()
            if takeNewline() { continue }
            if peek == UInt8(ascii: "\r") { throw controlCharacter() }
            guard peek == UInt8(ascii: "#") else { return }
            try skipComment()
        }
    }

    /// Skips what may follow a statement on its line.
    mutating func lineEnd() throws(TOMLError) {
        skipBlanks()
        if peek == UInt8(ascii: "#") { try skipComment() }
        if peek == nil || takeNewline() { return }
        throw expected(.lineEnd)
    }

    /// Leaves the cursor at the line break.
    private mutating func skipComment() throws(TOMLError) {
        while let byte = peek, byte != UInt8(ascii: "\n") {
            if Self.isControl(byte) {
                if isAt("\r\n") { return }
                throw controlCharacter()
            }
            offset += 1
        }
    }

    /// All but the tab, which is allowed wherever text is.
    static func isControl(_ byte: UInt8) -> Bool {
        byte < 0x20 && byte != 0x09 || byte == 0x7F
    }
}

// MARK: Keys

extension Scanner {
    /// Nil if the cursor is at no bare key.
    mutating func bareKey() -> String? {
        let start = offset
        while let byte = peek, Self.isBareKey(byte) { offset += 1 }
        return offset > start ? string(from: start, to: offset) : nil
    }

    private static func isBareKey(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
