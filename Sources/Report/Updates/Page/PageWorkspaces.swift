import Audit
import CargoModel
import SemVer

// Workspace by workspace: what helps there, how it stands, and what its members require.

extension UpdatePage {
    // MARK: What helps

    var fixes: Markup {
        let known = report.workspaces.enumerated().compactMap { number, workspace in
            workspace.content?.fix.map { (number: number, workspace: workspace, fix: $0) }
        }.filter { !$0.fix.cleared.isEmpty || !$0.fix.left.isEmpty }
        guard !known.isEmpty else { return "" }
        let blocks = known.map { block($0.fix, $0.workspace, $0.number, isOpen: known.count <= 3) }
        let lead: Markup = "<p>Each command was resolved and judged beforehand; run them in this order.</p>\n"
        return PageWords.section("fixes", "What helps", "\(lead)\(blocks)")
    }

    private func block(_ fix: FixNote, _ workspace: WorkspaceUpdates, _ number: Int, isOpen: Bool) -> Markup {
        let total = fix.cleared.count + fix.left.count
        let changes = fix.commands.isEmpty ? "" : ", changes \(count(fix.changed, "package"))"
        let head = "clears \(fix.cleared.count) of \(total) denied" + changes
        guard report.isCollection else { return "<div id=\"f\(number)\"><p>\(head)</p>\n\(parts(of: fix))</div>\n" }
        return """
            <details class="box" id="f\(number)"\(isOpen ? " open" : "" as Markup)><summary><b>\(workspace.path)</b> <small>\(head)</small></summary>
            \(parts(of: fix))</details>

            """
    }

    private func parts(of fix: FixNote) -> Markup {
        var parts: Markup = ""
        if !fix.commands.isEmpty {
            let lines = fix.commands.map { "\($0)" as Markup }
            parts += "<pre class=\"commands\" tabindex=\"0\">\(lines.joined("\n"))</pre>\n"
        }
        if !fix.cleared.isEmpty {
            let items = fix.cleared.map { "\(prose: $0)" as Markup }
            parts += PageWords.folded("Cleared (\(items.count))", PageWords.list(items))
        }
        if !fix.left.isEmpty {
            let items = fix.left.map { "\(prose: $0.finding)<br><small>\(prose: $0.reason)</small>" as Markup }
            parts += PageWords.folded("Left (\(items.count))", PageWords.list(items))
        }
        return parts + "\n"
    }

    // MARK: Overview

    private static let columns = [
        "Workspace", "Urgent", "Flawed", "Yanked", "Pinned", "Behind", "Breaking", "Denied", "Packages", "Libyears",
    ]

    var workspaces: Markup {
        guard report.isCollection else {
            return PageWords.section("workspaces", "Requirements of members", "\(report.workspaces.map(requirements))")
        }
        let rows = report.workspaces.enumerated().map { PageWords.row(Self.columns, cells(of: $1, number: $0)) }
        let table = PageWords.table("Numbers of each workspace", Self.columns, rows)
        let folded = report.workspaces.enumerated().map { details(of: $1, number: $0) }
        return PageWords.section(
            "workspaces", "Workspaces <small>(\(report.workspaces.count))</small>",
            "<div class=\"scroll numbers\" tabindex=\"0\" role=\"region\" aria-label=\"Workspaces\">\(table)</div>\n\(folded)"
        )
    }

    private func cells(of workspace: WorkspaceUpdates, number: Int) -> [(content: Markup, order: Int?)] {
        let name: Markup = "<a href=\"#w\(number)\">\(workspace.path)</a>"
        guard let counts = workspace.counts, let content = workspace.content else {
            return [(name, nil), (PageWords.badge("not readable", "bad"), Int.max)]
                + Array(repeating: ("–", -1), count: Self.columns.count - 2)
        }
        let urgent = content.updates.packages.count(where: \.isUrgent)
        let numbers = [
            urgent, counts.malicious + counts.vulnerable + counts.unsound, counts.yanked, counts.pinned,
            counts.compatible, counts.breaking, counts.denied, counts.packages,
        ]
        let years = content.updates.libyears
        return [(name, nil)] + numbers.map { ("\($0)", $0) }
            + [("\(years.map(decimal) ?? "unknown")", years.map { Int($0 * 100) } ?? -1)]
    }

    private func details(of workspace: WorkspaceUpdates, number: Int) -> Markup {
        guard let content = workspace.content else {
            return
                "<div class=\"box\" id=\"w\(number)\"><b>\(workspace.path)</b> not readable, see <a href=\"#alerts\">first of all</a></div>\n"
        }
        let help: Markup = content.fix == nil ? "" : " <a href=\"#f\(number)\">what helps</a>"
        let rust = content.updates.rustVersion.map { "declares Rust \($0), " } ?? ""
        let facts = rust + count(content.updates.packages.count, "package")
        return """
            <details class="box" id="w\(number)"><summary><b>\(workspace.path)</b> \
            <small>\(facts)</small></summary>
            <p><a href="#list?w=\(number)" class="js" hidden>its packages</a>\(help)</p>
            \(requirements(of: workspace))</details>

            """
    }

    // MARK: Requirements

    private func requirements(of workspace: WorkspaceUpdates) -> Markup {
        let all = workspace.content?.updates.requirements ?? []
        let shown = all.filter { $0.isPin || !$0.admitsNewest }
        let others = all.count - shown.count
        let rest: Markup =
            others == 0
            ? "" : "<p class=\"muted\">The newest version is admitted by \(count(others, "requirement")).</p>\n"
        guard !shown.isEmpty else { return rest }
        let title = "Exact requirements, and those that do not admit the newest version"
        let heads = ["Requirement", "Of", "Locked", "Newest", "Place"].map { "<th scope=\"col\">\($0)</th>" as Markup }
        let rows = shown.map { row($0, workspace) }
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="\(title)"><table><caption>\(title)</caption>
            <thead><tr>\(heads)</tr></thead><tbody>
            \(rows)</tbody></table></div>
            \(rest)
            """
    }

    private func row(_ requirement: RequirementUpdate, _ workspace: WorkspaceUpdates) -> Markup {
        let alias: Markup = requirement.name == requirement.crate ? "" : " as \(requirement.name)"
        let exact = requirement.isPin ? " " + PageWords.badge("exact", "warn") : ""
        let development: Markup = requirement.isDevelopmentOnly ? " <small>dev</small>" : ""
        let newest: Markup = requirement.newest.map { "\($0.version)" } ?? "unknown"
        return """
            <tr><th scope="row">\(requirement.crate)\(alias) <code>\(requirement.text)</code>\(exact)\(development)\
            <td>\(requirement.owner)<td>\(requirement.locked.map(\.description).joined(separator: ", "))\
            <td>\(newest)<td><small>\(workspace.place(requirement.location))</small>

            """
    }
}
