import Audit
import CargoModel

/// A review as a comment on a pull request: the verdict on top, what is denied, and the changes folded away.
struct ReviewMarkdown {
    /// Hidden; by it the comment is found again and renewed.
    static let marker = "<!-- lockgate review -->"
    /// GitHub takes 65,536 characters.
    static let commentLimit = 65_000

    private var page: MarkdownPage

    static func comment(on report: ReviewReport, limit: Int) -> String {
        var writer = ReviewMarkdown(page: MarkdownPage(limit: limit, elsewhere: "; `lockgate review` has them"))
        writer.write(report)
        return writer.page.text
    }

    // MARK: Sections

    private mutating func write(_ report: ReviewReport) {
        page.add(Self.marker + "\n")
        page.add("### lockgate review: \(OutcomeName.phrase(report.exitStatus))\n\n")
        page.add(MarkdownText.inline(report.summaryLine) + "\n")
        for remark in report.remarks { page.add("\n" + MarkdownText.inline(remark) + "\n") }
        for change in report.policyChanges { write(change) }
        let items = report.findings.itemsBySeverity
        write(items.filter { $0.standing == .unjudged }, "Not judged", folded: false)
        write(items.filter { $0.standing == .denied }, "Denied", folded: false)
        write(items.filter { $0.standing == .warned }, "Warned of", folded: true)
        write(items.filter { $0.standing == .note }, "Notes", folded: true)
        for workspace in report.workspaces { write(workspace, isOnly: report.workspaces.count == 1) }
        writeFixed(report.workspaces.flatMap(\.fixed))
        if let basis = report.workspaces.lazy.compactMap(\.report.verdict?.basis).first {
            let dates = basis.data.map { "\($0.name)\($0.date.map { " of \($0)" } ?? ", date unknown")" }
            let line =
                "\(report.head) against \(report.base); lockgate \(report.lockgateVersion), policy: \(basis.policy) "
                + "of the base; " + dates.joined(separator: ", ")
            page.add("\n<sub>\(MarkdownText.inline(line))</sub>\n")
        }
    }

    private mutating func write(_ change: PolicyChange) {
        let effects = change.effects.prefix(20).map { "- \(MarkdownText.inline($0))\n" }
        let name = MarkdownText.code(change.path)
        page.add(
            effects,
            head:
                "\n> [!WARNING]\n> The change judges itself otherwise: \(name) is \(change.verb). This review goes by "
                + "the policy of the base.\n\n", end: "", needsRows: false)
    }

    private mutating func write(_ items: [ReportItem], _ title: String, folded: Bool) {
        guard !items.isEmpty else { return }
        let heading = "\(title) (\(items.count))"
        let start = folded ? "\n<details><summary>\(heading)</summary>\n" : "\n#### \(heading)\n"
        let rows = items.map { item in
            "| \(MarkdownText.code(item.rule)) | \(MarkdownText.code(item.place.text)) | "
                + "\(MarkdownText.inline(item.message)) | \(MarkdownText.inline(item.help)) |\n"
        }
        page.add(
            rows, head: start + "\n| rule | where | what | what to do |\n| --- | --- | --- | --- |\n",
            end: folded ? "\n</details>\n" : "")
    }

    private mutating func write(_ workspace: WorkspaceReview, isOnly: Bool) {
        if !isOnly { page.add("\n#### Workspace \(MarkdownText.code(workspace.report.path))\n") }
        for note in workspace.lockNotes { page.add("\n" + MarkdownText.inline(note) + "\n") }
        for (kind, changes) in workspace.byCause {
            let title = "\(kind.phrase.prefix(1).uppercased())\(kind.phrase.dropFirst()) (\(changes.count))"
            let isOpen = kind == .unexplained || kind == .targetedUpdate
            page.add(
                changes.map { row($0, workspace.report.sources) },
                head: "\n<details\(isOpen ? " open" : "")><summary>\(MarkdownText.inline(title))</summary>\n\n"
                    + "| package | change | needed | why | brings |\n| --- | --- | --- | --- | --- |\n",
                end: "\n</details>\n")
        }
    }

    private func row(_ change: LockChange, _ sources: SourceIndex) -> String {
        let place = change.cause.location.map { " (\(sources.text(of: $0)))" } ?? ""
        var versions = MarkdownText.inline(change.versions)
        // The link is made of plain names and versions alone.
        if let link = change.differenceLink ?? change.codeLink { versions = "[\(versions)](\(link))" }
        let kind = change.kind.rawValue.replacing("-", with: " ")
        let cells = [
            MarkdownText.code(change.name), "\(kind) \(versions)", MarkdownText.inline(change.usersText),
            MarkdownText.inline(change.cause.text + place, limit: 300),
            MarkdownText.inline(change.bringsText, limit: 300),
        ]
        return "| " + cells.joined(separator: " | ") + " |\n"
    }

    private mutating func writeFixed(_ fixed: [JudgedFinding]) {
        guard !fixed.isEmpty else { return }
        page.add(
            fixed.map { "| \(MarkdownText.code($0.finding.rule)) | \(MarkdownText.inline($0.finding.message)) |\n" },
            head: "\n<details><summary>Repaired (\(fixed.count))</summary>\n\n| rule | what was |\n| --- | --- |\n",
            end: "\n</details>\n")
    }
}
