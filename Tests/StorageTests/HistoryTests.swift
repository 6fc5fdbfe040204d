import CargoModel
import Storage
import TestSupport
import Testing

/// What is new, gone and still there, day by day.
@Suite struct HistoryTests {
    private let folder: TemporaryDirectory
    private var path: String { folder.path + "/history.db" }

    init() throws { folder = try TemporaryDirectory() }

    private func section(_ workspace: String, _ identities: String...) -> HistorySection {
        var counts = HistoryCounts()
        counts.packages = identities.count
        return HistorySection(
            workspace: workspace, counts: counts,
            items: identities.map {
                HistoryItem(workspace: workspace, kind: .denied, identity: $0, title: "about \($0)")
            })
    }

    private func record(_ day: Int, _ sections: HistorySection...) throws -> HistoryComparison {
        try HistoryStore(path).record(sections, on: Day(number: day), time: day * 86_400)
    }

    private func names(_ items: [DatedItem]) -> [String] { items.map(\.item.identity) }

    @Test func theFirstReportBringsNothingNew() throws {
        let first = try record(1, section("a", "x"))
        #expect(first.new.isEmpty && names(first.still) == ["x"] && first.previous == nil && first.runs.count == 1)
    }

    @Test func tellsNewGoneAndSinceWhen() throws {
        _ = try record(1, section("a", "x", "y"))
        _ = try record(2, section("a", "y"))
        let third = try record(5, section("a", "x", "y", "z"))
        #expect(names(third.new) == ["x", "z"] && names(third.still) == ["y"] && third.gone.isEmpty)
        #expect(third.still.map(\.first.number) == [1] && third.new.map(\.first.number) == [5, 5])
        #expect(third.previous == Day(number: 2) && third.runs.map(\.day.number) == [1, 2, 5])
        #expect(third.runs.map(\.counts.packages) == [2, 1, 3])
    }

    @Test func theSecondReportOfADayTakesThePlaceOfTheFirst() throws {
        _ = try record(1, section("a", "x"))
        _ = try record(2, section("a", "y"))
        let again = try record(2, section("a", "x", "z"))
        #expect(names(again.new) == ["z"] && names(again.still) == ["x"] && again.still.map(\.first.number) == [1])
        let same = try record(2, section("a", "x", "z"))
        #expect(names(same.new) == ["z"] && names(same.still) == ["x"])
        let next = try record(3, section("a", "x"))
        #expect(names(next.gone) == ["z"] && next.still.map(\.first.number) == [1] && next.runs.count == 3)
    }

    @Test func whatCouldNotBeJudgedIsNotGone() throws {
        _ = try record(1, section("a", "x", "y"))
        let whole = section("a", "y", "z")
        let partial = HistorySection(workspace: "a", counts: whole.counts, items: whole.items, isPartial: true)
        let second = try record(2, partial)
        #expect(second.gone.isEmpty && names(second.new) == ["z"] && names(second.still) == ["y", "x"])
        let third = try record(3, section("a", "x", "z"))
        #expect(third.new.isEmpty && names(third.gone) == ["y"] && third.still.map(\.first.number) == [1, 2])
    }

    @Test func aClockThatGoesBackLosesNothing() throws {
        _ = try record(1, section("a", "x"))
        _ = try record(5, section("a", "x", "y"))
        let back = try record(3, section("a", "x", "y"))
        #expect(names(back.still) == ["x"] && back.still.map(\.first.number) == [1] && names(back.new) == ["y"])
        let next = try record(6, section("a", "x", "y"))
        #expect(next.new.isEmpty && next.gone.isEmpty && next.previous == Day(number: 5))
    }

    @Test func whatCouldNotBeReadIsNotGone() throws {
        _ = try record(1, section("a", "x"), section("b", "y"))
        let second = try record(2, section("a", "x"))
        #expect(second.gone.isEmpty && names(second.still) == ["x"])
        let third = try record(3, section("a", "x"), section("b", "y"), section("c", "n"))
        #expect(third.new.isEmpty && names(third.still) == ["x", "y", "n"])
        #expect(third.still.map(\.first.number) == [1, 1, 3])
    }

    // MARK: Files that are none

    @Test(arguments: ["not a database", "SQLite format 3\0 cut off", String(repeating: "x", count: 5000)])
    func leavesOtherFilesAlone(content: String) throws {
        try folder.write(content, to: "history.db")
        #expect(throws: StorageError(.notAHistory, path: path)) { _ = try HistoryStore(path) }
        #expect(try folder.read("history.db") == Array(content.utf8))
    }

    @Test func leavesANewerFormatAlone() throws {
        _ = try record(1, section("a", "x"))
        var bytes = try folder.read("history.db")
        bytes[63] = 9
        try folder.write(bytes, to: "history.db")
        #expect(throws: StorageError(.newerHistory(9), path: path)) { _ = try record(2, section("a", "x")) }
        #expect(try folder.read("history.db") == bytes)
    }

    @Test func leavesADamagedFileAlone() throws {
        _ = try record(1, section("a", "x", "y"))
        let whole = try folder.read("history.db")
        for start in stride(from: 100, to: whole.count, by: 1777) {
            var bytes = whole
            for offset in start..<min(start + 64, bytes.count) { bytes[offset] ^= 0xA5 }
            try folder.write(bytes, to: "history.db")
            // Free space may be damaged without harm; whatever is refused stays as it is.
            do { _ = try record(2, section("a", "x")) } catch is StorageError {
                #expect(try folder.read("history.db") == bytes)
            }
        }
    }

    @Test func namesAFolderThatIsNotThere() throws {
        let path = folder.path + "/none/history.db"
        #expect(throws: StorageError(.notADirectory, path: path)) { _ = try HistoryStore(path) }
    }
}
