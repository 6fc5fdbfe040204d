import CargoModel
import Glibc
import SemVer
import Testing

@testable import Advisories

@Suite struct CollectionTests {
    private let folder = TemporaryFolder()

    @Test func readsACheckoutAndSetsOddRecordsAside() throws {
        folder.write("crates/demo/RUSTSEC-2021-0001.md", RecordTests.markdown)
        folder.write("crates/demo/RUSTSEC-2021-0002.md", RecordTests.markdown.replacing("package =", with: "# "))
        folder.write("crates/demo/RUSTSEC-0000-0000.md", "a draft")
        folder.write("rust/std/CVE-2021-5.md", RecordTests.markdown.replacing("RUSTSEC-2021-0001", with: "CVE-2021-5"))
        folder.write("README.md", "# Read me")
        let batch = try readAdvisories(at: folder.path)
        #expect(batch.format == .rustsec)
        #expect(batch.recordCount == 3)
        #expect(batch.advisories.map(\.id) == ["RUSTSEC-2021-0001", "CVE-2021-5"])
        #expect(batch.advisories.map(\.collection) == [.crates, .rust])
        #expect(
            batch.setAside == [RecordNote(place: "crates/demo/RUSTSEC-2021-0002.md", reason: "`package` is missing")])
    }

    @Test func readsAFolderOfOSV() throws {
        folder.write("a.json", RecordTests.osv)
        folder.write("b.json", "{")
        let batch = try readAdvisories(at: folder.path)
        #expect(batch.format == .osv)
        #expect(batch.advisories.map(\.package) == ["demo"])
        #expect(batch.setAside.map(\.place) == ["b.json"])
    }

    @Test func readsAnArchiveOfOSV() throws {
        let archive = zip([("b.json", Array(RecordTests.osv.utf8)), ("a.json", [0x7b]), ("notes.txt", [0x7b])])
        folder.write("all.zip", archive)
        let batch = try readAdvisories(at: folder.path + "/all.zip")
        #expect(batch.advisories.map(\.id) == ["RUSTSEC-2021-0001"])
        #expect(batch.setAside.map(\.place) == ["a.json"])
    }

    @Test(arguments: 0..<8) func survivesDamagedArchives(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        var archive = zip([("b.json", Array(RecordTests.osv.utf8)), ("a.json", [0x7b])])
        for _ in 0..<200 {
            archive[Int(random.next() % UInt64(archive.count))] = UInt8(truncatingIfNeeded: random.next())
            guard let opened = try? ZipArchive(archive) else { continue }
            for entry in opened.entries { _ = try? opened.contents(of: entry, limit: 4096) }
        }
    }

    @Test func saysWhenThereIsNothing() {
        #expect(throws: AdvisoryError(.missing, path: "/nowhere")) { try readAdvisories(at: "/nowhere") }
        #expect(throws: AdvisoryError(.nothingFound, path: folder.path)) { try readAdvisories(at: folder.path) }
    }

    @Test func readsFactsOnlyForThePackagesAskedFor() throws {
        let text = """
            {"source":"https://example.org","revision":"abc","date":"2026-08-21","advisories":3}
            {"id":"RUSTSEC-1","package":"a","patched":[">=1.0.0"]}
            {"id":"RUSTSEC-2","package":"b","patched":["nonsense"]}
            {"id":"RUSTSEC-3","package":"a","collection":"rust","patched":[]}
            """
        folder.write("facts.jsonl", text)
        let facts = try AdvisoryFactsFile(opening: folder.path + "/facts.jsonl")
        #expect((facts.source, facts.revision, facts.date?.description) == ("https://example.org", "abc", "2026-08-21"))
        #expect(facts.count == 3)
        #expect(facts.advisories(for: ["b", "a", "c"]).map(\.id) == ["RUSTSEC-1"])
        #expect(facts.advisories(for: ["a"], in: .rust).map(\.id) == ["RUSTSEC-3"])
        #expect(facts.batch().setAside.map(\.place) == ["line 3"])
    }

    @Test func wantsToKnowWhereFactsComeFrom() {
        folder.write("facts.jsonl", #"{"id":"RUSTSEC-1","package":"a","patched":[]}"#)
        #expect(throws: AdvisoryError.self) { try AdvisoryFactsFile(opening: folder.path + "/facts.jsonl") }
    }
}

/// Stored files only.
private func zip(_ files: [(name: String, contents: [UInt8])]) -> [UInt8] {
    func little(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 0xff) } }
    var (body, directory): ([UInt8], [UInt8]) = ([], [])
    for (name, contents) in files {
        let sizes = little(Int(CRC32.of(contents)), 4) + little(contents.count, 4) + little(contents.count, 4)
        let common = little(0, 2) + little(0, 2) + little(0, 4) + sizes + little(name.utf8.count, 2)
        directory += little(0x0201_4b50, 4) + little(20, 2) + little(20, 2) + common
        directory += little(0, 2) + little(0, 2) + little(0, 4) + little(0, 4) + little(body.count, 4) + name.utf8
        body += little(0x0403_4b50, 4) + little(20, 2) + common + little(0, 2) + name.utf8 + contents
    }
    let counts = little(files.count, 2) + little(files.count, 2)
    let end = little(0x0605_4b50, 4) + little(0, 4) + counts + little(directory.count, 4) + little(body.count, 4)
    return body + directory + end + little(0, 2)
}

/// A folder that goes with the value.
final class TemporaryFolder {
    let path: String

    init() {
        var template = Array("/tmp/lockgate-test-XXXXXX".utf8CString)
        mkdtemp(&template)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { _ = system("rm -rf '\(path)'") }

    func write(_ name: String, _ text: String) { write(name, Array(text.utf8)) }

    func write(_ name: String, _ bytes: [UInt8]) {
        _ = system("mkdir -p \"$(dirname '\(path)/\(name)')\"")
        guard let file = fopen("\(path)/\(name)", "w") else { return }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }
}
