import Audit
import CargoModel
import TestSupport
import Testing

/// What the replay makes of updates.
@Suite struct ReviewCauseTests {
    private static let names = ["aa", "bb", "cc", "dd", "ee", "ff", "gg", "hh", "ii", "jj", "kk", "ll"]

    /// Twelve crates with two versions each, of which the first `moved` are raised.
    private func review(moved: Int, published: String) throws -> Review {
        func lock(_ version: (Int) -> String) -> String {
            "app 0.1.0 | \(Self.names.joined(separator: ", "))\n"
                + Self.names.enumerated().map { "\($1) \(version($0))\n" }.joined()
        }
        let manifest =
            "[package]\nname = \"app\"\nversion = \"0.1.0\"\n[dependencies]\n"
            + Self.names.map { "\($0) = \"1\"\n" }.joined()
        let index = Self.names.map { "\($0) 1.0.0\(published)\n\($0) 1.0.1\(published)\n" }.joined()
        return try ReviewExample(
            "-- base/locked --\n" + lock { _ in "1.0.0" } + "-- Cargo.toml --\n" + manifest + "-- locked --\n"
                + lock { $0 < moved ? "1.0.1" : "1.0.0" } + "-- index --\n" + index, moment: 1_700_000_000
        ).review
    }

    @Test func someOfWhatCouldMoveAreUpdatesOfTheirOwn() throws {
        let review = try review(moved: 5, published: " | at=2020-01-01")
        #expect(review.context.changes.map(\.cause.kind) == Array(repeating: .targetedUpdate, count: 5))
        #expect(review.verdict.warned.count { $0.finding.rule == "unrelated-update" } == 5)
    }

    @Test func allThatCouldMoveIsAFullUpdate() throws {
        let review = try review(moved: 12, published: " | at=2020-01-01")
        #expect(review.context.changes.allSatisfy { $0.cause.kind == .fullUpdate })
        #expect(review.verdict.findings.count { $0.finding.rule == "unrelated-update" } == 1)
    }

    /// What was published after the change could not be taken.
    @Test func laterVersionsDoNotCount() throws {
        let review = try review(moved: 5, published: " | at=2025-01-01")
        #expect(review.context.changes.allSatisfy { $0.cause.kind == .fullUpdate })
    }
}
