/// Writes one JSON document into memory; the same calls give the same bytes.
///
///     var writer = JSONWriter(.pretty)
///     writer.object { writer in
///         writer.member("version", 1)
///         writer.key("findings")
///         writer.array { writer in for finding in findings { writer.string(finding.message) } }
///     }
///
/// Keys are written in the order given and are not checked for repetition.
package struct JSONWriter {
    package enum Style: Sendable {
        /// Without any white space.
        case compact
        /// One entry a line, indented by two spaces; ends in a newline.
        case pretty
    }

    private enum Position {
        case firstEntry, laterEntry, afterKey
    }

    private let style: Style
    private var output: [UInt8] = []
    private var depth = 0
    private var position = Position.afterKey

    package init(_ style: Style) {
        self.style = style
    }

    /// What has been written so far.
    package var bytes: [UInt8] {
        style == .pretty && depth == 0 && !output.isEmpty ? output + [UInt8(ascii: "\n")] : output
    }
}

// MARK: - Containers

extension JSONWriter {
    package mutating func object(_ body: (inout JSONWriter) -> Void) {
        container("{", "}", body)
    }

    package mutating func array(_ body: (inout JSONWriter) -> Void) {
        container("[", "]", body)
    }

    /// Starts an entry of an object; exactly one value must follow.
    package mutating func key(_ name: String) {
        startEntry()
        quote(name)
        output.append(UInt8(ascii: ":"))
        if style == .pretty { output.append(UInt8(ascii: " ")) }
        position = .afterKey
    }

    private mutating func container(_ opening: Unicode.Scalar, _ closing: Unicode.Scalar, _ body: (inout Self) -> Void)
    {
        startEntry()
        output.append(UInt8(ascii: opening))
        depth += 1
        position = .firstEntry
        body(&self)
        depth -= 1
        if position == .laterEntry { breakLine() }
        output.append(UInt8(ascii: closing))
        position = .laterEntry
    }

    private mutating func startEntry() {
        switch position {
        case .afterKey: break
        case .firstEntry: breakLine()
        case .laterEntry:
            output.append(UInt8(ascii: ","))
            breakLine()
        }
        position = .laterEntry
    }

    private mutating func breakLine() {
        guard style == .pretty else { return }
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
    }
}

// MARK: - Values

extension JSONWriter {
    package mutating func string(_ text: String) {
        startEntry()
        quote(text)
    }

    package mutating func number(_ value: Int) {
        raw("\(value)")
    }

    /// A number whose digits are known to be JSON already.
    package mutating func number(digits: String) {
        raw(digits)
    }

    package mutating func bool(_ value: Bool) {
        raw(value ? "true" : "false")
    }

    package mutating func null() {
        raw("null")
    }

    package mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let flag): bool(flag)
        case .number(let digits): number(digits: digits)
        case .string(let text): string(text)
        case .array(let elements): array { writer in for element in elements { writer.value(element) } }
        case .object(let entries): object { writer in for entry in entries { writer.member(entry.key, entry.value) } }
        }
    }

    private mutating func raw(_ text: String) {
        startEntry()
        output.append(contentsOf: text.utf8)
    }
}

// MARK: - Entries of an object

extension JSONWriter {
    package mutating func member(_ name: String, _ text: String) {
        key(name)
        string(text)
    }

    package mutating func member(_ name: String, _ value: Int) {
        key(name)
        number(value)
    }

    package mutating func member(_ name: String, _ flag: Bool) {
        key(name)
        bool(flag)
    }

    package mutating func member(_ name: String, _ content: JSONValue) {
        key(name)
        value(content)
    }
}

// MARK: - Strings

extension JSONWriter {
    private mutating func quote(_ text: String) {
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                output.append(byte)
            } else {
                escape(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): output.append(contentsOf: #"\""#.utf8)
        case UInt8(ascii: "\\"): output.append(contentsOf: #"\\"#.utf8)
        case 0x08: output.append(contentsOf: #"\b"#.utf8)
        case 0x09: output.append(contentsOf: #"\t"#.utf8)
        case 0x0a: output.append(contentsOf: #"\n"#.utf8)
        case 0x0c: output.append(contentsOf: #"\f"#.utf8)
        case 0x0d: output.append(contentsOf: #"\r"#.utf8)
        default: output.append(contentsOf: ((byte < 16 ? #"\u000"# : #"\u00"#) + String(byte, radix: 16)).utf8)
        }
    }
}
