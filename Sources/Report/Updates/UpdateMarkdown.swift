import Audit
import CargoModel

/// Markdown for an issue or a chat: what is urgent, what to run, and the rest folded away.
struct UpdateMarkdown {
    /// Hidden; by it an issue is found again and renewed.
    static let marker = "<!-- lockgate-report -->"

    /// GitHub takes 65,536 characters.
    private static let limit = 65_000

    private var page = MarkdownPage(limit: limit)

    static func text(of report: UpdateReport) -> String {
        var writer = UpdateMarkdown()
        writer.write(report)
        return writer.page.text
    }

    private mutating func write(_ report: UpdateReport) {
        page.add("\(Self.marker)\n### Locked versions, \(report.today)\n\n\(inline(report.summaryLine))\n")
        if let problem = report.historyProblem { page.add("\n\(inline("history: " + problem))\n") }
        writeFailures(report.workspaces)
        for section in UpdateSection.allCases where section != .unknown { write(section, report) }
        writeFixes(report.workspaces)
        if let history = report.history { write(history) }
        write(.unknown, report)
    }

    private mutating func writeFailures(_ workspaces: [WorkspaceUpdates]) {
        let rows = workspaces.flatMap { workspace -> [String] in
            let path = MarkdownText.code(workspace.path)
            switch workspace.result {
            case .failure(let failure): return ["| \(path) | \(inline(failure.message)) |\n"]
            case .content(let content):
                let unjudged = content.verdict.unjudged.map { "cannot judge " + $0.what }
                let trap = content.updates.trap.map { "do not run a plain `cargo update`: \($0)" }
                let lock = content.lockWord.map { "lock \(content.verdict.lock.name): \($0)" }
                return (unjudged + [trap, lock].compactMap { $0 }).map { "| \(path) | \(inline($0)) |\n" }
            }
        }
        guard !rows.isEmpty else { return }
        page.add(rows, head: "\n#### First of all\n\n| workspace | what |\n| --- | --- |\n", end: "")
    }

    // MARK: Packages

    private mutating func write(_ section: UpdateSection, _ report: UpdateReport) {
        let rows = report.workspaces.flatMap { workspace in
            section.packages(workspace.packages).map { row($0, workspace, report.isCollection) }
        }
        guard !rows.isEmpty else { return }
        let title = section.title.prefix(1).uppercased() + section.title.dropFirst() + " (\(rows.count))"
        let isFolded = section != .urgent && section != .pinned
        let first = report.isCollection ? "| workspace " : ""
        let rule = report.isCollection ? "| --- " : ""
        page.add(
            rows,
            head: (isFolded ? "\n<details><summary>\(title)</summary>\n" : "\n#### \(title)\n")
                + "\n\(first)| package | there is | why | held by |\n\(rule)| --- | --- | --- | --- |\n",
            end: isFolded ? "\n</details>\n" : "")
    }

    private func row(_ update: PackageUpdate, _ workspace: WorkspaceUpdates, _ showsWorkspace: Bool) -> String {
        let held = (update.hold?.blockers ?? []).map { blocker in
            blocker.text + (blocker.location.map { " (\(workspace.sources.text(of: $0)))" } ?? "")
        }
        let cells = [
            MarkdownText.code("\(update.id)"), inline(update.offers.map(\.text).joined(separator: ", ")),
            inline((update.facts() + [update.gap].compactMap { $0 }).joined(separator: "; ")),
            inline(held.joined(separator: "; ")),
        ]
        let all = showsWorkspace ? [MarkdownText.code(workspace.path)] + cells : cells
        return "| " + all.joined(separator: " | ") + " |\n"
    }

    // MARK: Fixes

    private mutating func writeFixes(_ workspaces: [WorkspaceUpdates]) {
        let fixes = workspaces.compactMap { workspace in
            workspace.content?.fix.flatMap { $0.commands.isEmpty ? nil : (workspace.path, $0) }
        }
        guard !fixes.isEmpty else { return }
        page.add("\n#### What helps\n\nEach resolved and judged beforehand.\n")
        for (path, fix) in fixes {
            let commands = fix.commands.map { printable($0).replacing("`", with: "'") }.joined(separator: "\n")
            page.add("\n\(MarkdownText.code(path)): clears \(fix.cleared.count), leaves \(fix.left.count)\n\n")
            page.add("```sh\n\(commands)\n```\n")
        }
    }

    // MARK: History

    private mutating func write(_ history: HistoryComparison) {
        guard let previous = history.previous else { return }
        page.add(
            "\n#### Since \(previous)\n\n\(history.new.count) new, \(history.gone.count) gone, "
                + "\(history.still.count) still there.\n")
        let lists = [("new", history.new), ("gone", history.gone)]
        let rows = lists.flatMap { word, items in
            items.filter { $0.item.kind < .behind }.map { dated in
                "| \(word) | \(MarkdownText.code(dated.item.workspace)) | \(inline(dated.item.title)) | \(dated.first) |\n"
            }
        }
        guard !rows.isEmpty else { return }
        page.add(rows, head: "\n| | workspace | what | since |\n| --- | --- | --- | --- |\n", end: "")
    }

    private func inline(_ text: String) -> String { MarkdownText.inline(text) }
}
