import Advisories
import CargoModel
import CargoWorkspace
import SemVer
import TOML

/// Flags patch releases that bring in a suspicious new dependency.
package struct NewDependencyInPatch: Rule {
    package static let info = RuleInfo(
        id: "new-dependency-in-patch",
        summary: "a patch release brings in a dependency that the one before did not have",
        rationale: """
            Who takes over a crate often does not touch its code but adds a dependency, in a release that differs only in \
            the last number, since everybody gets that with the next update. Honest crates do so too, so a new \
            dependency alone is not reported. It is if the crate it brings in is itself less than 90 days old, or is \
            named almost like a popular one. What it compares with is the nearest lower published version of the same \
            `x.y` series; optional and development dependencies do not count. A dependency of unknown age counts as \
            young only if the index data tells the age of the release. `always` reports every new dependency.
            """,
        level: .warn,
        options: [
            RuleOption("always", .boolean, "report every new dependency, however well known"),
            RuleOption("skip", .strings, "crates whose new dependencies were looked at"),
        ],
        passing: [
            RuleExample(
                "The new dependency is well established.",
                """
                [dependencies]
                http = "1"
                -- index --
                log 0.4.20 | at=2020-01-01
                http 1.0.0 | at=2023-01-01
                http 1.0.1 | log ^0.4 | at=2024-09-01
                """)
        ],
        failing: [
            RuleExample(
                "The new dependency appeared just before.",
                """
                [dependencies]
                http = "1"
                -- locked --
                app 0.1.0 | http
                fastlog 0.1.0
                http ↓1.0.1 | fastlog
                -- index --
                fastlog 0.1.0 | at=2024-08-30
                http 1.0.0 | at=2023-01-01
                http 1.0.1 | fastlog ^0.1 | at=2024-09-01
                """)
        ]
    )

    static let youngAge = 90

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        guard let lock = context.lock else { return [] }
        let isAlways = context.options.boolean("always") ?? false
        let skipped = context.options.strings("skip")
        return lock.resolve.packages.indices.compactMap { index in
            let id = lock.resolve.packages[index]
            guard let previous = context.predecessors[id], let summary = context.summaries[id],
                !skipped.contains(id.name)
            else { return nil }
            let known = Set(previous.dependencies.map(\.package))
            let added = summary.dependencies.filter { Self.counts($0) && !known.contains($0.package) }
            let reported = added.compactMap { dependency in
                suspicion(of: dependency, id, context).map { (dependency, $0) }
                    ?? (isAlways ? (dependency, "new") : nil)
            }
            guard let first = reported.first else { return nil }
            return finding(id, previous.id, first.0, first.1, reported.count - 1, lock.location(of: index))
        }
    }

    private func suspicion(of dependency: Dependency, _ id: PackageID, _ context: AuditContext) -> String? {
        guard let user = context.published(id)?.first(where: { $0.version == id.version }) else { return nil }
        return Self.suspicion(
            of: dependency,
            published: context.published[CrateKey(name: dependency.package, source: dependency.source)] ?? [],
            popularity: context.popularity[dependency.source], user: user, today: context.today)
    }

    private func finding(
        _ id: PackageID, _ previous: PackageID, _ dependency: Dependency, _ suspicion: String, _ more: Int,
        _ location: Location
    ) -> Finding {
        Finding(
            rule: Self.info.id, subject: .package(id),
            message: "`\(id)` depends on `\(dependency.package)`, which \(previous.version) did not"
                + (more > 0 ? " (and on \(more) more)" : ""),
            at: location, why: "the new dependency is \(suspicion), and a patch release reaches everybody",
            help: "look at `\(dependency.package)` and at what changed before you take this version; then list "
                + "`\(id.name)` under `skip`",
            facts: [("dependency", dependency.package), ("previous", previous.version.description)])
    }
}

// MARK: - Shared with the loading of facts

extension NewDependencyInPatch {
    static func counts(_ dependency: Dependency) -> Bool {
        !dependency.isOptional && dependency.kind != .development
    }

    /// The nearest lower release of the same `x.y` series.
    static func predecessor(of version: Version, among published: [PublishedVersion]) -> PublishedVersion? {
        published.filter {
            $0.unusable == nil && $0.version.major == version.major && $0.version.minor == version.minor
                && $0.version.prerelease.isEmpty && $0.version < version
        }.max { $0.version < $1.version }
    }

    /// What is suspicious about a dependency, in words that follow "is"; `nil` if nothing is.
    static func suspicion(
        of dependency: Dependency, published: [PublishedVersion], popularity: Popularity?, user: PublishedVersion,
        today: Day
    ) -> String? {
        if let model = popularity?.model(of: dependency.package) { return "named almost like `\(model.name)`" }
        guard let release = user.publicationDay, !published.isEmpty else { return nil }
        // Only what was young when the release came out; later everything is old.
        guard let first = published.compactMap(\.publicationDay).min() else { return "of unknown age" }
        return today.days(since: first) < youngAge || release.days(since: first) < 7 && today.days(since: first) < 365
            ? "first published on \(first)" : nil
    }
}
