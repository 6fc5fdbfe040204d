package import Audit
package import CargoModel
import TOML

/// What one morning's run has to tell of all its workspaces: which locked versions need an update, how urgently, who is in
/// the way, and what can be done.
package struct UpdateReport: Sendable {
    /// In byte order of their paths.
    package let workspaces: [WorkspaceUpdates]
    /// Whether several were asked for.
    package let isCollection: Bool
    package let lockgateVersion: String
    package let today: Day
    /// `nil` where no history is kept.
    package var history: HistoryComparison?
    /// Why a history that was asked for is not there: a line.
    package var historyProblem: String?

    package init(
        _ workspaces: [WorkspaceUpdates], isCollection: Bool, lockgateVersion: String, today: Day
    ) {
        self.workspaces = workspaces
        self.isCollection = isCollection
        self.lockgateVersion = lockgateVersion
        self.today = today
    }

    /// 3 if something could not be read or judged, 2 for a configuration that is wrong, else 0: a report informs.
    package var exitStatus: Int32 {
        let statuses = Set(workspaces.map(\.exitStatus))
        return [3, 2].first(where: statuses.contains) ?? 0
    }
}

/// One workspace: what there is to update, or why that is not known.
package struct WorkspaceUpdates: Sendable {
    package enum Result: Sendable {
        case content(Content)
        case failure(WorkspaceFailure)
    }

    package struct Content: Sendable {
        package let updates: Updates
        package let verdict: Verdict
        /// How to clear what is denied; `nil` if nothing is, or if that was not looked for.
        package let fix: FixNote?

        package init(updates: Updates, verdict: Verdict, fix: FixNote?) {
            self.updates = updates
            self.verdict = verdict
            self.fix = fix
        }
    }

    /// Its folder as the user would type it; `.` for the working directory.
    package let path: String
    package let result: Result
    package let sources: SourceIndex

    package init(path: String, result: Result, sources: SourceIndex) {
        self.path = path
        self.result = result
        self.sources = sources
    }

    package var content: Content? {
        if case .content(let content) = result { content } else { nil }
    }

    package var packages: [PackageUpdate] { content?.updates.packages ?? [] }

    package var exitStatus: Int32 {
        switch result {
        case .failure(let failure): failure.exitStatus
        case .content(let content): content.verdict.unjudged.isEmpty ? 0 : 3
        }
    }

    /// The same without the files: of them only the lines that are pointed at.
    package func condensed() -> WorkspaceUpdates {
        WorkspaceUpdates(
            path: path, result: result, sources: sources.restricted(to: content?.locations ?? []))
    }
}

extension WorkspaceUpdates.Content {
    /// Every place it speaks of.
    fileprivate var locations: [Location] {
        var places: [Location?] = updates.requirements.map(\.location)
        for update in updates.packages {
            places.append(update.location)
            places += update.pins.map(\.location)
            places += (update.hold?.blockers ?? []).map(\.location)
        }
        for finding in verdict.findings.map(\.finding) {
            places.append(finding.location)
            places += finding.notes.map(\.location)
        }
        for item in verdict.unjudged { places += item.notes.map(\.location) }
        return places.compactMap { $0 }
    }
}

/// Moves that clear findings: resolved and judged, ready to be made.
package struct FixNote: Sendable {
    /// `cargo update -p …` and edits of manifests, in the order in which they have to be made.
    package let commands: [String]
    /// What they clear: rule and message.
    package let cleared: [String]
    /// What nothing clears, and why not.
    package let left: [(finding: String, reason: String)]
    /// Packages whose version differs afterwards.
    package let changed: Int

    package init(commands: [String], cleared: [String], left: [(finding: String, reason: String)], changed: Int) {
        self.commands = commands
        self.cleared = cleared
        self.left = left
        self.changed = changed
    }
}

/// The formats of `lockgate report`.
package enum UpdateFormat: String, Sendable, CaseIterable {
    /// For people at a terminal.
    case text
    /// For programs: documented in the README, versioned by its `version` member.
    case json
    /// For an issue or a chat.
    case markdown
    /// One line per package, for a spreadsheet.
    case csv
    /// One page that needs nothing but itself.
    case html
}

package func render(_ report: UpdateReport, as format: UpdateFormat, style: ReportStyle) -> [UInt8] {
    switch format {
    case .text: Array(UpdateText.text(of: report, style).utf8)
    case .json: UpdateJSON.bytes(of: report)
    case .markdown: Array(UpdateMarkdown.text(of: report).utf8)
    case .csv: Array(UpdateCSV.text(of: report).utf8)
    case .html: UpdatePage.bytes(of: report)
    }
}
