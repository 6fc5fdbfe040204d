import CargoModel
import SemVer

/// Flags a package that goes back to an older version.
package struct Downgrade: ReviewRule {
    package static let info = RuleInfo(
        id: "downgrade",
        summary: "a change lowers the version of a package",
        rationale: """
            An older version brings back the faults that the newer one repaired, and hides well between the lines of an \
            update. Where manifests or Cargo's own choice lead to it, it is a note. Seen in a review alone.
            """,
        level: .deny,
        passing: [
            RuleExample(
                "Upwards.",
                """
                -- base/locked --
                app 0.1.0 | log
                log 0.4.20
                -- Cargo.toml --
                [package]
                name = "app"
                version = "0.1.0"
                [dependencies]
                log = "0.4"
                -- locked --
                app 0.1.0 | log
                log 0.4.22
                -- index --
                log 0.4.20
                log 0.4.22
                """)
        ],
        failing: [
            RuleExample(
                "As after `cargo update --precise`.",
                """
                -- base/locked --
                app 0.1.0 | log
                log 0.4.22
                -- Cargo.toml --
                [package]
                name = "app"
                version = "0.1.0"
                [dependencies]
                log = "0.4"
                -- locked --
                app 0.1.0 | log
                log ↓0.4.20
                -- index --
                log 0.4.20
                log 0.4.22
                """),
            RuleExample(
                "Another version of the two that are locked.",
                """
                -- base/locked --
                app 0.1.0 | http, log 0.3.9, log 0.4.20
                http 1.0.0 | log 0.4.20
                log 0.3.9
                log 0.4.20
                -- Cargo.toml --
                [package]
                name = "app"
                version = "0.1.0"
                [dependencies]
                http = "1"
                log = "0.4"
                old-log = { package = "log", version = "0.3" }
                -- locked --
                app 0.1.0 | http, log 0.3.9, log 0.4.20
                http ↓1.0.0 | log 0.3.9
                log 0.3.9
                log 0.4.20
                -- index --
                http 1.0.0 | log >=0.3
                log 0.3.9
                log 0.4.20
                """),
        ]
    )

    package init() {}

    package func findings(in context: ReviewContext) -> [Finding] {
        context.changes.filter { !$0.isLocal }.compactMap { change in
            switch change.kind {
            case .downgraded: finding(change, "the change \(change.text)", context)
            case .rewired: lowered(change, context)
            default: nil
            }
        }
    }

    /// A dependency that leads to an older version of the same crate than before.
    private func lowered(_ change: LockChange, _ context: ReviewContext) -> Finding? {
        for old in change.lost {
            let new = change.gained.first {
                $0.name == old.name && $0.source == old.source && $0.version < old.version
            }
            if let new {
                return finding(
                    change, "the change makes `\(change.name)` depend on `\(new)`, not on `\(old)`", context)
            }
        }
        return nil
    }

    private func finding(_ change: LockChange, _ message: String, _ context: ReviewContext) -> Finding? {
        guard let id = change.new else { return nil }
        // Cargo itself goes down only where it has to; a command that names the version goes where it is told.
        let isAsked = [.manifest, .cascade, .fullUpdate].contains(change.cause.kind)
        return Finding(
            rule: Self.info.id, subject: .package(id), message: message, at: context.location(of: change),
            why: "an older version brings back what the newer one repaired",
            help: isAsked ? "nothing to do if that is what the manifest is meant to do" : "restore the newer version",
            notes: [Finding.Note(change.cause.text, at: change.cause.location)] + context.notes(on: change),
            isNote: isAsked,
            facts: [("old", "\(change.old?.version.description ?? "")"), ("cause", change.cause.kind.rawValue)])
    }
}
