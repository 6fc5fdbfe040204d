// Report: verdicts in one format.
//
// In:  a `CheckReport`: the verdict on each workspace, and the lines its findings point at (`SourceIndex`).
// Out: bytes for standard output or a file. The same verdicts give the same bytes, and no format touches the exit
//      status.
//
// One file per format, one case of `ReportFormat`; the compiler finds what else a new format needs. Messages come from
// the findings as they are: a format lays out, it does not word. Formats that list findings of every kind in one way
// (SARIF, JUnit, GitHub, GitLab, Markdown) work on `ReportItem`s, where everything has a place in a file.
//
// Hostile input: whatever comes from a file is escaped by the format that shows it, and what a reader of a format limits
// is cut with a line that says so.
//
// Not here: what a finding says (Audit) and where the bytes go (CLI).
//
// Start reading at `render(_:as:style:)`, then `CheckReport` and `ReportItem`.

/// The formats of `--format`.
package enum ReportFormat: String, Sendable, CaseIterable {
    /// For people: each finding with its source line, then a summary.
    case text
    /// For programs: documented in the README, versioned by its `version` member.
    case json
    /// SARIF 2.1.0, for code scanning.
    case sarif
    /// JUnit XML, for test reports.
    case junit
    /// Workflow commands of GitHub Actions.
    case github
    /// A Code Quality report of GitLab.
    case gitlab
    /// For a comment on a pull request.
    case markdown
}

/// How a report may look.
package struct ReportStyle: Sendable {
    package let usesColor: Bool
    /// Adds where each level comes from, and the ignored findings one by one.
    package let isVerbose: Bool
    /// For formats that a code host reads, which wants paths from the root of the repository.
    package let paths: RepositoryPaths
    /// Whether what the host does not show goes into a summary of its own, `stepSummary`.
    package let hasStepSummary: Bool

    package init(
        usesColor: Bool, isVerbose: Bool, paths: RepositoryPaths = RepositoryPaths(), hasStepSummary: Bool = false
    ) {
        self.usesColor = usesColor
        self.isVerbose = isVerbose
        self.paths = paths
        self.hasStepSummary = hasStepSummary
    }
}

package func render(_ report: CheckReport, as format: ReportFormat, style: ReportStyle) -> [UInt8] {
    switch format {
    case .text: Array(TextReport.text(of: report, style).utf8)
    case .json: JSONReport.bytes(of: report)
    case .sarif: SARIFReport.bytes(of: report)
    case .junit: Array(JUnitReport.text(of: report).utf8)
    case .github: Array(GitHubReport.text(of: report, style).utf8)
    case .gitlab: GitLabReport.bytes(of: report, style.paths)
    case .markdown: Array(MarkdownReport.comment(on: report).utf8)
    }
}

/// The summary of a step for GitHub Actions, as Markdown.
///
/// - Parameter limit: in bytes; what does not fit is counted.
package func stepSummary(of report: CheckReport, limit: Int) -> [UInt8] {
    Array(MarkdownReport.text(of: report, limit: limit).utf8)
}
