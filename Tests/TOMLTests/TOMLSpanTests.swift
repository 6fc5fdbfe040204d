import TOML
import Testing

@Suite struct TOMLSpanTests {
    private let source = """
        "é" = "x"
        a . "b c" = [ 1, { d = true } ]
        [ h.i ] # c
        j = '''k'''
        [[l]]
        [[l]]
        """

    private func slice(_ span: Span?) throws -> String {
        let span = try #require(span)
        return String(decoding: Array(source.utf8)[span.start..<span.end], as: UTF8.self)
    }

    @Test func keysAndValuesHaveTheirBytes() throws {
        let table = try root(source)
        #expect(try slice(table.entry("é")?.keySpan) == "\"é\"")
        #expect(try slice(table["é"]?.span) == "\"x\"")
        let inner = try #require(table["a"]?.table?.entry("b c"))
        #expect(try slice(inner.keySpan) == "\"b c\"")
        #expect(try slice(inner.value.span) == "[ 1, { d = true } ]")
        #expect(try slice(inner.value.array?[1].span) == "{ d = true }")
        #expect(try slice(inner.value.array?[1].table?["d"]?.span) == "true")
        #expect(try slice(table["h"]?.table?["i"]?.table?["j"]?.span) == "'''k'''")
    }

    @Test func tablesHaveTheirHeaders() throws {
        let table = try root(source)
        #expect(try slice(table["a"]?.span) == "a")
        #expect(try slice(table["h"]?.span) == "h")
        #expect(try slice(table["h"]?.table?["i"]?.span) == "[ h.i ]")
        let elements = try #require(table["l"]?.array)
        #expect(try elements.map { try slice($0.span) } == ["[[l]]", "[[l]]"])
        #expect(table["l"]?.span == elements[0].span)
        #expect(elements[0].span != elements[1].span)
    }

    @Test func aLaterHeaderTakesOver() throws {
        let table = try root("[a.b]\n[a]\n")
        #expect(table["a"]?.span == Span(start: 6, end: 9))
        #expect(table.entry("a")?.keySpan == Span(start: 7, end: 8))
    }
}

@Suite struct LineIndexTests {
    private let index = LineIndex(Array("\u{FEFF}ab\r\né🦀c\n\nz".utf8))

    @Test func columnsCountScalarsWithoutTheMark() {
        #expect(index.position(of: 0) == (1, 1))
        #expect(index.position(of: 4) == (1, 2))
        #expect(index.position(of: 7) == (2, 1))
        #expect(index.position(of: 13) == (2, 3))
        #expect(index.position(of: 15) == (3, 1))
        #expect(index.position(of: 99) == (4, 2))
        #expect(index.position(of: -1) == (1, 1))
    }

    @Test func linesComeWithoutTheirBreak() {
        #expect(index.lineCount == 4)
        #expect(String(decoding: index.text(ofLine: 1), as: UTF8.self) == "\u{FEFF}ab")
        #expect(String(decoding: index.text(ofLine: 2), as: UTF8.self) == "é🦀c")
        #expect(index.text(ofLine: 3).isEmpty)
        #expect(index.text(ofLine: 4).count == 1)
        #expect(index.text(ofLine: 5).isEmpty)
        #expect(index.text(ofLine: 0).isEmpty)
    }

    @Test func anEmptyFileHasOneLine() {
        #expect(LineIndex([]).position(of: 0) == (1, 1))
    }
}
