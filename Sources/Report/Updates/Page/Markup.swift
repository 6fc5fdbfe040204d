/// HTML. Whatever is interpolated is text from elsewhere and escaped, unless it is `Markup` itself; only literals of this
/// program are taken as they stand. Attributes are always written in double quotes.
struct Markup: ExpressibleByStringInterpolation, Sendable {
    private(set) var text: String

    init() { text = "" }
    init(stringLiteral literal: String) { text = literal }
    init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }
    /// For text that is HTML already.
    fileprivate init(trusted text: String) { self.text = text }

    var isEmpty: Bool { text.isEmpty }

    static func + (left: Markup, right: Markup) -> Markup { Markup(trusted: left.text + right.text) }
    static func += (left: inout Markup, right: Markup) { left.text += right.text }

    /// JSON for a block of data in a page: no character in it could end the block or begin a comment.
    static func data(_ json: [UInt8]) -> Markup {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(json.count)
        for byte in json {
            switch byte {
            case 0x26: bytes += "\\u0026".utf8
            case 0x3C: bytes += "\\u003C".utf8
            case 0x3E: bytes += "\\u003E".utf8
            default: bytes.append(byte)
            }
        }
        return Markup(trusted: String(decoding: bytes, as: UTF8.self))
    }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity * 2) }

        mutating func appendLiteral(_ literal: String) { text += literal }
        mutating func appendInterpolation(_ markup: Markup) { text += markup.text }
        mutating func appendInterpolation(_ parts: [Markup]) { for part in parts { text += part.text } }
        mutating func appendInterpolation(_ number: Int) { text += "\(number)" }
        mutating func appendInterpolation(_ value: some CustomStringConvertible) {
            text += HTMLText.escaped(value.description)
        }
        /// A sentence: names in backticks become code.
        mutating func appendInterpolation(prose: String) { text += HTMLText.prose(prose).text }
    }
}

extension [Markup] {
    func joined(_ separator: Markup) -> Markup {
        Markup(trusted: map(\.text).joined(separator: separator.text))
    }
}

/// Text from elsewhere, for a page.
enum HTMLText {
    /// For between tags, and for attributes in quotes of either kind. What would steer the direction of writing, or is
    /// not seen at all, has a replacement in its place.
    static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: isSpecial) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in printable(text).unicodeScalars {
            if let reference = references[scalar] {
                result.append(contentsOf: reference.unicodeScalars)
            } else {
                result.append(isHidden(scalar) ? "\u{FFFD}" : scalar)
            }
        }
        return String(result)
    }

    static func prose(_ text: String) -> Markup {
        let parts = text.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 2 else { return Markup(trusted: escaped(text)) }
        var result = ""
        for (number, part) in parts.enumerated() {
            // Odd parts are between two backticks, unless the last one is never closed.
            if number % 2 == 1, number < parts.count - 1 {
                result += part.isEmpty ? "" : "<code>\(escaped(part))</code>"
            } else {
                result += (number % 2 == 1 ? "&#96;" : "") + escaped(part)
            }
        }
        return Markup(trusted: result)
    }

    /// The text with a link, if the address is plain `https`; else the text alone.
    static func link(_ text: String, to address: String?) -> Markup {
        guard let address, isSafe(address) else { return "\(text)" }
        return "<a href=\"\(address)\" rel=\"noopener noreferrer\">\(text)</a>"
    }

    /// Printable ASCII after `https://` and a host.
    static func isSafe(_ address: String) -> Bool {
        let bytes = Array(address.utf8)
        let scheme = Array("https://".utf8)
        guard bytes.starts(with: scheme), bytes.count > scheme.count, bytes.count <= 2_000 else { return false }
        return isAlphanumeric(bytes[scheme.count])
            && bytes.allSatisfy { (0x21...0x7E).contains($0) && !unwanted.contains($0) }
    }

    private static let unwanted = Array("\"'<>\\^`{|}".utf8)

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private static let references: [Unicode.Scalar: String] = [
        "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;", "`": "&#96;",
    ]

    /// Bytes of text that may need more than copying.
    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x26, 0x3C, 0x3E, 0x22, 0x27, 0x60: true
        default: byte < 0x20 || byte >= 0x7F
        }
    }

    /// Without width, or a mark of direction.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xAD, 0x61C, 0x180E, 0x200B...0x200F, 0x2028, 0x2029, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB,
            0xE0000...0xE0FFF:
            true
        default: (scalar.value & 0xFFFE) == 0xFFFE
        }
    }

    /// As in a page, for text that scripts put there.
    static func plain(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 >= 0x7F }) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in printable(text).unicodeScalars { result.append(isHidden(scalar) ? "\u{FFFD}" : scalar) }
        return String(result)
    }
}
