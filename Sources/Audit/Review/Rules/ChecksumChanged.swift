import CargoModel

/// Flags another checksum for a version that was locked before.
package struct ChecksumChanged: ReviewRule {
    package static let info = RuleInfo(
        id: "checksum-changed",
        summary: "a change gives a locked version another checksum, or takes it away",
        rationale: """
            A published version never changes, and so neither does its checksum. A change to that line was made by hand or \
            by a registry that serves something else. It is found without any index data. Seen in a review alone.
            """,
        level: .deny,
        passing: [
            RuleExample(
                "Another version has another checksum.",
                """
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
                "The same version.",
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
                log ↓0.4.20 | checksum 0000
                -- index --
                log 0.4.20
                """)
        ]
    )

    package init() {}

    package func findings(in context: ReviewContext) -> [Finding] {
        context.changes.compactMap { change in
            guard change.kind == .checksumChanged, let id = change.new, let old = change.checksums.old else {
                return nil
            }
            let new = change.checksums.new
            return Finding(
                rule: Self.info.id, subject: .package(id),
                message: "the change \(new == nil ? "removes the checksum of" : "gives another checksum to") `\(id)`",
                at: context.location(of: change),
                why: "a published version cannot change: the line was edited, or the registry serves something else",
                help: "restore the line of the base", notes: [Finding.Note("before: \(old)")],
                facts: [("old", old), ("new", new ?? "")])
        }
    }
}
