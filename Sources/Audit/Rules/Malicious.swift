import Advisories
import CargoModel
import CargoWorkspace

/// Flags locked versions with an advisory of this kind.
package struct Malicious: Rule {
    package static let info = RuleInfo(
        id: "malicious",
        summary: "a locked package is malware",
        rationale: """
            The crate was published to do harm: it steals credentials, mines coins or opens a back door, \
            often under a name that looks like a popular one. Building it may already have run it.
            """,
        level: .deny,
        options: [.notBuilt],
        passing: [
            RuleExample(
                "The locked version is not affected.",
                """
                [dependencies]
                evil = "1"
                -- index --
                evil 1.2.0
                -- advisories --
                {"id":"RUSTSEC-2024-9001","package":"evil","date":"2024-05-01","categories":["malicious"],"patched":[">= 1.2.0"]}
                """)
        ],
        failing: [
            RuleExample(
                "The locked version is affected.",
                """
                [dependencies]
                evil = "1"
                -- locked --
                app 0.1.0 | evil
                evil ↓1.1.0
                -- index --
                evil 1.1.0
                evil 1.2.0
                -- advisories --
                {"id":"RUSTSEC-2024-9001","package":"evil","date":"2024-05-01","categories":["malicious"],"patched":[">= 1.2.0"]}
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        AdvisoryFindings.findings(of: .malicious, rule: Self.info.id, why: "it was published to do harm", in: context)
    }
}
