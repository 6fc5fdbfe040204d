import Audit
import CargoModel
import TOML

/// One thing a report lists, whatever became of it: a finding, or what could not be judged. For formats in which
/// everything must lie in a file.
struct ReportItem {
    /// Gravest first.
    enum Standing: Int {
        case unjudged, denied, warned, note, ignored, known
    }

    let standing: Standing
    /// The rule, or `cannot-judge`.
    let rule: String
    let subject: String
    let message: String
    let help: String
    let notes: [Finding.Note]
    /// The notes that have a place.
    let related: [(text: String, place: Place)]
    /// Where, or at least in which file: line 1 of the lock, or of the manifest where there is no lock.
    let place: Place
    let finding: Finding?
    /// Why it does not count.
    let reason: String?
    /// Tells it from all others of the run, and stays the same when lines move.
    let fingerprint: String

    /// The rule of what is none.
    static let unjudgedRule = "cannot-judge"

    /// CVSS, where the finding has one.
    var score: String? { finding?.facts.first { $0.key == "score" }?.value }
    var severity: String? { finding?.facts.first { $0.key == "severity" }?.value }
}

/// Lines and columns from 1, the end exclusive; no columns where only the line is known.
struct Place {
    let path: String
    let line: Int
    let columns: (start: Int, end: Int, endLine: Int)?
    let snippet: String?

    init(path: String, line: Int = 1) {
        self.path = path
        self.line = line
        columns = nil
        snippet = nil
    }

    init?(_ location: Location, in sources: SourceIndex) {
        guard let excerpt = sources.excerpt(of: location) else { return nil }
        path = location.path
        line = excerpt.line
        columns = (excerpt.column, excerpt.endColumn, excerpt.endLine)
        snippet = excerpt.snippet
    }

    /// `Cargo.lock:5`.
    var text: String { "\(path):\(line)" }
}

// MARK: - Listing

extension CheckReport {
    /// Everything, gravest first; within one standing by workspace.
    var itemsBySeverity: [ReportItem] {
        let all = workspaces.flatMap(\.items)
        return all.enumerated().sorted {
            ($0.element.standing.rawValue, $0.offset) < ($1.element.standing.rawValue, $1.offset)
        }.map(\.element)
    }
}

extension WorkspaceReport {
    /// Gravest first; within one standing in the order of the verdict.
    var items: [ReportItem] {
        var list = ItemList(self)
        switch result {
        case .failure(let failure):
            list.addUnjudged(
                failure.message, help: "", notes: failure.notes.map { Finding.Note($0) }, identity: "workspace",
                at: failure.place.map { Place(path: $0.path, line: $0.line) })
        case .verdict(let verdict):
            for item in verdict.unjudged {
                list.addUnjudged("cannot judge \(item.what)", help: item.help, notes: item.notes, identity: item.what)
            }
            for judged in verdict.findings { list.add(judged.finding, ReportItem.Standing(judged.standing)) }
            for (finding, ignore) in verdict.ignored {
                let until = ignore.expires.map { " (until \($0))" } ?? ""
                list.add(finding, .ignored, reason: ignore.reason + until)
            }
            for finding in verdict.known { list.add(finding, .known, reason: "recorded in the baseline") }
        }
        return list.items
    }
}

extension ReportItem.Standing {
    fileprivate init(_ standing: JudgedFinding.Standing) {
        self =
            switch standing {
            case .denied: .denied
            case .warned: .warned
            case .note: .note
            }
    }
}

/// The items of one workspace, each with a fingerprint of its own.
private struct ItemList {
    private(set) var items: [ReportItem] = []
    private let workspace: WorkspaceReport
    private let fallback: Place
    private var seen: [String: Int] = [:]

    init(_ workspace: WorkspaceReport) {
        self.workspace = workspace
        if case .missing? = workspace.verdict?.lock {
            fallback = Place(path: workspace.manifestPath)
        } else {
            fallback = Place(path: workspace.lockPath)
        }
    }

    mutating func addUnjudged(
        _ message: String, help: String, notes: [Finding.Note], identity: String, at place: Place? = nil
    ) {
        items.append(
            ReportItem(
                standing: .unjudged, rule: ReportItem.unjudgedRule, subject: workspace.lockPath, message: message,
                help: help, notes: notes, related: related(notes), place: place ?? fallback, finding: nil, reason: nil,
                fingerprint: fingerprint("\(ReportItem.unjudgedRule):\(identity)")))
    }

    mutating func add(_ finding: Finding, _ standing: ReportItem.Standing, reason: String? = nil) {
        let place = finding.location.map { Place($0, in: workspace.sources) ?? Place(path: $0.path) }
        items.append(
            ReportItem(
                standing: standing, rule: finding.rule, subject: finding.subject.identity, message: finding.message,
                help: finding.help, notes: finding.notes, related: related(finding.notes), place: place ?? fallback,
                finding: finding, reason: reason, fingerprint: fingerprint(Self.identity(of: finding))))
    }

    private func related(_ notes: [Finding.Note]) -> [(text: String, place: Place)] {
        notes.compactMap { note in
            note.location.flatMap { Place($0, in: workspace.sources) }.map { (note.text, $0) }
        }
    }

    /// Two sources may have the same version of a name.
    private static func identity(of finding: Finding) -> String {
        guard let source = finding.subject.package?.source, source != .cratesIO else { return finding.identity }
        return "\(finding.identity) \(source)"
    }

    private mutating func fingerprint(_ identity: String) -> String {
        let number = seen[identity, default: 0] + 1
        seen[identity] = number
        return "\(workspace.lockPath) \(identity)" + (number == 1 ? "" : " #\(number)")
    }
}
