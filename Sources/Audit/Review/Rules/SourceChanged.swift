import CargoModel
import CargoWorkspace
import TOML

/// Flags a package that comes from somewhere else than before.
package struct SourceChanged: ReviewRule {
    package static let info = RuleInfo(
        id: "source-changed",
        summary: "a change takes a package from another place",
        rationale: """
            Name and version stay, the code is another one: a registry package that is taken from git or a folder, another \
            repository, another registry, or a registry that Cargo's configuration puts in the place of another. Going \
            back to crates.io from git, and a folder that a manifest names, are notes. Seen in a review alone.
            """,
        level: .deny,
        passing: [
            RuleExample(
                "The registry as before.",
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
                "The lock alone says so.",
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
                -- Cargo.lock --
                version = 4

                [[package]]
                name = "app"
                version = "0.1.0"
                dependencies = [
                 "log",
                ]

                [[package]]
                name = "log"
                version = ↓"0.4.20"
                source = "git+https://example.com/log#0000000000000000000000000000000000000000"
                -- index --
                log 0.4.20
                """)
        ]
    )

    package init() {}

    package func findings(in context: ReviewContext) -> [Finding] {
        context.changes.compactMap { finding($0, context) } + context.moves.map(finding)
    }

    private func finding(_ change: LockChange, _ context: ReviewContext) -> Finding? {
        guard change.kind == .sourceChanged, let old = change.old, let new = change.new else { return nil }
        let written = context.manifestChanges.first { $0.crate == change.name && $0.movesSource }
        // A release instead of a commit, and a member instead of a release, are what manifests ask for in good order.
        let isHarmless = written != nil && (old.source.isGit && new.source == .cratesIO || new.source.isPath)
        return Finding(
            rule: Self.info.id, subject: .package(new), message: "the change \(change.text)",
            at: context.location(of: change),
            why: "under the same name there is other code, which the checks of a registry do not cover",
            help: written == nil
                ? "no manifest asks for it: restore the line of the base"
                : "look at what is there, and accept it with an `[[ignore]]` that says why",
            notes: (written.map { [Finding.Note($0.text, at: $0.location)] } ?? []) + context.notes(on: change),
            isNote: isHarmless, facts: [("old", "\(old.source)"), ("new", "\(new.source)")])
    }

    private func finding(_ move: SourceMove) -> Finding {
        Finding(
            rule: Self.info.id, subject: .file("\(move.source)"),
            message: "Cargo's configuration takes \(move.source) from \(move.new), and took it from \(move.old)",
            at: nil, why: "every package of that registry comes from another place, under the same names",
            help: "look at `.cargo/config.toml`, and accept it with an `[[ignore]]` that says why",
            facts: [("old", move.old), ("new", move.new)])
    }
}
