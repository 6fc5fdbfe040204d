// Report: a verdict in one format.
//
// In:  a `Verdict`, and the files its locations point into (`SourceIndex`).
// Out: bytes for standard output. The same verdict gives the same bytes, and no format touches the exit status.
//
// One file per format, one case of `ReportFormat`; the compiler finds what else a new format needs. Messages come from
// the findings as they are: a format lays out, it does not word.
//
// Not here: what a finding says (Audit) and where the bytes go (CLI).
//
// Start reading at `render(_:as:sources:style:)`.

package import Audit

/// The formats of `--format`.
package enum ReportFormat: String, Sendable, CaseIterable {
    /// For people: each finding with its source line, then a summary.
    case text
    /// For programs: documented in the README, versioned by its `version` member.
    case json
}

/// How a report for people may look.
package struct ReportStyle: Sendable {
    package let usesColor: Bool
    /// Adds where each level comes from, and the ignored findings one by one.
    package let isVerbose: Bool

    package init(usesColor: Bool, isVerbose: Bool) {
        self.usesColor = usesColor
        self.isVerbose = isVerbose
    }
}

package func render(
    _ verdict: Verdict, as format: ReportFormat, sources: SourceIndex, style: ReportStyle
) -> [UInt8] {
    switch format {
    case .text: Array(TextReport(verdict, sources, style).text.utf8)
    case .json: JSONReport.bytes(of: verdict, sources)
    }
}
