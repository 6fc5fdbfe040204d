import JSON
import Testing

@Suite struct JSONValueTests {
    private func parsed(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

    @Test func keepsOrderAndDigits() throws {
        let value = try parsed(#"{"b":1.50,"a":[null,true,"x"],"b":2}"#)
        #expect(value.entries?.map(\.key) == ["b", "a", "b"])
        #expect(value["b"]?.integer == 2)
        #expect(value.entries?.first?.value == .number("1.50"))
        #expect(value["a"]?.elements == [.null, .bool(true), .string("x")])
        #expect(value["c"] == nil && value["a"]?.text == nil && value["a"]?.elements?[2].text == "x")
    }

    @Test func refusesDeepNesting() throws {
        let limit = JSONValue.depthLimit
        let nested = { (depth: Int) in String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
        _ = try parsed(nested(limit))
        let error = #expect(throws: JSONError.self) { try parsed(nested(limit + 1)) }
        #expect(error?.reason == .tooDeep(limit: limit))
        #expect(throws: JSONError.self) { try parsed(String(repeating: "[", count: 1_000_000)) }
    }
}

@Suite struct JSONWriterTests {
    private func written(_ style: JSONWriter.Style, _ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter(style)
        body(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private func sample(_ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", "a\"b\\\n\u{1}\u{1f}é")
            writer.member("count", -3)
            writer.key("list")
            writer.array { writer in
                writer.bool(true)
                writer.null()
                writer.object { _ in }
                writer.array { _ in }
            }
        }
    }

    @Test func writesCompact() {
        let expected = #"{"name":"a\"b\\\n\u0001\u001fé","count":-3,"list":[true,null,{},[]]}"#
        #expect(written(.compact, sample) == expected)
    }

    @Test func writesPretty() {
        let expected = #"""
            {
              "name": "a\"b\\\n\u0001\u001fé",
              "count": -3,
              "list": [
                true,
                null,
                {},
                []
              ]
            }

            """#
        #expect(written(.pretty, sample) == expected)
    }

    @Test(arguments: [JSONWriter.Style.compact, .pretty])
    func readsBackWhatItWrote(style: JSONWriter.Style) throws {
        let text = #"{"a":[1,2.5,{"b":"\u0007 😀 \\"}],"c":null,"d":[[],{}],"e":false}"#
        let value = try JSONValue(parsing: Array(text.utf8))
        var writer = JSONWriter(style)
        writer.value(value)
        #expect(try JSONValue(parsing: writer.bytes) == value)
    }
}
