package import Audit
import CargoModel
import SemVer

/// What a review has to tell of all workspaces a change touches.
package struct ReviewReport: Sendable {
    /// What is compared, as the user said it: `origin/main` and `the working tree`.
    package let base: String
    package let head: String
    /// Files that decide how the change is judged, and that the change touches itself. They are told first.
    package let policyChanges: [PolicyChange]
    /// In byte order of their paths.
    package let workspaces: [WorkspaceReview]
    /// What a reader should know of the comparison.
    package let remarks: [String]
    package let lockgateVersion: String

    package init(
        base: String, head: String, policyChanges: [PolicyChange], workspaces: [WorkspaceReview], remarks: [String],
        lockgateVersion: String
    ) {
        self.base = base
        self.head = head
        self.policyChanges = policyChanges
        self.workspaces = workspaces
        self.remarks = remarks
        self.lockgateVersion = lockgateVersion
    }

    /// The gravest of all, as for a check.
    package var exitStatus: Int32 { findings.exitStatus }

    /// What the change brings in, as a report of a check would have it: for the formats that list findings.
    package var findings: CheckReport {
        CheckReport(workspaces.map(\.report), isCollection: workspaces.count != 1, lockgateVersion: lockgateVersion)
    }

    package var summaryLine: String {
        let changes = workspaces.flatMap(\.changes)
        guard !workspaces.isEmpty else { return "passed: no lock and no manifest of a lock is changed" }
        let unexplained = changes.count { $0.cause.kind == .unexplained }
        let tally = findings.tally
        return [
            OutcomeName.phrase(exitStatus) + ": " + count(changes.count, "package") + " changed",
            unexplained == 0 ? "" : "\(unexplained) unexplained", "brings in " + count(tally.denied, "error"),
            count(tally.warned, "warning"), "repairs \(workspaces.reduce(0) { $0 + $1.fixed.count })",
            "\(workspaces.reduce(0) { $0 + $1.oldCount }) from before",
        ].filter { !$0.isEmpty }.joined(separator: ", ")
    }
}

/// One file of the policy that a change touches.
package struct PolicyChange: Sendable {
    package let path: String
    /// `added`, `removed` or `changed`.
    package let verb: String
    /// One line each: what counts otherwise now.
    package let effects: [String]

    package init(path: String, verb: String, effects: [String]) {
        self.path = path
        self.verb = verb
        self.effects = effects
    }
}

/// One workspace of a review.
package struct WorkspaceReview: Sendable {
    package enum Extent: String, Sendable {
        case changed
        /// The workspace is new.
        case added
        /// It is there no more.
        case removed
    }

    package let extent: Extent
    /// What it brings in; the failure where it could not be judged.
    package let report: WorkspaceReport
    /// `nil` for one that is gone or could not be judged.
    package let review: Review?

    package init(extent: Extent, report: WorkspaceReport, review: Review?) {
        self.extent = extent
        self.report = report
        self.review = review
    }

    package var changes: [LockChange] { review?.context.changes ?? [] }
    package var fixed: [JudgedFinding] { review?.fixed ?? [] }
    var oldCount: Int { review?.old.count { $0.standing != .note } ?? 0 }

    /// What is said of the lock as a whole.
    var lockNotes: [String] {
        guard let review else { return extent == .removed ? ["the workspace is there no more"] : [] }
        var notes: [String] = []
        if extent == .added { notes.append("the workspace is new") }
        switch (review.hadLock, review.hasLock) {
        case (false, true): if extent == .changed { notes.append("the lock is new") }
        case (true, false): notes.append("the lock is removed")
        default: break
        }
        if let (old, new) = review.format { notes.append("the lock has format \(new), had \(old)") }
        if let obstacle = review.context.replay?.obstacle {
            notes.append("the causes are not known, since the old lock cannot be replayed: \(obstacle)")
        }
        notes += review.gaps.map { "of the base could not be judged \($0.what)" }
        return notes
    }

    /// Packages that changed by cause: the unexplained first.
    var byCause: [(kind: Cause.Kind, changes: [LockChange])] {
        let order: [Cause.Kind] = [.unexplained, .targetedUpdate, .manifest, .cascade, .fullUpdate, .newLock]
        return order.compactMap { kind in
            let list = changes.filter { $0.cause.kind == kind }
            return list.isEmpty ? nil : (kind, list)
        }
    }
}

extension Cause.Kind {
    /// As a heading.
    var phrase: String {
        switch self {
        case .unexplained: "nothing explains"
        case .targetedUpdate: "updates nobody wrote into a manifest"
        case .manifest: "asked for by a manifest"
        case .cascade: "follows from another change"
        case .fullUpdate: "as after `cargo update`"
        case .newLock: "in a new lock"
        }
    }
}

extension LockChange {
    /// Where the difference of two published versions can be read; `nil` if nowhere.
    package var differenceLink: String? {
        guard let old, let new, old.source == .cratesIO, new.source == .cratesIO, old.version != new.version,
            Self.isPlain(name), Self.isPlain("\(old.version)"), Self.isPlain("\(new.version)")
        else { return nil }
        return "https://diff.rs/\(name)/\(old.version)/\(new.version)"
    }

    /// Where the code of a new package can be read.
    package var codeLink: String? {
        guard old == nil, let new, new.source == .cratesIO, Self.isPlain(name), Self.isPlain("\(new.version)") else {
            return nil
        }
        return "https://docs.rs/crate/\(name)/\(new.version)/source/"
    }

    /// Names and versions come from a file that may say anything.
    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                    UInt8(ascii: "+"):
                    true
                default: false
                }
            }
    }

    /// What it brings, in a few words: `new: a, b; links z; yanked; 3 days old; RUSTSEC-…`.
    package var bringsText: String {
        var parts: [String] = []
        if !gained.isEmpty { parts.append("depends on " + Self.list(gained) + (kind == .added ? "" : " now")) }
        if !lost.isEmpty, kind != .removed { parts.append("no longer on " + Self.list(lost)) }
        if let links = facts.links { parts.append("links `\(links)`") }
        if facts.isYanked { parts.append("yanked") }
        if let age = facts.age, kind != .rewired {
            parts.append(age < 1 ? "published today" : count(age, "day") + " old")
        }
        parts += facts.advisories
        return parts.joined(separator: "; ")
    }

    private static func list(_ ids: [PackageID]) -> String {
        let names = ids.prefix(4).map { "`\($0.name)`" }.joined(separator: ", ")
        return names + (ids.count > 4 ? " and \(ids.count - 4) more" : "")
    }

    /// `1.0.0 → 1.0.1`, `1.0.0`, …
    var versions: String {
        switch (old, new) {
        case (let old?, let new?) where old.version != new.version: "\(old.version) → \(new.version)"
        case (_, let new?): "\(new.version)"
        case (let old?, nil): "\(old.version)"
        default: ""
        }
    }

    /// `direct`, or who needs it.
    var usersText: String {
        if isLocal { return "in the tree" }
        if isDirect { return "direct" }
        let names = dependents.prefix(3).map { "`\($0.name)`" }.joined(separator: ", ")
        return names.isEmpty
            ? "nobody" : "through " + names + (dependents.count > 3 ? " and \(dependents.count - 3) more" : "")
    }
}

/// A review in one format. Text, JSON and Markdown tell the whole change, the others list what it brings in.
package func render(_ report: ReviewReport, as format: ReportFormat, style: ReportStyle) -> [UInt8] {
    switch format {
    case .text: Array(ReviewText.text(of: report, style).utf8)
    case .json: ReviewJSON.bytes(of: report)
    case .markdown: Array(ReviewMarkdown.comment(on: report, limit: ReviewMarkdown.commentLimit).utf8)
    case .sarif, .junit, .github, .gitlab: render(report.findings, as: format, style: style)
    }
}

/// The summary of a step for GitHub Actions, as Markdown.
package func stepSummary(of report: ReviewReport, limit: Int) -> [UInt8] {
    Array(ReviewMarkdown.comment(on: report, limit: limit).utf8)
}
