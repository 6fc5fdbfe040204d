import Advisories
import CargoModel
import CargoWorkspace

/// Flags locked versions with an advisory of this kind.
package struct Unsound: Rule {
    package static let info = RuleInfo(
        id: "unsound",
        summary: "a locked version is unsound",
        rationale: """
            Safe code that uses this version can cause undefined behaviour. That is not an exploit by itself, but it may \
            become one.
            """,
        level: .warn,
        options: AdvisoryScope.options + [.notBuilt],
        passing: [
            RuleExample(
                "The locked version is not affected.",
                """
                [dependencies]
                cell = "1"
                -- index --
                cell 1.2.0
                -- advisories --
                {"id":"RUSTSEC-2024-9001","package":"cell","date":"2024-05-01","informational":"unsound","patched":[">= 1.2.0"]}
                """)
        ],
        failing: [
            RuleExample(
                "The locked version is affected.",
                """
                [dependencies]
                cell = "1"
                -- locked --
                app 0.1.0 | cell
                cell ↓1.1.0
                -- index --
                cell 1.1.0
                cell 1.2.0
                -- advisories --
                {"id":"RUSTSEC-2024-9001","package":"cell","date":"2024-05-01","informational":"unsound","patched":[">= 1.2.0"]}
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        AdvisoryFindings.findings(
            of: .unsound, rule: Self.info.id, why: "safe code can cause undefined behaviour with it", in: context)
    }
}
