import Audit
import CargoModel

/// The report at a terminal: per workspace what is urgent, pinned and behind, each with who is in the way; then the
/// commands that help, and the totals.
struct UpdateText {
    private(set) var text = ""
    private var sources = SourceIndex([])
    private let style: ReportStyle

    static func text(of report: UpdateReport, _ style: ReportStyle) -> String {
        var writer = UpdateText(style: style)
        for workspace in report.workspaces {
            if report.isCollection { writer.line(writer.paint("workspace \(workspace.path)", .bold)) }
            writer.write(workspace)
            writer.line("")
        }
        writer.write(report.history, report)
        if let basis = report.workspaces.lazy.compactMap(\.content).first?.verdict.basis {
            writer.text += TextReport.basis(of: basis)
        }
        writer.line("\(report.summaryLine)")
        return writer.text
    }

    private init(style: ReportStyle) { self.style = style }

    private mutating func write(_ workspace: WorkspaceUpdates) {
        sources = workspace.sources
        switch workspace.result {
        case .failure(let failure):
            line(paint("error", .red), paint(": " + failure.message, .bold))
            for note in failure.notes { line("   = note: \(note)") }
        case .content(let content): write(content)
        }
    }

    private mutating func write(_ content: WorkspaceUpdates.Content) {
        for unjudged in content.verdict.unjudged {
            line(paint("unknown", .yellow), ": cannot judge \(unjudged.what)")
            line("   = help: \(unjudged.help)")
        }
        if let trap = content.updates.trap {
            line(paint("do not run a plain `cargo update`", .red), paint(": \(trap)", .bold))
        }
        let packages = content.updates.packages
        for section in UpdateSection.allCases { write(section, section.packages(packages)) }
        if let fix = content.fix { write(fix) }
        if let word = content.lockWord { line(paint("lock \(content.verdict.lock.name)", .red), ": \(word)") }
        if let error = content.updateWord { line("what `cargo update` would bring is not known: \(error)") }
        line("\(content.updates.summary)")
    }

    // MARK: Packages

    private mutating func write(_ section: UpdateSection, _ packages: [PackageUpdate]) {
        guard !packages.isEmpty else { return }
        line(paint("\(section.title) (\(packages.count))", section == .urgent ? .red : .bold))
        for package in packages.prefix(section.limit) { write(package, section) }
        if packages.count > section.limit {
            line("  and \(packages.count - section.limit) more; `--format json`, `csv` or `html` have them all")
        }
        line("")
    }

    private mutating func write(_ update: PackageUpdate, _ section: UpdateSection) {
        if let gap = update.gap, section == .unknown { return line("  \(update.id): \(gap)") }
        line("  ", paint("\(update.id)", .bold), "\(update.headline)")
        let facts = update.facts() + [update.gap].compactMap { $0 }
        for fact in section < .compatible ? facts : [] { line("      \(fact)") }
        for blocker in update.hold?.blockers ?? [] {
            let place = blocker.location.map { " (\(sources.text(of: $0)))" } ?? ""
            let chain = blocker.chain.isEmpty ? "" : ", by way of \(blocker.chain)"
            line("      held: \(blocker.text)\(place)\(chain)")
        }
    }

    private mutating func write(_ fix: FixNote) {
        guard !fix.commands.isEmpty else { return }
        line(paint("what clears \(fix.cleared.count) of \(fix.cleared.count + fix.left.count) denied", .bold))
        for command in fix.commands { line("  \(command)") }
        line("")
    }

    // MARK: History

    private mutating func write(_ history: HistoryComparison?, _ report: UpdateReport) {
        if let problem = report.historyProblem { line(paint("history", .yellow), ": \(problem)") }
        guard let history, let previous = history.previous else { return }
        line(
            paint("since \(previous)", .bold),
            ": \(history.new.count) new, \(history.gone.count) gone, \(history.still.count) still there")
        let shown = report.isCollection
        for dated in history.new.prefix(20) where dated.item.kind < .behind {
            line("  new: \(shown ? "\(dated.item.workspace): " : "")\(dated.item.title)")
        }
        for dated in history.gone.prefix(20) where dated.item.kind < .behind {
            line("  gone: \(shown ? "\(dated.item.workspace): " : "")\(dated.item.title)")
        }
        line("")
    }

    // MARK: Lines

    private func paint(_ text: String, _ tone: Tone) -> Piece { Piece(text: text, tone: tone) }

    /// What comes from files cannot steer the terminal.
    private mutating func line(_ pieces: Piece...) {
        for piece in pieces {
            let content = printable(piece.text)
            text += style.usesColor ? piece.tone?.paint(content) ?? content : content
        }
        text += "\n"
    }
}

/// A part of a line.
private struct Piece: ExpressibleByStringInterpolation {
    let text: String
    let tone: Tone?

    init(text: String, tone: Tone?) {
        self.text = text
        self.tone = tone
    }

    init(stringLiteral text: String) { self.init(text: text, tone: nil) }
}

/// The parts a report has, most urgent first.
enum UpdateSection: Int, CaseIterable, Comparable {
    case urgent, pinned, unmaintained, compatible, breaking, unknown

    static func < (left: UpdateSection, right: UpdateSection) -> Bool { left.rawValue < right.rawValue }

    var title: String {
        switch self {
        case .urgent: "urgent"
        case .pinned: "pinned"
        case .unmaintained: "unmaintained"
        case .compatible: "compatible updates"
        case .breaking: "breaking updates of what members require"
        case .unknown: "unknown"
        }
    }

    /// How many a terminal is shown.
    var limit: Int { self == .urgent || self == .pinned ? 200 : 40 }

    func packages(_ all: [PackageUpdate]) -> [PackageUpdate] { all.filter(holds) }

    func holds(_ update: PackageUpdate) -> Bool {
        switch self {
        case .urgent: update.isUrgent
        case .pinned: update.urgency == .pinned
        case .unmaintained: update.urgency == .unmaintained
        case .compatible: update.urgency == .compatible
        case .breaking: update.urgency == .breaking && update.isDirect
        case .unknown: update.urgency == .unknown
        }
    }
}

extension PackageUpdate {
    /// ` -> 1.2.4 (patch), 2.0.0 (breaking); cargo update brings 1.2.3`
    fileprivate var headline: String {
        let above = offers.map(\.text).joined(separator: ", ")
        return (above.isEmpty ? "" : " -> \(above)") + (arrivalText.map { "; \($0)" } ?? "")
    }
}

extension Updates {
    /// `46 packages, 12 behind, 3 breaking updates, 4.2 libyears`
    fileprivate var summary: String {
        let behind = packages.count(where: \.hasCompatibleUpdate)
        let breaking = packages.count(where: \.hasOnlyBreakingUpdate)
        let years = libyears.map { ", \(decimal($0)) libyears" } ?? ""
        return
            "\(count(packages.count, "package")), \(behind) with a compatible update, \(breaking) with a breaking one"
            + years
    }
}

/// With one decimal, rounded half up; for numbers that are not negative.
func decimal(_ number: Double) -> String {
    let tenths = Int((number * 10).rounded(.toNearestOrAwayFromZero))
    return "\(tenths / 10).\(tenths % 10)"
}

extension UpdateReport {
    /// One line on everything.
    package var summaryLine: String {
        let counts = counts
        let unreadable = counts.unreadable == 0 ? "" : ", \(counts.unreadable) not readable"
        return "\(count(counts.workspaces, "workspace"))\(unreadable), \(count(counts.packages, "package")): "
            + "\(urgentCount) urgent, \(counts.pinned) pinned, \(counts.compatible) with a compatible update"
    }
}
