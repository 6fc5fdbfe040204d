import CargoModel
import CargoWorkspace
import JSON
import SemVer

/// What was seen, for programs. Members are only ever added within one `version`.
enum SeenJSON {
    static func bytes(of report: SeenReport) -> [UInt8] {
        var writer = JSONWriter(.pretty)
        writer.object { writer in
            writer.member("format", "lockgate-seen")
            writer.member("version", 1)
            writer.member("lockgate", report.lockgateVersion)
            writer.member("outcome", report.exitStatus == 1 ? "seen" : report.exitStatus == 0 ? "not-seen" : "unjudged")
            writer.member("exit_status", Int(report.exitStatus))
            strings("crates", report.queries.map(\.description), &writer)
            writer.member("locks", report.locks)
            if let history = report.history {
                writer.key("history")
                writer.object { write(history, &$0) }
            }
            list("found", report.finds, &writer) { write($0, hasHistory: report.history != nil, &$1) }
            list("unjudged", report.unreadable, &writer) { gap, writer in
                writer.member("lock", gap.lock)
                if let commit = gap.commit { writer.member("commit", commit) }
                writer.member("why", gap.why)
            }
        }
        return writer.bytes
    }

    private static func write(_ history: SeenReport.History, _ writer: inout JSONWriter) {
        writer.member("commits", history.commits)
        writer.member("locks", history.locks)
        writer.member("lock_versions", history.versions)
        writer.member("references", history.references)
        writer.member("complete", !history.isShallow)
    }

    private static func write(_ find: SeenReport.Find, hasHistory: Bool, _ writer: inout JSONWriter) {
        writer.member("lock", find.lock)
        writer.member("package", find.package.name)
        writer.member("version", find.package.version.description)
        if let source = find.package.source { writer.member("source", source) }
        writer.member("crates_io", find.package.isFromCratesIO)
        writer.member("on_disk", find.isOnDisk)
        guard hasHistory else { return }
        writer.member("still_there", find.isStillThere)
        list("spans", find.spans, &writer) { span, writer in
            if let from = span.from { writer.member("from", from.description) }
            if let until = span.until { writer.member("until", until.description) }
            writer.member("commits", span.commits)
            commits("introduced", span.introduced, &writer)
            commits("removed", span.removed, &writer)
            commits("not_kept_by_merge", span.dropped, &writer)
            commits("unreadable", span.lost, &writer)
            strings("held_by", span.holders, &writer)
            strings("past_of", span.past, &writer)
        }
    }

    private static func commits(_ key: String, _ commits: [SeenReport.Commit], _ writer: inout JSONWriter) {
        list(key, commits, &writer) { commit, writer in
            writer.member("commit", commit.id)
            writer.member("authored", commit.authored)
            writer.member("committed", commit.committed)
            writer.member("author", commit.author)
            writer.member("subject", commit.subject)
        }
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
}
