import Advisories
import CargoModel
import CargoWorkspace
import SemVer
import TOML

/// Flags a locked package whose dependencies are not those it was published with.
package struct LockEdgesMismatch: Rule {
    package static let info = RuleInfo(
        id: "lock-edges-mismatch",
        summary: "a locked package depends on something else than it was published with",
        rationale: """
            The index says what a version depends on. A lock that gives it another dependency, or leaves one out, was \
            not written by Cargo for this registry: it was edited, badly merged, or made from other index data. Optional \
            dependencies, all platforms and renames are taken into account, so is `[patch]`. Versions the index does not \
            know are left to `unknown-version`.
            """,
        level: .deny,
        passing: [
            RuleExample(
                "An optional dependency may be missing.",
                """
                [dependencies]
                http = "1"
                -- index --
                log 0.4.20
                rand 0.8.5
                http 1.0.0 | log ^0.4 ; rand ^0.8 opt
                """)
        ],
        failing: [
            RuleExample(
                "A dependency was added, and one left out.",
                """
                [dependencies]
                http = "1"
                log = "0.4"
                -- locked --
                app 0.1.0 | http, log
                http 1.0.0 | ↓miner
                log 0.4.20
                miner 1.0.0
                -- index --
                log 0.4.20
                miner 1.0.0
                http 1.0.0 | log ^0.4
                """),
            RuleExample(
                "One is missing.",
                """
                [dependencies]
                http = "1"
                log = "0.4"
                -- locked --
                app 0.1.0 | http, log
                http ↓1.0.0
                log 0.4.20
                -- index --
                log 0.4.20
                http 1.0.0 | log ^0.4
                """),
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        guard let lock = context.lock else { return [] }
        return lock.resolve.packages.indices.compactMap { index in
            guard let summary = context.summaries[lock.resolve.packages[index]], lock.entry(index).replace == nil
            else { return nil }
            return finding(summary, at: index, lock)
        }
    }

    private func finding(_ summary: Summary, at index: Int, _ lock: LockOnDisk) -> Finding? {
        let targets = lock.resolve.edges[index].map { lock.resolve.packages[$0] }
        let dependencies = summary.dependencies.filter { $0.kind != .development }
        let added = targets.filter { target in !dependencies.contains { $0.matchesIgnoringSource(target) } }
        let missing = dependencies.filter { dependency in
            !dependency.isOptional && !targets.contains { dependency.matchesIgnoringSource($0) }
                && !Self.isNamed(dependency.package, in: lock.entry(index), lock)
        }
        guard !added.isEmpty || !missing.isEmpty else { return nil }
        let facts =
            added.map { "it depends on `\($0)`, which it was not published with" }
            + Self.texts(of: missing).map { "it does not depend on \($0), which it was published with" }
        return Finding(
            rule: Self.info.id, subject: .package(summary.id),
            message: "the dependencies of `\(summary.id)` are not those it was published with",
            at: added.first.flatMap { place(of: $0, in: lock.entry(index), lock) } ?? lock.location(of: index),
            why: "a published version cannot change: the lock was edited or made from other data",
            help: "find out which; if the lock is wrong, restore it from history and let `cargo update --workspace` "
                + "complete it",
            notes: facts.map { Finding.Note($0) },
            facts: [
                ("added", added.map { "\($0)" }.joined(separator: ", ")),
                ("missing", Self.texts(of: missing).joined(separator: ", ")),
            ].filter { !$0.1.isEmpty })
    }

    /// The entry names it and the reference leads nowhere, which is another fault: the lock is stale, or not canonical.
    private static func isNamed(_ name: String, in entry: Lockfile.Entry, _ lock: LockOnDisk) -> Bool {
        entry.dependencies.contains { reference in
            reference.value.prefix { $0 != " " } == name && lock.graph.dangling.contains(reference)
        }
    }

    private static func texts(of dependencies: [Dependency]) -> [String] {
        dependencies.map { "`\($0.package) \($0.requirement.written)`" }
    }

    private func place(of target: PackageID, in entry: Lockfile.Entry, _ lock: LockOnDisk) -> Location? {
        let words = [target.name, "\(target)"]
        return entry.dependencies.first { reference in
            words.contains(reference.value) || reference.value.hasPrefix("\(target) (")
        }.map { lock.lockfile.location($0.span) }
    }
}
