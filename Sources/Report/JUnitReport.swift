import Audit

/// JUnit XML: one suite a workspace, one case a finding, and one that passes for each rule without any. No times, which
/// would differ from run to run.
struct JUnitReport {
    private var text = ""

    static func text(of report: CheckReport) -> String {
        let suites = report.workspaces.map(Suite.init)
        var writer = JUnitReport()
        writer.text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        let sums = Counts(suites.map(\.counts))
        writer.element(
            "<testsuites name=\"lockgate\"\(sums.attributes(withSkipped: false))>", "</testsuites>", depth: 0
        ) {
            for suite in suites { $0.write(suite) }
        }
        return writer.text
    }

    private mutating func write(_ suite: Suite) {
        let name = attribute("name", suite.name)
        element("<testsuite\(name)\(suite.counts.attributes(withSkipped: true))>", "</testsuite>", depth: 1) { writer in
            for item in suite.items { writer.write(item) }
            for rule in suite.silentRules {
                writer.line("<testcase\(attribute("classname", rule)) name=\"no findings\"/>", depth: 2)
            }
        }
    }

    private mutating func write(_ item: ReportItem) {
        let start =
            "<testcase" + attribute("classname", item.rule) + attribute("name", printable(item.subject))
            + attribute("file", printable(item.place.path)) + " line=\"\(item.place.line)\">"
        element(start, "</testcase>", depth: 2) { $0.writeOutcome(of: item) }
    }

    private mutating func writeOutcome(of item: ReportItem) {
        let message = attribute("message", printable(item.message))
        switch item.standing {
        case .unjudged: line("<error\(message) type=\"\(item.rule)\">\(Self.body(of: item))</error>", depth: 3)
        case .denied:
            line("<failure\(message)\(attribute("type", item.rule))>\(Self.body(of: item))</failure>", depth: 3)
        case .warned, .note: line("<system-out>\(Self.body(of: item))</system-out>", depth: 3)
        case .ignored, .known:
            line("<skipped\(attribute("message", printable("\(item.message): \(item.reason ?? "")")))/>", depth: 3)
        }
    }

    /// Place, message, help and notes, a line each.
    private static func body(of item: ReportItem) -> String {
        var lines = ["\(item.place.text): \(item.message)"]
        if let finding = item.finding { lines.append("why: \(finding.why)") }
        if !item.help.isEmpty { lines.append("help: \(item.help)") }
        lines += item.notes.map { "note: \($0.text)" }
        return XMLText.escaped(lines.map(printable).joined(separator: "\n"))
    }

    // MARK: Elements

    private mutating func element(
        _ start: String, _ end: String, depth: Int, _ content: (inout JUnitReport) -> Void
    ) {
        line(start, depth: depth)
        content(&self)
        line(end, depth: depth)
    }

    private mutating func line(_ content: String, depth: Int) {
        text += String(repeating: "  ", count: depth) + content + "\n"
    }
}

/// ` name="value"`.
private func attribute(_ name: String, _ value: String) -> String { " \(name)=\"\(XMLText.escaped(value))\"" }

private struct Suite {
    let name: String
    let items: [ReportItem]
    /// Rules that found nothing; none where nothing was judged.
    let silentRules: [String]
    let counts: Counts

    init(_ workspace: WorkspaceReport) {
        let items = workspace.items
        let speaking = Set(items.map(\.rule))
        name = printable(workspace.lockPath)
        self.items = items
        silentRules =
            workspace.verdict == nil
            ? [] : RuleCatalogue.rules.map { type(of: $0).info.id }.filter { !speaking.contains($0) }
        counts = Counts(items, passing: silentRules.count)
    }
}

private struct Counts {
    private var tests = 0
    private var failures = 0
    private var errors = 0
    private var skipped = 0

    init(_ items: [ReportItem], passing: Int) {
        tests = items.count + passing
        failures = items.count { $0.standing == .denied }
        errors = items.count { $0.standing == .unjudged }
        skipped = items.count { $0.standing == .ignored || $0.standing == .known }
    }

    init(_ parts: [Counts]) {
        for part in parts {
            tests += part.tests
            failures += part.failures
            errors += part.errors
            skipped += part.skipped
        }
    }

    func attributes(withSkipped: Bool) -> String {
        " tests=\"\(tests)\" failures=\"\(failures)\" errors=\"\(errors)\""
            + (withSkipped ? " skipped=\"\(skipped)\"" : "")
    }
}
