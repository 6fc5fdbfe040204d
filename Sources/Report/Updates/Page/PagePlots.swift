import Advisories
import Audit
import CargoModel

// What is seen better than read: how old the pins are, what the advisories are, and which way it goes.

extension UpdatePage {
    var plots: Markup {
        let all = [ages, oldest, tiers, libyears, trend, behindTrend].compactMap { $0 }
        var notes: [String] = []
        if ages == nil, report.counts.packages > 0 {
            notes.append("The index says nothing of when versions were published: ages and libyears are unknown.")
        }
        if report.history == nil {
            notes.append("With `--history FILE` the next reports show what is new, and the trend.")
        } else if runs.count < 2 {
            notes.append("The trend begins with the next report.")
        }
        guard !all.isEmpty || !notes.isEmpty else { return "" }
        let lines = notes.map { "<p class=\"muted\">\(prose: $0)</p>\n" as Markup }
        return PageWords.section("plots", "Trends", "<div class=\"plots\">\n\(all)</div>\n\(lines)")
    }

    // MARK: Today

    private static let ageLimits = [
        (30, "up to 30 days"), (90, "31 to 90 days"), (180, "91 to 180 days"), (365, "181 days to a year"),
        (730, "1 to 2 years"), (Int.max, "over 2 years"),
    ]

    private var ages: Markup? {
        let days = report.workspaces.flatMap { $0.packages.filter { $0.newest != nil }.compactMap(\.daysBehind) }
        guard !days.isEmpty else { return nil }
        var start = -1
        let bars = Self.ageLimits.map { limit, name in
            defer { start = limit }
            return Plot.Bar(label: name, parts: [days.count { $0 > start && $0 <= limit }])
        }
        return Plot.bars("How long an update has been there", bars, unit: "packages")
    }

    /// The crates that add most to the libyears.
    private var oldest: Markup? {
        var sums: [String: Int] = [:]
        for update in report.workspaces.flatMap(\.packages) {
            sums[update.id.name, default: 0] += update.libyearDays ?? 0
        }
        let top = sums.filter { $0.value > 36 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(8)
        guard !top.isEmpty else { return nil }
        let bars = top.map {
            Plot.Bar(label: $0.key, parts: [$0.value * 10 / 365], text: decimal(Double($0.value) / 365.25))
        }
        return Plot.bars("Most libyears, by crate", Array(bars), unit: "libyears")
    }

    private var tiers: Markup? {
        let notes = report.workspaces.flatMap { $0.packages.flatMap(\.advisories) }
        guard !notes.isEmpty else { return nil }
        let levels = Severity.Level.allCases.reversed().filter { $0 != .none }
        let kinds: [AdvisoryKind] = [.malicious, .vulnerability, .unsound, .unmaintained, .notice]
        let bars = kinds.map { kind in
            let own = notes.filter { $0.kind == kind }
            return Plot.Bar(
                label: kind.rawValue,
                parts: levels.map { level in
                    own.count { ($0.severity.level == .none ? .unknown : $0.severity.level) == level }
                })
        }
        return Plot.bars(
            "Advisories by kind and severity", bars.filter { $0.total > 0 }, parts: levels.map(\.rawValue),
            unit: "advisories")
    }

    // MARK: Over time

    private var runs: [HistoryRun] { (report.history?.runs ?? []).suffix(180) }

    private var libyears: Markup? {
        guard runs.contains(where: { $0.counts.libyearDays > 0 }) else { return nil }
        return lines("Libyears over time", [("libyears", { Double($0.libyearDays) / 365.25 })])
    }

    private var trend: Markup? {
        lines(
            "Urgent and pinned over time",
            [
                ("flawed", { Double($0.malicious + $0.vulnerable + $0.unsound) }), ("yanked", { Double($0.yanked) }),
                ("pinned", { Double($0.pinned) }),
            ])
    }

    private var behindTrend: Markup? {
        lines(
            "Behind over time",
            [("compatible update", { Double($0.compatible) }), ("breaking only", { Double($0.breaking) })])
    }

    private func lines(_ title: String, _ series: [(name: String, value: (HistoryCounts) -> Double)]) -> Markup? {
        guard runs.count > 1 else { return nil }
        return Plot.lines(
            title, days: runs.map(\.day),
            series.map { one in Plot.Series(name: one.name, values: runs.map { one.value($0.counts) }) })
    }
}
