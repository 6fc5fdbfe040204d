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
            <b>\(tile.number)</b> <span>\(tile.word)</span></a></li>

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

    var alerts: Markup {
        var items = report.workspaces.enumerated().flatMap { alerts(of: $1, number: $0) }
        if let problem = report.historyProblem {
            items.append("<strong>No comparison with earlier reports.</strong> \(prose: problem)")
        }
        guard !items.isEmpty else { return "" }
        return PageWords.section("alerts", "First of all", "<div class=\"alerts\">\(PageWords.list(items))</div>\n")
    }

    private func alerts(of workspace: WorkspaceUpdates, number: Int) -> [Markup] {
        let name: Markup = report.isCollection ? "<a href=\"#w\(number)\">\(workspace.path)</a>: " : ""
        switch workspace.result {
        case .failure(let failure):
            let notes = failure.notes.isEmpty ? "" : PageWords.list(failure.notes.map { "\(prose: $0)" })
            return ["\(name)<strong>Not readable.</strong> \(prose: failure.message)\(notes)"]
        case .content(let content):
            var items: [Markup] = []
            if let trap = content.updates.trap {
                items.append("\(name)<strong>Do not run a plain <code>cargo update</code>.</strong> \(prose: trap)")
            }
            items += content.verdict.unjudged.map {
                "\(name)<strong>Cannot judge \(prose: $0.what).</strong> \(prose: $0.help)"
            }
            if let error = content.updates.updateError {
                items.append("\(name)What <code>cargo update</code> would bring is not known: \(prose: error)")
            }
            return items
        }
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
