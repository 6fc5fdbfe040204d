import Audit
import CargoModel

/// A review as a comment on a pull request: the verdict on top, what is denied, and the changes folded away.
struct ReviewMarkdown {
    /// Hidden; by it the comment is found again and renewed.
    static let marker = "<!-- lockgate review -->"
    /// GitHub takes 65,536 characters.
    static let commentLimit = 65_000
    /// What the last line may take.
    private static let tailSize = 120

    private var text = ""
    private var cut = 0
    private let limit: Int

    static func comment(on report: ReviewReport, limit: Int) -> String {
        var writer = ReviewMarkdown(limit: max(0, limit - tailSize))
        writer.write(report)
        let tail =
            writer.cut == 0
            ? "" : "\n**\(count(writer.cut, "row")) left out here for want of room; `lockgate review` has them.**\n"
        return writer.text + tail
    }

    private init(limit: Int) { self.limit = limit }

    // MARK: Sections

    private mutating func write(_ report: ReviewReport) {
        add(Self.marker + "\n")
        add("### lockgate review: \(OutcomeName.phrase(report.exitStatus))\n\n")
        add(MarkdownText.inline(report.summaryLine) + "\n")
        for remark in report.remarks { add("\n" + MarkdownText.inline(remark) + "\n") }
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
            add("\n<sub>\(MarkdownText.inline(line))</sub>\n")
        }
    }

    private mutating func write(_ change: PolicyChange) {
        let effects = change.effects.prefix(20).map { "- \(MarkdownText.inline($0))\n" }
        let name = MarkdownText.code(change.path)
        write(
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
        write(
            rows, head: start + "\n| rule | where | what | what to do |\n| --- | --- | --- | --- |\n",
            end: folded ? "\n</details>\n" : "")
    }

    private mutating func write(_ workspace: WorkspaceReview, isOnly: Bool) {
        if !isOnly { add("\n#### Workspace \(MarkdownText.code(workspace.report.path))\n") }
        for note in workspace.lockNotes { add("\n" + MarkdownText.inline(note) + "\n") }
        for (kind, changes) in workspace.byCause {
            let title = "\(kind.phrase.prefix(1).uppercased())\(kind.phrase.dropFirst()) (\(changes.count))"
            let isOpen = kind == .unexplained || kind == .targetedUpdate
            write(
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
        write(
            fixed.map { "| \(MarkdownText.code($0.finding.rule)) | \(MarkdownText.inline($0.finding.message)) |\n" },
            head: "\n<details><summary>Repaired (\(fixed.count))</summary>\n\n| rule | what was |\n| --- | --- |\n",
            end: "\n</details>\n")
    }

    // MARK: Room

    /// As many rows as there is room for.
    private mutating func write(_ rows: [String], head: String, end: String, needsRows: Bool = true) {
        let room = limit - end.utf8.count
        let first = rows.first ?? ""
        guard text.utf8.count + head.utf8.count + first.utf8.count <= room, !needsRows || !rows.isEmpty else {
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
}
