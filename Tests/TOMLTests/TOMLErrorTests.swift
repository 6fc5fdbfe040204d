import TOML
import Testing

/// Text with `↓` before and `↑` behind the place of the error.
struct FaultyText: CustomTestStringConvertible {
    let marked: String
    let reason: TOMLError.Reason

    init(_ marked: String, _ reason: TOMLError.Reason) {
        self.marked = marked
        self.reason = reason
    }

    var testDescription: String { marked }

    var text: String { marked.replacing("↓", with: "").replacing("↑", with: "") }

    var span: Span {
        let parts = marked.split(separator: "↓", omittingEmptySubsequences: false)
        let start = parts[0].utf8.count
        return Span(start: start, end: start + parts[1].prefix { $0 != "↑" }.utf8.count)
    }
}

@Suite struct TOMLErrorTests {
    @Test(arguments: [
        FaultyText("a = 1 ↓b↑", .expected(.lineEnd)), FaultyText("a ↓1↑", .expected(.equals)),
        FaultyText("↓é↑ = 1", .expected(.key)), FaultyText("a = ↓é↑", .expected(.value)),
        FaultyText("a = ↓yes↑", .expected(.value)), FaultyText("a = ↓\n↑", .expected(.value)),
        FaultyText("[a↓\"↑]", .expected(.closingBracket)), FaultyText("[[a]↓ ↑]", .expected(.closingBrackets)),
        FaultyText("a = [1 ↓2↑]", .expected(.commaOrBracket)), FaultyText("a = [↓,↑]", .expected(.valueOrBracket)),
        FaultyText("a = {b=1 ↓c↑=2}", .expected(.commaOrBrace)), FaultyText("a = {↓,↑}", .expected(.keyOrBrace)),
        FaultyText("a = ↓\"x↑\nb", .unclosed(.string)), FaultyText("a = ↓'''x\n↑", .unclosed(.multilineString)),
        FaultyText("a = ↓[1,\n↑", .unclosed(.array)), FaultyText("a = ↓{b = 1\n↑", .unclosed(.inlineTable)),
        FaultyText("↓[a↑\n", .unclosed(.header)), FaultyText("a = 1↓\r↑b = 2", .expected(.lineEnd)),
        FaultyText("# x↓\u{7F}↑", .controlCharacter(0x7F)), FaultyText("a = '↓\u{1}↑'", .controlCharacter(1)),
        FaultyText("a = \"x↓\\q↑\"", .invalidEscape), FaultyText("a = \"↓\\u12↑\"", .invalidEscape),
        FaultyText("a = \"↓\\uD800↑\"", .invalidCodePoint), FaultyText("a = \"\"\"x↓\\ ↑y\"\"\"", .invalidEscape),
    ])
    func namesFaultsOfSyntax(fault: FaultyText) {
        expect(fault)
    }

    @Test(arguments: [
        FaultyText("a = ↓01↑", .invalidNumber), FaultyText("a = ↓1_↑", .invalidNumber),
        FaultyText("a = ↓1.↑", .invalidNumber), FaultyText("a = ↓+0x1↑", .invalidNumber),
        FaultyText("a = ↓1e400↑", .floatOutOfRange), FaultyText("a = ↓9223372036854775808↑", .integerOutOfRange),
        FaultyText("a = ↓-9223372036854775809↑", .integerOutOfRange),
        FaultyText("a = ↓2023-02-29↑", .invalidDateTime), FaultyText("a = ↓24:00:00↑", .invalidDateTime),
        FaultyText("a = ↓2023-01-01T00:00:00+24:00↑", .invalidDateTime),
        FaultyText("a = ↓2023-01-01T↑", .invalidDateTime),
    ])
    func namesFaultsOfNumbers(fault: FaultyText) {
        expect(fault)
    }

    @Test(arguments: [
        FaultyText("a = 1\n↓a↑ = 2", .duplicateKey("a")), FaultyText("[a]\n[↓a↑]", .duplicateKey("a")),
        FaultyText("a.b = 1\n[↓a↑]", .duplicateKey("a")), FaultyText("[a]\n[[↓a↑]]", .duplicateKey("a")),
        FaultyText("[[a]]\n[↓a↑]", .duplicateKey("a")), FaultyText("[a.b]\n[a]\n↓b↑.c = 1", .duplicateKey("b")),
        FaultyText("[a.b.c]\n[a]\nb.↓d↑ = 1", .duplicateKey("d")), FaultyText("a = []\n[[↓a↑]]", .duplicateKey("a")),
        FaultyText("[[a.b]]\n[a]\nb.↓y↑ = 2", .duplicateKey("y")),
        FaultyText("a = {b = 1, ↓b↑ = 2}", .duplicateKey("b")),
        FaultyText("a = 1\n↓a↑.b = 2", .notExtensible(key: "a", type: "integer")),
        FaultyText("a = {}\n[↓a↑.b]", .notExtensible(key: "a", type: "inline table")),
        FaultyText("a = []\n[↓a↑.b]", .notExtensible(key: "a", type: "array")),
        FaultyText("a = {b.c = {}, b.↓c↑.d = 1}", .notExtensible(key: "c", type: "inline table")),
    ])
    func namesFaultsOfDefinition(fault: FaultyText) {
        expect(fault)
    }

    @Test func refusesWhatIsNotUTF8() {
        #expect(throws: TOMLError(.invalidUTF8, at: Span(start: 5, end: 6))) {
            try parseTOML(Array("a = '".utf8) + [0xFF] + Array("'".utf8))
        }
    }

    private func expect(_ fault: FaultyText) {
        #expect(throws: TOMLError(fault.reason, at: fault.span)) { try root(fault.text) }
    }
}
