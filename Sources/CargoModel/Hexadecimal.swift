/// Lower-case hexadecimal digits: the spelling of checksums, commits and the folders Cargo names by a hash.
package enum Hexadecimal {
    /// Two digits for each byte of the words, the lowest byte of each first.
    package static func text(of words: [UInt64]) -> String {
        String(unsafeUninitializedCapacity: words.count * 16) { buffer in
            for (index, word) in words.enumerated() {
                for byte in 0..<8 {
                    let pair = digits(of: UInt8(truncatingIfNeeded: word >> (8 * UInt64(byte))))
                    (buffer[index * 16 + byte * 2], buffer[index * 16 + byte * 2 + 1]) = pair
                }
            }
            return words.count * 16
        }
    }

    /// Nil unless the text is such digits, two for each byte.
    package static func bytes(_ text: String) -> [UInt8]? {
        let digits = text.utf8
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        var high: UInt8?
        for digit in digits {
            guard let value = value(of: digit) else { return nil }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return bytes
    }

    package static func isDigit(_ byte: UInt8) -> Bool { value(of: byte) != nil }

    /// Nil unless it is such a digit.
    package static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - 0x30
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - 0x57
        default: nil
        }
    }

    private static func digits(of byte: UInt8) -> (UInt8, UInt8) {
        func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
        return (digit(byte >> 4), digit(byte & 15))
    }
}
