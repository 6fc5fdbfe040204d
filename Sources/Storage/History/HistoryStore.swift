package import CargoModel
import Disk

/// One workspace of a report, as the history keeps it.
package struct HistorySection: Sendable {
    package let workspace: String
    package let counts: HistoryCounts
    package let items: [HistoryItem]
    /// Not all could be judged: what the report before told of and this one does not is not gone.
    package let isPartial: Bool

    package init(workspace: String, counts: HistoryCounts, items: [HistoryItem], isPartial: Bool = false) {
        self.workspace = workspace
        self.counts = counts
        self.items = items
        self.isPartial = isPartial
    }

    /// With what was told of before, where nobody knows better.
    fileprivate func completed(_ known: [HistoryItem.Key: DatedItem]) -> HistorySection {
        guard isPartial else { return self }
        let present = Set(items.map(\.key))
        let rest = known.values.map(\.item).filter { !present.contains($0.key) }
            .sorted { $0.identity.precedesInBytes($1.identity) }
        return HistorySection(workspace: workspace, counts: counts, items: items + rest, isPartial: true)
    }
}

/// What reports said, day by day, in a database of its own.
///
/// A day has one report: a second one of the same day is compared with the same report as the first and takes its
/// place. Workspaces are compared one by one, each with the last report that could read it: what is missing today since
/// its workspace could not be read is not gone, and a workspace seen for the first time brings nothing new.
package final class HistoryStore {
    private let connection: Connection
    private let path: String

    /// - Parameter path: created if missing.
    /// - Throws: if there is a file that is no history, or one from a newer version, or damaged; it is not touched.
    package init(_ path: String) throws(StorageError) {
        self.path = path
        let isNew = try !Self.isHistory(path)
        connection = try Connection(path, .shared)
        if isNew { try create() }
        let check = try connection.prepare("PRAGMA quick_check(1)")
        guard try check.step(), check.text(0) == "ok" else {
            throw StorageError(.historyDamaged(check.text(0) ?? "it cannot be checked"), path: path)
        }
        check.reset()
    }

    /// Unless another run was faster.
    private func create() throws(StorageError) {
        try connection.execute("BEGIN IMMEDIATE")
        let version = try connection.prepare("PRAGMA user_version")
        let isThere = try version.step() && version.integer(0) != 0
        version.reset()
        if !isThere {
            try connection.execute(
                """
                PRAGMA application_id = \(HistorySchema.applicationID); PRAGMA user_version = \(HistorySchema.version);
                \(HistorySchema.tables)
                """)
        }
        try connection.execute("COMMIT")
    }

    /// - Returns: whether there is something already.
    private static func isHistory(_ path: String) throws(StorageError) -> Bool {
        let start: [UInt8]
        do throws(StorageError) { (start, _) = try DatabaseFile.start(of: path, count: FileHeader.size) } catch {
            guard error.reason == .missing else { throw error }
            guard FileSystem.isDirectory(DatabaseFile.folder(of: path)) else {
                throw StorageError(.notADirectory, path: path)
            }
            return false
        }
        if start.isEmpty { return false }
        guard let header = FileHeader(start), header.applicationID == HistorySchema.applicationID else {
            throw StorageError(.notAHistory, path: path)
        }
        if header.schemaVersion > HistorySchema.version {
            throw StorageError(.newerHistory(header.schemaVersion), path: path)
        }
        return true
    }

    /// Compares today's report with what is known, and remembers it; all at once or not at all.
    ///
    /// - Parameter sections: of workspaces that could be read.
    package func record(
        _ sections: [HistorySection], on day: Day, time: Int
    ) throws(StorageError) -> HistoryComparison {
        try connection.execute("BEGIN IMMEDIATE")
        do throws(StorageError) {
            let comparison = try compareAndSave(sections, day, time)
            try connection.execute("COMMIT")
            return comparison
        } catch {
            try? connection.execute("ROLLBACK")
            throw error
        }
    }

    private func compareAndSave(
        _ sections: [HistorySection], _ day: Day, _ time: Int
    ) throws(StorageError) -> HistoryComparison {
        var result = Parts()
        for section in sections {
            let previous = try previousDay(of: section.workspace, before: day)
            let known = try items(of: section.workspace, previous: previous)
            let section = section.completed(known)
            result.add(section, known, isFirst: previous == nil, day)
            if let previous, result.previous.map({ $0 < previous }) ?? true { result.previous = previous }
            try forget(section.workspace, day, previous)
            for item in section.items { try save(item, first: known[item.key]?.first ?? day, day) }
            try save(section, day)
        }
        try saveRun(day, time)
        return HistoryComparison(
            runs: try runs(of: Set(sections.map(\.workspace)), upTo: day), previous: result.previous,
            new: result.new, still: result.still, gone: result.gone)
    }

    private struct Parts {
        var new: [DatedItem] = []
        var still: [DatedItem] = []
        var gone: [DatedItem] = []
        var previous: Day?

        mutating func add(
            _ section: HistorySection, _ known: [HistoryItem.Key: DatedItem], isFirst: Bool, _ day: Day
        ) {
            for item in section.items {
                let first = known[item.key]?.first
                let dated = DatedItem(item, first: first ?? day)
                if first == nil, !isFirst { new.append(dated) } else { still.append(dated) }
            }
            let present = Set(section.items.map(\.key))
            gone += known.values.filter { !present.contains($0.item.key) }.sorted {
                $0.item.kind == $1.item.kind
                    ? $0.item.identity.precedesInBytes($1.item.identity) : $0.item.kind < $1.item.kind
            }
        }
    }

    // MARK: Reading

    private func previousDay(of workspace: String, before day: Day) throws(StorageError) -> Day? {
        let statement = try connection.prepare("SELECT max(day) FROM count WHERE workspace = ? AND day < ?")
        try statement.bind(1, workspace)
        try statement.bind(2, day.description)
        guard try statement.step(), let text = statement.text(0) else { return nil }
        statement.reset()
        return try self.day(text)
    }

    /// What the report before told of, whether it ended then or was carried on since; also beyond today, where a clock
    /// went back.
    private func items(
        of workspace: String, previous: Day?
    ) throws(StorageError) -> [HistoryItem.Key: DatedItem] {
        guard let previous else { return [:] }
        let statement = try connection.prepare(
            """
            SELECT identity, kind, title, first FROM item
            WHERE workspace = ?1 AND last >= ?2 AND first <= ?2
            """)
        try statement.bind(1, workspace)
        try statement.bind(2, previous.description)
        var known: [HistoryItem.Key: DatedItem] = [:]
        while try statement.step() {
            guard let identity = statement.text(0), let kind = statement.text(1).flatMap(HistoryItem.Kind.init),
                let title = statement.text(2), let first = statement.text(3)
            else { throw StorageError(.historyDamaged("an item without its parts"), path: path) }
            let item = HistoryItem(workspace: workspace, kind: kind, identity: identity, title: title)
            known[item.key] = DatedItem(item, first: try day(first))
        }
        return known
    }

    /// Of every report up to a day the sums over some workspaces, oldest first.
    private func runs(of workspaces: Set<String>, upTo day: Day) throws(StorageError) -> [HistoryRun] {
        let columns = HistorySchema.counts.map { "c.\($0)" }.joined(separator: ", ")
        let statement = try connection.prepare(
            """
            SELECT r.day, r.time, c.workspace, \(columns) FROM run r JOIN count c ON c.day = r.day
            WHERE r.day <= ? ORDER BY r.day, c.workspace
            """)
        try statement.bind(1, day.description)
        var runs: [HistoryRun] = []
        while try statement.step() {
            guard let text = statement.text(0), let workspace = statement.text(2), workspaces.contains(workspace) else {
                continue
            }
            let of = try self.day(text)
            var counts = runs.last.flatMap { $0.day == of ? $0.counts : nil } ?? HistoryCounts()
            counts.add(statement)
            if runs.last?.day == of { runs.removeLast() }
            runs.append(HistoryRun(time: statement.integer(1), day: of, counts: counts))
        }
        return runs
    }

    private func day(_ text: String) throws(StorageError) -> Day {
        guard let day = Day(text) else { throw StorageError(.historyDamaged("`\(text)` is no day"), path: path) }
        return day
    }

    // MARK: Writing

    /// Undoes what an earlier report of the same day said of a workspace; what a later day goes on with stays.
    private func forget(_ workspace: String, _ day: Day, _ previous: Day?) throws(StorageError) {
        try run("DELETE FROM item WHERE workspace = ?1 AND first = ?2 AND last = ?2", workspace, day.description)
        guard let previous else { return }
        let statement = try connection.prepare("UPDATE item SET last = ?3 WHERE workspace = ?1 AND last = ?2")
        try statement.bind(1, workspace)
        try statement.bind(2, day.description)
        try statement.bind(3, previous.description)
        try statement.run()
    }

    private func save(_ item: HistoryItem, first: Day, _ day: Day) throws(StorageError) {
        let statement = try connection.prepare(
            """
            INSERT INTO item (workspace, identity, first, last, kind, title) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT DO UPDATE SET last = max(last, ?4), kind = ?5, title = ?6
            """)
        try statement.bind(1, item.workspace)
        try statement.bind(2, item.identity)
        try statement.bind(3, first.description)
        try statement.bind(4, day.description)
        try statement.bind(5, item.kind.rawValue)
        try statement.bind(6, item.title)
        try statement.run()
    }

    private func save(_ section: HistorySection, _ day: Day) throws(StorageError) {
        let columns = HistorySchema.counts
        let marks = Array(repeating: "?", count: columns.count + 2).joined(separator: ", ")
        let statement = try connection.prepare(
            "INSERT OR REPLACE INTO count (workspace, day, \(columns.joined(separator: ", "))) VALUES (\(marks))")
        try statement.bind(1, section.workspace)
        try statement.bind(2, day.description)
        for (index, number) in section.counts.stored.enumerated() { try statement.bind(Int32(index + 3), number) }
        try statement.run()
    }

    private func saveRun(_ day: Day, _ time: Int) throws(StorageError) {
        let statement = try connection.prepare("INSERT OR REPLACE INTO run (day, time) VALUES (?, ?)")
        try statement.bind(1, day.description)
        try statement.bind(2, time)
        try statement.run()
    }

    private func run(_ sql: String, _ values: String...) throws(StorageError) {
        let statement = try connection.prepare(sql)
        for (index, value) in values.enumerated() { try statement.bind(Int32(index + 1), value) }
        try statement.run()
    }
}

extension HistoryCounts {
    /// In the order of `HistorySchema.counts`.
    fileprivate var stored: [Int] {
        [
            packages, malicious, vulnerable, unsound, unmaintained, yanked, pinned, compatible, breaking, denied,
            warned, libyearDays,
        ]
    }

    /// The columns of a row, from the fourth on.
    fileprivate mutating func add(_ row: Statement) {
        workspaces += 1
        packages += row.integer(3)
        malicious += row.integer(4)
        vulnerable += row.integer(5)
        unsound += row.integer(6)
        unmaintained += row.integer(7)
        yanked += row.integer(8)
        pinned += row.integer(9)
        compatible += row.integer(10)
        breaking += row.integer(11)
        denied += row.integer(12)
        warned += row.integer(13)
        libyearDays += row.integer(14)
    }
}
