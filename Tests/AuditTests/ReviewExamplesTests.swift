import Audit
import CargoModel
import CargoWorkspace
import TOML
import TestSupport
import Testing

/// Every example of every review rule is run, as those of the other rules are. The files of the old side lie below
/// `base/`; what is not there is as on the new one.
@Suite struct ReviewExamplesTests {
    static let cases = RuleCatalogue.reviewRules.flatMap { rule in
        let info = type(of: rule).info
        return (info.failing + info.passing).map { ExampleRun(rule: rule, example: $0) }
    }

    struct ExampleRun: Sendable, CustomTestStringConvertible {
        let rule: any ReviewRule
        let example: RuleExample
        var testDescription: String { "\(type(of: rule).info.id): \(example.caption)" }
    }

    @Test(arguments: cases)
    func findsWhatTheArrowsPointAt(_ run: ExampleRun) throws {
        let example = try ReviewExample(run.example.text)
        let found = example.findings(of: type(of: run.rule).info.id).filter { !$0.isNote }
        let places = found.map { finding in
            ExampleWorkspace.Place(
                file: finding.location?.path ?? "nowhere", offset: finding.location?.span.start ?? -1)
        }
        #expect(places.sorted() == example.marked, "\(found.map(\.message))")
        for finding in found {
            #expect(!finding.message.isEmpty && !finding.message.hasSuffix("."))
            #expect(!finding.why.isEmpty && !finding.help.isEmpty)
        }
    }
}

/// Two sides of a change, written as one example.
struct ReviewExample {
    let review: Review
    let marked: [ExampleWorkspace.Place]

    init(_ text: String, moment: UInt32? = nil) throws {
        var parts: [(name: String, text: String)] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("-- "), line.hasSuffix(" --") {
                parts.append((String(line.dropFirst(3).dropLast(3)), ""))
            } else if !parts.isEmpty {
                parts[parts.count - 1].text += line + "\n"
            }
        }
        let head = parts.filter { !$0.name.hasPrefix("base/") }
        let base = parts.filter { $0.name.hasPrefix("base/") }.map {
            (name: String($0.name.dropFirst(5)), text: $0.text)
        }
        let inherited = head.filter { part in
            !base.contains { $0.name == part.name }
                && !(Self.isLock(part.name) && base.contains { Self.isLock($0.name) })
        }
        let new = try ExampleWorkspace(RuleExample("", Self.joined(head)))
        let old = try ExampleWorkspace(RuleExample("", Self.joined(base + inherited).replacing("↓", with: "")))
        marked = new.marked
        let index = head.first { $0.name == "index" }?.text ?? ""
        review = try Audit.review(
            ReviewRequest(
                base: ReviewSide(context: old.context, bytes: old.context.lock?.lockfile.bytes, unjudged: []),
                head: ReviewSide(context: new.context, bytes: new.context.lock?.lockfile.bytes, unjudged: []),
                headAssessment: new.assessment, policy: Policy(),
                basis: Basis(data: [], policy: "example", lockgateVersion: "0"),
                registry: try LiteralRegistry(index), moment: moment))
    }

    func findings(of rule: String) -> [Finding] {
        review.verdict.findings.map(\.finding).filter { $0.rule == rule }
    }

    func change(_ name: String) -> LockChange? { review.context.changes.first { $0.name == name } }

    private static func isLock(_ name: String) -> Bool { name == "locked" || name == "Cargo.lock" }

    private static func joined(_ parts: [(name: String, text: String)]) -> String {
        parts.map { "-- \($0.name) --\n\($0.text)" }.joined()
    }
}
