import Audit
import JSON
import Report
import TestSupport
import Testing

/// Every format, for verdicts with every kind of finding, against recorded files.
@Suite struct GoldenReportTests {
    private func bytes(
        _ format: ReportFormat, _ report: CheckReport, color: Bool = false, hasStepSummary: Bool = false
    ) -> [UInt8] {
        let style = ReportStyle(
            usesColor: color, isVerbose: true,
            paths: RepositoryPaths(workingDirectory: "/repository/rust", root: "/repository"),
            hasStepSummary: hasStepSummary)
        return render(report, as: format, style: style)
    }

    @Test(arguments: [
        ("report.txt", ReportFormat.text, false), ("report.json", .json, false), ("color.txt", .text, true),
        ("report.sarif", .sarif, false), ("junit.xml", .junit, false), ("github.txt", .github, false),
        ("gitlab.json", .gitlab, false), ("comment.md", .markdown, false),
    ])
    func matchesTheRecordedFile(file: String, format: ReportFormat, color: Bool) throws {
        let report = try SampleReport.single()
        #expect(try goldenDifference(bytes(format, report, color: color), "ReportTests/Golden/\(file)") == nil)
    }

    @Test(arguments: [
        ("all.txt", ReportFormat.text), ("all.json", .json), ("all.sarif", .sarif), ("all.xml", .junit),
        ("all-github.txt", .github), ("all-gitlab.json", .gitlab), ("all.md", .markdown),
    ])
    func tellsOfManyWorkspacesAsRecorded(file: String, format: ReportFormat) throws {
        let report = try SampleReport.collection()
        #expect(try goldenDifference(bytes(format, report), "ReportTests/Golden/\(file)") == nil)
    }

    @Test(arguments: ReportFormat.allCases) func theSameVerdictGivesTheSameBytes(format: ReportFormat) throws {
        #expect(bytes(format, try SampleReport.collection()) == bytes(format, try SampleReport.collection()))
    }

    /// What is kept of a workspace shows the same as its files.
    @Test(arguments: ReportFormat.allCases) func aCondensedReportShowsTheSame(format: ReportFormat) throws {
        let report = try SampleReport.collection()
        let condensed = CheckReport(
            report.workspaces.map { $0.condensed() }, isCollection: true, lockgateVersion: "0.0.0")
        #expect(bytes(format, report) == bytes(format, condensed))
    }

    @Test func jsonIsReadBack() throws {
        let json = try JSONValue(parsing: bytes(.json, try SampleReport.single()))
        #expect(json["format"]?.text == "lockgate-report")
        #expect(json["exit_status"]?.integer == 3)
        #expect(json["findings"]?.elements?.count == 4)
        #expect(json["findings"]?.elements?[2]["location"]?["line"]?.integer == 3)
        #expect(json["findings"]?.elements?[2]["location"]?["column"]?.integer == 5)
        #expect(json["known"]?.elements?.count == 1)
    }

    @Test(arguments: ReportFormat.allCases) func noEscapeFromAFileReachesTheTerminal(format: ReportFormat) throws {
        #expect(!bytes(format, try SampleReport.collection()).contains(0x1B))
    }

    // MARK: Limits of those who read it

    @Test func aCommentIsShortEnoughAndSaysWhatIsMissing() throws {
        let text = String(decoding: bytes(.markdown, SampleReport.large(2_000)), as: UTF8.self)
        #expect(text.unicodeScalars.count < 65_000)
        let shown = text.split(separator: "\n").count { $0.hasPrefix("| <code>vulnerability</code>") }
        #expect(shown > 100)
        #expect(text.hasSuffix("**\(2_000 - shown) rows left out here for want of room.**\n"))
    }

    @Test func theSummaryOfAStepTakesTheRoomThereIs() throws {
        #expect(stepSummary(of: SampleReport.large(2_000), limit: 5_000).count <= 5_000)
        #expect(stepSummary(of: SampleReport.large(2_000), limit: 0).count <= 80)
    }

    @Test func aRunHasNoMoreThan25000Results() throws {
        let json = try JSONValue(parsing: bytes(.sarif, SampleReport.large(25_010)))
        let run = json["runs"]?.elements?.first
        #expect(run?["results"]?.elements?.count == 25_000)
        let notes = run?["invocations"]?.elements?.first?["toolExecutionNotifications"]?.elements
        #expect(notes?.first?["message"]?["text"]?.text == "10 results left out: a run may have 25000")
    }

    /// As `jobs.<id>.steps` of GitHub reads its commands: one a line, and none that we did not write.
    @Test func noTextBecomesACommand() throws {
        let text = String(decoding: bytes(.github, try SampleReport.collection()), as: UTF8.self)
        for line in text.split(whereSeparator: \.isNewline) {
            let isCommand = ["::error file=", "::warning file=", "::notice file="].contains { line.hasPrefix($0) }
            #expect(isCommand || !line.hasPrefix("::") && !line.contains("##["), "\(line)")
        }
    }

    @Test func theGravestWorkspaceDecides() throws {
        func status(_ statuses: Int32...) -> Int32 {
            CheckReport(statuses.map(SampleReport.failure), isCollection: true, lockgateVersion: "").exitStatus
        }
        #expect(status(0, 1) == 1)
        #expect(status(1, 4, 0) == 4)
        #expect(status(4, 2, 1) == 2)
        #expect(status(2, 3, 4) == 3)
        #expect(status(0) == 0)
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
