// What earlier reports said, so that the next can tell what is new. Stored by `Storage`, shown by `Report`.

/// One thing a report tells of one workspace, recognised again in the next report.
package struct HistoryItem: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable, Comparable {
        /// A finding the policy denies, or only warns of.
        case denied, warned
        /// A locked version with a compatible update; a requirement that admits a single, old version.
        case behind, pinned

        package static func < (left: Kind, right: Kind) -> Bool { left.rank < right.rank }

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// The path of the workspace, from where reports are made.
    package let workspace: String
    package let kind: Kind
    /// Rule and subject, or package; never a line number.
    package let identity: String
    /// One line for people. Not part of what the item is.
    package let title: String

    package init(workspace: String, kind: Kind, identity: String, title: String) {
        self.workspace = workspace
        self.kind = kind
        self.identity = identity
        self.title = title
    }

    /// What makes it the same item in the next report.
    package struct Key: Hashable, Sendable {
        package let workspace: String
        package let identity: String
    }

    package var key: Key { Key(workspace: workspace, identity: identity) }
}

/// An item and since when reports tell of it.
package struct DatedItem: Hashable, Sendable {
    package let item: HistoryItem
    package let first: Day

    package init(_ item: HistoryItem, first: Day) {
        self.item = item
        self.first = first
    }
}

/// The numbers of one report, for trends.
package struct HistoryCounts: Hashable, Sendable {
    package var workspaces = 0
    package var packages = 0
    package var malicious = 0
    package var vulnerable = 0
    package var unsound = 0
    package var unmaintained = 0
    package var yanked = 0
    package var pinned = 0
    /// With a compatible update, with a breaking one only.
    package var compatible = 0
    package var breaking = 0
    package var denied = 0
    package var warned = 0
    package var libyearDays = 0
    package var unreadable = 0

    package init() {}
}

/// One report of the past.
package struct HistoryRun: Hashable, Sendable {
    /// Seconds since 1970-01-01 UTC.
    package let time: Int
    package let day: Day
    package let counts: HistoryCounts

    package init(time: Int, day: Day, counts: HistoryCounts) {
        self.time = time
        self.day = day
        self.counts = counts
    }
}

/// A report beside those before it.
package struct HistoryComparison: Sendable {
    /// Oldest first, this one last.
    package let runs: [HistoryRun]
    /// The report this one is compared with; `nil` for the first.
    package let previous: Day?
    /// Each list by workspace, kind and identity.
    package let new: [DatedItem]
    package let still: [DatedItem]
    package let gone: [DatedItem]

    package init(runs: [HistoryRun], previous: Day?, new: [DatedItem], still: [DatedItem], gone: [DatedItem]) {
        self.runs = runs
        self.previous = previous
        self.new = new
        self.still = still
        self.gone = gone
    }

    /// By item since when reports tell of it.
    package var firsts: [HistoryItem.Key: Day] {
        Dictionary((new + still).map { ($0.item.key, $0.first) }, uniquingKeysWith: { first, _ in first })
    }
}
