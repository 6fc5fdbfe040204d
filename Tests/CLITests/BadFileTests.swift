import Glibc
import TestSupport
import Testing

/// Files that are wrong, in the place of each of the three files a check reads: an answer that names the place, soon,
/// in little memory.
@Suite struct BadFileTests {
    enum Place: String, CaseIterable {
        case manifest = "Cargo.toml"
        case lock = "Cargo.lock"
        case policy = "lockgate.toml"

        /// What the answer ends with.
        var status: Int32 { self == .policy ? 2 : 3 }
    }

    private static let manifest = "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"
    private static let lock = "version = 4\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\n"

    private func sandbox() throws -> Sandbox {
        try Sandbox().write(["Cargo.toml": Self.manifest, "Cargo.lock": Self.lock, "src/lib.rs": ""])
    }

    /// Runs a check and holds it to the bounds.
    private func check(_ sandbox: Sandbox, _ status: Int32, location: Testing.SourceLocation = #_sourceLocation) throws
        -> String
    {
        let outcome = try sandbox.run("check", limit: 30)
        #expect(outcome.status == status, "\(outcome.errors)", sourceLocation: location)
        #expect(outcome.seconds < 15, sourceLocation: location)
        #expect(outcome.peak < 512, "MiB", sourceLocation: location)
        return outcome.errors
    }

    @Test func theUndamagedOnePasses() throws {
        _ = try check(sandbox(), 0)
    }

    @Test(
        arguments: Place.allCases,
        [
            ("[package\n", ":1:1: unclosed table header"),
            ("a = \n", ":1:5: "),
            ("a = 1\na = 2\n", ":2:1: duplicate key `a`"),
            ("a = \"\0\"\n", ":1:6: control character 0x00"),
            ("<<<<<<< HEAD\na = 1\n", ":1:1: "),
        ])
    func malformedTOMLIsAnsweredWithItsPlace(_ place: Place, _ example: (text: String, answer: String)) throws {
        let sandbox = try sandbox().write([place.rawValue: example.text])
        let errors = try check(sandbox, place.status)
        #expect(errors.hasPrefix("error: \(place.rawValue)\(example.answer)"), "\(errors)")
    }

    @Test(arguments: Place.allCases) func textThatIsNotUTF8IsAnsweredWithItsPlace(_ place: Place) throws {
        let sandbox = try sandbox()
        try sandbox.directory.write(Array("a = \"".utf8) + [0xFF] + Array("\"\n".utf8), to: "in/\(place.rawValue)")
        let errors = try check(sandbox, place.status)
        #expect(errors.hasPrefix("error: \(place.rawValue):1:6: "), "\(errors)")
        #expect(errors.lowercased().contains("utf-8"), "\(errors)")
    }

    /// Cargo takes a byte order mark for nothing.
    @Test(arguments: Place.allCases) func aByteOrderMarkIsNoFault(_ place: Place) throws {
        let texts: [Place: String] = [
            .manifest: Self.manifest, .lock: Self.lock, .policy: "[rules]\nyanked = \"deny\"\n",
        ]
        let text = try #require(texts[place])
        let errors = try check(sandbox().write([place.rawValue: "\u{FEFF}" + text]), 0)
        #expect(errors.isEmpty)
    }

    @Test(arguments: [
        (Place.manifest, "[package]\nname = 1\n", "Cargo.toml:2:8: "),
        (.manifest, "[package]\nname = \"app\"\nversion = [1]\n", "Cargo.toml:3:11: "),
        (.manifest, "[dependencies]\nlog = 1\n[package]\nname = \"app\"\n", "Cargo.toml:2:7: "),
        (.manifest, "package = 3\n", "Cargo.toml:1:11: "),
        (.lock, "version = \"4\"\n", "Cargo.lock:1:11: "),
        (.lock, "version = 4\npackage = 1\n", "Cargo.lock:2:11: "),
        (.lock, "version = 4\n[[package]]\nname = \"app\"\n", "Cargo.lock:2:1: "),
        (.lock, "version = 4\n[[package]]\nname = \"app\"\nversion = 1\n", "Cargo.lock:4:11: "),
        (.policy, "rules = 1\n", "lockgate.toml:1:9: "),
        (.policy, "[rules]\nyanked = 1\n", "lockgate.toml:2:10: "),
        (.policy, "[data]\nmax-age-days = \"30\"\n", "lockgate.toml:2:16: "),
        (.policy, "[data]\nmax-age-days = -1\n", "lockgate.toml:2:16: "),
        (.policy, "[[ignore]]\nreason = \"x\"\n", "lockgate.toml:1:1: "),
    ]) func wrongTypesAreAnsweredWithTheirPlace(_ place: Place, _ text: String, _ answer: String) throws {
        let errors = try check(sandbox().write([place.rawValue: text]), place.status)
        #expect(errors.hasPrefix("error: " + answer), "\(errors)")
    }

    /// Head, unit, how often, tail.
    private static let large: [(name: String, head: String, unit: String, times: Int, tail: String)] = [
        ("100 MB of brackets", "", "[", 100_000_000, ""),
        ("30 MB of brackets", "", "[", 30_000_000, ""),
        ("nested arrays", "a = ", "[", 1_000_000, ""),
        ("nested inline tables", "a = ", "{a=", 100_000, "1"),
        ("a key of 100,000 parts", "[a", ".a", 100_000, "]\n"),
        ("900 KB of brackets", "", "[", 900_000, ""),
    ]

    @Test(arguments: Place.allCases, large.indices) func largeAndDeepFilesAreRefused(_ place: Place, _ index: Int)
        throws
    {
        let example = Self.large[index]
        let sandbox = try sandbox()
        try Files.write(
            example.head, example.unit, times: example.times, example.tail,
            to: sandbox.workspace + "/" + place.rawValue)
        let errors = try check(sandbox, place.status)
        #expect(errors.contains(place.rawValue), "\(example.name): \(errors)")
        #expect(errors.utf8.count < 1000)
    }

    /// Cargo takes both for what they are.
    @Test func longStringsAreRead() throws {
        let sandbox = try sandbox()
        let head = Self.manifest + "description = \""
        try Files.write(head, "x", times: 50_000_000, "\"\n", to: sandbox.workspace + "/Cargo.toml")
        _ = try check(sandbox, 0)
        try Files.write("[metadata]\na = \"", "x", times: 10_000_000, "\"\n", to: sandbox.workspace + "/Cargo.lock")
        _ = try check(sandbox, 4)
    }

    @Test(arguments: Place.allCases) func manyTablesAreReadInLinearTime(_ place: Place) throws {
        let sandbox = try sandbox()
        let heads: [Place: String] = [.manifest: Self.manifest, .lock: Self.lock, .policy: ""]
        let tables = (0..<30_000).map { "[t\($0)]\n" }.joined()
        try sandbox.directory.write(try #require(heads[place]) + tables, to: "in/\(place.rawValue)")
        _ = try check(sandbox, place == .policy ? 2 : 0)
    }

    // MARK: What a lock may have been through

    @Test(arguments: [
        ("version = 5\n", "Cargo.lock:1:11: ", "update lockgate"),
        ("version = 2\n", "Cargo.lock:1:11: ", "let Cargo rewrite the file"),
        (lock + "\n" + lock.dropFirst(13), "Cargo.lock:", "package `app` is specified twice"),
        (
            lock.replacing("name = \"app\"", with: "<<<<<<< HEAD\nname = \"app\"\n=======\n>>>>>>> b"), ":4:1: ",
            "merge markers"
        ),
        (lock + "source = \"nonsense\"\n", "Cargo.lock:6:10: ", "invalid source `nonsense`"),
        (lock + "dependencies = [\n \"a  b\",\n]\n", "Cargo.lock:7:2: ", "is no package id"),
        (lock.replacing("0.1.0", with: "0.1"), "Cargo.lock:5:11: ", "invalid version `0.1`"),
    ]) func aLockThatCargoRefusesIsRefused(_ text: String, _ place: String, _ what: String) throws {
        let errors = try check(sandbox().write(["Cargo.lock": text]), 3)
        #expect(errors.contains(place) && errors.contains(what), "\(errors)")
    }

    /// Cargo ignores it, and calls the lock current.
    @Test func anEdgeToNothingIsIgnored() throws {
        _ = try check(sandbox().write(["Cargo.lock": Self.lock + "dependencies = [\n \"nothing\",\n]\n"]), 0)
    }

    @Test(arguments: Place.allCases) func aFolderInTheFilesPlaceIsNamed(_ place: Place) throws {
        let sandbox = try sandbox()
        let path = sandbox.workspace + "/" + place.rawValue
        unlink(path)
        mkdir(path, 0o755)
        let errors = try check(sandbox, place.status)
        #expect(errors.contains(place.rawValue) && errors.contains("directory"), "\(errors)")
    }

    @Test func aPipeInTheFilesPlaceDoesNotBlock() throws {
        let sandbox = try sandbox()
        unlink(sandbox.workspace + "/Cargo.lock")
        mkfifo(sandbox.workspace + "/Cargo.lock", 0o644)
        let errors = try check(sandbox, 3)
        #expect(errors.contains("Cargo.lock: not a regular file"), "\(errors)")
    }

    /// Whatever a file says, it says it in plain text.
    @Test(arguments: [
        ("Cargo.lock", lock + "\n[[package]]\nname = \"evil\\u001b[2J\\u009b31m\"\nversion = \"1.0.0\"\n"),
        ("Cargo.lock", lock + "source = \"\\u001b]0;title\\u0007\"\n"),
        ("Cargo.lock", lock.replacing("0.1.0", with: "\\u001b[31m")),
        ("Cargo.toml", manifest + "[dependencies]\nlog = \"\\u001b[31m\"\n"),
        ("Cargo.toml", manifest + "[dependencies]\n\"\\u001b[31m\" = \"1\"\n"),
        ("Cargo.toml", manifest + "[dependencies]\n\"a\" = { path = \"\\u001b[31m\\n\" }\n"),
        ("lockgate.toml", "[rules]\n\"\\u001b[31m\" = \"deny\"\n"),
        ("lockgate.toml", "[[ignore]]\nrule = \"yanked\"\nreason = \"\\u001b[31m\"\n"),
    ]) func controlCharactersNeverReachTheTerminal(_ file: String, _ text: String) throws {
        let outcome = try sandbox().write([file: text]).run("check", "--verbose")
        for bytes in [outcome.stdout, outcome.stderr] {
            let text = String(decoding: bytes, as: UTF8.self)
            let controls = text.unicodeScalars.filter {
                $0 != "\n" && $0.properties.generalCategory == .control
            }
            #expect(controls.isEmpty, "\(text.debugDescription)")
        }
    }
}
