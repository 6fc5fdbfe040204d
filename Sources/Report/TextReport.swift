import Audit
import CargoModel
import TOML

/// The report for people: what is wrong, where, why it matters, what to do; then one summary line and the data's dates.
struct TextReport {
    private(set) var text = ""
    private let sources: SourceIndex
    private let style: ReportStyle

    init(_ verdict: Verdict, _ sources: SourceIndex, _ style: ReportStyle) {
        self.sources = sources
        self.style = style
        for judged in verdict.findings { write(judged) }
        if style.isVerbose { writeIgnored(verdict) }
        for item in verdict.unjudged { write(item) }
        writeSummary(verdict)
        writeBasis(verdict)
    }

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
        let (shown, column) = Self.window(excerpt.text, column: excerpt.column)
        line(paint(" \(number) |", .blue) + " " + shown)
        let room = max(1, min(excerpt.width, shown.unicodeScalars.count - column + 1))
        let marker = String(repeating: " ", count: column - 1) + String(repeating: "^", count: room)
        line(margin + paint(" |", .blue) + " " + paint(marker, tone))
    }

    /// At most 160 columns of a line around `column`, controls made visible.
    private static func window(_ text: String, column: Int) -> (String, Int) {
        let scalars = Array(printable(text).unicodeScalars)
        guard scalars.count > 160 else { return (String(String.UnicodeScalarView(scalars)), column) }
        let start = max(0, min(column - 40, scalars.count - 160))
        let part = scalars[start..<min(scalars.count, start + 160)]
        return (String(String.UnicodeScalarView(part)), column - start)
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

    private mutating func write(_ item: Unjudged) {
        line(paint("error[cannot-judge]", .red) + paint(": cannot judge \(printable(item.what))", .bold))
        row("help", item.help)
        for note in item.notes { writeNote(note) }
        line("")
    }

    // MARK: Summary

    private mutating func writeSummary(_ verdict: Verdict) {
        let (word, tone): (String, Tone) =
            switch verdict.outcome {
            case .passed: ("passed", .green)
            case .denied: ("denied", .red)
            case .unjudged: ("cannot judge", .red)
            case .stale: ("stale lock", .red)
            }
        let notes = verdict.findings.count { $0.standing == .note }
        let parts = [
            Self.count(verdict.denied.count, "error"), Self.count(verdict.warned.count, "warning"),
            Self.count(notes, "note"), verdict.ignored.isEmpty ? "" : "\(verdict.ignored.count) ignored",
            Self.count(verdict.packageCount, "package"), "lock \(verdict.lock.name)",
        ]
        line(paint(word, tone) + ": " + parts.filter { !$0.isEmpty }.joined(separator: ", "))
    }

    private static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    private mutating func writeBasis(_ verdict: Verdict) {
        let data = verdict.basis.data.map { item in
            let date = item.date.map { " of \($0)" } ?? ", date unknown"
            return "\(item.name)\(date) (\(item.origin))"
        }
        line("data: " + (data.isEmpty ? "none" : printable(data.joined(separator: "; "))))
        line("policy: \(printable(verdict.basis.policy))")
    }

    // MARK: Paint

    private enum Tone: String {
        case red = "31"
        case green = "32"
        case yellow = "33"
        case blue = "34"
        case cyan = "36"
        case bold = "1"
    }

    private func paint(_ text: String, _ tone: Tone) -> String {
        guard style.usesColor else { return text }
        let code = tone == .bold || tone == .blue ? tone.rawValue : "1;" + tone.rawValue
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }

    private mutating func line(_ content: String) {
        text += content
        text += "\n"
    }
}
