import Advisories
import CargoModel
import CargoWorkspace
import SemVer

/// Flags crates of which everything but one young version was withdrawn.
package struct YankStormRule: Rule {
    package static let info = RuleInfo(
        id: "yank-storm",
        summary: "all versions but one young one were yanked",
        rationale: """
            Whoever takes over a crate and wants everybody on his version yanks all the others: each fresh resolve and \
            each well-meant update then leads to it. An honest author who withdraws a bad series leaves the same \
            picture, so the rule does not say that it is an attack, only that somebody has to look before the survivor \
            is used. It looks at what a requirement in the graph admits, and at the series of the locked version: two \
            or more versions yanked, one left, published within `max-age-days`. If the index does not tell when, the \
            survivor counts as young if it is the highest version of all; where it tells the age of no version of the \
            crate, that is only a note. \
            No rule ever recommends such a survivor.
            """,
        level: .deny,
        options: [
            RuleOption("max-age-days", .integer, "how young the survivor is; 30 unless given"),
            RuleOption("skip", .strings, "crates that were looked at"),
        ],
        passing: [
            RuleExample(
                "The survivor has been there for long.",
                """
                [dependencies]
                log = "0.4"
                -- index --
                log 0.4.20 | yanked
                log 0.4.21 | yanked
                log 0.4.22 | at=2024-01-01
                """)
        ],
        failing: [
            RuleExample(
                "The locked version and its siblings were yanked, and one new version is there.",
                """
                [dependencies]
                log = "0.4"
                -- locked --
                app 0.1.0 | log
                log ↓0.4.21
                -- index --
                log 0.4.20 | yanked | at=2024-01-01
                log 0.4.21 | yanked | at=2024-01-05
                log 0.4.22 | at=2024-09-30
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        guard let lock = context.lock else { return [] }
        let skipped = context.options.strings("skip")
        return lock.resolve.packages.indices.compactMap { index in
            let id = lock.resolve.packages[index]
            guard let versions = context.published(id), versions.count(where: \.isYanked) >= 2,
                !skipped.contains(id.name), let storm = storm(around: id, versions, context)
            else { return nil }
            return finding(id, storm, at: index, lock, context)
        }
    }

    private func storm(around id: PackageID, _ versions: [PublishedVersion], _ context: AuditContext) -> YankStorm? {
        let limit = context.options.integer("max-age-days") ?? AuditContext.standardStormAge
        if let storm = context.storm(among: versions, id.version.isOfSeries, maximumAge: limit) { return storm }
        return context.requirers(of: id).lazy.compactMap { requirer in
            context.storm(among: versions, requirer.dependency.requirement.written.matches, maximumAge: limit)
        }.first
    }

    private func finding(
        _ id: PackageID, _ storm: YankStorm, at index: Int, _ lock: LockOnDisk, _ context: AuditContext
    ) -> Finding {
        let survivor = storm.survivor.version
        let isThere = survivor == id.version
        let days = context.age(of: storm.survivor)
        let age = days.map { "published \($0) day\($0 == 1 ? "" : "s") ago" } ?? "of unknown age"
        return Finding(
            rule: Self.info.id, subject: .package(id),
            message: "all other versions of `\(id.name)` that may be taken were yanked (\(storm.withdrawn)); "
                + "only \(survivor) is left, \(age)",
            at: lock.location(of: index),
            why: isThere
                ? "who takes over a crate leaves this picture, and the lock is already on what is left"
                : "who takes over a crate leaves this picture, and every update leads to what is left",
            help: (isThere ? "go back to what was locked before" : "do not update to \(survivor)")
                + ": all others were withdrawn; find out why, then list the crate under `skip`",
            isNote: storm.isGuess, facts: [("survivor", survivor.description), ("withdrawn", "\(storm.withdrawn)")])
    }
}
