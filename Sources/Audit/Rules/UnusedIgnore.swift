import TOML

/// Flags exceptions that match nothing.
package struct UnusedIgnore: PolicyRule {
    package static let info = RuleInfo(
        id: "unused-ignore",
        summary: "an exception of the policy matches nothing",
        rationale: """
            It may have done its work, or be misspelt; left in place it would let the next fault of its kind pass \
            unseen. Whether it matches is judged against the whole lock, every platform and feature included, and \
            against rules that are switched off too: the answer is the same on every machine. Exceptions in a file \
            that several workspaces share (`extends`) are not judged.
            """,
        level: .warn,
        passing: [
            RuleExample(
                "It lets a yanked version pass.",
                """
                [dependencies]
                log = "0.4"
                -- locked --
                app 0.1.0 | log
                log 0.4.21
                -- index --
                log 0.4.21 | yanked
                -- lockgate.toml --
                [[ignore]]
                rule = "yanked"
                crate = "log"
                reason = "waiting for a release"
                """)
        ],
        failing: [
            RuleExample(
                "The yanked version is gone from the lock.",
                """
                [dependencies]
                log = "0.4"
                -- index --
                log 0.4.22
                -- lockgate.toml --
                ↓[[ignore]]
                rule = "yanked"
                crate = "log"
                reason = "waiting for a release"
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        context.use.exceptions.filter { $0.isOwn && !$0.isUsed && $0.ignore.isInForce(on: context.today) }.map {
            Finding(
                rule: Self.info.id, subject: .exception($0.ignore.summary),
                message: "the exception for \($0.ignore.summary) matches nothing", at: $0.ignore.location,
                why: "it would let the next fault of its kind pass unseen",
                help: "remove it, or correct what it names")
        }
    }
}
