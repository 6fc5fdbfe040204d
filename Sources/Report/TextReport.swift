import Audit
import CargoModel
import TOML

/// The report for people: what is wrong, where, why it matters, what to do; then one summary line and the data's dates.
/// Of several workspaces each has a heading, and a last line counts them all.
struct TextReport {
    private(set) var text = ""
    private var sources = SourceIndex([])
    private let style: ReportStyle

    private init(_ style: ReportStyle) { self.style = style }

    static func text(of report: CheckReport, _ style: ReportStyle) -> String {
        var writer = TextReport(style)
        var lastBasis = ""
        for workspace in report.workspaces {
            if report.isCollection { writer.writeHeading(workspace) }
            writer.write(workspace)
            let basis = workspace.verdict.map { Self.basis(of: $0.basis) } ?? lastBasis
            // What every verdict rests on is said once.
            if basis != lastBasis { writer.text += basis }
            lastBasis = basis
            if report.isCollection { writer.line("") }
        }
        if report.isCollection { writer.writeTotal(report) }
        return writer.text
    }

    /// The findings alone, and what could not be judged.
    static func findings(of report: CheckReport, _ style: ReportStyle) -> String {
        var writer = TextReport(style)
        for workspace in report.workspaces {
            writer.sources = workspace.sources
            switch workspace.result {
            case .failure(let failure): writer.write(failure)
            case .verdict(let verdict):
                for judged in verdict.findings { writer.write(judged) }
                if style.isVerbose { writer.writeIgnored(verdict) }
                for item in verdict.unjudged { writer.write(item) }
            }
        }
        return writer.text
    }

    private mutating func write(_ workspace: WorkspaceReport) {
        sources = workspace.sources
        switch workspace.result {
        case .failure(let failure): write(failure)
        case .verdict(let verdict): write(verdict)
        }
    }

    private mutating func write(_ verdict: Verdict) {
        for judged in verdict.findings { write(judged) }
        if style.isVerbose {
            writeIgnored(verdict)
            writeKnown(verdict)
        }
        for item in verdict.unjudged { write(item) }
        let outcome = verdict.outcome.rawValue
        line(
            paint(OutcomeName.phrase(outcome), Self.tone(outcome))
                + ": \(Tally(verdict).text), lock \(verdict.lock.name)")
    }

    // MARK: Several workspaces

    private mutating func writeHeading(_ workspace: WorkspaceReport) {
        line(paint("workspace \(printable(workspace.path))", .bold))
    }

    private mutating func write(_ failure: WorkspaceFailure) {
        line(paint("error", .red) + paint(": " + printable(failure.message), .bold))
        for note in failure.notes { row("note", note) }
    }

    private mutating func writeTotal(_ report: CheckReport) {
        let status = report.exitStatus
        line(paint(OutcomeName.phrase(status), Self.tone(status)) + ": " + report.totals)
    }

    private static func tone(_ status: Int32) -> Tone { status == 0 ? .green : .red }

    // MARK: Findings

    private mutating func write(_ judged: JudgedFinding) {
        let finding = judged.finding
        let (word, tone) = Self.heading(judged.standing)
        line(paint("\(word)[\(finding.rule)]", tone) + paint(": " + printable(finding.message), .bold))
        if let location = finding.location { writeExcerpt(location, tone) }
        row("why", finding.why)
        row("help", finding.help)
        for note in finding.notes.prefix(Self.noteLimit) { writeNote(note) }
        if finding.notes.count > Self.noteLimit {
            row("note", "and \(finding.notes.count - Self.noteLimit) more; `--format json` has them all")
        }
        if style.isVerbose { row("level", "set by \(judged.levelSource)") }
        line("")
    }

    /// More notes than this would push the next finding off the screen.
    private static let noteLimit = 12

    private static func heading(_ standing: JudgedFinding.Standing) -> (String, Tone) {
        switch standing {
        case .denied: ("error", .red)
        case .warned: ("warning", .yellow)
        case .note: ("note", .cyan)
        }
    }

    private mutating func writeExcerpt(_ location: Location, _ tone: Tone) {
        line("  \(paint("-->", .blue)) \(printable(sources.text(of: location)))")
        guard let excerpt = sources.excerpt(of: location) else { return }
        let number = String(excerpt.line)
        let margin = String(repeating: " ", count: number.utf8.count + 1)
        line(margin + paint(" |", .blue))
        let (shown, column) = (printable(excerpt.text), excerpt.textColumn)
        line(paint(" \(number) |", .blue) + " " + shown)
        let room = max(1, min(excerpt.width, shown.unicodeScalars.count - column + 1))
        let marker = String(repeating: " ", count: column - 1) + String(repeating: "^", count: room)
        line(margin + paint(" |", .blue) + " " + paint(marker, tone))
    }

    private mutating func writeNote(_ note: Finding.Note) {
        row("note", note.text + (note.location.map { " (\(sources.text(of: $0)))" } ?? ""))
    }

    private mutating func row(_ label: String, _ content: String) {
        line("   \(paint("=", .blue)) \(paint(label, .bold)): \(printable(content))")
    }

    private mutating func writeIgnored(_ verdict: Verdict) {
        for (finding, ignore) in verdict.ignored {
            let until = ignore.expires.map { " until \($0)" } ?? ""
            line("ignored[\(finding.rule)]: \(printable(finding.message))")
            row("reason", ignore.reason + until + " (\(sources.text(of: ignore.location)))")
            line("")
        }
    }

    private mutating func writeKnown(_ verdict: Verdict) {
        for finding in verdict.known {
            line("known[\(finding.rule)]: \(printable(finding.message))")
            row("reason", "recorded in the baseline")
            line("")
        }
    }

    private mutating func write(_ item: Unjudged) {
        line(paint("error[cannot-judge]", .red) + paint(": cannot judge \(printable(item.what))", .bold))
        row("help", item.help)
        for note in item.notes { writeNote(note) }
        line("")
    }

    // MARK: Basis

    /// Two lines: the data with its dates, and the policy.
    static func basis(of basis: Basis) -> String {
        let data = basis.data.map { item in
            let date = item.date.map { " of \($0)" } ?? ", date unknown"
            return "\(item.name)\(date) (\(item.origin))"
        }
        return "data: " + (data.isEmpty ? "none" : printable(data.joined(separator: "; "))) + "\n"
            + "policy: \(printable(basis.policy))\n"
    }

    // MARK: Paint

    private func paint(_ text: String, _ tone: Tone) -> String {
        style.usesColor ? tone.paint(text) : text
    }

    private mutating func line(_ content: String) {
        text += content
        text += "\n"
    }
}
