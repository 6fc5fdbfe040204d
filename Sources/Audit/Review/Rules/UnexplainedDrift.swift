import CargoModel

/// Flags what no manifest and no update explains.
package struct UnexplainedDrift: ReviewRule {
    package static let info = RuleInfo(
        id: "unexplained-drift",
        summary: "a change of the lock that no command of Cargo makes",
        rationale: """
            `lockgate review` replays the change: the old lock under the new manifests, then updates of single packages, \
            also to a given version, then a full update. What the new lock has beyond all that was edited by hand, badly \
            merged, or made from other data. A package can be smuggled in that way. Seen in a review alone.
            """,
        level: .deny,
        passing: [
            RuleExample(
                "A manifest asks for it.",
                """
                -- base/Cargo.toml --
                [package]
                name = "app"
                version = "0.1.0"
                -- base/locked --
                app 0.1.0
                -- Cargo.toml --
                [package]
                name = "app"
                version = "0.1.0"
                [dependencies]
                log = "0.4"
                -- locked --
                app 0.1.0 | log
                log 0.4.20
                -- index --
                log 0.4.20
                """)
        ],
        failing: [
            RuleExample(
                "A package that nothing requires.",
                """
                -- base/locked --
                app 0.1.0 | log
                log 0.4.20
                -- Cargo.toml --
                [package]
                name = "app"
                version = "0.1.0"
                [dependencies]
                log = "0.4"
                -- locked --
                app 0.1.0 | log
                log 0.4.20
                miner ↓1.0.0
                -- index --
                log 0.4.20
                miner 1.0.0
                """),
            RuleExample(
                "An edge that the index does not have.",
                """
                -- base/locked --
                app 0.1.0 | http, miner
                http 1.0.0
                miner 1.0.0
                -- Cargo.toml --
                [package]
                name = "app"
                version = "0.1.0"
                [dependencies]
                http = "1"
                miner = "1"
                -- locked --
                app 0.1.0 | http, miner
                http ↓1.0.0 | miner
                miner 1.0.0
                -- index --
                http 1.0.0
                miner 1.0.0
                """),
        ]
    )

    package init() {}

    package func findings(in context: ReviewContext) -> [Finding] {
        // Without a replay there is nothing to compare with, and the check says why.
        guard context.replay?.obstacle == nil else { return [] }
        return context.changes.filter { $0.cause.kind == .unexplained && !Self.isToldElsewhere($0) }.map { change in
            Finding(
                rule: Self.info.id, subject: change.id.map { .package($0) } ?? .crate(change.name),
                message: "the change \(change.text): \(change.cause.text)", at: context.location(of: change),
                why: "what neither a manifest nor an update explains was edited, badly merged or made from other data",
                help: "restore the lock of the base, let `cargo update --workspace` complete it, and compare",
                notes: context.notes(on: change), facts: [("change", change.kind.rawValue)])
        }
    }

    private static func isToldElsewhere(_ change: LockChange) -> Bool { change.kind == .checksumChanged }
}
