import Advisories
import CargoModel
import CargoWorkspace
import TOML

/// Flags `[replace]`.
package struct ReplaceTable: Rule {
    package static let info = RuleInfo(
        id: "replace-table",
        summary: "the manifest uses `[replace]`",
        rationale: """
            `[replace]` is deprecated and may disappear. It needs the exact version in its key, so that an update of the \
            crate silently ends the replacement. `[patch]` does the same and survives updates.
            """,
        level: .warn,
        passing: [
            RuleExample(
                "A patch.",
                """
                [dependencies]
                log = "0.4"
                [patch.crates-io]
                log = { path = "log" }
                -- log/Cargo.toml --
                [package]
                name = "log"
                version = "0.4.20"
                -- index --
                log 0.4.20
                """)
        ],
        failing: [
            RuleExample(
                "A replacement.",
                """
                [dependencies]
                log = "0.4"
                [replace]
                ↓"log:0.4.20" = { path = "log" }
                -- log/Cargo.toml --
                [package]
                name = "log"
                version = "0.4.20"
                -- index --
                log 0.4.20
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        let manifest = context.workspace.rootManifest
        return (manifest.document.root["replace"]?.table?.entries ?? []).map { entry in
            Finding(
                rule: Self.info.id, subject: .crate(String(entry.key.prefix { $0 != ":" && $0 != "@" })),
                message: "`[replace]` stands in for `\(entry.key)`",
                at: Location(path: manifest.file.path, span: entry.keySpan),
                why: "it is deprecated, and ends silently when the crate is updated",
                help: "move the entry to `[patch.crates-io]`, without the version in the key")
        }
    }
}
