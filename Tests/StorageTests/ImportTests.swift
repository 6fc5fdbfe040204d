import Advisories
import CargoModel
import Glibc
import SemVer
import Testing

@testable import Storage

@Suite struct IndexImportTests {
    private let folder = TemporaryFolder()

    init() { writeIndex(folder) }

    @Test func reportsWhatItDid() throws {
        let result = try importFixture(folder)
        #expect((result.fileCount, result.changedFiles, result.removedFiles) == (3, 3, 0))
        #expect((result.crates, result.versions, result.unusable) == (4, 7, 2))
        #expect(result.setAside.map(\.place) == ["3/l/log:2"])
        #expect(result.snapshot.date?.description == "2023-05-06")
        #expect(!result.isUnchanged)
        #expect(folder.names == ["db.sqlite", "index"])
    }

    @Test func leavesTheFileAloneWhenNothingIsNew() throws {
        try importFixture(folder)
        let (bytes, identity) = (folder.read("db.sqlite"), folder.identity("db.sqlite"))
        let again = try importFixture(folder, at: "2027-01-01T00:00:00Z")
        #expect(again.isUnchanged)
        #expect((again.crates, again.versions, again.setAside.count) == (4, 7, 1))
        #expect(again.snapshot.imported == "2026-01-01T00:00:00Z")
        #expect(folder.identity("db.sqlite") == identity && folder.read("db.sqlite") == bytes)
    }

    @Test func followsWhatChanges() throws {
        try importFixture(folder)
        let line = String(decoding: folder.read("index/1/a"), as: UTF8.self)
        folder.write("index/1/a", line + line.replacing("1.0.0", with: "1.1.0"))
        folder.remove("index/3/l/log")
        folder.write("index/1/b", line.replacing("\"a\"", with: "\"b\""))
        let result = try importFixture(folder)
        #expect((result.changedFiles, result.removedFiles) == (2, 1))
        #expect((result.crates, result.versions, result.setAside.count) == (3, 7, 0))
        let store = try Store(opening: folder.database)
        #expect(try store.versions(of: "a", in: .cratesIO).map(\.version.minor) == [0, 1])
        #expect(try store.versions(of: "log", in: .cratesIO).isEmpty)
        #expect(query(folder.database, "SELECT count(*) FROM raw_versions") == ["7"])
        #expect(query(folder.database, "PRAGMA integrity_check") == ["ok"])
    }

    @Test func doesNotDisturbAReader() throws {
        try importFixture(folder)
        let store = try Store(opening: folder.database)
        folder.remove("index/de/mo/demo")
        try importFixture(folder)
        #expect(try store.versions(of: "demo", in: .cratesIO).count == 4)
        #expect(try Store(opening: folder.database).versions(of: "demo", in: .cratesIO).isEmpty)
    }

    @Test func leavesTheOldFileWhenInterrupted() throws {
        try importFixture(folder)
        let before = folder.identity("db.sqlite")
        do {
            let draft = try Publication(of: folder.database)
            try draft.connection.execute("DELETE FROM raw_crates")
            #expect(folder.names.contains(".db.sqlite.lockgate-draft"))
        }
        #expect(folder.identity("db.sqlite") == before)
        #expect(folder.names == ["db.sqlite", "index"])
    }

    @Test func throwsAwayTheDraftOfAKilledImport() throws {
        try importFixture(folder)
        folder.write(".db.sqlite.lockgate-draft", "half written")
        folder.remove("index/1/a")
        #expect(try importFixture(folder).removedFiles == 1)
        #expect(folder.names == ["db.sqlite", "index"])
    }

    @Test func survivesBeingKilled() async throws {
        try importFixture(folder)
        let database: String = folder.database
        let before = folder.identity("db.sqlite")
        await #expect(processExitsWith: .signal(SIGKILL)) { [database = database as String] in
            let draft = try Publication(of: database)
            try draft.connection.execute("DELETE FROM raw_crates")
            kill(getpid(), SIGKILL)
        }
        #expect(folder.identity("db.sqlite") == before)
        #expect(try Store(opening: database).counts().crates == 4)
        folder.remove("index/1/a")
        #expect(try importFixture(folder).crates == 3)
    }

    @Test func readsLocalRegistries() throws {
        folder.write(
            "local/index/1/z", "{\"name\":\"z\",\"vers\":\"1.0.0\",\"deps\":[],\"cksum\":\"\",\"features\":{}}")
        let result = try importIndex(folder.path + "/local", registry: .cratesIO, into: folder.database, at: "")
        #expect(result.crates == 1)
    }

    @Test func refusesAFolderWithoutAnIndex() throws {
        try importFixture(folder)
        folder.write("empty/config.json", "{}")
        for path in ["/empty", "/nowhere"] {
            #expect(throws: StorageError.self) {
                try importIndex(folder.path + path, registry: .cratesIO, into: folder.database, at: "")
            }
        }
        #expect(try Store(opening: folder.database).counts().crates == 4)
    }

    @Test func wantsAFolderForTheDatabase() {
        let error = #expect(throws: StorageError.self) {
            try importIndex(folder.path + "/index", registry: .cratesIO, into: folder.path + "/no/db.sqlite", at: "")
        }
        #expect(error?.reason == .notADirectory)
    }

    @Test func setsAsideACrateWithTooManyVersions() throws {
        let lines = (0...IndexRows.versionLimit).map {
            "{\"name\":\"a\",\"vers\":\"0.0.\($0)\",\"deps\":[],\"cksum\":\"\",\"features\":{}}"
        }
        folder.write("index/1/a", lines.joined(separator: "\n"))
        let result = try importFixture(folder)
        #expect(result.setAside.map(\.place) == ["1/a:0", "3/l/log:2"])
        #expect(result.crates == 3)
    }

    @Test func knowsTheCommitOfACheckout() throws {
        guard system("git --version > /dev/null 2>&1") == 0 else { return }
        let git = "git -C '\(folder.path)/index' -c user.name=n -c user.email=e"
        let commands = [
            "\(git) init -q", "\(git) add -A",
            "GIT_COMMITTER_DATE='2024-02-29T23:59:59Z' \(git) commit -q -m one",
        ]
        for command in commands { try #require(system(command) == 0) }
        let loose = try #require(GitHead(of: folder.path + "/index"))
        #expect(loose.commit.utf8.count == 40)
        #expect(loose.date?.description == "2024-02-29")
        try #require(system("\(git) gc -q && \(git) pack-refs --all") == 0)
        let packed = try #require(GitHead(of: folder.path + "/index"))
        #expect(packed.commit == loose.commit && packed.date == loose.date)
        #expect(try importFixture(folder).snapshot.revision == loose.commit)
    }
}

@Suite struct AdvisoryImportTests {
    private let folder = TemporaryFolder()

    init() {
        folder.write("db/crates/demo/RUSTSEC-2024-0001.md", advisoryText("RUSTSEC-2024-0001"))
        folder.write("db/crates/demo/RUSTSEC-2024-0002.md", "nonsense")
    }

    private func run(_ path: String = "/db", origin: String? = nil) throws -> AdvisoryImport {
        try importAdvisories(folder.path + path, into: folder.database, origin: origin, at: "2026-01-01T00:00:00Z")
    }

    @Test func storesWhatMakesSenseAndNamesTheRest() throws {
        let result = try run()
        #expect((result.recordCount, result.stored) == (2, 1))
        #expect(result.setAside.map(\.place) == ["crates/demo/RUSTSEC-2024-0002.md"])
        #expect(result.snapshot.date?.description == "2024-03-04")
        let store = try Store(opening: folder.database)
        #expect(try store.advisories(for: ["demo", "other"]).map(\.title) == ["A fault in `demo`"])
        #expect(try store.advisories(for: ["demo"], in: .rust).isEmpty)
        #expect(query(folder.database, "SELECT place FROM set_aside") == ["crates/demo/RUSTSEC-2024-0002.md"])
        #expect(
            query(folder.database, "SELECT id, package, kind, level, date, patched, origin FROM advisories")
                == [#"RUSTSEC-2024-0001|demo|vulnerability|unknown|2024-03-04|[">=1.0.0"]|rustsec"#])
    }

    @Test func leavesTheFileAloneWhenNothingIsNew() throws {
        _ = try run()
        let identity = folder.identity("db.sqlite")
        #expect(try run().isUnchanged)
        #expect(folder.identity("db.sqlite") == identity)
        folder.write("db/crates/demo/RUSTSEC-2024-0002.md", "other nonsense ```")
        #expect(try run().isUnchanged)
    }

    @Test func replacesOnlyWhatTheSameOriginBrought() throws {
        _ = try run()
        _ = try run(origin: "https://private.example/advisories")
        folder.write("db/crates/demo/RUSTSEC-2024-0001.md", advisoryText("RUSTSEC-2024-0009", patched: ">= 2.0.0"))
        #expect(try !run().isUnchanged)
        let store = try Store(opening: folder.database)
        #expect(try store.advisories(for: ["demo"]).map(\.id) == ["RUSTSEC-2024-0001", "RUSTSEC-2024-0009"])
        #expect(try store.snapshots().map(\.origin) == ["https://private.example/advisories", "rustsec"])
    }

    @Test func sharesTheFileWithAnIndex() throws {
        writeIndex(folder)
        _ = try run()
        try importFixture(folder)
        let counts = try Store(opening: folder.database).counts()
        #expect((counts.crates, counts.advisories) == (4, 1))
        #expect(try run().isUnchanged)
    }

    @Test func saysWhenThereIsNothing() {
        let error = #expect(throws: StorageError.self) { try run("/nowhere") }
        #expect(error?.reason == .advisories(.init(.missing, path: folder.path + "/nowhere")))
        #expect(folder.names == ["db"])
    }
}
