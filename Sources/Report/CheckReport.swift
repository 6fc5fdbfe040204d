package import Audit
import TOML

/// What one run has to tell of all its workspaces.
package struct CheckReport: Sendable {
    /// In the order reports list them.
    package let workspaces: [WorkspaceReport]
    /// Whether several were asked for, be it that one was found: totals are given, and JSON has a list.
    package let isCollection: Bool
    package let lockgateVersion: String

    package init(_ workspaces: [WorkspaceReport], isCollection: Bool, lockgateVersion: String) {
        self.workspaces = workspaces
        self.isCollection = isCollection
        self.lockgateVersion = lockgateVersion
    }

    /// The gravest of all: could not judge, wrong configuration, stale, denied, passed.
    package var exitStatus: Int32 {
        let statuses = Set(workspaces.map(\.exitStatus))
        return [3, 2, 4, 1].first(where: statuses.contains) ?? 0
    }

    var tally: Tally { workspaces.reduce(into: Tally()) { $0.add($1.tally) } }
}

/// One workspace: the verdict on it, or why there is none.
package struct WorkspaceReport: Sendable {
    package enum Result: Sendable {
        case verdict(Verdict)
        case failure(WorkspaceFailure)
    }

    /// Its folder as the user would type it; `.` for the working directory.
    package let path: String
    /// The lock, be it missing, and the manifest of the root, as the user would type them.
    package let lockPath: String
    package let manifestPath: String
    package let result: Result
    package let sources: SourceIndex

    package init(path: String, lockPath: String, manifestPath: String, result: Result, sources: SourceIndex) {
        self.path = path
        self.lockPath = lockPath
        self.manifestPath = manifestPath
        self.result = result
        self.sources = sources
    }

    /// The same without the files: of them only the lines that the verdict points at.
    package func condensed() -> WorkspaceReport {
        WorkspaceReport(
            path: path, lockPath: lockPath, manifestPath: manifestPath, result: result,
            sources: sources.restricted(to: verdict?.locations ?? []))
    }

    package var verdict: Verdict? {
        if case .verdict(let verdict) = result { verdict } else { nil }
    }

    package var exitStatus: Int32 {
        switch result {
        case .verdict(let verdict): verdict.outcome.rawValue
        case .failure(let failure): failure.exitStatus
        }
    }

    var tally: Tally {
        switch result {
        case .verdict(let verdict): Tally(verdict)
        case .failure: Tally(unjudged: 1)
        }
    }
}

/// Why a workspace got no verdict.
package struct WorkspaceFailure: Sendable {
    /// With its place in front: `Cargo.toml:3:1: …`.
    package let message: String
    /// A line each.
    package let notes: [String]
    /// 2 for a configuration that is wrong, else 3.
    package let exitStatus: Int32
    /// The file and line to blame, if there is one.
    package let place: FileLine?

    package init(message: String, notes: [String], exitStatus: Int32, place: FileLine? = nil) {
        self.message = message
        self.notes = notes
        self.exitStatus = exitStatus
        self.place = place
    }
}

/// A line of a file, from 1.
package struct FileLine: Sendable {
    package let path: String
    package let line: Int

    package init(path: String, line: Int) {
        self.path = path
        self.line = line
    }
}

/// How a run ended, by exit status.
enum OutcomeName {
    /// For programs.
    static func word(_ status: Int32) -> String {
        Verdict.Outcome(rawValue: status)?.name ?? Verdict.Outcome.unjudged.name
    }

    /// For people.
    static func phrase(_ status: Int32) -> String {
        switch status {
        case 0: "passed"
        case 1: "denied"
        case 4: "stale lock"
        default: "cannot judge"
        }
    }
}

/// Counts of a verdict, or of several.
struct Tally {
    private(set) var denied = 0
    private(set) var warned = 0
    private(set) var notes = 0
    private(set) var ignored = 0
    private(set) var known = 0
    private(set) var packages = 0
    private(set) var unjudged = 0

    init(unjudged: Int = 0) { self.unjudged = unjudged }

    init(_ verdict: Verdict) {
        denied = verdict.denied.count
        warned = verdict.warned.count
        notes = verdict.findings.count { $0.standing == .note }
        ignored = verdict.ignored.count
        known = verdict.known.count
        packages = verdict.packageCount
        unjudged = verdict.unjudged.count
    }

    mutating func add(_ other: Tally) {
        denied += other.denied
        warned += other.warned
        notes += other.notes
        ignored += other.ignored
        known += other.known
        packages += other.packages
        unjudged += other.unjudged
    }

    /// `1 error, 2 warnings, …`; what is seldom there is left out where it is not.
    var text: String {
        [
            count(denied, "error"), count(warned, "warning"), count(notes, "note"),
            ignored == 0 ? "" : "\(ignored) ignored", known == 0 ? "" : "\(known) known", count(packages, "package"),
        ].filter { !$0.isEmpty }.joined(separator: ", ")
    }
}

/// `1 error`, `2 errors`.
func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

extension CheckReport {
    /// One line on everything: `denied: 1 error, …`.
    package var summaryLine: String {
        let phrase = OutcomeName.phrase(exitStatus)
        guard !isCollection else { return "\(phrase): \(totals)" }
        guard let verdict = workspaces.first?.verdict else { return phrase }
        return "\(phrase): \(tally.text), lock \(verdict.lock.name)"
    }

    /// `3 workspaces (1 passed, 2 denied), 4 errors, …`.
    var totals: String {
        let ends = [(0, "passed"), (1, "denied"), (4, "stale"), (3, "not judged"), (2, "not configured")]
        let parts = ends.compactMap { status, word -> String? in
            let number = workspaces.count { $0.exitStatus == Int32(status) }
            return number == 0 ? nil : "\(number) \(word)"
        }
        return "\(count(workspaces.count, "workspace")) (\(parts.joined(separator: ", "))), \(tally.text)"
    }
}

extension Verdict {
    /// Every place it speaks of.
    fileprivate var locations: [Location] {
        let all = findings.map(\.finding) + ignored.map(\.finding) + known
        return all.compactMap(\.location) + all.flatMap(\.notes).compactMap(\.location)
            + ignored.map(\.by.location) + unjudged.flatMap(\.notes).compactMap(\.location)
    }
}
