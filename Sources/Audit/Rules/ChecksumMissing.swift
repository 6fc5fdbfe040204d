import Advisories
import CargoModel
import CargoWorkspace
import TOML

/// Flags locked registry packages without a checksum.
package struct ChecksumMissing: Rule {
    package static let info = RuleInfo(
        id: "checksum-missing",
        summary: "a locked registry package has no checksum",
        rationale: """
            The checksum is what ties a lock to the bytes that were reviewed. Every format of the lock records one for \
            each package of a registry; where it is missing it was removed, and whoever serves the registry decides what \
            is built. A package whose registry has no checksum for it either (some local registries and directories) is \
            left alone.
            """,
        level: .deny,
        passing: [
            RuleExample(
                "Every package has one.",
                """
                [dependencies]
                log = "0.4"
                -- index --
                log 0.4.20
                """)
        ],
        failing: [
            RuleExample(
                "The line was removed.",
                """
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
                source = "registry+https://github.com/rust-lang/crates.io-index"
                -- index --
                log 0.4.20
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        guard let lock = context.lock else { return [] }
        if let whole = ofWholeFile(lock) { return [whole] }
        return lock.resolve.packages.indices.compactMap { index in
            let id = lock.resolve.packages[index]
            guard id.source.isRegistry, lock.resolve.checksums[index] == nil, !hasNone(id, context) else { return nil }
            return Finding(
                rule: Self.info.id, subject: .package(id), message: "`\(id)` has no checksum",
                at: lock.location(of: index),
                why: "nothing ties the lock to the bytes that were reviewed",
                help: "restore its line from history, or let `cargo update --workspace` add it and review the change")
        }
    }

    /// A lock from before Cargo recorded checksums, or one that lost them all.
    private func ofWholeFile(_ lock: LockOnDisk) -> Finding? {
        let registry = lock.resolve.packages.indices.filter { lock.resolve.packages[$0].source.isRegistry }
        guard registry.count > 2, registry.allSatisfy({ lock.resolve.checksums[$0] == nil }) else { return nil }
        return Finding(
            rule: Self.info.id, subject: .file(lock.lockfile.path),
            message: "none of the \(registry.count) registry packages has a checksum",
            at: lock.lockfile.location(Span(start: 0, end: 0)),
            why: "nothing ties the lock to the bytes that were reviewed",
            help: "let `cargo update --workspace` write it anew, and review the change")
    }

    /// Its registry knows the version and has no checksum for it.
    private func hasNone(_ id: PackageID, _ context: AuditContext) -> Bool {
        guard let known = context.published(id)?.first(where: { $0.version == id.version }) else { return false }
        return known.checksum?.isEmpty ?? true
    }
}
