import Advisories
import CargoModel
import CargoWorkspace
import TOML

/// Flags a locked checksum that is not the registry's.
package struct ChecksumMismatch: Rule {
    package static let info = RuleInfo(
        id: "checksum-mismatch",
        summary: "a locked checksum is not the one the registry published",
        rationale: """
            A published version never changes, so its checksum cannot. Where lock and registry differ, one of the two \
            was altered: a bad merge, an edited lock, or a registry that serves something else. Cargo refuses to build.
            """,
        level: .deny,
        passing: [
            RuleExample(
                "Lock and index agree.",
                """
                [dependencies]
                log = "0.4"
                -- index --
                log 0.4.20
                """)
        ],
        failing: [
            RuleExample(
                "The lock names another checksum.",
                """
                [dependencies]
                log = "0.4"
                -- locked --
                app 0.1.0 | log
                log 0.4.20 | checksum ↓0000
                -- index --
                log 0.4.20
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        guard let lock = context.lock else { return [] }
        return lock.resolve.packages.indices.compactMap { index in
            let id = lock.resolve.packages[index]
            guard let locked = lock.resolve.checksums[index],
                let published = context.published(id)?.first(where: { $0.version == id.version })?.checksum,
                locked != published
            else { return nil }
            return Finding(
                rule: Self.info.id, subject: .package(id),
                message: "the checksum of `\(id)` is not the one \(id.source) published",
                at: (lock.entry(index).checksum?.span).map { lock.lockfile.location($0) } ?? lock.location(of: index),
                why: "a published version cannot change: the lock or the registry was altered",
                help: "find out which; if the lock is wrong, restore its line from history",
                notes: [Finding.Note("published: \(published)")],
                facts: [("locked", locked), ("published", published)])
        }
    }
}
