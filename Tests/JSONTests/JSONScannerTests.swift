import JSON
import Testing

/// Runs a scanner over bytes and says how it ended.
private func scan<Value: Sendable>(
    _ bytes: [UInt8], _ body: (inout JSONScanner) throws(JSONError) -> Value
) -> Result<Value, JSONError> {
    bytes.withUnsafeBufferPointer { buffer in
        Result { () throws(JSONError) in
            var scanner = JSONScanner(buffer)
            let value = try body(&scanner)
            try scanner.end()
            return value
        }
    }
}

private func skip(_ text: String) -> JSONError.Reason? { skip(Array(text.utf8)) }

private func skip(_ bytes: [UInt8]) -> JSONError.Reason? {
    let result = scan(bytes) { (scanner) throws(JSONError) in try scanner.skip() }
    if case .failure(let error) = result { return error.reason }
    return nil
}

private func string(_ text: String) -> Result<String, JSONError> {
    scan(Array(text.utf8)) { (scanner) throws(JSONError) in try scanner.string() }
}

@Suite struct JSONScannerTests {
    @Test func pullsAnObjectApart() throws {
        let text = #" {"name" : "aa", "skipped": [1, {"x": null}], "flag":true,"none":null, "n": -1.5e+3 } "#
        var seen: [String] = []
        let result = scan(Array(text.utf8)) { (scanner) throws(JSONError) in
            try scanner.beginObject()
            while let key = try scanner.nextKey() {
                if scanner.matches(key, "name") {
                    seen.append(try scanner.string())
                } else if scanner.matches(key, "flag") {
                    seen.append("\(try scanner.bool())")
                } else if scanner.matches(key, "none") {
                    seen.append("\(try scanner.null())")
                } else if scanner.matches(key, "n") {
                    seen.append(try scanner.number())
                } else {
                    seen.append(try scanner.decode(key))
                    try scanner.skip()
                }
            }
        }
        try result.get()
        #expect(seen == ["aa", "skipped", "true", "true", "-1.5e+3"])
    }

    @Test(arguments: [
        "1e999", #""\ud800""#, #""\ude00\ud83d""#, "[]", "{}", "[[],{},[{}]]", #"{"a":1,"a":2}"#, "-0", "0.5E-7",
        "[ ]", "{ }", " null\r\n\t", String(repeating: "1", count: 500),
    ])
    func skipsWithoutInterpreting(text: String) {
        #expect(skip(text) == nil)
    }

    @Test func skipsBrokenUTF8InStrings() {
        #expect(skip([0x22, 0xff, 0xc0, 0x22]) == nil)
    }

    @Test(arguments: [1, 63, 64, 65, 127, 128, 129, 200, 100_000])
    func skipsAnyNesting(depth: Int) {
        let open = (0..<depth).map { $0 % 3 == 0 ? "{\"k\":" : "[" }.joined()
        let close = (0..<depth).reversed().map { $0 % 3 == 0 ? "}" : "]" }.joined()
        #expect(skip(open + "0" + close) == nil)
        #expect(skip(open + "0" + String(close.dropLast())) == .unexpectedEnd)
        #expect(skip(open + "0" + (close.first == "}" ? "]" : "}") + close.dropFirst()) != nil)
    }

    @Test(arguments: [
        ("", JSONError.Reason.unexpectedEnd), ("[1,]", .unexpectedByte(0x5d)), ("[,1]", .unexpectedByte(0x2c)),
        ("[1 2]", .unexpectedByte(0x32)), ("{1:1}", .unexpectedByte(0x31)), (#"{"a" 1}"#, .unexpectedByte(0x31)),
        (#"{"a":1,}"#, .unexpectedByte(0x7d)), ("01", .invalidNumber), ("1.", .invalidNumber), ("-", .invalidNumber),
        ("1e+", .invalidNumber), ("+1", .unexpectedByte(0x2b)), ("NaN", .unexpectedByte(0x4e)),
        ("\"\t\"", .controlCharacter), (#""\q""#, .invalidEscape), (#""\u12g4""#, .invalidEscape),
        ("\"abc", .unexpectedEnd), (#""abc\"#, .unexpectedEnd), ("nul", .unexpectedEnd),
        ("nulx", .unexpectedByte(0x78)),
        ("1 1", .trailingContent), ("{}{}", .trailingContent), ("\u{feff}{}", .unexpectedByte(0xef)),
    ])
    func refusesWhatIsNotJSON(text: String, reason: JSONError.Reason) {
        #expect(skip(text) == reason)
    }

    @Test(arguments: [
        (#""plain""#, "plain"), (#""""#, ""), (#""a\"b\\c\/d\b\f\n\r\t""#, "a\"b\\c/d\u{8}\u{c}\n\r\t"),
        (#""\u006dAME""#, "mAME"), (#""\ud83d\ude00!""#, "😀!"),
        (#""äöü und viel mehr Text""#, "äöü und viel mehr Text"),
        (#""\u0000""#, "\0"),
    ])
    func decodesStrings(text: String, expected: String) throws {
        #expect(try string(text).get() == expected)
    }

    @Test(arguments: [#""\ud800""#, #""\ud800x""#, #""\ude00\ud83d""#, #""\ud83d\n""#, #""\ud83dA""#])
    func refusesHalfOfAPairAsText(text: String) {
        #expect(throws: JSONError.self) { try string(text).get() }
    }

    @Test func refusesBrokenUTF8AsText() {
        let result = scan([0x22, 0x61, 0xff, 0x22]) { (scanner) throws(JSONError) in try scanner.string() }
        #expect(result == .failure(JSONError(.invalidUTF8, at: 1)))
    }

    @Test func namesTheTypeFound() {
        let result = scan(Array(" 12".utf8)) { (scanner) throws(JSONError) in try scanner.string() }
        #expect(result == .failure(JSONError(.wrongType(expected: .string, found: .number), at: 1)))
    }

    @Test func comparesKeysAsDecoded() throws {
        let result = scan(Array(#"{"n\u0061me":1}"#.utf8)) { (scanner) throws(JSONError) in
            try scanner.beginObject()
            var matched = false
            while let key = try scanner.nextKey() {
                matched = scanner.matches(key, "name") && !scanner.matches(key, "nam")
                try scanner.skip()
            }
            return matched
        }
        #expect(try result.get())
    }

    /// Whatever the bytes, the scanner ends, and agrees with the tree on what is JSON.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func survivesMutations(seed: UInt64) {
        let original = Array(#"{"a":[1,-2.5e3,"x\u00e9\n",{"b":null,"c":[true,false]}],"d":"äß","e":{}}"#.utf8)
        var state = seed
        func next(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        for _ in 0..<3000 {
            var bytes = original
            for _ in 0...next(3) {
                let place = next(bytes.count)
                switch next(3) {
                case 0: bytes[place] = UInt8(next(256))
                case 1: bytes.remove(at: place)
                default: bytes.insert(original[next(original.count)], at: place)
                }
            }
            let isTree = (try? JSONValue(parsing: bytes)) != nil
            if isTree { #expect(skip(bytes) == nil, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))") }
        }
    }
}
