import CargoModel
import CargoWorkspace
import SemVer
import TOML

/// Flags locked versions that the registry altered or took away after lockgate first saw them.
package struct RegistryChanged: Rule {
    package static let info = RuleInfo(
        id: "registry-changed",
        summary: "a registry changed a locked version after it was published",
        rationale: """
            A published version never changes: the same name and version with another archive means that the registry, \
            or somebody on the way to it, replaced it, and one that is gone was removed by its operators, which on \
            crates.io mostly means malware. The database remembers what it saw at every import and sync, and never \
            forgets such a change, even if it is taken back. With a registry of your own that allows it, list the crate \
            under `skip`.
            """,
        level: .deny,
        options: [RuleOption("skip", .strings, "crates whose registry may do this")],
        passing: [
            RuleExample(
                "Another version of the crate was replaced.",
                """
                [dependencies]
                log = "0.4"
                -- index --
                log 0.4.20
                log 0.4.21
                -- changes --
                log 0.4.20 checksum aa bb 2026-08-20T10:00:00Z
                """)
        ],
        failing: [
            RuleExample(
                "The archive of the locked version was replaced, and put back a day later.",
                """
                [dependencies]
                log = "0.4"
                -- locked --
                app 0.1.0 | log
                log ↓0.4.21
                -- index --
                log 0.4.21
                -- changes --
                log 0.4.21 checksum aa bb 2026-08-20T10:00:00Z
                log 0.4.21 checksum bb aa 2026-08-21T10:00:00Z
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        guard let lock = context.lock, !context.changes.isEmpty else { return [] }
        let skipped = context.options.strings("skip")
        return lock.resolve.packages.indices.compactMap { index in
            let id = lock.resolve.packages[index]
            let changes = context.changes.filter {
                $0.name == id.name && $0.version == id.version && $0.registry == id.source.url
            }
            guard let last = changes.last, !skipped.contains(id.name) else { return nil }
            return Finding(
                rule: Self.info.id, subject: .package(id), message: "`\(id)`: \(Self.text(of: last))",
                at: lock.location(of: index), why: "a published version never changes unless somebody tampers with it",
                help: "compare the archive you built with what is there now, and ask the registry what happened",
                notes: changes.map { Finding.Note(Self.note(on: $0)) }, facts: [("change", last.kind.rawValue)])
        }
    }

    private static func text(of change: RegistryChange) -> String {
        switch change.kind {
        case .checksum: "the registry has another archive for it than before"
        case .vanished: "the registry took it away"
        case .returned: "the registry took it away and put it back"
        }
    }

    private static func note(on change: RegistryChange) -> String {
        switch change.kind {
        case .checksum: "\(change.noticed): checksum \(change.old ?? "?") became \(change.new ?? "?")"
        case .vanished: "\(change.noticed): gone; its checksum was \(change.old ?? "?")"
        case .returned: "\(change.noticed): back with checksum \(change.new ?? "?"); it was \(change.old ?? "?")"
        }
    }
}
