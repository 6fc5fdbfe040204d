import Audit
import CargoModel
import Glibc
import JSON
import Report
import SemVer
import TOML
import TestSupport
import Testing

/// Every format, for one verdict that has every kind of finding, against a recorded file.
@Suite struct GoldenReportTests {
    private let sources = SourceIndex([
        ("Cargo.toml", Array("[dependencies]\nlog = \"=0.4.20\"\nö = \"*\"\n".utf8)),
        ("Cargo.lock", Array("version = 4\n\n[[package]]\nname = \"log\"\nversion = \"0.4.20\"\n".utf8)),
        ("lockgate.toml", Array("[[ignore]]\ncrate = \"log\"\n".utf8)),
    ])

    private func verdict() throws -> Verdict {
        let log = PackageID(name: "log", version: try Version("0.4.20"), source: .cratesIO)
        let denied = Finding(
            rule: "vulnerability", subject: .advisory("RUSTSEC-2024-0001", log),
            message: "`log 0.4.20`: RUSTSEC-2024-0001 (high 7.5)",
            at: Location(path: "Cargo.lock", span: Span(start: 48, end: 56)), why: "a known flaw can be exploited",
            help: "fixed in `>=0.4.21`", notes: [Finding.Note("also known as CVE-2024-1")],
            advisoryIDs: ["RUSTSEC-2024-0001", "CVE-2024-1"], facts: [("severity", "high"), ("score", "7.5")])
        let warned = Finding(
            rule: "wildcard-requirement", subject: .dependency("ö", of: "app"), message: "`ö` accepts any version",
            at: Location(path: "Cargo.toml", span: Span(start: 36, end: 39)), why: "anything may come",
            help: "say which",
            notes: [Finding.Note("see", at: Location(path: "Cargo.toml", span: Span(start: 0, end: 14)))])
        let note = Finding(
            rule: "exact-pin", subject: .dependency("log", of: "app"), message: "escape \u{1B}[31m and \"quotes\"",
            at: nil, why: "why", help: "help", isNote: true)
        return Verdict(
            findings: [
                JudgedFinding(finding: denied, standing: .denied, levelSource: "the default"),
                JudgedFinding(finding: warned, standing: .warned, levelSource: "lockgate.toml:3"),
                JudgedFinding(finding: note, standing: .note, levelSource: "-D"),
            ],
            ignored: [(denied, try ignore())], lock: .current,
            unjudged: [Unjudged(what: "the weather", help: "look out of the window")],
            basis: Basis(
                data: [
                    Basis.Data(
                        name: "advisories", origin: "RustSec, bundled", revision: "abc", date: Day(number: 20_000)),
                    Basis.Data(name: "index of crates.io", origin: "Cargo's cache"),
                ], policy: "lockgate.toml", lockgateVersion: "0.0.0"),
            packageCount: 2)
    }

    private func ignore() throws -> Ignore {
        let text = "[[ignore]]\ncrate = \"log\"\nreason = \"known\"\nexpires = \"2030-01-01\"\n"
        let policy = try Policy(parsing: Array(text.utf8), path: "lockgate.toml", rules: RuleCatalogue.infos)
        return try #require(policy.ignores.first)
    }

    @Test(arguments: [
        ("report.txt", ReportFormat.text, false), ("report.json", .json, false), ("color.txt", .text, true),
    ])
    func matchesTheRecordedFile(file: String, format: ReportFormat, color: Bool) throws {
        let bytes = render(
            try verdict(), as: format, sources: sources, style: ReportStyle(usesColor: color, isVerbose: true))
        #expect(try goldenDifference(bytes, "ReportTests/Golden/\(file)") == nil)
    }

    @Test func theSameVerdictGivesTheSameBytes() throws {
        for format in ReportFormat.allCases {
            let style = ReportStyle(usesColor: false, isVerbose: false)
            let first = render(try verdict(), as: format, sources: sources, style: style)
            #expect(first == render(try verdict(), as: format, sources: sources, style: style))
        }
    }

    @Test func jsonIsReadBack() throws {
        let style = ReportStyle(usesColor: false, isVerbose: false)
        let json = try JSONValue(parsing: render(try verdict(), as: .json, sources: sources, style: style))
        #expect(json["format"]?.text == "lockgate-report")
        #expect(json["exit_status"]?.integer == 3)
        #expect(json["findings"]?.elements?.count == 3)
        #expect(json["findings"]?.elements?[1]["location"]?["line"]?.integer == 3)
        #expect(json["findings"]?.elements?[1]["location"]?["column"]?.integer == 5)
    }

    @Test func noEscapeFromAFileReachesTheTerminal() throws {
        let text = render(
            try verdict(), as: .text, sources: sources, style: ReportStyle(usesColor: false, isVerbose: true))
        #expect(!text.contains(0x1B))
    }
}

/// Rule pages are made from the rules.
@Suite struct RulePageTests {
    @Test(arguments: RuleCatalogue.infos.map(\.id))
    func everyPageShowsItsExamples(id: String) throws {
        let info = try #require(RuleCatalogue.infos.first { $0.id == id })
        let page = RulePage.page(of: info)
        for example in info.failing + info.passing { #expect(page.contains(example.text)) }
        #expect(page.contains(info.rationale))
    }

    @Test func theTableNamesEveryRuleOnce() {
        let table = RulePage.table(of: RuleCatalogue.infos, linking: "rules/")
        for info in RuleCatalogue.infos { #expect(table.contains("[`\(info.id)`](rules/\(info.id).md)")) }
        #expect(table.split(separator: "\n").count == RuleCatalogue.infos.count + 2)
    }
}
