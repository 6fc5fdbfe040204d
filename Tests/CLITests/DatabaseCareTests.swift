import CSQLite
import Glibc
import TestSupport
import Testing

/// `lockgate db`.
@Suite struct DatabaseCareTests {
    private static let manifest =
        "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nlog = \"0.4\"\n"

    /// A workspace with a current lock, and a database of the registry at `../lg.db`.
    private func sandbox() throws -> Sandbox {
        let sandbox = try Sandbox()
        unlink(sandbox.path + "/.cargo/config.toml")
        try sandbox.write(["Cargo.toml": Self.manifest, "src/lib.rs": ""])
        sandbox.variables["LOCKGATE_DB"] = sandbox.path + "/lg.db"
        #expect(try sandbox.run("import", "index", "../registry", "--date", "2026-11-01").status == 0)
        #expect(try sandbox.run("import", "advisories", "../share/advisories/rustsec.jsonl").status == 0)
        #expect(try sandbox.run("update").status == 0)
        return sandbox
    }

    @Test func infoSaysWhatThereIsAndHowOld() throws {
        let sandbox = try sandbox()
        let info = try sandbox.run("db", "info")
        #expect(info.status == 0)
        #expect(info.output.contains("data of 2026-11-01, 20 days old"), "\(info.output)")
        #expect(info.output.contains("the whole registry"), "\(info.output)")
        #expect(info.output.contains(/snapshot [0-9a-f]{16}\n/), "\(info.output)")
    }

    @Test func theSameContentHasTheSameName() throws {
        let sandbox = try sandbox()
        func name() throws -> String? {
            try sandbox.run("db", "info").output.firstMatch(of: /snapshot ([0-9a-f]{16})/).map { String($0.output.1) }
        }
        let first = try #require(try name())
        unlink(sandbox.path + "/lg.db")
        #expect(try sandbox.run("import", "advisories", "../share/advisories/rustsec.jsonl").status == 0)
        #expect(try name() != first)
        #expect(try sandbox.run("import", "index", "../registry", "--date", "2026-11-02").status == 0)
        #expect(try name() == first)
    }

    @Test func anExportForAWorkspaceIsAllItNeeds() throws {
        let sandbox = try sandbox()
        let whole = try sandbox.run("check", "--format", "json")
        let export = try sandbox.run("db", "export", "../cut.db", ".")
        #expect(export.status == 0, "\(export.errors)")
        let cut = try sandbox.run("check", "--db", "../cut.db", "--format", "json")
        #expect(cut.status == whole.status)
        #expect(try sandbox.run("db", "info", "--db", "../cut.db").output.contains("what was asked for, 1 crates"))
        #expect(try sandbox.run("db", "verify", "--db", "../cut.db").status == 0)
    }

    @Test func whatAnExportWasNotMadeForCannotBeJudged() throws {
        let sandbox = try sandbox()
        #expect(try sandbox.run("db", "export", "../cut.db", ".").status == 0)
        try sandbox.write(["Cargo.toml": Self.manifest + "serde = \"1\"\n"])
        let outcome = try sandbox.run("check", "--db", "../cut.db")
        #expect(outcome.status == 3)
        #expect(outcome.output.contains("has nothing on `serde`"), "\(outcome.output)")
    }

    @Test func aWholeExportIsTheSame() throws {
        let sandbox = try sandbox()
        #expect(try sandbox.run("db", "export", "../copy.db").status == 0)
        #expect(try sandbox.run("check", "--db", "../copy.db").stdout == sandbox.run("check").stdout)
    }

    @Test func anExportOntoItselfIsRefused() throws {
        let sandbox = try sandbox()
        let before = try sandbox.directory.read("lg.db")
        #expect(try sandbox.run("db", "export", "../lg.db").status == 2)
        #expect(try sandbox.directory.read("lg.db") == before)
    }

    @Test func vacuumKeepsEverything() throws {
        let sandbox = try sandbox()
        let before = try sandbox.run("check").stdout
        #expect(try sandbox.run("db", "vacuum").status == 0)
        #expect(try sandbox.run("check").stdout == before)
        #expect(try sandbox.run("db", "verify").output.hasSuffix("sound\n"))
    }

    /// A byte changed anywhere is found, or changes nothing that counts.
    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8]) func verifySeesDamage(seed: Int) throws {
        let sandbox = try sandbox()
        let sound = try sandbox.run("check").stdout
        var bytes = try sandbox.directory.read("lg.db")
        let start = bytes.count * seed / 10
        for offset in start..<min(bytes.count, start + 600) { bytes[offset] = 0xA5 }
        try Files.write(bytes, to: sandbox.path + "/lg.db")
        let outcome = try sandbox.run("db", "verify")
        let after = try sandbox.run("check").stdout
        #expect(outcome.status == 3 || after == sound, "\(seed)")
        #expect(outcome.status == 0 || !outcome.errors.isEmpty)
    }

    @Test func verifySeesARowThatWasChanged() throws {
        for change in [
            "UPDATE raw_versions SET yanked = 1 - yanked", "UPDATE raw_files SET hash = x'00'",
            "UPDATE raw_advisories SET record = '{}'", "DELETE FROM raw_crates", "DELETE FROM raw_versions",
            "UPDATE raw_versions SET dependencies = '['",
        ] {
            let sandbox = try sandbox()
            try sqlite(sandbox.path + "/lg.db", change)
            #expect(try sandbox.run("db", "verify").status == 3, "\(change)")
        }
    }

    private func sqlite(_ path: String, _ sql: String) throws {
        var handle: OpaquePointer?
        defer { sqlite3_close_v2(handle) }
        #expect(sqlite3_open(path, &handle) == SQLITE_OK)
        #expect(sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK, "\(sql)")
    }

    @Test(arguments: ["info", "verify", "vacuum"]) func withoutADatabaseItSaysSo(command: String) throws {
        let outcome = try Sandbox().run("db", command)
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("no database at"), "\(outcome.errors)")
    }

    @Test func anExportNeverReplacesWhatIsNoDatabase() throws {
        let sandbox = try sandbox()
        let lock = try sandbox.directory.read("in/Cargo.lock")
        let outcome = try sandbox.run("db", "export", "Cargo.lock")
        #expect(outcome.status == 2, "\(outcome.errors)")
        #expect(try sandbox.directory.read("in/Cargo.lock") == lock)
        for _ in 1...2 { #expect(try sandbox.run("db", "export", "../copy.db").status == 0) }
    }
}
