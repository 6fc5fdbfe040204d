import Advisories
import CargoModel
import CargoWorkspace
import SemVer
import TOML

/// Flags bounded requirements that span several incompatible series.
package struct BroadRequirement: Rule {
    package static let info = RuleInfo(
        id: "broad-requirement",
        summary: "a requirement spans incompatible versions",
        rationale: """
            `>=0.3, <0.9` promises that the code works with series that broke each other. It can be a deliberate kindness \
            of a library to its users, if every series is tested; then say so in an ignore with that reason.
            """,
        level: .warn,
        passing: [
            RuleExample(
                "One compatible series each.",
                """
                [dependencies]
                log = ">=0.4.10, <0.5"
                rand = "0.8"
                -- index --
                log 0.4.20
                rand 0.8.5
                rand 0.9.0
                """)
        ],
        failing: [
            RuleExample(
                "Two series that are not compatible.",
                """
                [dependencies]
                rand = ↓">=0.7, <0.9"
                -- index --
                rand 0.7.3
                rand 0.8.5
                rand 0.9.0
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        context.writtenRequirements.compactMap { written in
            guard !written.requirement.comparators.isEmpty, !written.requirement.isOpen,
                written.requirement.spansIncompatibleVersions
            else { return nil }
            return Finding(
                rule: Self.info.id, subject: written.subject,
                message: "`\(written.name) = \"\(written.text)\"` spans incompatible versions"
                    + written.evidence(in: context),
                at: written.location,
                why: "it promises that the code works with series that broke each other",
                help: written.suggestion(in: context))
        }
    }
}
