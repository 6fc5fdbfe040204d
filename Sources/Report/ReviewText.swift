import Audit
import CargoModel
import TOML

/// A review for people: what judges it, what it brings in, then every change under its cause.
struct ReviewText {
    private var text = ""
    private let style: ReportStyle

    static func text(of report: ReviewReport, _ style: ReportStyle) -> String {
        var writer = ReviewText(style: style)
        writer.write(report)
        return writer.text
    }

    private init(style: ReportStyle) { self.style = style }

    private mutating func write(_ report: ReviewReport) {
        line("review of \(printable(report.head)) against \(printable(report.base))")
        for remark in report.remarks { line("note: \(printable(remark))") }
        for change in report.policyChanges { write(change) }
        for workspace in report.workspaces {
            line("")
            if report.workspaces.count > 1 || workspace.report.path != "." {
                line("workspace \(printable(workspace.report.path))")
            }
            write(workspace, report)
        }
        line("")
        line(report.summaryLine)
        if let basis = report.workspaces.lazy.compactMap(\.report.verdict?.basis).first {
            let data = basis.data.map { "\($0.name)\($0.date.map { " of \($0)" } ?? ", date unknown") (\($0.origin))" }
            line("data: " + (data.isEmpty ? "none" : printable(data.joined(separator: "; "))))
            line("policy: \(printable(basis.policy)) of the base")
        }
    }

    private mutating func write(_ change: PolicyChange) {
        line("policy \(change.verb): \(printable(change.path)); this review is judged by the one before")
        for effect in change.effects { line("  \(printable(effect))") }
    }

    private mutating func write(_ workspace: WorkspaceReview, _ report: ReviewReport) {
        for note in workspace.lockNotes { line("note: \(printable(note))") }
        let part = CheckReport([workspace.report], isCollection: false, lockgateVersion: report.lockgateVersion)
        if workspace.report.verdict?.findings.isEmpty == false || workspace.report.verdict == nil
            || workspace.report.verdict?.unjudged.isEmpty == false
        {
            text += TextReport.findings(of: part, style)
        }
        for (kind, changes) in workspace.byCause {
            line("\(kind.phrase.replacing("`", with: "")) (\(changes.count)):")
            for change in changes.prefix(Self.limit) { write(change, workspace.report.sources) }
            if changes.count > Self.limit {
                line("  and \(changes.count - Self.limit) more; `--format json` has them all")
            }
        }
        writeManifests(workspace)
        for fixed in workspace.fixed.prefix(Self.limit) {
            line("repaired[\(fixed.finding.rule)]: \(printable(fixed.finding.message))")
        }
    }

    /// More than this nobody reads on a screen.
    private static let limit = 60

    private mutating func write(_ change: LockChange, _ sources: SourceIndex) {
        var parts = [change.kind.rawValue, change.name, change.versions, "(\(change.usersText))"].filter { !$0.isEmpty }
        if change.kind == .sourceChanged {
            parts.append("from \(change.old?.source.description ?? "") to \(change.new?.source.description ?? "")")
        }
        line("  " + printable(parts.joined(separator: " ")))
        let place = change.cause.location.map { " (\(sources.text(of: $0)))" } ?? ""
        if change.cause.kind != .fullUpdate, change.cause.kind != .newLock {
            line("      why: \(printable(change.cause.text + place))")
        }
        let brings = change.bringsText
        if !brings.isEmpty { line("      brings: \(printable(brings))") }
    }

    /// What manifests changed, as far as no package of the list tells it.
    private mutating func writeManifests(_ workspace: WorkspaceReview) {
        guard let context = workspace.review?.context else { return }
        let told = Set(context.changes.map(\.cause.text))
        let rest = context.manifestChanges.filter { !told.contains($0.text) }
        if rest.isEmpty { return }
        line("other changes of manifests (\(rest.count)):")
        for change in rest.prefix(Self.limit) {
            let place = change.location.map { workspace.report.sources.text(of: $0) } ?? change.path
            line("  \(printable(change.text)) (\(printable(place)))")
        }
    }

    private mutating func line(_ content: String) {
        text += content
        text += "\n"
    }
}

/// The whole story of one package.
package enum ReviewExplanation {
    /// - Returns: `nil` if nothing happened to it.
    package static func text(of package: String, in report: ReviewReport) -> String? {
        var text = ""
        for workspace in report.workspaces {
            for change in workspace.changes
            where change.name == package || change.id.map({ "\($0.name)@\($0.version)" }) == package {
                text += story(change, workspace)
            }
        }
        return text.isEmpty ? nil : text
    }

    private static func story(_ change: LockChange, _ workspace: WorkspaceReview) -> String {
        let sources = workspace.report.sources
        var lines = ["\(workspace.report.lockPath): the change \(change.text)"]
        let place = change.cause.location.map { " (\(sources.text(of: $0)))" } ?? ""
        lines.append("  cause: \(change.cause.kind.rawValue): \(change.cause.text)\(place)")
        if let location = change.cause.location, let excerpt = sources.excerpt(of: location) {
            lines.append("         \(excerpt.line) | \(excerpt.text)")
        }
        if let chain = chain(to: change, workspace) {
            lines.append("  needed: " + chain.map { "\($0.name) \($0.version)" }.joined(separator: " → "))
        }
        if !change.dependents.isEmpty {
            lines.append("  dependents: " + change.dependents.map { "\($0)" }.joined(separator: ", "))
        }
        for (word, ids) in [("gained", change.gained), ("lost", change.lost)] where !ids.isEmpty {
            lines.append("  \(word): " + ids.map { "\($0)" }.joined(separator: ", "))
        }
        let brings = change.bringsText
        if !brings.isEmpty { lines.append("  brings: \(brings)") }
        if let old = change.checksums.old, let new = change.checksums.new, old != new {
            lines.append("  checksum: \(new), was \(old)")
        }
        for judged in workspace.report.verdict?.findings ?? []
        where judged.finding.subject.crate == change.name {
            lines.append("  \(judged.standing.rawValue): \(judged.finding.message) [\(judged.finding.rule)]")
        }
        for link in [change.differenceLink, change.codeLink].compactMap({ $0 }) { lines.append("  read: \(link)") }
        return lines.map { printable($0) + "\n" }.joined()
    }

    /// The shortest way from a package of the workspace.
    private static func chain(to change: LockChange, _ workspace: WorkspaceReview) -> [PackageID]? {
        guard let graph = workspace.review?.context.lock?.resolve, let id = change.new,
            let target = graph.index(of: id), !id.source.isPath
        else { return nil }
        var origin = Array(repeating: -1, count: graph.packages.count)
        var queue = graph.packages.indices.filter { graph.packages[$0].source.isPath }
        for root in queue { origin[root] = root }
        var next = 0
        while next < queue.count, origin[target] < 0 {
            let index = queue[next]
            next += 1
            for child in graph.edges[index] where origin[child] < 0 {
                origin[child] = index
                queue.append(child)
            }
        }
        guard origin[target] >= 0 else { return nil }
        var chain = [target]
        while let last = chain.last, origin[last] != last { chain.append(origin[last]) }
        return chain.reversed().map { graph.packages[$0] }
    }
}
