import TOML

/// Flags entries of the baseline whose finding is gone.
package struct UnusedBaseline: PolicyRule {
    package static let info = RuleInfo(
        id: "unused-baseline",
        summary: "a finding in the baseline is gone",
        rationale: """
            A baseline may only shrink: an entry that stays after its finding is gone would let the same fault come \
            back unseen. `lockgate baseline --prune` removes such entries and adds none.
            """,
        level: .deny,
        passing: [
            RuleExample(
                "The finding is still there.",
                """
                [dependencies]
                log = "0.4"
                -- locked --
                app 0.1.0 | log
                log 0.4.21
                -- index --
                log 0.4.21 | yanked
                -- lockgate-baseline.toml --
                findings = [
                    "yanked:log@0.4.21",
                ]
                """)
        ],
        failing: [
            RuleExample(
                "The yanked version was replaced.",
                """
                [dependencies]
                log = "0.4"
                -- index --
                log 0.4.22
                -- lockgate-baseline.toml --
                findings = [
                    ↓"yanked:log@0.4.21",
                ]
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        context.use.vanished.map { identity, location in
            Finding(
                rule: Self.info.id, subject: .exception(identity),
                message: "`\(identity)` is in the baseline and no longer found", at: location,
                why: "left there it would let the same fault come back unseen",
                help: "run `lockgate baseline --prune` and commit the file")
        }
    }
}
