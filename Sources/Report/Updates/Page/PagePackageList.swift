import Audit
import CargoModel
import SemVer

// All packages. The script lays them out from the page's data, with filters; who has no scripts gets them by package.

extension UpdatePage {
    var packageList: Markup {
        guard report.counts.packages > 0 else { return "" }
        return PageWords.section(
            "list", "All packages",
            """
            \(controls)<p id="found" role="status" class="muted"></p>
            <div id="rows"></div>
            <p><button type="button" id="more" hidden>Show more</button></p>
            <noscript>\(fallback)</noscript>

            """)
    }

    private var controls: Markup {
        let workspaces = report.workspaces.enumerated().map { number, workspace in
            "<option value=\"\(number)\">\(workspace.path)</option>" as Markup
        }
        let selection: Markup =
            report.isCollection
            ? """
            <label>Workspace <select name="w"><option value="">all</option>\(workspaces)</select></label>
            <label class="check"><input type="checkbox" name="g" value="1"> one row per version</label>

            """ : ""
        let news: Markup =
            facts.knowsPast
            ? "<label class=\"check\"><input type=\"checkbox\" name=\"new\" value=\"1\"> new only</label>\n" : ""
        return """
            <form id="filter" class="controls" role="search" aria-label="Filter packages" hidden>
            <label>Text <input type="search" name="q" autocomplete="off" placeholder="crate, advisory, requirement"></label>
            <label>Urgency <select name="u">\(urgencies)</select></label>
            \(selection)<label class="check"><input type="checkbox" name="direct" value="1"> direct only</label>
            \(news)<button type="reset">Reset</button>
            </form>

            """
    }

    private var urgencies: [Markup] {
        let all = [
            ("", "all but current"), ("urgent", "urgent"), ("flawed", "vulnerable or malicious"),
            ("unsound", "unsound"),
            ("yanked", "yanked"), ("pinned", "pinned"), ("unmaintained", "unmaintained"),
            ("behind", "with a compatible update"), ("breaking", "with a breaking one only"), ("unknown", "unknown"),
            ("all", "all"),
        ]
        return all.map { "<option value=\"\($0.0)\">\($0.1)</option>" }
    }

    // MARK: Without scripts

    private var fallback: Markup {
        let sections = UpdateSection.allCases.filter { $0 != .urgent && $0 != .pinned }.map(plainList)
        return "\(sections)"
    }

    private func plainList(_ section: UpdateSection) -> Markup {
        let groups = report.groups { !section.packages([$0]).isEmpty }
        guard !groups.isEmpty else { return "" }
        let columns = ["Package", "There is", "Held by"] + (report.isCollection ? ["Workspaces"] : [])
        let rows = groups.map { PageWords.row(columns, plainCells(of: $0)) }
        return PageWords.table("\(section.title) (\(rows.count))", columns, rows, sorts: false)
    }

    private func plainCells(of group: PageFacts.Group) -> [(content: Markup, order: Int?)] {
        let update = group.first.update
        var held: [String] = []
        for text in group.places.lazy.map({ $0.update.heldText($0.workspace) }) where held.count < 3 {
            if !text.isEmpty, !held.contains(text) { held.append(text) }
        }
        let notes = update.gap.map { "; \($0)" } ?? ""
        let links = group.places.map { "<a href=\"#w\($0.number)\">\($0.workspace.path)</a> " as Markup }
        let all: [(content: Markup, order: Int?)] = [
            ("<span class=\"name\">\(update.id.name)</span> \(update.id.version)\(update.sourceMarkup)", nil),
            ("\(prose: update.offers.map(\.text).joined(separator: ", ") + notes)", nil),
            ("\(held.map { "<div>\(prose: $0)</div>" as Markup })", nil), ("\(links)", nil),
        ]
        return report.isCollection ? all : all.dropLast()
    }
}
