import Audit
import CargoModel

/// The report as one HTML page that needs nothing but itself: no request leaves it, and its policy allows none.
///
/// Everything that matters is plain HTML. Its script adds sorting, copying, the choice of light or dark, and the list of
/// all packages with filters, which it makes from one block of JSON (`PageData`); without it the same list is there,
/// shorter, by package (`PagePackageList`). Large reports thereby stay small: what many workspaces share is written once.
///
/// Text from files and databases enters through `Markup` alone, which escapes it.
struct UpdatePage {
    let report: UpdateReport
    let facts: PageFacts

    static func bytes(of report: UpdateReport) -> [UInt8] {
        Array(UpdatePage(report: report, facts: PageFacts(report)).page.text.utf8)
    }

    private var page: Markup {
        let parts = parts
        var page = head + header(parts)
        page += "<main id=\"main\">\n\(tiles)\(parts.map(\.content))</main>\n\(footer)"
        page += "\(PageData.block(of: report, facts))<script>\(PageScript.text)</script>\n</body>\n</html>\n"
        return page
    }

    private struct Part {
        let id: String
        let name: String
        let content: Markup
    }

    /// Those that have something to tell.
    private var parts: [Part] {
        [
            Part(id: "alerts", name: "First of all", content: alerts),
            Part(id: "urgent", name: "Urgent", content: urgent), Part(id: "fixes", name: "What helps", content: fixes),
            Part(id: "pins", name: "Exact pins", content: pins),
            Part(id: "changes", name: "New and gone", content: changes),
            Part(id: "plots", name: "Trends", content: plots),
            Part(id: "list", name: "All packages", content: packageList),
            Part(id: "workspaces", name: report.isCollection ? "Workspaces" : "Requirements", content: workspaces),
        ].filter { !$0.content.isEmpty }
    }

    // MARK: Head and foot

    private var policy: String {
        "default-src 'none'; script-src '\(SHA256.source(of: PageScript.text.text))'; "
            + "style-src '\(SHA256.source(of: PageStyle.text.text))'; img-src data:; base-uri 'none'; form-action 'none'"
    }

    private var head: Markup {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="\(policy)">
        <meta name="referrer" content="no-referrer">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="generator" content="lockgate \(report.lockgateVersion)">
        <link rel="icon" href="data:,">
        <title>\(title), \(report.today)</title>
        <style>\(PageStyle.text)</style>
        </head>

        """
    }

    private var title: String {
        report.urgentCount == 0 ? "Locked versions" : "Locked versions: \(report.urgentCount) urgent"
    }

    private func header(_ parts: [Part]) -> Markup {
        let counts = report.counts
        let scope = count(counts.workspaces, "workspace") + ", " + count(counts.packages, "locked package")
        let links = parts.map { "<li><a href=\"#\($0.id)\">\($0.name)</a></li>" as Markup }
        return """
            <body>
            <a class="skip" href="#main">Skip to the report</a>
            <header><div class="bar"><h1>Locked versions</h1>\
            <button type="button" id="theme" hidden>Dark colours</button></div>
            <p class="lead"><time datetime="\(report.today)">\(report.today)</time> · \(scope)</p>
            \(basis)<nav aria-label="Parts of the report"><ul>\(links)</ul></nav></header>

            """
    }

    /// What the report rests on.
    private var basis: Markup {
        guard let basis = report.workspaces.lazy.compactMap(\.content).first?.verdict.basis else { return "" }
        let data = basis.data.map { "\($0.name)\($0.date.map { " of \($0)" } ?? ", date unknown") (\($0.origin))" }
        let text = data.isEmpty ? "none" : data.joined(separator: "; ")
        return "<p class=\"basis\">Data: \(text). Policy: \(basis.policy).</p>\n"
    }

    private var footer: Markup {
        """
        <footer><p>lockgate \(report.lockgateVersion). \
        A libyear is a year between the publication of the locked and of the newest version.</p></footer>

        """
    }
}
