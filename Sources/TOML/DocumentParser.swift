/// Reads a TOML file.
///
/// - Parameter bytes: the whole file; a byte order mark is skipped but counts in the spans.
/// - Throws: `TOMLError` for the first fault.
/// - Complexity: linear in the number of bytes.
package func parseTOML(_ bytes: [UInt8]) throws(TOMLError) -> TOMLDocument {
    do throws(UTF8.ValidationError) { _ = try UTF8Span(validating: bytes.span) } catch {
        throw TOMLError(.invalidUTF8, at: Span(error.byteOffsets))
    }
    return try bytes.withUnsafeBufferPointer { buffer throws(TOMLError) in
        var parser = DocumentParser(buffer)
        return try parser.document()
    }
}

/// One pass over a file: statements, headers and values. What may be defined where is left to `TableBuilder`.
struct DocumentParser {
    private var scanner: Scanner
    private var builder = TableBuilder()
    /// The table that the last header opened.
    private var current = TableBuilder.root
    /// How many arrays and inline tables are open.
    private var depth = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        scanner = Scanner(bytes)
    }

    mutating func document() throws(TOMLError) -> TOMLDocument {
        scanner.skipByteOrderMark()
        while true {
            try scanner.skipTrivia()
            guard let byte = scanner.peek else { break }
            if byte == UInt8(ascii: "[") { try header() } else { try keyValue(in: current) }
            try scanner.lineEnd()
        }
        return TOMLDocument(root: builder.finish(TableBuilder.root))
    }
}

// MARK: Statements

extension DocumentParser {
    private mutating func header() throws(TOMLError) {
        let start = scanner.offset
        scanner.advance()
        let isArray = scanner.take("[")
        let key = try key()
        try closeHeader(isArray: isArray, start: start)
        let span = Span(start: start, end: scanner.offset)
        let parent = try builder.descend(key.path, from: TableBuilder.root, dotted: false)
        current =
            isArray
            ? try builder.openArrayElement(key.last, span: span, in: parent)
            : try builder.openTable(key.last, span: span, in: parent)
    }

    private mutating func closeHeader(isArray: Bool, start: Int) throws(TOMLError) {
        if scanner.take("]"), !isArray || scanner.take("]") { return }
        if scanner.isAtLineEnd { throw TOMLError(.unclosed(.header), at: Span(start: start, end: scanner.offset)) }
        throw scanner.expected(isArray ? .closingBrackets : .closingBracket)
    }

    private mutating func keyValue(in table: TableBuilder.ID) throws(TOMLError) {
        let key = try key()
        guard scanner.take("=") else { throw scanner.expected(.equals) }
        scanner.skipBlanks()
        let value = try value()
        let parent = try builder.descend(key.path, from: table, dotted: true)
        try builder.checkOpen(parent, for: key)
        try builder.insert(key.last, value, in: parent)
    }

    /// Blanks around the key are consumed.
    private mutating func key() throws(TOMLError) -> Key {
        scanner.skipBlanks()
        var key = Key(last: try keyPart())
        scanner.skipBlanks()
        while scanner.take(".") {
            scanner.skipBlanks()
            key.path.append(key.last)
            key.last = try keyPart()
            if key.path.count >= TOMLLimits.nesting { throw TOMLError(.nestedTooDeeply, at: key.last.span) }
            scanner.skipBlanks()
        }
        return key
    }

    private mutating func keyPart() throws(TOMLError) -> KeyPart {
        let start = scanner.offset
        let text: String
        switch scanner.peek {
        case UInt8(ascii: "\""): text = try scanner.basicString()
        case UInt8(ascii: "'"): text = try scanner.literalString()
        default:
            guard let bare = scanner.bareKey() else { throw scanner.expected(.key) }
            text = bare
        }
        return KeyPart(text: text, span: Span(start: start, end: scanner.offset))
    }
}

// MARK: Values

extension DocumentParser {
    private mutating func value() throws(TOMLError) -> TOMLNode {
        let start = scanner.offset
        let value: TOMLValue
        switch scanner.peek {
        case UInt8(ascii: "\""):
            value = .string(scanner.isAt("\"\"\"") ? try scanner.multilineBasicString() : try scanner.basicString())
        case UInt8(ascii: "'"):
            value = .string(scanner.isAt("'''") ? try scanner.multilineLiteralString() : try scanner.literalString())
        case UInt8(ascii: "["): value = .array(try array())
        case UInt8(ascii: "{"): value = .table(try inlineTable())
        default: value = try scanner.scalar()
        }
        return TOMLNode(value: value, span: Span(start: start, end: scanner.offset))
    }

    private mutating func enter() throws(TOMLError) {
        depth += 1
        let start = scanner.offset
        scanner.advance()
        if depth > TOMLLimits.nesting {
            throw TOMLError(.nestedTooDeeply, at: Span(start: start, end: scanner.offset))
        }
    }

    private mutating func leave() {
        depth -= 1
        scanner.advance()
    }

    private mutating func array() throws(TOMLError) -> [TOMLNode] {
        let start = scanner.offset
        try enter()
        var elements: [TOMLNode] = []
        try scanner.skipTrivia()
        while scanner.peek != UInt8(ascii: "]") {
            try checkGoesOn(.array, from: start)
            if scanner.peek == UInt8(ascii: ",") { throw scanner.expected(.valueOrBracket) }
            elements.append(try value())
            try scanner.skipTrivia()
            guard scanner.take(",") else { break }
            try scanner.skipTrivia()
        }
        try checkGoesOn(.array, from: start)
        guard scanner.peek == UInt8(ascii: "]") else { throw scanner.expected(.commaOrBracket) }
        leave()
        return elements
    }

    private mutating func inlineTable() throws(TOMLError) -> TOMLTable {
        let start = scanner.offset
        try enter()
        let table = builder.addTable()
        try scanner.skipTrivia()
        while scanner.peek != UInt8(ascii: "}") {
            try checkGoesOn(.inlineTable, from: start)
            if scanner.peek == UInt8(ascii: ",") { throw scanner.expected(.keyOrBrace) }
            try keyValue(in: table)
            try scanner.skipTrivia()
            guard scanner.take(",") else { break }
            try scanner.skipTrivia()
        }
        try checkGoesOn(.inlineTable, from: start)
        guard scanner.peek == UInt8(ascii: "}") else { throw scanner.expected(.commaOrBrace) }
        leave()
        return builder.close(table)
    }

    private func checkGoesOn(_ construct: TOMLError.Construct, from start: Int) throws(TOMLError) {
        if scanner.peek == nil { throw TOMLError(.unclosed(construct), at: Span(start: start, end: scanner.offset)) }
    }
}
