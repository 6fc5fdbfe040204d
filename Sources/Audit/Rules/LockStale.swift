import Advisories
import CargoModel
import CargoWorkspace

/// Flags a lock that Cargo would have to change; one finding per cause.
package struct LockStale: Rule {
    package static let info = RuleInfo(
        id: "lock-stale",
        summary: "`Cargo.lock` does not fit the manifests",
        rationale: """
            `cargo build --locked` fails, and a build without `--locked` uses versions that nobody reviewed. The rule \
            gives exactly Cargo's verdict, and says what Cargo does not: which requirement is not met, in which line, \
            and what would change because of it.
            """,
        level: .deny,
        passing: [
            RuleExample(
                "A newer version is published; the locked one still fits.",
                """
                [dependencies]
                log = "0.4"
                -- index-when-locked --
                log 0.4.20
                -- index --
                log 0.4.20
                log 0.4.22
                """)
        ],
        failing: [
            RuleExample(
                "The manifest asks for more than the lock has.",
                """
                [dependencies]
                log = ↓"0.4.22"
                -- locked --
                app 0.1.0 | log
                log 0.4.20
                -- index --
                log 0.4.20
                log 0.4.22
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        guard case .stale = context.state else { return [] }
        return StaleDiagnosis.reasons(in: context).map { reason in
            Finding(
                rule: Self.info.id, subject: reason.subject, message: reason.message, at: reason.location,
                why: "`--locked` builds fail, and others use versions nobody reviewed",
                help: "run `cargo update --workspace`, look at what it changes, and commit `Cargo.lock`",
                notes: reason.changes.map { Finding.Note("Cargo \($0.text)") })
        }
    }
}
