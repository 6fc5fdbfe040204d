import Audit

/// Markdown for a comment on a pull request: the verdict, a table of what is denied, and the rest folded away.
struct MarkdownReport {
    /// Hidden; by it a comment is found again and renewed.
    static let marker = "<!-- lockgate -->"

    /// GitHub takes 65,536 characters.
    private static let commentLimit = 65_000

    private var text: String
    private let limit: Int
    private var cut = 0

    static func comment(on report: CheckReport) -> String {
        let head = marker + "\n"
        return head + text(of: report, limit: commentLimit - head.utf8.count)
    }

    /// - Parameter limit: in bytes, which are never fewer than characters.
    static func text(of report: CheckReport, limit: Int) -> String {
        var writer = MarkdownReport(text: "", limit: max(0, limit - tailSize))
        writer.write(report)
        return writer.text + writer.tail
    }

    // MARK: Sections

    private mutating func write(_ report: CheckReport) {
        add("### lockgate: \(OutcomeName.phrase(report.exitStatus))\n\n")
        add(MarkdownText.inline(report.summaryLine) + "\n")
        if report.isCollection { writeWorkspaces(report.workspaces.filter { $0.exitStatus != 0 }) }
        let items = report.itemsBySeverity
        write(items.filter { $0.standing == .unjudged }, "Not judged", folded: false)
        write(items.filter { $0.standing == .denied }, "Denied", folded: false)
        write(items.filter { $0.standing == .warned }, "Warned of", folded: true)
        write(items.filter { $0.standing == .note }, "Notes", folded: true)
        write(items.filter { $0.standing == .ignored }, "Ignored", folded: true)
        write(items.filter { $0.standing == .known }, "Known", folded: true)
        if let basis = report.workspaces.lazy.compactMap(\.verdict?.basis).first {
            add("\n<sub>\(MarkdownText.inline("lockgate \(basis.lockgateVersion), policy: \(basis.policy)"))</sub>\n")
        }
    }

    private mutating func writeWorkspaces(_ workspaces: [WorkspaceReport]) {
        guard !workspaces.isEmpty else { return }
        let rows = workspaces.map { workspace in
            let tally = workspace.tally
            return "| \(MarkdownText.code(workspace.path)) | \(OutcomeName.phrase(workspace.exitStatus)) | "
                + "\(tally.denied) | \(tally.warned) |\n"
        }
        write(rows, head: "\n| workspace | verdict | errors | warnings |\n| --- | --- | --- | --- |\n", end: "")
    }

    private mutating func write(_ items: [ReportItem], _ title: String, folded: Bool) {
        guard !items.isEmpty else { return }
        let heading = "\(title) (\(items.count))"
        let start = folded ? "\n<details><summary>\(heading)</summary>\n" : "\n#### \(heading)\n"
        let last = items.contains { $0.reason != nil } ? "reason" : "what to do"
        write(
            items.map(row), head: start + "\n| rule | where | what | \(last) |\n| --- | --- | --- | --- |\n",
            end: folded ? "\n</details>\n" : "")
    }

    private func row(_ item: ReportItem) -> String {
        let place = MarkdownText.code(item.place.text)
        let last = MarkdownText.inline(item.reason ?? item.help)
        return "| \(MarkdownText.code(item.rule)) | \(place) | \(MarkdownText.inline(item.message)) | \(last) |\n"
    }

    // MARK: Room

    /// As many rows as there is room for.
    private mutating func write(_ rows: [String], head: String, end: String) {
        let room = limit - end.utf8.count
        guard let first = rows.first, text.utf8.count + head.utf8.count + first.utf8.count <= room else {
            cut += rows.count
            return
        }
        text += head
        for (number, row) in rows.enumerated() {
            guard text.utf8.count + row.utf8.count <= room else {
                cut += rows.count - number
                break
            }
            text += row
        }
        text += end
    }

    private mutating func add(_ part: String) {
        if text.utf8.count + part.utf8.count <= limit { text += part }
    }

    /// What the last line may take.
    private static let tailSize = 80

    private var tail: String { cut == 0 ? "" : "\n**\(count(cut, "row")) left out here for want of room.**\n" }
}
