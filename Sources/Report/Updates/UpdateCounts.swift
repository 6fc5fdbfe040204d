import Advisories
import Audit
package import CargoModel

// What a report is about, in numbers and in items that the next report recognises.

extension UpdateReport {
    package var counts: HistoryCounts {
        var counts = HistoryCounts()
        counts.workspaces = workspaces.count
        for workspace in workspaces {
            guard let content = workspace.content else {
                counts.unreadable += 1
                continue
            }
            counts.add(content)
        }
        return counts
    }

    /// Urgent packages of all workspaces.
    package var urgentCount: Int { workspaces.reduce(0) { $0 + $1.packages.count(where: \.isUrgent) } }
}

extension WorkspaceUpdates {
    /// The numbers of this workspace; `nil` if it could not be read.
    package var counts: HistoryCounts? {
        content.map { content in
            var counts = HistoryCounts()
            counts.workspaces = 1
            counts.add(content)
            return counts
        }
    }

    /// What the next report recognises, by kind and identity, each once.
    package var items: [HistoryItem] {
        guard let content else { return [] }
        var seen: Set<HistoryItem.Key> = []
        let all = findings(content.verdict) + content.updates.packages.compactMap { item(on: $0) }
        return all.sorted(by: HistoryItem.areInOrder).filter { seen.insert($0.key).inserted }
    }

    private func findings(_ verdict: Verdict) -> [HistoryItem] {
        verdict.findings.filter { $0.standing != .note }.map { judged in
            HistoryItem(
                workspace: path, kind: judged.standing == .denied ? .denied : .warned,
                identity: judged.finding.identity, title: "\(judged.finding.rule): \(judged.finding.message)")
        }
    }

    private func item(on update: PackageUpdate) -> HistoryItem? {
        let id = "\(update.id.name)@\(update.id.version)"
        if let pin = update.pins.first, update.newest != nil {
            let exists = update.namedNewest.map { "; \($0) exists" } ?? ""
            return HistoryItem(
                workspace: path, kind: .pinned, identity: "pinned:\(id)",
                title: "`\(update.id)` is pinned to `\(pin.text)`\(exists)")
        }
        guard update.hasCompatibleUpdate, let compatible = update.nearest ?? update.compatible else { return nil }
        return HistoryItem(
            workspace: path, kind: .behind, identity: "behind:\(id)",
            title: "`\(update.id)` is behind \(compatible.version)")
    }
}

extension HistoryItem {
    /// By workspace, kind and identity, in bytes.
    package static func areInOrder(_ left: HistoryItem, _ right: HistoryItem) -> Bool {
        if left.workspace != right.workspace { return left.workspace.precedesInBytes(right.workspace) }
        if left.kind != right.kind { return left.kind < right.kind }
        return left.identity.precedesInBytes(right.identity)
    }
}

extension HistoryCounts {
    fileprivate mutating func add(_ content: WorkspaceUpdates.Content) {
        let updates = content.updates.packages
        packages += updates.count
        denied += content.verdict.denied.count
        warned += content.verdict.warned.count
        libyearDays += updates.compactMap(\.libyearDays).reduce(0, +)
        for update in updates { add(update) }
    }

    private mutating func add(_ update: PackageUpdate) {
        let kinds = Set(update.advisories.map(\.kind))
        if kinds.contains(.malicious) { malicious += 1 }
        if kinds.contains(.vulnerability) { vulnerable += 1 }
        if kinds.contains(.unsound) { unsound += 1 }
        if kinds.contains(.unmaintained) { unmaintained += 1 }
        if update.isYanked { yanked += 1 }
        if !update.pins.isEmpty, update.newest != nil { pinned += 1 }
        if update.hasCompatibleUpdate { compatible += 1 }
        if update.hasOnlyBreakingUpdate { breaking += 1 }
    }
}
