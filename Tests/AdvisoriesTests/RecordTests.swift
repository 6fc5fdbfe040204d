import CargoModel
import SemVer
import Testing

@testable import Advisories

@Suite struct RecordTests {
    static let markdown = """
        ```toml
        [advisory]
        id = "RUSTSEC-2021-0001"
        package = "demo"
        date = "2021-01-04"
        url = "https://example.org/issues/1"
        references = ["https://example.org/more"]
        categories = ["memory-corruption"]
        keywords = ["x"]
        aliases = ["CVE-2021-1", "GHSA-aaaa"]
        related = ["RUSTSEC-2020-0009"]
        cvss = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"

        [versions]
        patched = ["^0.9.5", ">= 1.2.3"]
        unaffected = ["< 0.3.0"]

        [affected]
        os = ["windows"]
        arch = ["x86"]
        [affected.functions]
        "demo::run" = ["< 1.2.3"]
        ```

        # Out-of-bounds write in `run`

        Prose.
        """

    /// As RustSec exports the record above.
    static let osv = """
        {"id": "RUSTSEC-2021-0001", "modified": "2022-01-01T00:00:00Z", "published": "2021-01-04T12:00:00Z",
         "aliases": ["CVE-2021-1", "GHSA-aaaa"], "related": ["RUSTSEC-2020-0009"],
         "summary": "Out-of-bounds write in `run`", "details": "Prose.",
         "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
         "affected": [{"package": {"ecosystem": "crates.io", "name": "demo", "purl": "pkg:cargo/demo"},
           "ecosystem_specific": {"affects": {"arch": ["x86"], "os": ["windows"], "functions": ["demo::run"]}},
           "database_specific": {"categories": ["memory-corruption"], "informational": null},
           "ranges": [{"type": "SEMVER", "events": [{"introduced": "0.3.0"}, {"fixed": "0.9.5"},
             {"introduced": "0.10.0-0"}, {"fixed": "1.2.3"}]}], "versions": []}],
         "references": [{"type": "PACKAGE", "url": "https://crates.io/crates/demo"},
           {"type": "ADVISORY", "url": "https://rustsec.org/advisories/RUSTSEC-2021-0001.html"},
           {"type": "REPORT", "url": "https://example.org/issues/1"}, {"type": "WEB", "url": "https://example.org/more"}],
         "database_specific": {"license": "CC0-1.0"}}
        """

    private func read(_ markdown: String) throws -> (Advisory, [String]) {
        var warnings = FieldWarnings()
        let advisory = try RustSecRecord(Array(markdown.utf8)).advisory(in: .crates, &warnings)
        return (advisory, warnings.texts)
    }

    private func readOSV(_ json: String) throws -> ([Advisory], [String]) {
        var warnings = FieldWarnings()
        return (try OSVRecord(Array(json.utf8)).advisories(&warnings), warnings.texts)
    }

    @Test func readsEveryFact() throws {
        let (advisory, warnings) = try read(Self.markdown)
        #expect(warnings == [])
        #expect(advisory.allIDs == ["RUSTSEC-2021-0001", "CVE-2021-1", "GHSA-aaaa"])
        #expect(advisory.date?.description == "2021-01-04")
        #expect(advisory.kind == .vulnerability)
        #expect(advisory.severity == Severity(tenths: 98))
        #expect(advisory.operatingSystems == ["windows"])
        #expect(advisory.functions.map(\.path) == ["demo::run"])
        #expect(advisory.title == "Out-of-bounds write in `run`")
        #expect(advisory.origin == .rustsec)
        #expect(advisory.affects(try Version("1.0.0")))
        #expect(!advisory.affects(try Version("0.9.7")))
        #expect(advisory.fixes(try Version("0.9.7")))
        #expect(!advisory.fixes(try Version("0.1.0")))
        #expect(!advisory.isFixed(by: try Version("0.9.7"), from: try Version("1.0.0")))
        #expect(advisory.isFixed(by: try Version("1.2.3"), from: try Version("1.0.0")))
    }

    @Test func readsTheSameFromBothForms() throws {
        let (advisory, _) = try read(Self.markdown)
        let (exported, warnings) = try readOSV(Self.osv)
        #expect(warnings == [])
        let other = try #require(exported.first)
        #expect(exported.count == 1)
        #expect(advisory.affected == other.affected)
        #expect(advisory.url == other.url)
        #expect(other.references.contains("https://example.org/more"))
        #expect((advisory.id, advisory.title, advisory.date) == (other.id, other.title, other.date))
        #expect(advisory.aliases == other.aliases && advisory.related == other.related)
        #expect(advisory.severity == other.severity && advisory.categories == other.categories)
        #expect(advisory.operatingSystems == other.operatingSystems && advisory.architectures == other.architectures)
    }

    @Test(arguments: [markdown, osv]) func survivesBeingWrittenAsFacts(record: String) throws {
        let advisory = record.hasPrefix("{") ? try #require(readOSV(record).0.first) : try read(record).0
        let line = AdvisoryFacts.line(advisory, withProse: true)
        #expect(try line.withUnsafeBufferPointer { try AdvisoryFacts.advisory($0) } == advisory)
        let facts = String(decoding: AdvisoryFacts.line(advisory, withProse: false), as: UTF8.self)
        #expect(!facts.contains("Out-of-bounds"))
    }

    @Test(
        arguments: [
            ("cvss = \"CVSS:3.1/", "cvss = \"CVSS:9.9/"), ("keywords =", "wisdom ="),
            ("\"2021-01-04\"", "\"2021-13-04\""),
            ("\"^0.9.5\", ", "\"^0.9.5\", \">= 0.9.8\", "),
        ])
    func keepsARecordWithAnOddField(find: String, replacement: String) throws {
        let (advisory, warnings) = try read(Self.markdown.replacing(find, with: replacement))
        #expect(warnings.count == 1)
        #expect(advisory.id == "RUSTSEC-2021-0001")
        #expect(advisory.affects(try Version("0.5.0")))
    }

    @Test(
        arguments: [
            ("package = \"demo\"\n", ""), ("[versions]", "[veersions]"), ("\">= 1.2.3\"", "\">= 1.2.x.y\""),
            ("\">= 1.2.3\"", "\"1.*\""), ("[advisory]", "[advisory"), ("```toml", "```yaml"),
            ("date = \"", "date = 5 # "),
            ("patched = [", "patched = 1 # ["),
        ])
    func refusesARecordItCannotJudge(find: String, replacement: String) {
        #expect(throws: AdvisoryFault.self) { try read(Self.markdown.replacing(find, with: replacement)) }
    }

    @Test func readsARecordWithoutTheHeader() throws {
        let (advisory, _) = try read(Self.markdown.replacing("[advisory]\n", with: ""))
        #expect(advisory.package == "demo")
    }

    @Test func neverFiresWhenWithdrawn() throws {
        let withdrawn = Self.markdown.replacing("keywords =", with: "withdrawn = \"2022-01-01\"\nkeywords =")
        let (advisory, _) = try read(withdrawn)
        #expect(advisory.withdrawn?.description == "2022-01-01")
        #expect(!advisory.affects(try Version("1.0.0")))
    }

    @Test(
        arguments: [
            ("informational = \"unsound\"", AdvisoryKind.unsound), ("informational = \"unmaintained\"", .unmaintained),
            ("informational = \"notice\"", .notice), ("informational = \"other\"", .notice), ("", .vulnerability),
        ])
    func tellsTheKind(line: String, kind: AdvisoryKind) throws {
        #expect(try read(Self.markdown.replacing("keywords = [\"x\"]", with: line)).0.kind == kind)
    }

    @Test func knowsMaliciousPackages() throws {
        #expect(try read(Self.markdown.replacing("memory-corruption", with: "malicious")).0.kind == .malicious)
        #expect(try read(Self.markdown.replacing("GHSA-aaaa", with: "MAL-2024-1")).0.kind == .malicious)
    }
}
