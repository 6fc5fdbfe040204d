import Advisories
import CargoModel
import CargoWorkspace
import SemVer
import TOML

/// Flags `*`. A path dependency without a version is left alone: what is used lies in the repository.
package struct WildcardRequirement: Rule {
    package static let info = RuleInfo(
        id: "wildcard-requirement",
        summary: "a dependency accepts any version",
        rationale: """
            With `*` the next `cargo update` may bring in any new major version. crates.io refuses to publish a crate \
            that asks for it.
            """,
        level: .deny,
        passing: [
            RuleExample(
                "A requirement, and a path without one.",
                """
                [dependencies]
                serde = "1.0.200"
                local = { path = "local" }
                -- local/Cargo.toml --
                [package]
                name = "local"
                version = "0.1.0"
                -- index --
                serde 1.0.200
                """)
        ],
        failing: [
            RuleExample(
                "Any version at all.",
                """
                [dependencies]
                serde = ↓"*"
                -- index --
                serde 1.0.200
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        context.writtenRequirements.compactMap { written in
            guard written.requirement.comparators.isEmpty else { return nil }
            return Finding(
                rule: Self.info.id, subject: written.subject,
                message: "`\(written.name)` accepts any version", at: written.location,
                why: "the next update may bring in any new major version",
                help: written.suggestion(in: context))
        }
    }
}
