import CargoModel
import CargoWorkspace

/// Flags updates that come along with something else.
package struct UnrelatedUpdate: ReviewRule {
    package static let info = RuleInfo(
        id: "unrelated-update",
        summary: "a change updates a package that has nothing to do with the rest of it",
        rationale: """
            A change that edits manifests, or updates one package, and on the way moves another one that neither needs, is \
            two changes; the second one is easily overlooked. A change that is one update and nothing else, or `cargo \
            update` as a whole, is what its author says, and a note. Seen in a review alone.
            """,
        level: .warn,
        passing: [
            RuleExample(
                "What was required had to move.",
                """
                -- base/Cargo.toml --
                [package]
                name = "app"
                version = "0.1.0"
                [dependencies]
                log = "0.4"
                -- base/locked --
                app 0.1.0 | log
                log 0.4.20
                -- Cargo.toml --
                [package]
                name = "app"
                version = "0.1.0"
                [dependencies]
                log = "0.4.22"
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
                "`log` was asked for, `cc` was not.",
                """
                -- base/Cargo.toml --
                [package]
                name = "app"
                version = "0.1.0"
                [dependencies]
                log = "0.4"
                cc = "1"
                -- base/locked --
                app 0.1.0 | cc, log
                cc 1.0.0
                log 0.4.20
                -- Cargo.toml --
                [package]
                name = "app"
                version = "0.1.0"
                [dependencies]
                log = "0.4.22"
                cc = "1"
                -- locked --
                app 0.1.0 | cc, log
                cc ↓1.0.1
                log 0.4.22
                -- index --
                cc 1.0.0
                cc 1.0.1
                log 0.4.20
                log 0.4.22
                """)
        ]
    )

    package init() {}

    package func findings(in context: ReviewContext) -> [Finding] {
        let updates = context.changes.filter { $0.cause.kind == .targetedUpdate }
        let isMixed = updates.count > 1 || context.changes.contains { $0.cause.kind == .manifest && !$0.isLocal }
        return updates.map { finding($0, isAlone: !isMixed, context) } + fullUpdate(context)
    }

    /// One note on all that moved as after `cargo update`.
    private func fullUpdate(_ context: ReviewContext) -> [Finding] {
        let changes = context.changes.filter { $0.cause.kind == .fullUpdate }
        guard let first = changes.first, let lock = context.lock else { return [] }
        return [
            Finding(
                rule: Self.info.id, subject: .file(lock.lockfile.path),
                message:
                    "the change moves \(changes.count) package\(changes.count == 1 ? "" : "s") as `cargo update` does",
                at: context.location(of: first), why: "every version in it was chosen by nobody but Cargo",
                help: "nothing to do if an update of everything is what the change is for",
                notes: changes.map { Finding.Note("the change \($0.text)") }, isNote: true)
        ]
    }

    private func finding(_ change: LockChange, isAlone: Bool, _ context: ReviewContext) -> Finding {
        Finding(
            rule: Self.info.id, subject: change.id.map { .package($0) } ?? .crate(change.name),
            message: "the change \(change.text), and no manifest asks for it", at: context.location(of: change),
            why: "an update that comes along with something else is easily overlooked",
            help: isAlone ? "nothing to do if this update is what the change is for" : "make it a change of its own",
            notes: [Finding.Note(change.cause.text)] + followers(of: change, context) + context.notes(on: change),
            isNote: isAlone)
    }

    /// What moves along with an update.
    private func followers(of change: LockChange, _ context: ReviewContext) -> [Finding.Note] {
        context.changes.filter { $0.cause.kind == .cascade && $0.cause.root != nil && $0.cause.root == change.new }
            .map { Finding.Note("with it the change \($0.text)") }
    }
}
