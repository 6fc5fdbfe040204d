import CargoModel
import CargoWorkspace
import SemVer

/// What was seen, for people: each package of each lock, with its spans.
struct SeenText {
    private var text = ""

    static func text(of report: SeenReport) -> String {
        var writer = SeenText()
        for find in report.finds { writer.write(find, report) }
        if !report.finds.isEmpty { writer.line("") }
        writer.writeGaps(report)
        writer.line(summary(of: report))
        writer.line("looked at: " + extent(of: report))
        return writer.text
    }

    private mutating func write(_ find: SeenReport.Find, _ report: SeenReport) {
        let id = "\(find.package.name) \(find.package.version)"
        line("\(id)\(Self.origin(of: find.package)) in \(find.lock): \(Self.standing(of: find, report))")
        for span in find.spans { write(span) }
    }

    /// A namesake from elsewhere is another package.
    private static func origin(of package: LockScan.Package) -> String {
        if package.isFromCratesIO { return "" }
        return package.source.map { " (\($0))" } ?? " (from a path)"
    }

    private static func standing(of find: SeenReport.Find, _ report: SeenReport) -> String {
        if report.history == nil { return "there" }
        if find.isOnDisk { return find.spans.isEmpty ? "on disk, in no commit" : "still there, on disk too" }
        if find.isStillThere { return "still there" }
        return find.spans.contains { !$0.lost.isEmpty } ? "gone, as far as can be read" : "gone"
    }

    private mutating func write(_ span: SeenReport.Span) {
        let from = span.from.map { "\($0)" } ?? "?"
        let until = span.until.map { "\($0)" } ?? (span.holders.isEmpty ? "?" : "now")
        line("  \(from) to \(until), \(count(span.commits, "commit"))")
        list("came with", span.introduced)
        list("removed by", span.removed)
        list("not kept by merge", span.dropped)
        list("unreadable in", span.lost)
        names("held by", span.holders)
        names("past of", span.past)
        if span.holders.isEmpty, span.past.isEmpty { line("    on no branch or tag any more") }
    }

    /// More than this nobody reads on a screen; the JSON has them all.
    private static let limit = 5

    private mutating func list(_ word: String, _ commits: [SeenReport.Commit]) {
        for commit in commits.prefix(Self.limit) {
            let day = SeenReport.Commit.day(commit.authored)
            line("    \(word) \(commit.id.prefix(10)) of \(day), \(commit.author): \(Self.short(commit.subject))")
        }
        if commits.count > Self.limit { line("    \(word) \(commits.count - Self.limit) more") }
    }

    private static func short(_ subject: String) -> String {
        subject.unicodeScalars.count > 60
            ? String(String.UnicodeScalarView(subject.unicodeScalars.prefix(59))) + "…" : subject
    }

    private mutating func names(_ word: String, _ references: [String]) {
        if references.isEmpty { return }
        let shown = references.prefix(Self.limit).map(Self.name).joined(separator: ", ")
        let more = references.count > Self.limit ? " and \(references.count - Self.limit) more" : ""
        line("    \(word) \(shown)\(more)")
    }

    /// As people say it.
    private static func name(_ reference: String) -> String {
        if reference.hasPrefix("refs/heads/") { return String(reference.dropFirst("refs/heads/".count)) }
        if reference.hasPrefix("refs/remotes/") { return String(reference.dropFirst("refs/remotes/".count)) }
        if reference.hasPrefix("refs/tags/") { return "tag " + reference.dropFirst("refs/tags/".count) }
        return reference == "refs/stash" ? "the stash" : reference
    }

    // MARK: What was looked at

    private mutating func writeGaps(_ report: SeenReport) {
        for gap in report.unreadable.prefix(20) {
            line("cannot judge: \(gap.lock)\(gap.commit.map { " of \($0.prefix(10))" } ?? ""): \(gap.why)")
        }
        if report.unreadable.count > 20 { line("cannot judge: \(report.unreadable.count - 20) more") }
        if report.history?.isShallow == true {
            line("cannot judge: the history is incomplete; `git fetch --unshallow` brings the rest")
        }
    }

    private static func summary(of report: SeenReport) -> String {
        let asked = report.queries.map(\.description).joined(separator: ", ")
        guard !report.finds.isEmpty else {
            return report.exitStatus == 0
                ? "not seen: \(asked)" : "cannot judge: \(asked) was not seen in what could be read"
        }
        let locks = Set(report.finds.map(\.lock)).count
        let total = "seen: \(asked): \(count(report.finds.count, "package")) in \(count(locks, "lock"))"
        guard report.history != nil else { return total }
        let still = report.finds.count { $0.isStillThere }
        if still == 0 { return total + ", none still there" + (report.unreadable.isEmpty ? "" : " that can be read") }
        return total + (still == report.finds.count ? ", still there" : ", \(still) still there")
    }

    private static func extent(of report: SeenReport) -> String {
        let disk = count(report.locks, "lock") + " on disk"
        guard let history = report.history else { return disk }
        return "\(disk); \(count(history.commits, "commit")), \(count(history.locks, "lock")) in "
            + "\(count(history.versions, "version")), \(count(history.references, "reference"))"
    }

    private mutating func line(_ content: String) {
        text += printable(content)
        text += "\n"
    }
}
