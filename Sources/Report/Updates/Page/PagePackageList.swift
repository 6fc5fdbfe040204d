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
            <label class="check"><input type="checkbox" name="each" value="1"> one row per workspace</label>

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
        let groups = report.groups { section.holds($0) }
        guard !groups.isEmpty else { return "" }
        let last: Markup = report.isCollection ? "<th scope=\"col\">Workspaces</th>" : ""
        return """
            <table><caption>\(section.title) (\(groups.count))</caption><thead><tr><th scope="col">Package</th>\
            <th scope="col">There is</th><th scope="col">Held by</th>\(last)</tr></thead><tbody>
            \(groups.map(plainRow))</tbody></table>

            """
    }

    private func plainRow(_ group: PageFacts.Group) -> Markup {
        let update = group.first.update
        let above = ([update.gap].compactMap { $0 } + update.offers.map(\.text)).joined(separator: ", ")
        let paths =
            report.isCollection ? "<td>\(group.places.map(\.workspace.path).joined(separator: ", "))" : "" as Markup
        return """
            <tr><th scope="row">\(update.id.name) \(update.id.version)\(update.sourceMarkup)<td>\(prose: above)\
            <td>\(holders(of: group).map { "<div>\(prose: $0)</div>" as Markup })\(paths)

            """
    }

    /// A few, where workspaces differ.
    private func holders(of group: PageFacts.Group) -> [String] {
        var texts: [String] = []
        for place in group.places where texts.count < 3 {
            for text in place.update.holders(place.workspace) where texts.count < 3 && !texts.contains(text) {
                texts.append(text)
            }
        }
        return texts
    }
}
