import Audit
import CargoModel
import JSON
import SemVer
import TOML

/// The report for programs. Members are only ever added within one `version`.
enum JSONReport {
    static let version = 1

    static func bytes(of verdict: Verdict, _ sources: SourceIndex) -> [UInt8] {
        var writer = JSONWriter(.pretty)
        writer.object { writer in
            writer.member("format", "lockgate-report")
            writer.member("version", version)
            writer.member("outcome", verdict.outcome.name)
            writer.member("exit_status", Int(verdict.outcome.rawValue))
            write(verdict.basis, &writer)
            writeLock(verdict, &writer)
            writeSummary(verdict, &writer)
            writer.key("findings")
            writer.array { writer in
                for judged in verdict.findings { write(judged, sources, &writer) }
            }
            writer.key("ignored")
            writer.array { writer in
                for (finding, ignore) in verdict.ignored { write(finding, ignore, sources, &writer) }
            }
            writer.key("unjudged")
            writer.array { writer in
                for item in verdict.unjudged { write(item, sources, &writer) }
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
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

    private static func writeSummary(_ verdict: Verdict, _ writer: inout JSONWriter) {
        writer.key("summary")
        writer.object { writer in
            writer.member("denied", verdict.denied.count)
            writer.member("warned", verdict.warned.count)
            writer.member("notes", verdict.findings.count { $0.standing == .note })
            writer.member("ignored", verdict.ignored.count)
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
