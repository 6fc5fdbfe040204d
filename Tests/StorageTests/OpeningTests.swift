import CargoModel
import Testing

@testable import Storage

@Suite struct OpeningTests {
    private let folder = TemporaryFolder()

    private func reason(_ path: String? = nil) -> StorageError.Reason? {
        do { _ = try Store(opening: path ?? folder.database) } catch { return error.reason }
        return nil
    }

    private func makeDatabase() throws {
        writeIndex(folder)
        try importFixture(folder)
    }

    @Test func saysThatThereIsNone() {
        #expect(reason() == .missing)
        folder.write("file", "")
        #expect(reason(folder.path + "/file/db.sqlite") == .missing)
    }

    @Test(arguments: ["", "hello", String(repeating: "x", count: 200)])
    func refusesOtherFiles(contents: String) throws {
        folder.write("db.sqlite", contents)
        writeIndex(folder)
        #expect(reason() == .notADatabase)
        let error = #expect(throws: StorageError.self) { try importFixture(folder) }
        #expect(error?.reason == .notADatabase)
        #expect(folder.read("db.sqlite") == Array(contents.utf8))
        #expect(reason(folder.path) == .notADatabase)
    }

    @Test func refusesTheDatabasesOfOthers() throws {
        _ = query(folder.database, "CREATE TABLE t (x)")
        let before = folder.read("db.sqlite")
        writeIndex(folder)
        #expect(reason() == .foreign)
        let error = #expect(throws: StorageError.self) { try importFixture(folder) }
        #expect(error?.reason == .foreign)
        #expect(folder.read("db.sqlite") == before)
    }

    @Test func seesThatAFileIsCutOff() throws {
        try makeDatabase()
        let whole = folder.read("db.sqlite")
        for count in [40, 100, 4096, whole.count - 1] {
            folder.write("db.sqlite", Array(whole[..<count]))
            #expect(reason() == .truncated)
        }
        #expect(throws: StorageError.self) { try importFixture(folder) }
        #expect(folder.read("db.sqlite").count == whole.count - 1)
    }

    @Test func refusesAFormatFromTheFuture() throws {
        try makeDatabase()
        _ = query(folder.database, "PRAGMA user_version = 99")
        #expect(reason() == .newerSchema(99))
        let error = #expect(throws: StorageError.self) { try importFixture(folder) }
        #expect(error?.reason == .newerSchema(99))
    }

    @Test func bringsAnOlderFormatUpToDate() throws {
        try makeDatabase()
        do {
            let draft = try Publication(
                of: folder.database, migrations: Schema.migrations + ["CREATE TABLE added (x)", "DROP TABLE added"])
            try draft.publish()
        }
        #expect(query(folder.database, "PRAGMA user_version") == ["5"])
        #expect(query(folder.database, "SELECT count(*) FROM raw_crates") == ["4"])
        #expect(reason() == .newerSchema(5))
    }

    @Test func seesDamageInside() throws {
        try makeDatabase()
        _ = query(folder.database, "UPDATE raw_crates SET listing = x'05ff' WHERE name = 'demo'")
        let store = try Store(opening: folder.database)
        #expect(throws: RegistryError.self) { try store.versions(of: "demo", in: .cratesIO) }
        #expect(try store.versions(of: "log", in: .cratesIO).count == 1)
    }

    @Test(arguments: 0..<4) func survivesRandomDamage(seed: UInt64) throws {
        try makeDatabase()
        let whole = folder.read("db.sqlite")
        var state = seed &* 0x9e37_79b9 &+ 1
        for round in 0..<20 {
            var bytes = whole
            for _ in 0..<8 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes[100 + Int(state >> 33) % (bytes.count - 100)] = UInt8(truncatingIfNeeded: state >> 20)
            }
            folder.write("damaged-\(round)", bytes)
            guard let store = try? Store(opening: folder.path + "/damaged-\(round)") else { continue }
            for name in ["demo", "log", "a"] {
                for version in (try? store.versions(of: name, in: .cratesIO)) ?? [] {
                    _ = try? store.summary(of: version, named: name, in: .cratesIO)
                }
            }
            _ = try? store.counts()
        }
    }

    @Test func opensPathsWithOddCharacters() throws {
        let odd = folder.path + "/a b?c#d%41 é.sqlite"
        writeIndex(folder)
        _ = try importIndex(folder.path + "/index", registry: .cratesIO, into: odd, at: "")
        #expect(try Store(opening: odd).counts().crates == 4)
        #expect(folder.names.contains("a b?c#d%41 é.sqlite"))
    }

    @Test func errorsSayWhatToDo() {
        for reason: StorageError.Reason in [.missing, .notADatabase, .foreign, .truncated, .newerSchema(9)] {
            let text = StorageError(reason, path: "x.sqlite").description
            #expect(text.contains("`x.sqlite`") && text.contains(";"))
        }
    }
}
