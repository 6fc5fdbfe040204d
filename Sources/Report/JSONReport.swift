import Audit
import CargoModel
import JSON
import SemVer
import TOML

/// The report for programs. Members are only ever added within one `version`.
enum JSONReport {
    static let version = 1

    static func bytes(of report: CheckReport) -> [UInt8] {
        var writer = JSONWriter(.pretty)
        writer.object { writer in
            writer.member("format", report.isCollection ? "lockgate-reports" : "lockgate-report")
            writer.member("version", version)
            if report.isCollection {
                writeAll(report, &writer)
            } else if let workspace = report.workspaces.first {
                write(workspace, report, &writer)
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    private static func writeAll(_ report: CheckReport, _ writer: inout JSONWriter) {
        writer.member("outcome", OutcomeName.word(report.exitStatus))
        writer.member("exit_status", Int(report.exitStatus))
        writeSummary(report.tally, workspaces: report.workspaces.count, &writer)
        writer.key("workspaces")
        writer.array { writer in
            for workspace in report.workspaces {
                writer.object { writer in
                    writer.member("path", workspace.path)
                    write(workspace, report, &writer)
                }
            }
        }
    }

    static func write(_ workspace: WorkspaceReport, _ report: CheckReport, _ writer: inout JSONWriter) {
        writer.member("outcome", OutcomeName.word(workspace.exitStatus))
        writer.member("exit_status", Int(workspace.exitStatus))
        switch workspace.result {
        case .verdict(let verdict): write(verdict, workspace.sources, &writer)
        case .failure(let failure):
            writer.member("lockgate", report.lockgateVersion)
            write(failure, &writer)
        }
    }

    private static func write(_ failure: WorkspaceFailure, _ writer: inout JSONWriter) {
        writer.key("error")
        writer.object { writer in
            writer.member("message", failure.message)
            writer.key("notes")
            writer.array { writer in
                for note in failure.notes { writer.string(note) }
            }
        }
    }

    private static func write(_ verdict: Verdict, _ sources: SourceIndex, _ writer: inout JSONWriter) {
        write(verdict.basis, &writer)
        writeLock(verdict, &writer)
        writeSummary(Tally(verdict), &writer)
        list("findings", verdict.findings, &writer) { write($0, sources, &$1) }
        list("ignored", verdict.ignored, &writer) { write($0.finding, $0.by, sources, &$1) }
        list("known", verdict.known, &writer) { finding, writer in
            writer.object { writer in writeBody(finding, sources, &writer) }
        }
        list("unjudged", verdict.unjudged, &writer) { write($0, sources, &$1) }
    }

    private static func list<Element>(
        _ key: String, _ elements: [Element], _ writer: inout JSONWriter,
        _ write: (Element, inout JSONWriter) -> Void
    ) {
        writer.key(key)
        writer.array { writer in
            for element in elements { write(element, &writer) }
        }
    }

    private static func write(_ basis: Basis, _ writer: inout JSONWriter) {
        writer.member("lockgate", basis.lockgateVersion)
        writer.member("policy", basis.policy)
        writer.key("data")
        writer.array { writer in
            for item in basis.data {
                writer.object { writer in
                    writer.member("name", item.name)
                    writer.member("origin", item.origin)
                    optional("revision", item.revision, &writer)
                    optional("date", item.date?.description, &writer)
                }
            }
        }
    }

    private static func writeLock(_ verdict: Verdict, _ writer: inout JSONWriter) {
        writer.key("lock")
        writer.object { writer in
            writer.member("state", verdict.lock.name)
            writer.member("packages", verdict.packageCount)
        }
    }

    private static func writeSummary(_ tally: Tally, workspaces: Int? = nil, _ writer: inout JSONWriter) {
        writer.key("summary")
        writer.object { writer in
            if let workspaces { writer.member("workspaces", workspaces) }
            writer.member("denied", tally.denied)
            writer.member("warned", tally.warned)
            writer.member("notes", tally.notes)
            writer.member("ignored", tally.ignored)
            writer.member("known", tally.known)
            if workspaces != nil { writer.member("unjudged", tally.unjudged) }
        }
    }

    private static func write(_ judged: JudgedFinding, _ sources: SourceIndex, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("level", judged.standing.rawValue)
            writer.member("level_set_by", judged.levelSource)
            writeBody(judged.finding, sources, &writer)
        }
    }

    private static func writeBody(_ finding: Finding, _ sources: SourceIndex, _ writer: inout JSONWriter) {
        writer.member("rule", finding.rule)
        writer.member("id", finding.identity)
        writeSubject(finding.subject, &writer)
        writer.member("message", finding.message)
        location(finding.location, sources, &writer)
        writer.member("why", finding.why)
        writer.member("help", finding.help)
        writeNotes(finding.notes, sources, &writer)
        writer.key("facts")
        writer.object { writer in
            for (key, value) in finding.facts { writer.member(key, value) }
        }
        BuildJSON.write(finding.build, &writer)
    }

    private static func writeNotes(
        _ notes: [Finding.Note], _ sources: SourceIndex, _ writer: inout JSONWriter
    ) {
        writer.key("notes")
        writer.array { writer in
            for note in notes {
                writer.object { writer in
                    writer.member("text", note.text)
                    location(note.location, sources, &writer)
                }
            }
        }
    }

    private static func writeSubject(_ subject: Subject, _ writer: inout JSONWriter) {
        writer.key("subject")
        writer.object { writer in
            if let crate = subject.crate { writer.member("crate", crate) }
            if let package = subject.package {
                writer.member("version", package.version.description)
                writer.member("source", package.source.description)
            }
            if case .dependency(_, let owner) = subject { writer.member("required_by", owner) }
            if case .file(let path) = subject { writer.member("file", path) }
        }
    }

    private static func write(
        _ finding: Finding, _ ignore: Ignore, _ sources: SourceIndex, _ writer: inout JSONWriter
    ) {
        writer.object { writer in
            writeBody(finding, sources, &writer)
            writer.member("reason", ignore.reason)
            optional("expires", ignore.expires?.description, &writer)
            writer.member("ignored_by", sources.text(of: ignore.location))
        }
    }

    private static func write(_ item: Unjudged, _ sources: SourceIndex, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("what", item.what)
            writer.member("help", item.help)
            writeNotes(item.notes, sources, &writer)
        }
    }

    private static func location(_ location: Location?, _ sources: SourceIndex, _ writer: inout JSONWriter) {
        writer.key("location")
        guard let location else { return writer.null() }
        writer.object { writer in
            writer.member("file", location.path)
            if let position = sources.position(of: location) {
                writer.member("line", position.line)
                writer.member("column", position.column)
            }
            writer.member("start", location.span.start)
            writer.member("end", location.span.end)
        }
    }

    private static func optional(_ key: String, _ text: String?, _ writer: inout JSONWriter) {
        if let text { writer.member(key, text) }
    }
}
