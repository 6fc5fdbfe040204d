import Advisories
import CargoModel
import Index
import SemVer
import Storage
import Testing

/// What servers answer, put into a database bit by bit.
@Suite struct FetchTests {
    private let folder = TemporaryFolder()
    private static let line = #"{"name":"log","vers":"1.0.0","deps":[],"cksum":"aa","features":{},"yanked":false}"#
    private static let changedLine = line.replacing("\"aa\"", with: "\"bb\"")
    private static let nextLine = line.replacing("1.0.0", with: "1.0.1")

    @discardableResult
    private func store(_ files: [FetchedFile], at seconds: Int = 100) throws(StorageError) -> FetchImport {
        try storeFetched(
            files, of: .cratesIO, into: folder.database, at: seconds,
            Snapshot(
                id: 0, kind: .index, origin: SourceID.cratesIO.url, revision: nil, date: Day("2026-11-21"),
                imported: "moment \(seconds)"))
    }

    private func log(_ lines: String..., validator: String? = "etag: \"1\"") -> FetchedFile {
        FetchedFile(
            name: "log", answer: .contents(Array(lines.map { $0 + "\n" }.joined().utf8), validator: validator))
    }

    private func versions(of name: String) throws -> [String] {
        try Store(opening: folder.database).versions(of: name, in: .cratesIO).map { "\($0.version)" }
    }

    @Test func whatWasNotAskedForIsUnknown() throws {
        try store([log(Self.line), FetchedFile(name: "gone", answer: .absent)])
        #expect(try versions(of: "log") == ["1.0.0"])
        #expect(try versions(of: "gone") == [])
        let error = #expect(throws: RegistryError.self) { try versions(of: "serde") }
        #expect(error?.reason == .incomplete("serde", of: SourceID.cratesIO.description))
        #expect(try !Store(opening: folder.database).isWhole(.cratesIO))
    }

    @Test func remembersWhatToAskWith() throws {
        try store([log(Self.line)])
        try store([FetchedFile(name: "log", answer: .unchanged)], at: 200)
        let record = try Store(opening: folder.database).fetchRecord(of: "log", in: .cratesIO)
        #expect(record == FetchRecord(validator: "etag: \"1\"", checked: 200))
        #expect(try versions(of: "log") == ["1.0.0"])
    }

    @Test func anAnswerAboutAnotherCrateChangesNothing() throws {
        try store([log(Self.line)])
        let stranger = Self.line.replacing("log", with: "evil")
        let result = try store([log(stranger)], at: 200)
        #expect(result.failed == ["log"])
        #expect(result.setAside.map(\.reason) == ["is about evil"])
        #expect(try versions(of: "log") == ["1.0.0"])
        #expect(try Store(opening: folder.database).fetchRecord(of: "log", in: .cratesIO)?.checked == 100)
    }

    @Test(arguments: ["not json\n", "<html></html>", "\u{0}\u{1}"])
    func anAnswerThatIsNoIndexFileChangesNothing(text: String) throws {
        try store([log(Self.line)])
        let result = try store([FetchedFile(name: "log", answer: .contents(Array(text.utf8), validator: nil))])
        #expect(result.failed == ["log"])
        #expect(try versions(of: "log") == ["1.0.0"])
    }

    @Test func neverForgetsAChangedChecksum() throws {
        try store([log(Self.line)])
        try store([log(Self.changedLine, validator: "etag: \"2\"")], at: 200)
        try store([log(Self.line, validator: "etag: \"3\"")], at: 300)
        let changes = try Store(opening: folder.database).changes(of: ["log"])
        #expect(changes.map(\.kind) == [.checksum, .checksum])
        #expect(changes.map(\.old) == ["aa", "bb"] && changes.map(\.new) == ["bb", "aa"])
        #expect(changes.map(\.noticed) == ["moment 200", "moment 300"])
    }

    @Test func neverForgetsAVersionThatVanished() throws {
        try store([log(Self.line, Self.nextLine)])
        try store([log(Self.line)], at: 200)
        try store([log(Self.line, Self.changedLine.replacing("1.0.0", with: "1.0.1"))], at: 300)
        let changes = try Store(opening: folder.database).changes(of: ["log"])
        #expect(changes.map(\.kind) == [.vanished, .returned])
        #expect(changes.map { "\($0.version)" } == ["1.0.1", "1.0.1"])
        #expect(changes.last?.old == "aa" && changes.last?.new == "bb")
    }

    @Test func aCrateThatIsGoneAltogetherIsRememberedToo() throws {
        try store([log(Self.line)])
        try store([FetchedFile(name: "log", answer: .absent)], at: 200)
        #expect(try versions(of: "log") == [])
        #expect(try Store(opening: folder.database).changes(of: ["log"]).map(\.kind) == [.vanished])
    }

    @Test func newVersionsAndYanksAreNoChangeOfThisKind() throws {
        try store([log(Self.line)])
        try store([log(Self.line.replacing("\"yanked\":false", with: "\"yanked\":true"), Self.nextLine)], at: 200)
        #expect(try Store(opening: folder.database).changes(of: ["log"]).isEmpty)
        #expect(try versions(of: "log") == ["1.0.0", "1.0.1"])
    }

    @Test func anImportOfTheWholeIndexTakesOver() throws {
        try store([log(Self.line)])
        folder.write("index/config.json", "{}")
        folder.write("index/se/rd/serde", Self.line.replacing("log", with: "serde") + "\n")
        folder.write("index/3/l/log", Self.changedLine + "\n")
        _ = try importIndex(folder.path + "/index", registry: .cratesIO, into: folder.database, at: "later")
        let database = try Store(opening: folder.database)
        #expect(database.isWhole(.cratesIO))
        #expect(try database.versions(of: "nobody", in: .cratesIO).isEmpty)
        #expect(try database.fetchRecord(of: "log", in: .cratesIO) == nil)
        #expect(try database.changes(of: ["log"]).map(\.noticed) == ["later"])
    }

    // MARK: Several at once

    private func snapshot(_ source: SourceID) -> Snapshot {
        Snapshot(id: 0, kind: .index, origin: source.url, revision: nil, date: Day("2026-11-21"), imported: "now")
    }

    @Test func severalRegistriesComeIntoForceAtOnce() throws {
        let other = SourceID(kind: .sparse, url: "sparse+https://other/")
        try store([log(Self.line)])
        let before = folder.read("db.sqlite")
        do {
            let dropped = try StoreUpdate(of: folder.database)
            _ = try dropped.store([log(Self.nextLine)], of: .cratesIO, at: 200, snapshot(.cratesIO))
        }
        #expect(folder.read("db.sqlite") == before)
        let update = try StoreUpdate(of: folder.database)
        _ = try update.store([log(Self.line, Self.nextLine)], of: .cratesIO, at: 200, snapshot(.cratesIO))
        _ = try update.store([log(Self.line)], of: other, at: 300, snapshot(other))
        #expect(folder.read("db.sqlite") == before)
        try update.publish()
        let database = try Store(opening: folder.database)
        #expect(try database.versions(of: "log", in: .cratesIO).count == 2)
        #expect(try database.versions(of: "log", in: other).count == 1)
        #expect(try database.oldestFetch(of: ["log"], in: other) == 300)
        #expect(try database.oldestFetch(of: ["log", "serde"], in: other) == nil)
    }

    @Test func aFewFilesMakeAWholeIndexNoYounger() throws {
        folder.write("index/config.json", "{}")
        folder.write("index/3/l/log", Self.line + "\n")
        _ = try importIndex(
            folder.path + "/index", registry: .cratesIO, into: folder.database, date: Day("2020-07-20"), at: "then")
        try store([log(Self.line, Self.nextLine)], at: 200)
        let database = try Store(opening: folder.database)
        #expect(database.isWhole(.cratesIO))
        #expect(try database.snapshots().map(\.date) == [Day("2020-07-20")])
        #expect(try database.versions(of: "log", in: .cratesIO).count == 2)
        #expect(try database.versions(of: "nobody", in: .cratesIO).isEmpty)
    }

    @Test func anArchiveIsRememberedUntilItsAdvisoriesAreReplaced() throws {
        let record =
            #"{"id":"X-1","affected":[{"package":{"ecosystem":"crates.io","name":"log"},"versions":["1.0.0"]}]}"#
        folder.write("osv/one.json", record)
        let batch = try readAdvisories(at: folder.path + "/osv")
        let update = try StoreUpdate(of: folder.database)
        let result = try update.store(batch, origin: "mine", date: Day("2026-11-20"), at: "then")
        let known = ArchiveRecord(origin: "mine", url: "https://a/b", validator: "etag: x", checked: 100)
        try update.note(known)
        try update.publish()
        #expect(result.stored == 1)
        #expect(try Store(opening: folder.database).archives() == [known])
        let again = try StoreUpdate(of: folder.database)
        try again.confirm("mine", from: "https://a/b", checked: 200, snapshot(.cratesIO))
        try again.publish()
        let database = try Store(opening: folder.database)
        #expect(try database.archives().map(\.checked) == [200])
        #expect(try database.snapshots().map(\.date) == [Day("2026-11-21")])
        folder.write("osv/one.json", record.replacing("1.0.0", with: "1.0.1"))
        _ = try importAdvisories(folder.path + "/osv", into: folder.database, origin: "mine", at: "later")
        #expect(try Store(opening: folder.database).archives().isEmpty)
    }
}
