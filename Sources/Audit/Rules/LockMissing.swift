import Advisories
import CargoModel
import CargoWorkspace
import TOML

/// Flags a workspace without `Cargo.lock`.
package struct LockMissing: Rule {
    package static let info = RuleInfo(
        id: "lock-missing",
        summary: "there is no `Cargo.lock`",
        rationale: """
            Without a lock every build resolves afresh: two builds of one commit may use different versions, and nothing \
            can be said about which ones will be used. `cargo build --locked` fails for the same reason.
            """,
        level: .deny,
        passing: [
            RuleExample(
                "The lock is there, even if nothing is in it yet.",
                """
                -- Cargo.toml --
                [package]
                name = "app"
                version = "0.1.0"
                -- Cargo.lock --
                version = 4

                [[package]]
                name = "app"
                version = "0.1.0"
                """)
        ],
        failing: [
            RuleExample(
                "A workspace that was never locked.",
                """
                -- Cargo.toml --
                ↓[package]
                name = "app"
                version = "0.1.0"
                -- no Cargo.lock --
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        guard case .missing = context.state else { return [] }
        let root = context.workspace.rootManifest
        let header = root.document.root["package"] ?? root.document.root["workspace"]
        return [
            Finding(
                rule: Self.info.id, subject: .file("Cargo.lock"),
                message: "there is no `Cargo.lock`",
                at: Location(path: root.file.path, span: header?.span ?? Span(start: 0, end: 0)),
                why: "every build may use other versions, and none of them can be judged",
                help: "run `lockgate update`, which keeps out of traps, and commit the file")
        ]
    }
}
