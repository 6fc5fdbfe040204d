import Advisories
import Audit
import CargoModel
import JSON
import SemVer
import TOML

/// The report for programs. Members are only ever added within one `version`; what is not known is left out.
enum UpdateJSON {
    static let version = 1

    static func bytes(of report: UpdateReport) -> [UInt8] {
        var writer = JSONWriter(.pretty)
        writer.object { writer in
            writer.member("format", "lockgate-updates")
            writer.member("version", version)
            writer.member("lockgate", report.lockgateVersion)
            writer.member("date", report.today.description)
            writer.member("exit_status", Int(report.exitStatus))
            writer.key("summary")
            write(report.counts, &writer)
            write(report.history, report.historyProblem, &writer)
            writer.key("workspaces")
            writer.array { writer in
                for workspace in report.workspaces { write(workspace, &writer) }
            }
        }
        return writer.bytes
    }

    private static func write(_ counts: HistoryCounts, _ writer: inout JSONWriter) {
        writer.object { writer in
            for (key, number) in counts.named { writer.member(key, number) }
        }
    }

    // MARK: Workspaces

    private static func write(_ workspace: WorkspaceUpdates, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("path", workspace.path)
            switch workspace.result {
            case .failure(let failure): write(failure, &writer)
            case .content(let content): write(content, workspace.sources, &writer)
            }
        }
    }

    private static func write(_ failure: WorkspaceFailure, _ writer: inout JSONWriter) {
        writer.key("error")
        writer.object { writer in
            writer.member("message", failure.message)
            strings("notes", failure.notes, &writer)
        }
    }

    private static func write(
        _ content: WorkspaceUpdates.Content, _ sources: SourceIndex, _ writer: inout JSONWriter
    ) {
        writer.member("lock", content.verdict.lock.name)
        writer.key("data")
        writer.array { writer in
            for item in content.verdict.basis.data {
                writer.object { writer in
                    writer.member("name", item.name)
                    writer.member("origin", item.origin)
                    optional("date", item.date, &writer)
                }
            }
        }
        optional("rust_version", content.updates.rustVersion, &writer)
        optional("update_error", content.updates.updateError, &writer)
        optional("update_trap", content.updates.trap, &writer)
        strings("unjudged", content.verdict.unjudged.map(\.what), &writer)
        list("packages", content.updates.packages, &writer) { write($0, sources, &$1) }
        list("requirements", content.updates.requirements, &writer) { write($0, sources, &$1) }
        list("findings", content.verdict.findings.filter { $0.standing != .note }, &writer) { judged, writer in
            writer.member("level", judged.standing.rawValue)
            writer.member("rule", judged.finding.rule)
            writer.member("id", judged.finding.identity)
            writer.member("message", judged.finding.message)
            place(judged.finding.location, sources, &writer)
        }
        if let fix = content.fix { write(fix, &writer) }
    }

    private static func write(_ fix: FixNote, _ writer: inout JSONWriter) {
        writer.key("fix")
        writer.object { writer in
            strings("commands", fix.commands, &writer)
            strings("clears", fix.cleared, &writer)
            list("left", fix.left, &writer) { left, writer in
                writer.member("finding", left.finding)
                writer.member("reason", left.reason)
            }
            writer.member("changed_packages", fix.changed)
        }
    }

    // MARK: Packages

    private static func write(_ update: PackageUpdate, _ sources: SourceIndex, _ writer: inout JSONWriter) {
        writer.member("name", update.id.name)
        writer.member("locked", update.id.version.description)
        writer.member("source", update.id.source.description)
        writer.member("urgency", update.urgency.name)
        writer.member("direct", update.isDirect)
        optional("published", update.published, &writer)
        writer.member("yanked", update.isYanked)
        BuildJSON.write(update.build, &writer)
        optional("goal", update.goal, &writer)
        optional("step", update.step?.rawValue, &writer)
        offer("compatible", update.compatible, &writer)
        offer("newest", update.newest, &writer)
        offer("allowed", update.allowed, &writer)
        optional("cargo_update", update.arrival?.version, &writer)
        if update.leaves { writer.member("leaves", true) }
        if let days = update.daysBehind { writer.member("days_behind", days) }
        if let days = update.libyearDays { writer.member("libyear_days", days) }
        optional("unknown", update.gap, &writer)
        list("advisories", update.advisories, &writer) { write($0, &$1) }
        list("pins", update.pins, &writer) { pin, writer in
            writer.member("owner", pin.owner)
            writer.member("requirement", pin.text)
            optional("since", pin.since, &writer)
            place(pin.location, sources, &writer)
        }
        if let hold = update.hold { write(hold, sources, &writer) }
        place(update.location, sources, &writer)
    }

    private static func write(_ note: AdvisoryNote, _ writer: inout JSONWriter) {
        writer.member("id", note.id)
        strings("aliases", note.aliases, &writer)
        writer.member("kind", note.kind.rawValue)
        writer.member("severity", note.severity.level.rawValue)
        optional("score", note.severity.score, &writer)
        optional("title", note.title, &writer)
        optional("url", note.url, &writer)
        optional("fixed", note.fixed, &writer)
    }

    private static func offer(_ key: String, _ offer: Offer?, _ writer: inout JSONWriter) {
        guard let offer else { return }
        writer.key(key)
        writer.object { writer in
            writer.member("version", offer.version.description)
            writer.member("step", offer.step.rawValue)
            optional("published", offer.published, &writer)
            optional("objection", offer.objection?.text, &writer)
        }
    }

    private static func write(_ hold: Hold, _ sources: SourceIndex, _ writer: inout JSONWriter) {
        writer.key("held")
        writer.object { writer in
            writer.member("from", hold.wanted.description)
            writer.member("proof", hold.proof.rawValue)
            list("by", hold.blockers, &writer) { blocker, writer in
                writer.member("owner", "\(blocker.owner)")
                writer.member("package", blocker.crate)
                writer.member("requirement", blocker.requirement)
                writer.member("reason", blocker.reasonName)
                writer.member("message", blocker.text)
                strings("path", blocker.path.map(\.description), &writer)
                optional("relief", blocker.relief, &writer)
                place(blocker.location, sources, &writer)
            }
        }
    }

    private static func write(
        _ requirement: RequirementUpdate, _ sources: SourceIndex, _ writer: inout JSONWriter
    ) {
        writer.member("owner", requirement.owner)
        writer.member("name", requirement.name)
        writer.member("package", requirement.crate)
        writer.member("source", requirement.source.description)
        writer.member("requirement", requirement.text)
        writer.member("exact", requirement.isPin)
        writer.member("development", requirement.isDevelopmentOnly)
        strings("locked", requirement.locked.map(\.description), &writer)
        offer("newest", requirement.newest, &writer)
        writer.member("admits_newest", requirement.admitsNewest)
        place(requirement.location, sources, &writer)
    }

    // MARK: History

    private static func write(_ history: HistoryComparison?, _ problem: String?, _ writer: inout JSONWriter) {
        optional("history_problem", problem, &writer)
        guard let history else { return }
        writer.key("history")
        writer.object { writer in
            optional("previous", history.previous, &writer)
            items("new", history.new, &writer)
            items("gone", history.gone, &writer)
            items("still", history.still, &writer)
            list("runs", history.runs, &writer) { run, writer in
                writer.member("date", run.day.description)
                writer.key("summary")
                write(run.counts, &writer)
            }
        }
    }

    private static func items(_ key: String, _ items: [DatedItem], _ writer: inout JSONWriter) {
        list(key, items, &writer) { dated, writer in
            writer.member("workspace", dated.item.workspace)
            writer.member("kind", dated.item.kind.rawValue)
            writer.member("id", dated.item.identity)
            writer.member("title", dated.item.title)
            writer.member("first", dated.first.description)
        }
    }

    // MARK: Pieces

    private static func list<Element>(
        _ key: String, _ elements: [Element], _ writer: inout JSONWriter,
        _ write: (Element, inout JSONWriter) -> Void
    ) {
        writer.key(key)
        writer.array { writer in
            for element in elements { writer.object { writer in write(element, &writer) } }
        }
    }

    private static func strings(_ key: String, _ strings: [String], _ writer: inout JSONWriter) {
        writer.key(key)
        writer.array { writer in
            for string in strings { writer.string(string) }
        }
    }

    private static func optional(
        _ key: String, _ value: (some CustomStringConvertible)?, _ writer: inout JSONWriter
    ) {
        if let value { writer.member(key, value.description) }
    }

    private static func place(_ location: Location?, _ sources: SourceIndex, _ writer: inout JSONWriter) {
        guard let location else { return }
        writer.key("location")
        writer.object { writer in
            writer.member("file", location.path)
            if let position = sources.position(of: location) {
                writer.member("line", position.line)
                writer.member("column", position.column)
            }
        }
    }
}

extension HistoryCounts {
    /// Each number under its name, in the order reports have them.
    package var named: [(key: String, number: Int)] {
        [
            ("workspaces", workspaces), ("unreadable", unreadable), ("packages", packages), ("malicious", malicious),
            ("vulnerable", vulnerable), ("unsound", unsound), ("unmaintained", unmaintained), ("yanked", yanked),
            ("pinned", pinned), ("compatible", compatible), ("breaking", breaking), ("denied", denied),
            ("warned", warned), ("libyear_days", libyearDays),
        ]
    }
}
