import Advisories
import CargoModel
import CargoWorkspace
import SemVer

/// What the five advisory rules share: which locked packages have an advisory of one kind, and what to say.
enum AdvisoryFindings {
    static func findings(of kind: AdvisoryKind, rule: String, why: String, in context: AuditContext) -> [Finding] {
        guard let lock = context.lock else { return [] }
        let scope = AdvisoryScope(context)
        return lock.resolve.packages.indices.flatMap { index -> [Finding] in
            let id = lock.resolve.packages[index]
            let hits = context.advisories(about: id)
            guard !hits.isEmpty, scope.covers(index) else { return [] }
            return Advisory.merged(hits).compactMap { part(of: $0, kind) }.filter { scope.covers($0) }.compactMap {
                finding($0, rule: rule, why: why, id, at: index, lock, context)
            }
        }
    }

    /// What a group of records about one fault says of one kind: RustSec may have two records that share an alias, one
    /// about a flaw and one about the crate being given up, and both count. Other databases' records go with RustSec's;
    /// that a package is malware is never left to another record.
    private static func part(of group: [Advisory], _ kind: AdvisoryKind) -> [Advisory]? {
        let own = group.filter { $0.kind == kind }
        guard !own.isEmpty else { return nil }
        let isFirst = group.first?.kind == kind
        guard isFirst || kind == .malicious || own.contains(where: { $0.origin == .rustsec }) else { return nil }
        return isFirst ? own + group.filter { $0.origin != .rustsec && ![kind, .malicious].contains($0.kind) } : own
    }

    private static func finding(
        _ group: [Advisory], rule: String, why: String, _ id: PackageID, at index: Int, _ lock: LockOnDisk,
        _ context: AuditContext
    ) -> Finding? {
        guard let advisory = group.first else { return nil }
        let ids = identifiers(of: group)
        return Finding(
            rule: rule, subject: .advisory(advisory.id, id),
            message: "`\(id)`: \(advisory.id)\(severityText(of: group))\(titleText(of: advisory))",
            at: lock.location(of: index), why: why + affectedText(of: advisory), help: help(group, id, context),
            notes: notes(ids, advisory), advisoryIDs: ids, facts: facts(group, ids))
    }

    /// Every id the group goes by, its own first, the rest in byte order.
    private static func identifiers(of group: [Advisory]) -> [String] {
        let first = group.first?.id ?? ""
        let others = Set(group.flatMap { [$0.id] + $0.aliases }).subtracting([first])
        return [first] + others.sorted { $0.precedesInBytes($1) }
    }

    private static func severityText(of group: [Advisory]) -> String {
        guard let severity = worst(of: group) else { return "" }
        return " (\(severity.level.rawValue)\(severity.score.map { " \($0)" } ?? ""))"
    }

    /// The worst known severity.
    static func worst(of group: [Advisory]) -> Severity? {
        group.map(\.severity).filter { $0.level != .unknown }.max {
            ($0.level, $0.tenths ?? 0) < ($1.level, $1.tenths ?? 0)
        }
    }

    private static func titleText(of advisory: Advisory) -> String {
        advisory.title.map { ": \($0)" }
            ?? (advisory.categories.isEmpty ? "" : ": " + advisory.categories.joined(separator: ", "))
    }

    private static func affectedText(of advisory: Advisory) -> String {
        let places = [("on", advisory.operatingSystems), ("on", advisory.architectures)]
            .filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1.joined(separator: ", "))" }
        return places.isEmpty ? "" : "; only " + places.joined(separator: " and ")
    }

    private static func notes(_ ids: [String], _ advisory: Advisory) -> [Finding.Note] {
        var notes: [Finding.Note] = []
        if ids.count > 1 { notes.append(Finding.Note("also known as " + ids.dropFirst().joined(separator: ", "))) }
        if let url = advisory.url { notes.append(Finding.Note(url)) }
        return notes
    }

    private static func facts(_ group: [Advisory], _ ids: [String]) -> [(key: String, value: String)] {
        guard let advisory = group.first else { return [] }
        var facts: [(key: String, value: String)] = [("advisory", advisory.id)]
        if ids.count > 1 { facts.append(("aliases", ids.dropFirst().joined(separator: " "))) }
        if let severity = worst(of: group) {
            facts.append(("severity", severity.level.rawValue))
            if let score = severity.score { facts.append(("score", score)) }
        }
        if let vector = group.compactMap(\.cvss).first { facts.append(("cvss", vector)) }
        if !advisory.operatingSystems.isEmpty { facts.append(("os", advisory.operatingSystems.joined(separator: " "))) }
        if !advisory.architectures.isEmpty {
            facts.append(("arch", advisory.architectures.joined(separator: " ")))
        }
        if !advisory.fixed.isEmpty { facts.append(("fixed", advisory.fixed.map { "\($0)" }.joined(separator: " || "))) }
        return facts
    }

    // MARK: What to do

    private static func help(_ group: [Advisory], _ id: PackageID, _ context: AuditContext) -> String {
        guard let advisory = group.first else { return "" }
        if advisory.kind == .malicious {
            return "remove it, and treat every machine that built it as compromised"
        }
        if advisory.kind == .unmaintained { return "plan to replace `\(id.name)`" }
        guard !advisory.fixed.isEmpty else {
            return "no fixed version exists; replace `\(id.name)` or keep it out of reach"
        }
        return "fixed in \(fixedText(of: advisory))" + reach(group, id, context)
    }

    private static func fixedText(of advisory: Advisory) -> String {
        advisory.fixed.map { "`\($0)`" }.joined(separator: " or ")
    }

    /// Whether a fixed version is published and whom it would have to get past.
    private static func reach(_ group: [Advisory], _ id: PackageID, _ context: AuditContext) -> String {
        guard let published = context.published(id) else { return "" }
        let fixed = published.filter { candidate in
            candidate.unusable == nil && !candidate.isYanked && candidate.version > id.version
                && !group.contains { $0.affects(candidate.version) }
        }.map(\.version)
        guard !fixed.isEmpty else { return "; the index data has no such version yet" }
        let clean = context.suggestible(CrateKey(name: id.name, source: id.source)).map(\.version)
            .filter(fixed.contains)
        guard !clean.isEmpty else { return "; every such version published is too new or has another advisory" }
        let requirers = context.requirers(of: id)
        let blockers = requirers.filter { requirer in
            !clean.contains { requirer.dependency.requirement.written.matches($0) }
        }
        if blockers.isEmpty {
            let admitted = clean.filter { version in
                requirers.allSatisfy { $0.dependency.requirement.written.matches(version) }
            }
            return admitted.min().map { "; every requirement admits \($0)" } ?? ""
        }
        let named = blockers.prefix(3).map { "`\($0.owner)` requires `\($0.dependency.requirement.written)`" }
        return "; held back because " + named.joined(separator: ", ")
    }
}
