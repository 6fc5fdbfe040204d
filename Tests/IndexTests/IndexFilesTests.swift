import Foundation
import Index
import JSON
import SemVer
import Testing

/// A folder that vanishes with the value.
final class Scratch {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/index-tests-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ file: String, _ text: String) throws { try write(file, Array(text.utf8)) }

    func write(_ file: String, _ bytes: [UInt8]) throws {
        let full = URL(fileURLWithPath: "\(path)/\(file)")
        try FileManager.default.createDirectory(at: full.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: full)
    }

    func link(_ file: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(path)/\(file)", withDestinationPath: target)
    }
}

@Suite struct IndexPathTests {
    @Test(
        arguments: [
            ("a", "1/a"), ("AB", "2/ab"), ("Foo", "3/f/foo"), ("serde", "se/rd/serde"),
            ("Serde_JSON", "se/rd/serde_json"),
            ("é", "2/é"), ("ab..x", nil), ("....", nil), ("..", nil), (".", nil), ("", nil), ("a/b", nil),
            ("aaa/../b", nil),
            ("éa", nil), ("aé", "3/a/aé"), ("abcé", nil), ("aa\0b", nil),
        ] as [(String, String?)])
    func placesNames(name: String, path: String?) {
        #expect(indexPath(for: name) == path)
    }
}

@Suite struct IndexTreeTests {
    @Test func listsWhatCargoWouldFind() throws {
        let scratch = try Scratch()
        for file in [
            "config.json", ".git/HEAD", "1/a", "2/ab", "3/f/foo", "se/rd/serde", "se/rd/sermon", "se/rd/.hidden",
            "Se/rd/serde", "xx/yy/other", "se/rd/deep/serde", "README.md", "ab/cd/abcd",
        ] { try scratch.write(file, line([:])) }
        try scratch.link("se/re", to: "..")
        try scratch.link("lo", to: ".")
        try scratch.link("se/rd/serd", to: "serd")
        try scratch.link("se/rd/serdes", to: "serde")
        #expect(mkfifo(scratch.path + "/se/rd/serdepipe", 0o600) == 0)
        let tree = try IndexTree(at: scratch.path)
        #expect(try tree.files() == ["1/a", "2/ab", "3/f/foo", "ab/cd/abcd", "se/rd/serde", "se/rd/serdes"])
        #expect(try tree.contents(of: "1/a").map { $0.count } == line([:]).utf8.count)
        #expect(try tree.contents(of: "1/b") == nil)
        let error = #expect(throws: IndexError.self) { try tree.contents(of: "se/rd/serdepipe") }
        #expect(error?.reason == .notAFile)
    }

    @Test func localRegistryNeedsItsIndex() throws {
        let scratch = try Scratch()
        let error = #expect(throws: IndexError.self) { try LocalRegistry(at: scratch.path) }
        #expect(error == IndexError(.notADirectory, path: scratch.path + "/index"))
    }

    @Test func localRegistryComparesNamesExactly() throws {
        let scratch = try Scratch()
        let other = line(["name": "\"SERDE\"", "vers": "\"2.0.0\""])
        try scratch.write("index/se/rd/serde", line(["name": "\"serde\""]) + "\n" + other)
        let registry = try LocalRegistry(at: scratch.path)
        #expect(try registry.records(of: "serde").map(\.version.major) == [1])
        #expect(try registry.records(of: "SERDE").map(\.version.major) == [2])
        #expect(try registry.records(of: "Serde").isEmpty)
        #expect(try registry.records(of: "absent").isEmpty)
        #expect(try registry.records(of: "../../x").isEmpty)
    }
}

@Suite struct CargoCacheTests {
    private func cached(_ entries: [(String, String)], header: [UInt8] = [3, 2, 0, 0, 0]) -> [UInt8] {
        header + Array("etag: \"x\"".utf8) + [0]
            + entries.flatMap { Array($0.0.utf8) + [0] + Array($0.1.utf8) + [0] }
    }

    /// Names that Cargo itself gave to its folders.
    @Test(arguments: [
        ("sparse+https://index.crates.io/", RegistryDirectory.Kind.sparse, "index.crates.io-1949cf8c6b5b557f"),
        ("https://github.com/rust-lang/crates.io-index", .git, "github.com-25cdd57fae9f0462"),
        ("https://GitHub.com/Rust-Lang/crates.io-index.git", .git, "github.com-25cdd57fae9f0462"),
        ("https://my-crates.io", .git, "my-crates.io-b2d65deb64f05373"),
        ("https://my-crates.io/", .git, "my-crates.io-b2d65deb64f05373"),
        ("sparse+https://my-crates.io", .sparse, "my-crates.io-327cfdbd92dd81e1"),
    ])
    func namesFoldersAsCargoDoes(url: String, kind: RegistryDirectory.Kind, expected: String) {
        #expect(RegistryDirectory.name(for: url, kind: kind) == expected)
    }

    @Test func readsEntries() throws {
        let entries = [
            ("1.0.0", line([:])), ("2.0.0", line(["vers": "\"2.0.1\""])),
            ("3.0.0", line(["v": "9", "vers": "\"3.0.0\""])),
            ("1.0.0", line(["yanked": "true"])),
        ]
        let file = try #require(CacheFile(cached(entries)))
        #expect(file.revision == "etag: \"x\"")
        let records = file.records()
        #expect(records.map(\.version.description) == ["1.0.0", "2.0.1", "3.0.0"])
        #expect(records[0].entry?.isYanked == true)
        #expect(records[2].entry == nil)
    }

    @Test func toleratesAMissingEndAndNoEntries() throws {
        #expect(CacheFile(Array(cached([("1.0.0", line([:]))]).dropLast()))?.records().count == 1)
        #expect(CacheFile(cached([]))?.records().count == 0)
    }

    @Test func ignoresOtherFormats() {
        #expect(CacheFile(cached([], header: [2, 2, 0, 0, 0])) == nil)
        #expect(CacheFile(cached([], header: [3, 1, 0, 0, 0])) == nil)
        #expect(CacheFile(cached([("1.0", line([:]))])) == nil)
        #expect(CacheFile([]) == nil && CacheFile([3, 2, 0, 0, 0]) == nil && CacheFile([3, 2, 0, 0, 0, 0x61]) == nil)
    }

    @Test func findsCratesInTheCargoHome() throws {
        let scratch = try Scratch()
        let registry = RegistryDirectory.cratesIO[0]
        try scratch.write("registry/index/\(registry)/.cache/2/aa", cached([("1.0.0", line([:]))]))
        try scratch.write("registry/index/empty-0000000000000000/config.json", "{}")
        let cache = CargoCache(home: scratch.path)
        #expect(try cache.registries() == [registry])
        #expect(try cache.records(of: "aa", in: registry)?.count == 1)
        #expect(try cache.records(of: "AA", in: registry)?.count == 0)
        #expect(try cache.records(of: "bb", in: registry) == nil)
        #expect(try cache.tree(of: registry).files() == ["2/aa"])
        #expect(try CargoCache(home: scratch.path + "/nowhere").registries().isEmpty)
    }

    @Test(arguments: [21, 22] as [UInt64])
    func survivesMutations(seed: UInt64) {
        let original = cached([("1.0.0", line([:])), ("2.0.0", line(["vers": "\"2.0.0\""]))])
        var state = seed
        for _ in 0..<2000 {
            var bytes = original
            for _ in 0..<3 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20) % 5
            }
            bytes.removeLast(Int(state >> 40) % bytes.count)
            #expect((CacheFile(bytes)?.records().count ?? 0) <= 8, "seed \(seed)")
        }
    }
}

@Suite struct DirectorySourceTests {
    @Test func listsCratesWithTheirChecksums() throws {
        let scratch = try Scratch()
        try scratch.write("b-1.0.0/Cargo.toml", "")
        try scratch.write("b-1.0.0/.cargo-checksum.json", #"{"files":{"Cargo.toml":"00"},"package":"ab","x":[1]}"#)
        try scratch.write("a/Cargo.toml", "")
        try scratch.write("a/.cargo-checksum.json", #"{"files":{}}"#)
        try scratch.write("no-manifest/README", "")
        try scratch.write(".hidden/Cargo.toml", "")
        let crates = try DirectorySource(at: scratch.path).crates()
        #expect(crates.map(\.path) == [scratch.path + "/a", scratch.path + "/b-1.0.0"])
        #expect(crates.map(\.checksum) == [nil, "ab"])
    }

    @Test func oneBadCrateFailsTheSource() throws {
        let scratch = try Scratch()
        try scratch.write("a/Cargo.toml", "")
        let source = try DirectorySource(at: scratch.path)
        let missing = #expect(throws: IndexError.self) { try source.crates() }
        #expect(missing == IndexError(.missingChecksumFile, path: scratch.path + "/a"))
        for text in [#"{"package":"x"}"#, "{", #"{"files":{"a":1}}"#, #"{"files":{},"files":{}}"#, #"{"files":[]}"#] {
            try scratch.write("a/.cargo-checksum.json", text)
            let error = #expect(throws: IndexError.self) { try source.crates() }
            guard case .malformedChecksumFile = error?.reason else { return #expect(Bool(false), "\(text)") }
        }
    }
}
