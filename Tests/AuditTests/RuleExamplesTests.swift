import Audit
import TOML
import Testing

/// Every example of every rule is run: a failing one must be found exactly where its arrows point.
@Suite struct RuleExamplesTests {
    static let cases = RuleCatalogue.rules.flatMap { rule in
        let info = type(of: rule).info
        return (info.failing + info.passing).map { ExampleRun(rule: rule, example: $0) }
    }

    struct ExampleRun: Sendable, CustomTestStringConvertible {
        let rule: any Rule
        let example: RuleExample
        var testDescription: String { "\(type(of: rule).info.id): \(example.caption)" }
    }

    @Test(arguments: cases)
    func findsWhatTheArrowsPointAt(_ run: ExampleRun) throws {
        let workspace = try ExampleWorkspace(run.example)
        let found = workspace.findings(of: run.rule).map { finding in
            ExampleWorkspace.Place(
                file: finding.location?.path ?? "nowhere", offset: finding.location?.span.start ?? -1)
        }
        #expect(found.sorted() == workspace.marked)
    }

    @Test(arguments: RuleCatalogue.infos.map(\.id))
    func hasExamplesBothWays(id: String) throws {
        let info = try #require(RuleCatalogue.infos.first { $0.id == id })
        #expect(!info.passing.isEmpty && !info.failing.isEmpty)
        #expect(info.failing.allSatisfy { $0.text.contains("↓") })
        #expect(info.passing.allSatisfy { !$0.text.contains("↓") })
    }

    @Test(arguments: cases)
    func saysWhatWhyAndWhatToDo(_ run: ExampleRun) throws {
        for finding in try ExampleWorkspace(run.example).findings(of: run.rule) {
            #expect(!finding.message.isEmpty && !finding.message.hasSuffix("."))
            #expect(!finding.why.isEmpty && !finding.help.isEmpty)
            #expect(finding.rule == type(of: run.rule).info.id)
        }
    }
}
