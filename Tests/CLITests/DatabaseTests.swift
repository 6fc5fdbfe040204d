import Glibc
import TestSupport
import Testing

/// The database, and what is imported into it.
@Suite struct DatabaseTests {
    private static let manifest =
        "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nlog = \"0.4\"\n"
    private static let lock = """
        version = 4

        [[package]]
        name = "app"
        version = "0.1.0"
        dependencies = [
         "log",
        ]

        [[package]]
        name = "log"
        version = "0.4.22"
        source = "registry+https://github.com/rust-lang/crates.io-index"
        checksum = "cba35d11f9b3ab15dcbeb81d3f6f6d35d8a3e4a9e4a7ffbd9d70d8a0f7b8d9ee"

        """

    /// A workspace that has nothing but the database to know crates.io from; the lock's checksum is the registry's.
    private func sandbox() throws -> Sandbox {
        let sandbox = try Sandbox()
        unlink(sandbox.path + "/.cargo/config.toml")
        let line = String(decoding: try sandbox.directory.read("registry/index/3/l/log"), as: UTF8.self)
        let published = line.split(separator: "\n").last?.firstMatch(of: /"cksum":"([0-9a-f]+)"/)
        let checksum = String(try #require(published).output.1)
        let lock = Self.lock.replacing(/[0-9a-f]{64}/, with: checksum)
        return try sandbox.write(["Cargo.toml": Self.manifest, "Cargo.lock": lock, "src/lib.rs": ""])
    }

    private func imported(_ sandbox: Sandbox) throws {
        let index = try sandbox.run("import", "index", "../registry", "--date", "2026-11-01", "--db", "../lg.db")
        #expect(index.status == 0, "\(index.errors)")
        let advisories = try sandbox.run(
            "import", "advisories", "../share/advisories/rustsec.jsonl", "--db", "../lg.db")
        #expect(advisories.status == 0, "\(advisories.errors)")
    }

    @Test func whatIsImportedIsJudgedBy() throws {
        let sandbox = try sandbox()
        try imported(sandbox)
        let outcome = try sandbox.run("check", "--db", "../lg.db")
        #expect(outcome.status == 0, "\(outcome.output)")
        #expect(
            outcome.output.contains(/index of crates.io of 2026-11-01 \(database [0-9a-f]{16}\)/), "\(outcome.output)")
        #expect(outcome.output.contains("advisories of 2026-08-21"), "\(outcome.output)")
        sandbox.variables["LOCKGATE_DB"] = sandbox.path + "/lg.db"
        #expect(try sandbox.run("check").stdout == outcome.stdout)
    }

    @Test func theUsualPlaceIsMadeAndFound() throws {
        let sandbox = try sandbox()
        #expect(try sandbox.run("import", "index", "../registry").status == 0)
        #expect(Files.exists(sandbox.path + "/data/lockgate/lockgate.db"))
        #expect(try sandbox.run("check").status == 0)
    }

    @Test func importingTwiceChangesNothing() throws {
        let sandbox = try sandbox()
        try imported(sandbox)
        let before = try sandbox.directory.read("lg.db")
        let again = try sandbox.run("import", "index", "../registry", "--date", "2026-11-01", "--db", "../lg.db")
        #expect(again.status == 0)
        #expect(again.output.contains("nothing has changed"), "\(again.output)")
        #expect(try sandbox.directory.read("lg.db") == before)
    }

    @Test func aReadOnlyFolderIsGoodEnoughToJudge() throws {
        let sandbox = try sandbox()
        mkdir(sandbox.path + "/media", 0o755)
        try imported(sandbox)
        rename(sandbox.path + "/lg.db", sandbox.path + "/media/lg.db")
        chmod(sandbox.path + "/media/lg.db", 0o444)
        chmod(sandbox.path + "/media", 0o555)
        let outcome = try sandbox.run("check", "--db", "../media/lg.db")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(Files.names(in: sandbox.path + "/media") == ["lg.db"])
    }

    // MARK: Something else in its place

    struct Impostor: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let answer: String
        let make: @Sendable (Sandbox) throws -> Void
    }

    private static let impostors = [
        Impostor(testDescription: "a text", answer: "is not a lockgate database") {
            try $0.directory.write("Dear diary,\n", to: "lg.db")
        },
        Impostor(testDescription: "a long text", answer: "is not a lockgate database") {
            try Files.write("", "Dear diary,\n", times: 100_000, to: $0.path + "/lg.db")
        },
        Impostor(testDescription: "another program's database", answer: "database of another program") {
            try sql("CREATE TABLE notes (text); INSERT INTO notes VALUES ('mine')", $0)
        },
        Impostor(testDescription: "a newer schema", answer: "update lockgate") {
            _ = try $0.run("import", "index", "../registry", "--db", "../lg.db")
            try sql("PRAGMA user_version = 99", $0)
        },
    ]

    private static func sql(_ statements: String, _ sandbox: Sandbox) throws {
        let outcome = try Program.run(
            ["../lg.db", statements], of: "/usr/bin/sqlite3", in: sandbox.workspace, environment: sandbox.variables)
        try #require(outcome.status == 0, "\(outcome.errors)")
    }

    @Test(arguments: impostors) func anotherFileIsNamedAndLeftAlone(_ impostor: Impostor) throws {
        let sandbox = try sandbox()
        try impostor.make(sandbox)
        try expectRefusal(by: sandbox, impostor.answer)
    }

    @Test(arguments: [1, 50, 99, 100, 4096, 8192]) func aTruncatedOneIsNamedAndLeftAlone(_ length: Int) throws {
        let sandbox = try sandbox()
        try imported(sandbox)
        let bytes = try sandbox.directory.read("lg.db")
        try #require(length < bytes.count)
        try sandbox.directory.write(Array(bytes.prefix(length)), to: "lg.db")
        try expectRefusal(by: sandbox, "lg.db`")
    }

    @Test func aDirectoryIsNamedAndLeftAlone() throws {
        let sandbox = try sandbox()
        mkdir(sandbox.path + "/lg.db", 0o755)
        for arguments in Self.uses {
            let outcome = try Program.run(
                arguments, in: sandbox.workspace, environment: sandbox.variables)
            #expect(outcome.status == 3, "\(arguments)")
            #expect(outcome.errors.contains("/lg.db`"), "\(outcome.errors)")
        }
        #expect(Files.names(in: sandbox.path + "/lg.db").isEmpty)
    }

    private static let uses = [
        ["check", "--db", "../lg.db"], ["import", "index", "../registry", "--db", "../lg.db"],
        ["import", "advisories", "../share/advisories/rustsec.jsonl", "--db", "../lg.db"],
    ]

    /// Exit status 3, what to do, and the same bytes afterwards; of `check` and of both imports.
    private func expectRefusal(by sandbox: Sandbox, _ answer: String) throws {
        let before = try sandbox.directory.read("lg.db")
        let files = Files.names(in: sandbox.path)
        for arguments in Self.uses {
            let outcome = try Program.run(arguments, in: sandbox.workspace, environment: sandbox.variables)
            #expect(outcome.status == 3, "\(arguments): \(outcome.output)")
            #expect(outcome.errors.hasPrefix("error: `"), "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.contains(answer), "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.contains(";"), "says what to do: \(outcome.errors)")
            #expect(try sandbox.directory.read("lg.db") == before, "\(arguments)")
            #expect(Files.names(in: sandbox.path) == files, "\(arguments)")
        }
    }

    @Test func aMissingOneIsNamed() throws {
        let sandbox = try sandbox()
        let outcome = try sandbox.run("check", "--db", "../lg.db")
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("no database at `\(sandbox.path)/lg.db`; create it with `lockgate import`"))
        #expect(!Files.exists(sandbox.path + "/lg.db"))
        #expect(try sandbox.run("check", "--db", "../none/lg.db").status == 3)
        let index = try sandbox.run("import", "index", "../registry", "--db", "../none/lg.db")
        #expect(index.status == 3)
        #expect(index.errors.contains("create it first"), "\(index.errors)")
    }

    /// Nothing is lost in it: an import may begin there, as after `mktemp`. Judging by it is another matter.
    @Test func anEmptyFileIsNoDatabaseYet() throws {
        let sandbox = try sandbox()
        try sandbox.directory.write("", to: "lg.db")
        let outcome = try sandbox.run("check", "--db", "../lg.db")
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("/lg.db`"), "\(outcome.errors)")
        #expect(try sandbox.directory.read("lg.db").isEmpty)
    }

    @Test func damageInsideNeverPasses() throws {
        let sandbox = try sandbox()
        try imported(sandbox)
        let bytes = try sandbox.directory.read("lg.db")
        for page in stride(from: 4096, to: bytes.count, by: 4096) {
            var damaged = bytes
            for index in page..<min(page + 4096, bytes.count) { damaged[index] = 0xA5 }
            try sandbox.directory.write(damaged, to: "lg.db")
            let outcome = try sandbox.run("check", "--db", "../lg.db")
            #expect(outcome.status == 0 || outcome.status == 3, "page at \(page): \(outcome.errors)")
            if outcome.status == 0 {
                #expect(outcome.output.contains("3 packages") || outcome.output.contains("2 packages"))
            }
        }
    }

    // MARK: Records that do not parse

    @Test func indexRecordsThatDoNotParseAreSetAsideAndNamed() throws {
        let sandbox = try sandbox()
        try sandbox.directory.write("{\"name\":\"broken\"\n", to: "registry/index/br/ok/broken")
        try sandbox.directory.write([0xFF, 0xFE, 0x00], to: "registry/index/bi/na/binary")
        let quiet = try sandbox.run("import", "index", "../registry", "--db", "../lg.db")
        #expect(quiet.status == 0, "\(quiet.errors)")
        #expect(quiet.output.contains("2 set aside") || quiet.output.contains("2 unusable"), "\(quiet.output)")
        unlink(sandbox.path + "/lg.db")
        let verbose = try sandbox.run("import", "index", "../registry", "--db", "../lg.db", "-v")
        #expect(verbose.status == 0)
        #expect(verbose.errors.contains("broken"), "\(verbose.errors)")
        #expect(verbose.errors.contains("binary"), "\(verbose.errors)")
        #expect(try sandbox.run("check", "--db", "../lg.db").status == 0)
    }

    @Test func advisoriesThatDoNotParseAreSetAsideAndNamed() throws {
        let sandbox = try sandbox()
        let facts = String(decoding: try sandbox.directory.read("share/advisories/rustsec.jsonl"), as: UTF8.self)
        try sandbox.directory.write(facts + "{\"id\":\n{}\n", to: "facts.jsonl")
        let outcome = try sandbox.run("import", "advisories", "../facts.jsonl", "--db", "../lg.db", "-v")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("2 set aside"), "\(outcome.output)")
        #expect(outcome.errors.split(separator: "\n").count { $0.contains("set aside") } == 2, "\(outcome.errors)")
    }

    @Test(arguments: [["import", "index", "../nowhere"], ["import", "advisories", "../nowhere"]])
    func dataThatIsNotThereIsNamed(_ arguments: [String]) throws {
        let sandbox = try sandbox()
        let outcome = try Program.run(
            arguments + ["--db", "../lg.db"], in: sandbox.workspace, environment: sandbox.variables)
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("/nowhere"), "\(outcome.errors)")
        #expect(!Files.exists(sandbox.path + "/lg.db"))
    }

    @Test func aDateThatIsNoneIsAUsageError() throws {
        let outcome = try sandbox().run("import", "index", "../registry", "--date", "yesterday", "--db", "../lg.db")
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("`yesterday` is no date"), "\(outcome.errors)")
    }
}
