import CargoModel
import Testing

@testable import Storage

@Suite struct PopularityTests {
    private let folder = TemporaryFolder()

    private func line(_ name: String, _ version: String, _ dependencies: [String], kind: String = "normal") -> String {
        let list = dependencies.map {
            """
            {"name":"\($0)","req":"^1","features":[],"optional":false,"default_features":true,"target":null,\
            "kind":"\(kind)"}
            """
        }
        return """
            {"name":"\(name)","vers":"\(version)","deps":[\(list.joined(separator: ","))],"cksum":"","features":{},\
            "pubtime":"2024-05-06T07:08:09Z"}

            """
    }

    private func popular() throws -> [String] {
        try Store(opening: folder.database).popular(in: .cratesIO, minimum: 1).map { "\($0.name) \($0.dependents)" }
    }

    @Test func countsCratesByTheirNewestVersionAndFollowsChanges() throws {
        folder.write("index/config.json", "{}")
        folder.write("index/1/a", line("a", "1.0.0", ["old", "log"]) + line("a", "1.1.0", ["log", "log"]))
        folder.write("index/1/b", line("b", "1.0.0", ["log", "rand"]))
        folder.write("index/1/c", line("c", "1.0.0", ["log"], kind: "dev"))
        try importFixture(folder)
        #expect(try popular() == ["log 2", "rand 1"])
        let store = try Store(opening: folder.database)
        #expect(try store.dependents(of: ["log", "old", "none"], in: .cratesIO) == ["log": 2])

        folder.write("index/1/a", line("a", "1.0.0", ["old", "log"]))
        folder.remove("index/1/b")
        try importFixture(folder)
        #expect(try popular() == ["log 1", "old 1"])
        let identity = folder.identity("db.sqlite")
        #expect(try importFixture(folder).isUnchanged)
        #expect(folder.identity("db.sqlite") == identity)
    }

    @Test func keepsWhenAVersionWasPublished() throws {
        folder.write("index/config.json", "{}")
        folder.write(
            "index/1/a",
            line("a", "1.0.0", [])
                + line("a", "1.1.0", []).replacing("2024-05-06T07:08:09Z", with: "1960-05-06T07:08:09Z"))
        try importFixture(folder)
        let versions = try Store(opening: folder.database).versions(of: "a", in: .cratesIO)
        #expect(versions.map(\.published) == [1_714_979_289, nil])
        #expect(versions[0].publicationDay?.description == "2024-05-06")
    }

    @Test func wantsAnIndexOfTheFirstFormatImportedAgain() throws {
        writeIndex(folder)
        try importFixture(folder)
        for view in ["popular", "changes", "fetched"] { _ = query(folder.database, "DROP VIEW \(view)") }
        for table in ["raw_dependents", "raw_changes", "raw_fetched", "raw_meta", "raw_archives"] {
            _ = query(folder.database, "DROP TABLE \(table)")
        }
        _ = query(folder.database, "ALTER TABLE registries DROP COLUMN is_whole")
        _ = query(folder.database, "PRAGMA user_version = 1")
        let error = #expect(throws: StorageError.self) { try Store(opening: folder.database) }
        #expect(error?.reason == .olderSchema(1))
        #expect(try importFixture(folder).crates == 4)
        #expect(try Store(opening: folder.database).counts().versions == 7)
    }
}
