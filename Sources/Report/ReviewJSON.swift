import Audit
import CargoModel
import JSON
import SemVer
import TOML

/// A review for programs. Members are only ever added within one `version`.
enum ReviewJSON {
    static let version = 1

    static func bytes(of report: ReviewReport) -> [UInt8] {
        var writer = JSONWriter(.pretty)
        writer.object { writer in
            writer.member("format", "lockgate-review")
            writer.member("version", version)
            writer.member("lockgate", report.lockgateVersion)
            writer.member("outcome", OutcomeName.word(report.exitStatus))
            writer.member("exit_status", Int(report.exitStatus))
            writer.member("base", report.base)
            writer.member("head", report.head)
            strings("remarks", report.remarks, &writer)
            list("policy_changes", report.policyChanges, &writer) { change, writer in
                writer.member("file", change.path)
                writer.member("change", change.verb)
                strings("effects", change.effects, &writer)
            }
            list("workspaces", report.workspaces, &writer) { write($0, report, &$1) }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    private static func list<Element>(
        _ key: String, _ elements: [Element], _ writer: inout JSONWriter,
        _ write: (Element, inout JSONWriter) -> Void
    ) {
        writer.key(key)
        writer.array { writer in
            for element in elements { writer.object { write(element, &$0) } }
        }
    }

    private static func strings(_ key: String, _ texts: [String], _ writer: inout JSONWriter) {
        writer.key(key)
        writer.array { writer in
            for text in texts { writer.string(text) }
        }
    }

    private static func write(_ workspace: WorkspaceReview, _ report: ReviewReport, _ writer: inout JSONWriter) {
        writer.member("path", workspace.report.path)
        writer.member("extent", workspace.extent.rawValue)
        strings("notes", workspace.lockNotes, &writer)
        // What it brings in, as a report of a check has it.
        JSONReport.write(
            workspace.report, CheckReport([], isCollection: false, lockgateVersion: report.lockgateVersion), &writer)
        writer.key("change_summary")
        writer.object { writer in
            writer.member("changes", workspace.changes.count)
            for kind in Cause.Kind.allCases {
                writer.member(
                    kind.rawValue.replacing("-", with: "_"), workspace.changes.count { $0.cause.kind == kind })
            }
            writer.member("fixed", workspace.fixed.count)
            writer.member("old", workspace.oldCount)
        }
        let sources = workspace.report.sources
        list("changes", workspace.changes, &writer) { write($0, sources, &$1) }
        list("manifest_changes", workspace.review?.context.manifestChanges ?? [], &writer) { change, writer in
            writer.member("text", change.text)
            writer.member("file", change.path)
            if let place = change.location.flatMap({ sources.position(of: $0) }) { writer.member("line", place.line) }
            if let crate = change.crate { writer.member("crate", crate) }
        }
        list("fixed", workspace.fixed, &writer) { judged, writer in
            writer.member("rule", judged.finding.rule)
            writer.member("id", judged.finding.identity)
            writer.member("message", judged.finding.message)
        }
    }

    private static func write(_ change: LockChange, _ sources: SourceIndex, _ writer: inout JSONWriter) {
        writer.member("package", change.name)
        writer.member("change", change.kind.rawValue)
        package("old", change.old, change.checksums.old, &writer)
        package("new", change.new, change.checksums.new, &writer)
        writer.member("direct", change.isDirect)
        strings("dependents", change.dependents.map { "\($0)" }, &writer)
        strings("gained", change.gained.map { "\($0)" }, &writer)
        strings("lost", change.lost.map { "\($0)" }, &writer)
        writer.key("cause")
        writer.object { writer in
            writer.member("kind", change.cause.kind.rawValue)
            writer.member("text", change.cause.text)
            if let location = change.cause.location {
                writer.member("file", location.path)
                if let place = sources.position(of: location) { writer.member("line", place.line) }
            }
        }
        writer.key("facts")
        writer.object { writer in
            writer.member("yanked", change.facts.isYanked)
            if let links = change.facts.links { writer.member("links", links) }
            if let age = change.facts.age { writer.member("age_days", age) }
            strings("advisories", change.facts.advisories, &writer)
        }
        if let link = change.differenceLink ?? change.codeLink { writer.member("link", link) }
    }

    private static func package(_ key: String, _ id: PackageID?, _ checksum: String?, _ writer: inout JSONWriter) {
        writer.key(key)
        guard let id else { return writer.null() }
        writer.object { writer in
            writer.member("version", id.version.description)
            writer.member("source", id.source.isPath ? "path" : id.source.description)
            if let commit = id.source.precise { writer.member("commit", commit) }
            if let checksum { writer.member("checksum", checksum) }
        }
    }
}
