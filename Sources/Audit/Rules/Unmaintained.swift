import Advisories
import CargoModel
import CargoWorkspace

/// Flags locked versions with an advisory of this kind.
package struct Unmaintained: Rule {
    package static let info = RuleInfo(
        id: "unmaintained",
        summary: "a locked crate is no longer maintained",
        rationale: """
            Nobody will fix what is found in it next. There is no hurry, and there will not be a fix.
            """,
        level: .warn,
        options: AdvisoryScope.options + [.notBuilt],
        passing: [
            RuleExample(
                "The locked version is not affected.",
                """
                [dependencies]
                old = "1"
                -- index --
                old 1.2.0
                -- advisories --
                {"id":"RUSTSEC-2024-9001","package":"old","date":"2024-05-01","informational":"unmaintained","patched":[">= 1.2.0"]}
                """)
        ],
        failing: [
            RuleExample(
                "The locked version is affected.",
                """
                [dependencies]
                old = "1"
                -- locked --
                app 0.1.0 | old
                old ↓1.1.0
                -- index --
                old 1.1.0
                old 1.2.0
                -- advisories --
                {"id":"RUSTSEC-2024-9001","package":"old","date":"2024-05-01","informational":"unmaintained","patched":[">= 1.2.0"]}
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        AdvisoryFindings.findings(
            of: .unmaintained, rule: Self.info.id, why: "nobody will fix what is found in it next", in: context)
    }
}
