import TOML
import Testing

@Suite struct TOMLValueTests {
    @Test(arguments: [
        ("0", 0), ("+7", 7), ("-17", -17), ("1_000", 1000), ("0xDead_Beef", 0xDEAD_BEEF), ("0o755", 0o755),
        ("0b101", 5), ("-9223372036854775808", Int64.min), ("9223372036854775807", Int64.max), ("-0", 0),
    ])
    func readsIntegers(text: String, expected: Int64) throws {
        #expect(try root("a = \(text)")["a"]?.value == .integer(expected))
    }

    @Test(arguments: [
        ("1.5", 1.5), ("-0.25", -0.25), ("1e06", 1e6), ("6.626e-34", 6.626e-34), ("1_0.2_5", 10.25),
        ("+inf", Double.infinity), ("-inf", -Double.infinity),
    ])
    func readsFloats(text: String, expected: Double) throws {
        #expect(try root("a = \(text)")["a"]?.value == .float(expected))
    }

    @Test func readsNaN() throws {
        #expect(try root("a = -nan")["a"]?.value.float?.isNaN == true)
    }

    @Test(arguments: [
        (#""a\tb\u00e9\U0001F980\x41\e""#, "a\tb\u{E9}\u{1F980}A\u{1B}"), (#"'a\tb'"#, #"a\tb"#), (#""""#, ""),
        ("\"\"\"\nx\"\"y\"\"\"\"\"", "x\"\"y\"\""), ("'''x\ny''''", "x\ny'"), ("\"\"\"a \\\n\n  b\"\"\"", "a b"),
        ("\"\"\"a\\  \r\n  \\\n b\\\\\"\"\"", "ab\\"),
    ])
    func readsStrings(text: String, expected: String) throws {
        #expect(try root("a = \(text)")["a"]?.string == expected)
    }

    @Test func keepsLineBreaksInStringsAsWritten() throws {
        #expect(try root("a = '''\r\nx\r\ny\nz'''\r\n")["a"]?.string == "x\r\ny\nz")
        #expect(try root("a = \"\"\"\r\nx\r\ny\"\"\"\r\n")["a"]?.string == "x\r\ny")
    }

    @Test func readsDatesAndTimes() throws {
        let table = try root(
            """
            full = 1979-05-27 07:32:00.1234567891-07:30
            local = 1979-05-27t07:32
            date = 2024-02-29
            time = 23:59:60
            """)
        let full = try #require(table["full"]?.value.datetime)
        #expect(full.time?.nanosecond == 123_456_789)
        #expect(full.offset == .minutes(-450))
        #expect(table["local"]?.value.datetime?.time?.second == 0)
        #expect(table["date"]?.value.datetime?.date?.day == 29)
        #expect(table["date"]?.value.datetime?.time == nil)
        #expect(table["time"]?.value.datetime?.time?.second == 60)
    }

    @Test func readsNestedContainers() throws {
        let text = """
            a = [ 1, [ 'x', ], # comment
                  { b.c = true,
                    b.d = false, }, ]
            """
        let elements = try #require(try root(text)["a"]?.array)
        #expect(elements.map(\.typeName) == ["integer", "sequence", "map"])
        #expect(elements[2].table?["b"]?.table?.entries.map(\.key) == ["c", "d"])
    }

    @Test func acceptsByteOrderMarkAndWindowsLines() throws {
        let table = try root("\u{FEFF}a = 1\r\n[b]\r\n# c\r\n")
        #expect(table.entries.map(\.key) == ["a", "b"])
        #expect(table.entry("a")?.keySpan == Span(start: 3, end: 4))
    }
}

@Suite struct TOMLTableRuleTests {
    @Test func headersMayComeInAnyOrder() throws {
        let text = "[a.b]\nx = 1\n[c]\n[a]\ny = 2\n[a.d]\n"
        #expect(try root(text).entries.map(\.key) == ["a", "c"])
        #expect(try root(text)["a"]?.table?.entries.map(\.key) == ["b", "y", "d"])
    }

    @Test func headersReachIntoTheLastElement() throws {
        let text = "[[p]]\nn = 1\n[p.m]\nx = 1\n[[p]]\n[[p.q]]\n[[p.q]]\n"
        let elements = try #require(try root(text)["p"]?.array)
        #expect(elements.map { $0.table?.entries.map(\.key) } == [["n", "m"], ["q"]])
        #expect(elements[1].table?["q"]?.array?.count == 2)
    }

    @Test func dottedKeysMayBeMixed() throws {
        #expect(try value("a.b.d", in: "a.b.c = 1\nx = 1\na.b.d = 2\n[a.e]\n") == .integer(2))
        #expect(try value("a.'b", in: "a.\"'b\" = 1") == .integer(1))
    }

    /// Strictly TOML forbids this; the `toml` crate and with it Cargo allows it.
    @Test func dottedKeysMayPassThroughTablesNamedInHeaders() throws {
        #expect(try value("a.b.x.y", in: "[a.b.c]\n[a]\nb.x.y = 1") == .integer(1))
    }

    @Test func largeTablesAreSearchedByKey() throws {
        let table = try root((0..<1000).map { "key\($0) = \($0)\n" }.joined())
        #expect(table.count == 1000)
        #expect(table["key731"]?.integer == 731)
        #expect(table["key1000"] == nil)
    }
}
