import Audit
import JSON

/// A Code Quality report: an array of issues, of which GitLab keeps one per fingerprint. What is let pass is left out.
enum GitLabReport {
    static func bytes(of report: CheckReport, _ paths: RepositoryPaths) -> [UInt8] {
        var writer = JSONWriter(.pretty)
        writer.array { writer in
            for item in report.itemsBySeverity {
                guard let severity = severity(of: item) else { continue }
                write(item, severity, paths.path(item.place.path), &writer)
            }
        }
        return writer.bytes
    }

    private static func write(_ item: ReportItem, _ severity: String, _ path: String, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("description", printable(item.message))
            writer.member("check_name", item.rule)
            writer.member("fingerprint", printable(item.fingerprint))
            writer.member("severity", severity)
            writer.key("location")
            writer.object { writer in
                writer.member("path", path)
                writer.key("lines")
                writer.object { $0.member("begin", item.place.line) }
            }
        }
    }

    /// `nil` for what does not count.
    private static func severity(of item: ReportItem) -> String? {
        switch item.standing {
        case .unjudged: "blocker"
        case .denied where item.rule == "malicious": "blocker"
        case .denied: item.severity == "critical" || item.severity == "high" ? "critical" : "major"
        case .warned: "minor"
        case .note: "info"
        case .ignored, .known: nil
        }
    }
}
