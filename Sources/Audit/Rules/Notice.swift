import Advisories
import CargoModel
import CargoWorkspace

/// Flags locked versions with an advisory of this kind.
package struct Notice: Rule {
    package static let info = RuleInfo(
        id: "notice",
        summary: "an advisory gives notice about a locked version",
        rationale: """
            Something worth knowing about the crate that is neither a vulnerability nor a matter of maintenance.
            """,
        level: .warn,
        options: AdvisoryScope.options + [.notBuilt],
        passing: [
            RuleExample(
                "The locked version is not affected.",
                """
                [dependencies]
                odd = "1"
                -- index --
                odd 1.2.0
                -- advisories --
                {"id":"RUSTSEC-2024-9001","package":"odd","date":"2024-05-01","informational":"notice","patched":[">= 1.2.0"]}
                """)
        ],
        failing: [
            RuleExample(
                "The locked version is affected.",
                """
                [dependencies]
                odd = "1"
                -- locked --
                app 0.1.0 | odd
                odd ↓1.1.0
                -- index --
                odd 1.1.0
                odd 1.2.0
                -- advisories --
                {"id":"RUSTSEC-2024-9001","package":"odd","date":"2024-05-01","informational":"notice","patched":[">= 1.2.0"]}
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        AdvisoryFindings.findings(
            of: .notice, rule: Self.info.id, why: "its advisory database asks for attention", in: context)
    }
}
