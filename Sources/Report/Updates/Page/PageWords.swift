import Advisories
import Audit
import CargoModel
import SemVer
import TOML

// Small pieces of the page that several parts use.

extension PackageUpdate {
    /// The worst known severity of what an attacker or a program could run into.
    var worst: Severity? {
        advisories.filter(\.kind.isAboutUse).map(\.severity).filter { $0.level != .unknown }.max {
            $0.order < $1.order
        }
    }

    /// Where to go, else what there is.
    var goalMarkup: Markup {
        guard let goal else {
            return newest == nil ? "" : " <span class=\"muted\">no version above may be taken</span>"
        }
        let step = step.map { " <small>(\($0.rawValue))</small>" as Markup } ?? ""
        return " <span class=\"arrow\">→</span> <b>\(goal)</b>\(step)"
    }

    var sourceMarkup: Markup {
        id.source.isCratesIO ? "" : " <small class=\"muted\">from \(id.source)</small>"
    }
}

extension AdvisoryNote {
    /// A page about it.
    fileprivate var address: String? {
        let isPlain = id.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x7A).contains($0) || $0 == 0x2D }
        guard isPlain, id.hasPrefix("RUSTSEC-") else { return url }
        return "https://rustsec.org/advisories/\(id).html"
    }
}

extension Severity {
    /// In tenths.
    var order: Int { tenths ?? level.roughTenths }
}

extension Severity.Level {
    /// Where only the word is known, for the order alone.
    var roughTenths: Int {
        switch self {
        case .unknown, .none: 0
        case .low: 20
        case .medium: 50
        case .high: 75
        case .critical: 95
        }
    }
}

extension WorkspaceUpdates {
    /// `Cargo.toml:3:7`, seen from its own folder: the same in every workspace that has the same.
    func place(_ location: Location) -> String {
        let text = sources.text(of: location)
        return text.hasPrefix(path + "/") ? String(text.dropFirst(path.count + 1)) : text
    }
}

enum PageWords {
    /// A word in a box; the word says it all, the colour only helps.
    static func badge(_ urgency: PackageUpdate.Urgency) -> Markup {
        "<span class=\"badge \(tone(urgency))\">\(urgency.name)</span>"
    }

    static func badge(_ word: String, _ tone: String) -> Markup { "<span class=\"badge \(tone)\">\(word)</span>" }

    static func badge(_ severity: Severity) -> Markup {
        guard severity.level != .unknown else { return "" }
        let score = severity.score.map { " \($0)" } ?? ""
        return badge(severity.level.rawValue + score, severity.level >= .high ? "bad" : "warn")
    }

    private static func tone(_ urgency: PackageUpdate.Urgency) -> String {
        switch urgency {
        case .malicious, .vulnerable: "bad"
        case .unsound, .yanked, .pinned: "warn"
        case .unmaintained, .compatible, .breaking: "info"
        case .current, .unknown: "calm"
        }
    }

    /// Worst first, a line each.
    static func advisories(_ update: PackageUpdate) -> [Markup] {
        update.advisories.enumerated().sorted { left, right in
            let (mine, theirs) = (left.element.severity.order, right.element.severity.order)
            return mine == theirs ? left.offset < right.offset : mine > theirs
        }.map { advisory($0.element) }
    }

    private static func advisory(_ note: AdvisoryNote) -> Markup {
        let tone = note.fixed == nil ? "muted" : "fix"
        let fix = note.fixText.map { " · <span class=\"\(tone)\">\(prose: $0)</span>" as Markup } ?? ""
        let title = note.title.map { ": \($0)" as Markup } ?? ""
        return """
            \(HTMLText.link(note.id, to: note.address)) \(badge(note.severity)) \
            <span class="muted">\(note.kind.rawValue)</span>\(title)\(fix)
            """
    }

    /// `app` requires `log =0.4.20` (Cargo.toml:3:7), by way of …
    static func blocker(_ blocker: Blocker, _ workspace: WorkspaceUpdates) -> Markup {
        let place = blocker.location.map { " <small>\(workspace.place($0))</small>" as Markup } ?? ""
        let chain = blocker.chain.isEmpty ? "" : " <small>by way of \(blocker.chain)</small>" as Markup
        return "\(prose: blocker.text)\(place)\(chain)"
    }

    /// A heading that can be linked to, and what is below it.
    static func section(_ id: String, _ title: Markup, _ content: Markup) -> Markup {
        """
        <section id="\(id)" aria-labelledby="\(id)-title"><h2 id="\(id)-title">\(title)</h2>
        \(content)</section>

        """
    }

    /// A table whose rows become cards where there is no room.
    static func table(_ caption: String, _ columns: [String], _ rows: [Markup], sorts: Bool = true) -> Markup {
        let heads = columns.map { "<th scope=\"col\" role=\"columnheader\">\($0)</th>" as Markup }
        let sort: Markup = sorts ? " data-sort" : ""
        return """
            <table class="cards" role="table"\(sort)><caption>\(caption)</caption>
            <thead role="rowgroup"><tr role="row">\(heads)</tr></thead>
            <tbody role="rowgroup">
            \(rows)</tbody></table>

            """
    }

    /// - Parameter cells: what goes into each column, and by which number to sort if not by its text.
    static func row(_ columns: [String], _ cells: [(content: Markup, order: Int?)]) -> Markup {
        let parts = zip(columns, cells).enumerated().map { index, pair -> Markup in
            let order = pair.1.order.map { " data-v=\"\($0)\"" as Markup } ?? ""
            return index == 0
                ? "<th scope=\"row\" role=\"rowheader\" data-label=\"\(pair.0)\"\(order)>\(pair.1.content)</th>"
                : "<td role=\"cell\" data-label=\"\(pair.0)\"\(order)>\(pair.1.content)</td>"
        }
        return "<tr role=\"row\">\(parts)</tr>\n"
    }

    static func list(_ items: [Markup]) -> Markup {
        "<ul>\(items.map { "<li>\($0)</li>" as Markup })</ul>"
    }

    /// A line each; what is more than anybody reads at once is folded.
    static func lines(_ items: [Markup], upTo limit: Int = 3) -> Markup {
        let lines = items.map { "<div>\($0)</div>" as Markup }
        guard lines.count > limit + 1 else { return "\(lines)" }
        let rest = "\(Array(lines.dropFirst(limit)))" as Markup
        return "\(Array(lines.prefix(limit)))\(folded("and \(lines.count - limit) more", rest))"
    }

    /// Folded away under a line.
    static func folded(_ summary: Markup, _ content: Markup, kind: String = "") -> Markup {
        let attribute: Markup = kind.isEmpty ? "" : " class=\"\(kind)\""
        return "<details\(attribute)><summary>\(summary)</summary>\(content)</details>"
    }
}
