import CargoModel
import TOML

/// Flags exceptions whose last day is over.
package struct ExpiredIgnore: PolicyRule {
    package static let info = RuleInfo(
        id: "expired-ignore",
        summary: "an exception of the policy has run out",
        rationale: """
            The day in `expires` was when somebody meant to look again. From the day after, the exception no longer \
            counts, and what it let pass is judged like anything else; the rule says so even where nothing is left to \
            let pass.
            """,
        level: .warn,
        passing: [
            RuleExample(
                "The exception still holds; the day in `expires` counts.",
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
                expires = "9999-12-31"
                """)
        ],
        failing: [
            RuleExample(
                "Nobody looked again.",
                """
                [dependencies]
                log = "0.4"
                -- locked --
                app 0.1.0 | log
                log 0.4.21
                -- index --
                log 0.4.21 | yanked
                -- lockgate.toml --
                ↓[[ignore]]
                rule = "yanked"
                crate = "log"
                reason = "waiting for a release"
                expires = "2020-01-31"
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        context.use.exceptions.compactMap { exception in
            let ignore = exception.ignore
            guard !ignore.isInForce(on: context.today), let end = ignore.expires else { return nil }
            return Finding(
                rule: Self.info.id, subject: .exception(ignore.summary),
                message: "the exception for \(ignore.summary) ran out on \(end)", at: ignore.location,
                why: exception.isUsed
                    ? "what it let pass is judged again" : "nothing it would let pass is left",
                help: exception.isUsed
                    ? "fix what it let pass, or give it another day and say why in `reason`" : "remove it",
                facts: [("expires", end.description)] + (ignore.ticket.map { [("ticket", $0)] } ?? []))
        }
    }
}
