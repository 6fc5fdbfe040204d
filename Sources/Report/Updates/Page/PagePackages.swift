import Advisories
import Audit
import CargoModel
import SemVer

// The packages somebody should look at today, and those that are pinned.

extension UpdatePage {
    // MARK: Urgent

    var urgent: Markup {
        let groups = report.groups(\.isUrgent)
        guard !groups.isEmpty else {
            return PageWords.section("urgent", "Urgent", "<p>Nothing is urgent.</p>\n")
        }
        let columns =
            ["Package", "Why", report.isCollection ? "Where, and held by whom" : "Held by"]
            + (facts.knowsPast ? ["Since"] : [])
        let rows = groups.map { PageWords.row(columns, cells(of: $0)) }
        return PageWords.section(
            "urgent", "Urgent <small>(\(report.urgentCount))</small>",
            table("Malicious, vulnerable, unsound or yanked, worst first", columns, rows))
    }

    private func cells(of group: PageFacts.Group) -> [(content: Markup, order: Int?)] {
        let update = group.first.update
        let since = group.places.compactMap(facts.since).min()
        let new = group.places.contains(where: facts.isNew) ? PageWords.badge("new", "info") : ""
        let day: Markup = since.map { "<time datetime=\"\($0)\">\($0)</time> \(new)" } ?? "unknown"
        let all: [(content: Markup, order: Int?)] = [
            (
                "<span class=\"name\">\(update.id.name)</span> \(update.id.version)\(update.goalMarkup)"
                    + update.sourceMarkup + " " + PageWords.badge(group.urgency), nil
            ),
            (why(update), order(of: group)),
            (whereabouts(group), nil), (day, since?.number ?? 0),
        ]
        return facts.knowsPast ? all : all.dropLast()
    }

    /// Worst first, if sorted upwards.
    private func order(of group: PageFacts.Group) -> Int {
        group.urgency.rawValue * 1_000 - (group.first.update.worst?.order ?? 0)
    }

    private func why(_ update: PackageUpdate) -> Markup {
        var items = PageWords.advisories(update)
        if update.isYanked { items.append("yanked by its publisher") }
        if let days = update.daysBehind, update.newest != nil { items.append("\(count(days, "day")) behind") }
        return PageWords.lines(items, upTo: 5)
    }

    /// In each workspace who holds it, and what clears it.
    private func whereabouts(_ group: PageFacts.Group) -> Markup {
        let items = group.places.map { place -> Markup in
            let name: Markup = report.isCollection ? "<a href=\"#w\(place.number)\">\(place.workspace.path)</a> " : ""
            let goal = place.update.goal == group.first.update.goal ? "" : place.update.goalMarkup
            let build = place.update.build?.phrase.map { "<div class=\"muted\">\(prose: $0)</div>" as Markup } ?? ""
            return "\(name)\(goal)\(build)\(pins(of: place))\(hold(of: place))\(relief(of: place))"
        }
        guard report.isCollection else { return items[0] }
        let list = PageWords.list(items)
        return items.count < 4 ? list : PageWords.folded("\(items.count) workspaces", list)
    }

    private func pins(of place: PageFacts.Place) -> Markup {
        let texts = place.update.pins.map { pin -> Markup in
            let since = pin.since.map { " since \($0)" } ?? ""
            return
                "pinned to <code>\(pin.text)</code>\(since) <small>\(place.workspace.place(pin.location))</small>"
        }
        return texts.isEmpty ? "" : "<div>\(texts.joined("; "))</div>"
    }

    /// Who is in the way, in words; and as a picture, where words do not make it plain.
    func hold(of place: PageFacts.Place) -> Markup {
        guard let hold = place.update.hold else { return "" }
        let items = PageWords.lines(hold.blockers.map { PageWords.blocker($0, place.workspace) })
        let proof: Markup = hold.proof == .stated ? "<small>stated by the requirements; not tried further</small>" : ""
        let isPlain = hold.blockers.count == 1 && hold.blockers[0].path.count < 2
        let picture =
            isPlain ? "" : PageWords.folded("Picture", HoldGraph.picture(of: hold, place.update.id), kind: "picture")
        return "<div class=\"hold\"><small>kept from \(hold.wanted):</small>\(items)\(proof)\(picture)</div>"
    }

    /// What the proposed commands do about it.
    private func relief(of place: PageFacts.Place) -> Markup {
        guard let fix = place.workspace.content?.fix else { return "" }
        let name = "`\(place.update.id)`"
        if !fix.commands.isEmpty, fix.cleared.contains(where: { $0.contains(name) }) {
            return "<div><a href=\"#f\(place.number)\">these commands clear it</a></div>"
        }
        guard place.update.goal != nil, let left = fix.left.first(where: { $0.finding.contains(name) }) else {
            return ""
        }
        return "<div class=\"muted\">nothing clears it yet: \(prose: left.reason)</div>"
    }

    /// As many rows as anybody reads in one go; the others are folded.
    private func table(_ caption: String, _ columns: [String], _ rows: [Markup]) -> Markup {
        guard rows.count > 60 else { return PageWords.table(caption, columns, rows) }
        let rest = PageWords.table(caption + ", continued", columns, Array(rows.dropFirst(40)))
        return PageWords.table(caption, columns, Array(rows.prefix(40)))
            + PageWords.folded("and \(rows.count - 40) more", rest) + "\n"
    }

    // MARK: Pins

    var pins: Markup {
        let groups = report.groups { $0.urgency == .pinned }
        guard !groups.isEmpty else { return "" }
        let columns =
            ["Package", "Requirement", "Newest", "Since", "Behind"] + (report.isCollection ? ["Workspace"] : [])
        let rows = groups.flatMap { group in
            group.places.map { PageWords.row(columns, pinCells(of: $0)) }
        }
        return PageWords.section(
            "pins", "Exact pins <small>(\(rows.count))</small>",
            table("Requirements that admit a single, old version", columns, rows))
    }

    private func pinCells(of place: PageFacts.Place) -> [(content: Markup, order: Int?)] {
        let update = place.update
        let texts = update.pins.map { pin -> Markup in
            "<div><code>\(pin.text)</code> of \(pin.owner) <small>\(place.workspace.place(pin.location))</small></div>"
        }
        let hasMore = (update.hold?.blockers.count ?? 0) > update.pins.count
        let since = update.pins.compactMap(\.since).min()
        let sinceText = since.map { "\($0)" } ?? "unknown"
        let behind = update.daysBehind.map { count($0, "day") } ?? "unknown"
        let newest = update.newest.map { "\($0.version) <small>(\($0.step.rawValue))</small>" as Markup } ?? ""
        let notes = PageWords.lines(PageWords.advisories(update))
        let all: [(content: Markup, order: Int?)] = [
            ("<span class=\"name\">\(update.id.name)</span> \(update.id.version)\(update.sourceMarkup)\(notes)", nil),
            ("\(texts)\(hasMore ? hold(of: place) : "")", nil), (newest, nil),
            ("\(sinceText)", since?.number ?? Int.max),
            ("\(behind)", update.daysBehind ?? -1),
            ("<a href=\"#w\(place.number)\">\(place.workspace.path)</a>", nil),
        ]
        return report.isCollection ? all : all.dropLast()
    }
}
