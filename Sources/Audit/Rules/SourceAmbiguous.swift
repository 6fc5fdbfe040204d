import Advisories
import CargoModel
import CargoWorkspace
import TOML

/// Flags one name that stands for packages of two sources.
package struct SourceAmbiguous: Rule {
    package static let info = RuleInfo(
        id: "source-ambiguous",
        summary: "one crate name stands for packages from two places",
        rationale: """
            Two packages of one name from two registries or repositories are easily taken for each other: types do not \
            fit, and a review of one says nothing of the other. Worse is a crate of an own registry whose name somebody \
            else published on crates.io: one forgotten `registry = …` and the stranger's crate is built ("dependency \
            confusion"). The second case is seen only if the index data has crates.io. Packages of the workspace itself \
            do not count.
            """,
        level: .warn,
        options: [RuleOption("skip", .strings, "crates that may have two sources")],
        passing: [
            RuleExample(
                "One source.",
                """
                [dependencies]
                log = "0.4"
                -- index --
                log 0.4.20
                """)
        ],
        failing: [
            RuleExample(
                "From crates.io and from a repository.",
                """
                [dependencies]
                log = "0.4"
                log2 = { package = "log", git = "https://example.com/log" }
                -- Cargo.lock --
                version = 4

                [[package]]
                name = "app"
                version = "0.1.0"
                dependencies = [
                 "log 0.4.20",
                 "log 0.5.0",
                ]

                [[package]]
                name = "log"
                version = "0.4.20"
                source = "registry+https://github.com/rust-lang/crates.io-index"
                checksum = "log-0.4.20"

                [[package]]
                name = "log"
                version = "0.5.0"
                source = ↓"git+https://example.com/log#0123456789abcdef0123456789abcdef01234567"
                -- index --
                log 0.4.20
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        guard let lock = context.lock else { return [] }
        let skipped = context.options.strings("skip")
        var previous: PackageID?
        return lock.resolve.packages.indices.compactMap { index in
            let id = lock.resolve.packages[index]
            guard !id.source.isPath, !skipped.contains(id.name) else { return nil }
            defer { previous = id }
            if let other = previous, other.name == id.name, other.source != id.source {
                return finding(
                    id, index, lock,
                    "`\(id.name)` is locked from \(other.source.exactly) and from \(id.source.exactly)",
                    "take both from one place, as with `[patch]`, or list the crate under `skip`")
            }
            guard isConfusable(id, context) else { return nil }
            return finding(
                id, index, lock, "`\(id.name)` comes from \(id.source), and crates.io has a crate of that name",
                "reserve the name on crates.io or give your crate another one; until then check each `registry = …`")
        }
    }

    private func isConfusable(_ id: PackageID, _ context: AuditContext) -> Bool {
        guard id.source.isRegistry, id.source != .cratesIO else { return false }
        return context.published[CrateKey(name: id.name, source: .cratesIO)]?.isEmpty == false
    }

    private func finding(
        _ id: PackageID, _ index: Int, _ lock: LockOnDisk, _ message: String, _ help: String
    ) -> Finding {
        let place = lock.entry(index).source.map { lock.lockfile.location($0.span) }
        return Finding(
            rule: Self.info.id, subject: .package(id), message: message, at: place ?? lock.location(of: index),
            why: "one is easily taken for the other, by people and by Cargo", help: help)
    }
}

extension SourceID {
    /// With the reference of a git source.
    fileprivate var exactly: String {
        guard case .git(let reference) = kind, !reference.name.isEmpty else { return description }
        return "\(description) (\(reference.name))"
    }
}
