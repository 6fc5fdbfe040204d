import CargoModel
import Index
import JSON
import SemVer
import Testing

/// What becomes of one line: `dropped`, `invalid`, `unsupported` or `usable`.
func outcome(of line: String) -> String { outcome(of: Array(line.utf8)) }

func outcome(of line: [UInt8]) -> String {
    var reader = IndexReader()
    let record = line.withUnsafeBufferPointer { reader.record(of: $0) }
    switch record?.content {
    case nil: return "dropped"
    case .usable: return "usable"
    case .unsupported: return "unsupported"
    case .invalid: return "invalid"
    }
}

/// A good line with some fields replaced or, given as nil, left out.
func line(_ changes: [String: String?]) -> String {
    var fields = [
        ("name", "\"aa\""), ("vers", "\"1.0.0\""), ("deps", "[]"), ("cksum", "\"00\""), ("features", "{}"),
        ("yanked", "false"),
    ]
    for key in changes.keys.sorted() {
        let place = fields.firstIndex { $0.0 == key }
        if let place { fields.remove(at: place) }
        if let value = changes[key] ?? nil { fields.insert((key, value), at: place ?? fields.count) }
    }
    return "{" + fields.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
}

/// A good line with one optional dependency, some of whose fields are replaced or left out.
func lineWithDependency(_ changes: [String: String?]) -> String {
    var fields = ["name": "\"zz\"", "req": "\"1\"", "features": "[]", "optional": "true", "kind": "\"normal\""]
    for (key, value) in changes { fields[key] = value }
    let text = fields.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
    return line(["deps": "[{\(text)}]"])
}

@Suite struct IndexReaderTests {
    private func records(_ lines: String...) -> [IndexRecord] {
        var reader = IndexReader()
        return reader.records(in: Array(lines.joined(separator: "\n").utf8))
    }

    @Test func readsAWholeEntry() throws {
        let text = """
            {"name":"aa","vers":"1.2.3-b.1+c","deps":[{"name":"x","req":">= 0, < 1","features":["","f"],"optional":true,\
            "default_features":false,"target":"cfg(unix)","kind":"build","registry":"https://example.com/index",\
            "package":"real"},{"name":"y","req":"*"}],"cksum":"ab","features":{"b":["x"],"a":[]},\
            "features2":{"c":["dep:y2"],"b":["a"]},"yanked":true,"links":"z","rust_version":" 1.60 ",\
            "pubtime":"2025-11-12T19:30:12Z","v":2}
            """
        let fixed = text.replacing("\"dep:y2\"", with: "\"x/q\"")
        let entry = try #require(records(fixed).first?.entry)
        #expect(entry.name == "aa" && entry.version.description == "1.2.3-b.1+c" && entry.checksum == "ab")
        #expect(entry.isYanked && entry.links == "z" && entry.schema == 2)
        #expect(entry.rustVersion == RustVersion(major: 1, minor: 60))
        #expect(entry.published == "2025-11-12T19:30:12Z")
        #expect(entry.features.map(\.0) == ["b", "a", "c"])
        #expect(entry.features.map(\.1) == [["x", "a"], [], ["x/q"]])
        let first = entry.dependencies[0]
        #expect(first.name == "x" && first.packageName == "real" && first.requirement == ">= 0, < 1")
        #expect(first.features == ["f"] && first.isOptional && !first.usesDefaultFeatures && first.kind == .build)
        #expect(first.target == "cfg(unix)" && first.registry == "https://example.com/index")
        let second = entry.dependencies[1]
        #expect(second.usesDefaultFeatures && !second.isOptional && second.kind == .normal && second.target == nil)
    }

    @Test(arguments: [
        "", "  ", "// comment", "[]", "hello", "{}", "{\"name\":\"aa\"}", "\u{feff}" + line([:]), line([:]) + " x",
        line([:]) + line([:]), String(line([:]).dropLast()) + ",}", line(["x": "NaN"]), line(["x": "01"]),
        line(["x": "\"\t\""]), line(["\\ud800": "1"]), line(["name": nil]), line(["name": "null"]),
        line(["vers": "\"1.0\""]), line(["vers": "\" 1.0.0\""]), line(["vers": "1"]),
        line(["vers": "\"1.0.0\\u0000\""]),
        String(line([:]).dropLast()) + ",\"vers\":\"1.0.0\"}", line(["v": "01"]),
        "[\"aa\",\"1.0.0\",[],{},null,\"\",null,null,null,null,null,1]",
    ])
    func drops(text: String) {
        #expect(outcome(of: text) == "dropped")
    }

    @Test(arguments: [
        line(["deps": nil]), line(["deps": "null"]), line(["cksum": nil]), line(["cksum": "null"]),
        line(["cksum": "1"]), line(["features": "null"]), line(["features": "[]"]), line(["features": "{\"a\":[1]}"]),
        line(["features": "{\"a\":[\"nope\"]}"]), line(["features2": "{\"a\":[\"nope\"]}"]),
        line(["yanked": "\"false\""]), line(["yanked": "1"]), line(["links": "1"]), line(["links": "\"\\ud800\""]),
        line(["v": "\"2\""]), line(["v": "-1"]), line(["v": "2.0"]), line(["v": "-0"]), line(["v": "1e0"]),
        line(["v": "4294967296"]), String(line([:]).dropLast()) + ",\"yanked\":false}",
        line(["rust_version": "\"^1.60\""]), line(["rust_version": "\"1.60.0-beta\""]), line(["rust_version": "\"\""]),
        line(["rust_version": "\"\\t1.60\""]), line(["rust_version": "1.6"]), "[\"aa\",\"1.0.0\"]",
    ])
    func recordsAsInvalid(text: String) {
        #expect(outcome(of: text) == "invalid")
    }

    @Test(arguments: [
        line([:]), "  " + line([:]) + " \r", line(["features": nil]), line(["yanked": nil]), line(["yanked": "null"]),
        line(["links": "\"\""]), line(["v": "0"]), line(["v": "null"]), line(["features2": "null"]),
        line(["cksum": "\"\""]), line(["rust_version": "\"99\""]), line(["x": "1e999", "y": "\"\\ud800\""]),
        line(["x": String(repeating: "[", count: 200) + String(repeating: "]", count: 200)]),
        line(["name": "\"\\u0061a\""]), line(["features": "{\"a\":[\"nope\"],\"a\":[]}"]),
        String(line([:]).dropLast()) + ",\"x\":1,\"x\":2}",
        "[\"aa\",\"1.0.0\",[],{},null,\"\",null,null,null,null,null]",
        "[\"aa\",\"1.0.0\",[[\"zz\",\"1\",[],true,true,null,null,null,null,null,null,null]],{},null,\"\",null,null,null,null,3]"
            .replacing(",3]", with: ",2]"),
    ])
    func accepts(text: String) {
        #expect(outcome(of: text) == "usable")
    }

    @Test(arguments: [
        line(["v": "3"]), line(["v": "3", "deps": "null"]), line(["v": "4294967295", "yanked": "1"]),
    ])
    func newerSchemaGoesBeforeInvalid(text: String) {
        #expect(outcome(of: text) == "unsupported")
    }

    @Test(
        arguments: [
            (["name": nil], "invalid"), (["req": nil], "invalid"), (["req": "\"\""], "invalid"),
            (["req": "\"junk\""], "invalid"), (["features": "null"], "invalid"), (["features": nil], "usable"),
            (["optional": "null"], "invalid"), (["optional": nil], "usable"), (["default_features": "null"], "invalid"),
            (["kind": "null"], "usable"), (["kind": "\"foo\""], "usable"), (["kind": "\"dev\""], "invalid"),
            (["kind": "\"d\\u0065v\""], "invalid"), (["kind": "1"], "invalid"),
            (["target": "\"cfg(\""], "invalid"), (["target": "\"\""], "usable"), (["target": "\"a b\""], "invalid"),
            (["registry": "\"\""], "invalid"), (["registry": "\"foo\""], "invalid"),
            (["registry": "\"sparse+https://x.invalid\""], "usable"), (["package": "\"yy\""], "usable"),
            (["public": "null"], "usable"), (["lib": "null"], "invalid"), (["lib": "true"], "usable"),
            (["artifact": "[]"], "usable"), (["artifact": "[\"bin:x\"]"], "usable"),
            (["artifact": "[\"lib\"]"], "invalid"),
            (["artifact": "[\"bin\",\"bin\"]"], "invalid"), (["artifact": "[\"bin\",\"bin:x\"]"], "invalid"),
            (["artifact": "[\"bin\"]", "bindep_target": "\" \""], "invalid"),
            (["bindep_target": "\"\""], "usable"), (["explicit_name_in_toml": "\"q\""], "usable"),
            (["name": "\"a b!\""], "invalid"), (["name": "\"a b!\"", "optional": "false"], "usable"),
        ] as [([String: String?], String)])
    func judgesDependencies(changes: [String: String?], expected: String) {
        #expect(outcome(of: lineWithDependency(changes)) == expected)
    }

    /// Each line as Cargo 1.95 judged it in a local registry.
    @Test(arguments: [
        ("2025-11-12T19:30:12Z", true), ("2025-11-12T23:59:60Z", true), ("2025-11-12T19:30:61Z", false),
        ("2025-11-12T24:00:00Z", false), ("+2025-1-12T19:30:12Z", true), ("-2025-1-12T19:30:12Z", true),
        ("0000-01-01T00:00:00Z", true), ("9999-12-31T23:59:59Z", false), ("9999-12-30T22:00:01Z", false),
        ("2024-02-29T00:00:00Z", true), ("2025-02-29T00:00:00Z", false), ("1900-02-29T00:00:00Z", false),
        ("2000-02-29T00:00:00Z", true), ("2025-11-12T 9:30:12Z", true), ("2025-11-12t19:30:12z", false),
        ("2025-11-12T19:30:12.5Z", false), ("2025-1-2T1:2:3Z", false), ("2025-04-31T19:00:12Z", false),
        ("2025-11-1éT9:30:12Z", false), ("", false), (" 2025-1-12T19:30:12Z", true), ("2025-1-12T19:30:12Z ", false),
    ])
    func readsPublicationTimes(text: String, isValid: Bool) {
        #expect(outcome(of: line(["pubtime": "\"\(text)\""])) == (isValid ? "usable" : "invalid"))
    }

    /// Each URL as Cargo 1.95 judged it in a local registry.
    @Test(arguments: [
        ("http://", false), ("https:x", true), ("https:///x", true), ("foo:bar", false), ("foo:/bar", true),
        ("foo://", true), ("foo://a b", false), ("http://a b/", false), ("file:", true), ("file:x", true),
        ("http://x:99999/", false), ("http://x:0/", true), ("http://x:a/", false), ("sparse+http://x:a/", false),
        ("sparse+https:", false), ("sparse+https:/", true), ("git@github.com:a/b", false), ("c:/x", true),
        ("1a:/x", false), (" https://x ", true), ("http://%/", false), ("http://[::1]/", true),
        ("http://[::1/", false), ("http://a%20b/", false), ("http://a^b/", false), ("http://1.2.3.256/", false),
        ("http://user@/", false), ("http://user@x/", true), ("http://x:/", true), ("http://?", false),
        ("mailto:x", false), ("http://1.2.3.4.5/", false), ("http://0x/", true), ("https://..", true),
        ("ssh://git@github.com/x", true), ("foo:#", false), ("foo://x:99999/", false), ("foo://[a]/", false),
        ("foo://a^b/", false), ("http://é/", true), ("HTTP://X", true), ("http://a_b/", true),
    ])
    func readsRegistryURLs(url: String, isValid: Bool) {
        #expect(outcome(of: lineWithDependency(["registry": "\"\(url)\""])) == (isValid ? "usable" : "invalid"))
    }

    @Test func salvagesWhatItCan() throws {
        let record = try #require(records(line(["deps": "1", "rust_version": "\"1.70\""])).first)
        #expect(record.name == "aa" && record.rustVersion == RustVersion(major: 1, minor: 70))
        guard case .invalid(.json(let error)) = record.content else { return #expect(Bool(false)) }
        #expect(error.reason == .wrongType(expected: .array, found: .number))
    }

    @Test func theLastReadableLineOfAVersionCounts() {
        let good = line([:])
        #expect(records(good, line(["yanked": "true"])).map { $0.entry?.isYanked } == [true])
        #expect(records(line(["yanked": "true"]), good).map { $0.entry?.isYanked } == [false])
        #expect(records(good, line(["v": "9"])).map { $0.entry == nil } == [true])
        #expect(records(good, "junk", "").map { $0.entry == nil } == [false])
        #expect(records(good, line(["name": "\"AA\""])).map(\.name) == ["AA"])
        #expect(records(good, line(["vers": "\"1.0.0+b\"", "v": "9"])).count == 2)
        #expect(records(good, line(["vers": "\"2.0.0\""]), good).map(\.version.major) == [2, 1])
    }

    @Test func brokenUTF8MattersOnlyWhereItIsRead() {
        let bytes = { (text: String) in Array(text.utf8).map { $0 == UInt8(ascii: "#") ? 0xff : $0 } }
        #expect(outcome(of: bytes(line(["x": "\"#\""]))) == "usable")
        #expect(outcome(of: bytes(line(["links": "\"#\""]))) == "invalid")
        #expect(outcome(of: bytes(line(["name": "\"#\""]))) == "dropped")
        #expect(outcome(of: bytes(line(["x#": "1"]))) == "dropped")
    }

    /// Damaged lines never stop the program, and what is read of them is consistent.
    @Test(arguments: [11, 12, 13] as [UInt64])
    func survivesMutations(seed: UInt64) {
        let original = Array(
            lineWithDependency(["target": "\"cfg(all(unix, not(x)))\"", "artifact": "[\"bin\"]"])
                .replacing("\"features\":{}", with: "\"features\":{\"a\":[\"zz?/b\"],\"é\":[\"dep:zz\"]}").utf8)
        var state = seed
        func next(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        var reader = IndexReader()
        for _ in 0..<4000 {
            var bytes = original
            for _ in 0...next(3) {
                let place = next(bytes.count)
                switch next(4) {
                case 0: bytes[place] = UInt8(next(256))
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + 1 + next(8)))
                case 2: bytes.insert(original[next(original.count)], at: place)
                default: bytes.insert(contentsOf: original[next(original.count)...].prefix(20), at: place)
                }
            }
            guard let record = bytes.withUnsafeBufferPointer({ reader.record(of: $0) }), let entry = record.entry
            else { continue }
            #expect(entry.name == record.name && entry.version == record.version, "seed \(seed)")
            #expect(entry.dependencies.allSatisfy { (try? VersionRequirement($0.requirement)) != nil }, "seed \(seed)")
        }
    }
}
