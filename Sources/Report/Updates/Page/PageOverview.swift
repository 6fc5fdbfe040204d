import Audit
import CargoModel
import SemVer

// What is seen first: the numbers, and what keeps them from being the whole truth.

extension UpdatePage {
    // MARK: Numbers

    private struct Tile {
        let number: String
        let word: String
        let target: String
        var filter = ""
        var tone = ""
    }

    var tiles: Markup {
        let items = (countTiles + timeTiles).map { tile -> Markup in
            """
            <li class="\(tile.tone)"><a href="#\(tile.target)" data-filter="\(tile.filter)">\
            <b\(tile.number.utf8.count > 6 ? " class=\"long\"" : "" as Markup)>\(tile.number)</b> <span>\(tile.word)</span></a></li>

            """
        }
        return "<section aria-label=\"Summary\"><ul class=\"tiles\">\n\(items)</ul></section>\n"
    }

    private var countTiles: [Tile] {
        let counts = report.counts
        let urgent = report.urgentCount
        return [
            Tile(number: "\(urgent)", word: "urgent", target: "urgent", filter: "u=urgent", tone: tone("bad", urgent)),
            Tile(
                number: "\(counts.malicious + counts.vulnerable)", word: "vulnerable or malicious", target: "urgent",
                filter: "u=flawed", tone: tone("bad", counts.malicious + counts.vulnerable)),
            Tile(
                number: "\(counts.yanked)", word: "yanked", target: "urgent", filter: "u=yanked",
                tone: tone("warn", counts.yanked)),
            Tile(
                number: "\(counts.pinned)", word: "pinned below the newest", target: "pins", filter: "u=pinned",
                tone: tone("warn", counts.pinned)),
            Tile(number: "\(counts.compatible)", word: "with a compatible update", target: "list", filter: "u=behind"),
            Tile(number: "\(counts.breaking)", word: "with a breaking one only", target: "list", filter: "u=breaking"),
        ]
    }

    private var timeTiles: [Tile] {
        let years = report.workspaces.compactMap { $0.content?.updates.libyears }
        let total = years.isEmpty ? "unknown" : decimal(years.reduce(0, +))
        var tiles = [Tile(number: total, word: "libyears", target: "plots")]
        if let history = report.history, let previous = history.previous {
            tiles.append(
                Tile(
                    number: "\(history.new.count)", word: "new since \(previous)", target: "changes", filter: "new=1",
                    tone: tone("warn", history.new.count)))
            tiles.append(Tile(number: "\(history.gone.count)", word: "gone since", target: "changes"))
        }
        let unreadable = report.counts.unreadable
        if unreadable > 0 {
            tiles.append(Tile(number: "\(unreadable)", word: "not readable", target: "alerts", tone: "bad"))
        }
        return tiles
    }

    private func tone(_ tone: String, _ number: Int) -> String { number == 0 ? "" : tone }

    // MARK: Warnings

    /// What must not be done comes first, then what is not known.
    var alerts: Markup {
        var parts = [
            box("Do not run a plain <code>cargo update</code>", each(trap), isBad: true),
            box("Not readable", each(failure), isBad: true), box("Cannot judge", each(unjudged)),
            box("What <code>cargo update</code> would bring is not known", each(updateError)),
        ]
        if let problem = report.historyProblem {
            parts.append(box("No comparison with earlier reports", ["\(prose: problem)"]))
        }
        let all: Markup = "\(parts)"
        return all.isEmpty ? "" : PageWords.section("alerts", "First of all", all)
    }

    /// Long lists are folded, but for what must not be done.
    private func box(_ title: Markup, _ items: [Markup], isBad: Bool = false) -> Markup {
        guard !items.isEmpty else { return "" }
        let kind = isBad ? "alert bad" : "alert"
        let list = PageWords.list(items)
        guard !isBad, items.count > 3 else {
            return "<div class=\"\(kind)\"><h3>\(title)</h3>\(list)</div>\n"
        }
        let count = count(items.count, "workspace")
        return "<details class=\"\(kind)\"><summary><b>\(title)</b> \(count)</summary>\(list)</details>\n"
    }

    private func each(_ text: (WorkspaceUpdates) -> [Markup]) -> [Markup] {
        report.workspaces.enumerated().flatMap { number, workspace in
            let name: Markup = report.isCollection ? "<a href=\"#w\(number)\">\(workspace.path)</a>: " : ""
            return text(workspace).map { name + $0 }
        }
    }

    private func trap(_ workspace: WorkspaceUpdates) -> [Markup] {
        (workspace.content?.updates.trap).map { ["\(prose: $0)"] } ?? []
    }

    private func failure(_ workspace: WorkspaceUpdates) -> [Markup] {
        guard case .failure(let failure) = workspace.result else { return [] }
        let notes = failure.notes.isEmpty ? "" : PageWords.list(failure.notes.map { "\(prose: $0)" })
        return ["\(prose: failure.message)\(notes)"]
    }

    private func unjudged(_ workspace: WorkspaceUpdates) -> [Markup] {
        (workspace.content?.verdict.unjudged ?? []).map { "\(prose: $0.what)<br><small>\(prose: $0.help)</small>" }
    }

    /// Where something could not be judged, the reason is most often the same.
    private func updateError(_ workspace: WorkspaceUpdates) -> [Markup] {
        guard let content = workspace.content, content.verdict.unjudged.isEmpty else { return [] }
        return content.updates.updateError.map { ["\(prose: $0)"] } ?? []
    }

    // MARK: New and gone

    var changes: Markup {
        guard let history = report.history, let previous = history.previous else { return "" }
        let parts = [("New", history.new), ("Gone", history.gone)].map { word, items -> Markup in
            guard !items.isEmpty else { return "<h3>\(word): nothing</h3>\n" }
            let (first, folded) = (items.filter { $0.item.kind < .behind }, items.filter { $0.item.kind >= .behind })
            let more = folded.isEmpty ? "" : PageWords.folded("\(folded.count) behind or pinned", list(folded))
            return "<h3>\(word) (\(items.count))</h3>\n\(first.isEmpty ? "" : list(first))\(more)\n"
        }
        let still = "<p class=\"muted\">\(history.still.count) still there.</p>\n" as Markup
        return PageWords.section(
            "changes", "Since \(previous)",
            "<div class=\"two\"><div>\(parts[0])</div><div>\(parts[1])</div></div>\(still)")
    }

    /// As many as anybody reads.
    private static let limit = 200

    private func list(_ items: [DatedItem]) -> Markup {
        var rows = items.prefix(Self.limit).map { dated -> Markup in
            let name: Markup = report.isCollection ? "<small>\(dated.item.workspace)</small> " : ""
            return "\(name)\(prose: dated.item.title)"
        }
        if items.count > Self.limit { rows.append("and \(items.count - Self.limit) more") }
        return PageWords.list(rows)
    }
}
