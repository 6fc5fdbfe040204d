import TOML

/// Flags configuration files in places where nothing reads them.
package struct MisplacedConfigRule: PolicyRule {
    package static let info = RuleInfo(
        id: "misplaced-config",
        summary: "a configuration file lies where nothing reads it",
        rationale: """
            Whoever wrote it believes that it holds. A policy is read beside the workspace's `Cargo.toml` \
            (`lockgate.toml`, `.lockgate.toml`, `.cargo/lockgate.toml`, or `[workspace.metadata.lockgate]`, the first of \
            these), not in a member's folder, and not above the workspace; one that others share is named by `extends`. \
            cargo-audit reads `.cargo/audit.toml` and no `audit.toml` beside `Cargo.toml`.
            """,
        level: .warn,
        passing: [
            RuleExample(
                "Beside the workspace's manifest.",
                """
                -- Cargo.toml --
                [package]
                name = "app"
                version = "0.1.0"
                -- lockgate.toml --
                [rules]
                yanked = "deny"
                """)
        ],
        failing: [
            RuleExample(
                "In a member's folder.",
                """
                -- Cargo.toml --
                [workspace]
                members = ["tools"]
                -- tools/Cargo.toml --
                [package]
                name = "tools"
                version = "0.1.0"
                -- tools/lockgate.toml --
                ↓[rules]
                yanked = "deny"
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        context.use.misplaced.map {
            Finding(
                rule: Self.info.id, subject: .file($0.location.path), message: "`\($0.location.path)`: \($0.fact)",
                at: $0.location, why: "whoever wrote it believes that it holds", help: $0.help)
        }
    }
}
