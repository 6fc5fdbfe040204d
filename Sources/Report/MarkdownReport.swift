import Audit

/// Markdown for a comment on a pull request: the verdict, a table of what is denied, and the rest folded away.
struct MarkdownReport {
    /// Hidden; by it a comment is found again and renewed.
    static let marker = "<!-- lockgate -->"

    /// GitHub takes 65,536 characters.
    private static let commentLimit = 65_000

    private var page: MarkdownPage

    static func comment(on report: CheckReport) -> String {
        let head = marker + "\n"
        return head + text(of: report, limit: commentLimit - head.utf8.count)
    }

    /// - Parameter limit: in bytes, which are never fewer than characters.
    static func text(of report: CheckReport, limit: Int) -> String {
        var writer = MarkdownReport(page: MarkdownPage(limit: limit))
        writer.write(report)
        return writer.page.text
    }

    // MARK: Sections

    private mutating func write(_ report: CheckReport) {
        page.add("### lockgate: \(OutcomeName.phrase(report.exitStatus))\n\n")
        page.add(MarkdownText.inline(report.summaryLine) + "\n")
        if report.isCollection { writeWorkspaces(report.workspaces.filter { $0.exitStatus != 0 }) }
        let items = report.itemsBySeverity
        write(items.filter { $0.standing == .unjudged }, "Not judged", folded: false)
        write(items.filter { $0.standing == .denied }, "Denied", folded: false)
        write(items.filter { $0.standing == .warned }, "Warned of", folded: true)
        write(items.filter { $0.standing == .note }, "Notes", folded: true)
        write(items.filter { $0.standing == .ignored }, "Ignored", folded: true)
        write(items.filter { $0.standing == .known }, "Known", folded: true)
        if let basis = report.workspaces.lazy.compactMap(\.verdict?.basis).first {
            page.add(
                "\n<sub>\(MarkdownText.inline("lockgate \(basis.lockgateVersion), policy: \(basis.policy)"))</sub>\n")
        }
    }

    private mutating func writeWorkspaces(_ workspaces: [WorkspaceReport]) {
        guard !workspaces.isEmpty else { return }
        let rows = workspaces.map { workspace in
            let tally = workspace.tally
            return "| \(MarkdownText.code(workspace.path)) | \(OutcomeName.phrase(workspace.exitStatus)) | "
                + "\(tally.denied) | \(tally.warned) |\n"
        }
        page.add(rows, head: "\n| workspace | verdict | errors | warnings |\n| --- | --- | --- | --- |\n", end: "")
    }

    private mutating func write(_ items: [ReportItem], _ title: String, folded: Bool) {
        guard !items.isEmpty else { return }
        let heading = "\(title) (\(items.count))"
        let start = folded ? "\n<details><summary>\(heading)</summary>\n" : "\n#### \(heading)\n"
        let last = items.contains { $0.reason != nil } ? "reason" : "what to do"
        page.add(
            items.map(row), head: start + "\n| rule | where | what | \(last) |\n| --- | --- | --- | --- |\n",
            end: folded ? "\n</details>\n" : "")
    }

    private func row(_ item: ReportItem) -> String {
        let place = MarkdownText.code(item.place.text)
        let last = MarkdownText.inline(item.reason ?? item.help)
        let message = item.message + (item.finding?.build?.phrase.map { "; \($0)" } ?? "")
        return "| \(MarkdownText.code(item.rule)) | \(place) | \(MarkdownText.inline(message)) | \(last) |\n"
    }
}
