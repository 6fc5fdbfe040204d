import Advisories
import CargoModel
import CargoWorkspace
import SemVer
import TOML

/// Flags requirements without an upper bound, `>=1.2` and the like.
package struct OpenRequirement: Rule {
    package static let info = RuleInfo(
        id: "open-requirement",
        summary: "a requirement has no upper bound",
        rationale: """
            `>=1.2` promises that every future major version will work, which nobody can know. A consumer of a library \
            that says so gets the breakage.
            """,
        level: .warn,
        passing: [
            RuleExample(
                "An upper bound, written or implied.",
                """
                [dependencies]
                log = ">=0.4.10, <0.5"
                serde = "1.0.200"
                -- index --
                log 0.4.20
                serde 1.0.200
                """)
        ],
        failing: [
            RuleExample(
                "Every later version is promised to work.",
                """
                [dependencies]
                log = ↓">=0.4.10"
                -- index --
                log 0.4.20
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        context.writtenRequirements.compactMap { written in
            guard !written.requirement.comparators.isEmpty, written.requirement.isOpen else { return nil }
            return Finding(
                rule: Self.info.id, subject: written.subject,
                message:
                    "`\(written.name)` has no upper bound: `\(written.requirement)`\(written.evidence(in: context))",
                at: written.location,
                why: "it promises that every future major version will work",
                help: written.suggestion(in: context))
        }
    }
}
