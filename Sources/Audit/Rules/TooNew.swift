import Advisories
import CargoModel
import CargoWorkspace
import SemVer
import TOML

/// Flags locked versions that have not been out for long.
package struct TooNew: Rule {
    package static let info = RuleInfo(
        id: "too-new",
        summary: "a locked version has not been published for long enough",
        rationale: """
            Most malicious versions are found and removed within days. Waiting before an update lets others be the first. \
            Give the wait as `min-age-days`; without it the rule finds nothing. A version whose age the index data does \
            not tell is noted, not denied. `allow-fixes` lets a version pass that fixes an advisory about the version \
            before it. While the rule is on no other rule recommends a version that is too new.
            """,
        level: .deny,
        options: [
            RuleOption("min-age-days", .integer, "how many days ago a version must have been published"),
            RuleOption("except", .strings, "crates that need not wait, such as your own"),
            RuleOption("allow-fixes", .boolean, "let pass what fixes an advisory"),
        ],
        passing: [
            RuleExample(
                "Old enough.",
                """
                [dependencies]
                log = "0.4"
                -- index --
                log 0.4.20 | at=2024-09-01
                -- lockgate.toml --
                [rules.too-new]
                min-age-days = 14
                """)
        ],
        failing: [
            RuleExample(
                "A few days old.",
                """
                [dependencies]
                log = "0.4"
                -- locked --
                app 0.1.0 | log
                log ↓0.4.20
                -- index --
                log 0.4.20 | at=2024-09-30
                -- lockgate.toml --
                [rules.too-new]
                min-age-days = 14
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        guard let lock = context.lock, let limit = context.options.integer("min-age-days"), limit > 0 else { return [] }
        let excepted = context.options.strings("except")
        var ageless: [Int] = []
        var findings: [Finding] = []
        for (index, id) in lock.resolve.packages.enumerated() {
            guard let published = context.published(id), let place = published.position(of: id.version),
                !excepted.contains(id.name)
            else { continue }
            if let age = context.age(of: published[place]) {
                if age >= limit || isAllowedFix(id, published, context) { continue }
                findings.append(finding(id, age, limit, at: lock.location(of: index), context))
            } else {
                ageless.append(index)
            }
        }
        return findings + notes(on: ageless, lock)
    }

    private func finding(
        _ id: PackageID, _ age: Int, _ limit: Int, at location: Location, _ context: AuditContext
    ) -> Finding {
        Finding(
            rule: Self.info.id, subject: .package(id),
            message: "`\(id)` was published \(Self.text(of: age)), and the policy waits \(limit) days", at: location,
            why: "malicious versions are mostly found within days", help: help(id, limit - age, context),
            facts: [("age-days", "\(age)")])
    }

    private static func text(of age: Int) -> String {
        age <= 0 ? "today" : age == 1 ? "yesterday" : "\(age) days ago"
    }

    /// One for each, or one for all where there are many: then the index data tells no ages at all.
    private func notes(on ageless: [Int], _ lock: LockOnDisk) -> [Finding] {
        if ageless.count <= 3 {
            return ageless.map { index in
                let id = lock.resolve.packages[index]
                return note(.package(id), "when `\(id)` was published", at: lock.location(of: index))
            }
        }
        return [
            note(
                .file(lock.lockfile.path), "when \(ageless.count) of the locked packages were published",
                at: lock.location(of: ageless[0]))
        ]
    }

    private func note(_ subject: Subject, _ what: String, at location: Location) -> Finding {
        Finding(
            rule: Self.info.id, subject: subject, message: "the index data does not say \(what)", at: location,
            why: "their age cannot be judged", help: "import an index that tells it, or look it up once", isNote: true)
    }

    /// It fixes an advisory about the version before it.
    private func isAllowedFix(_ id: PackageID, _ published: [PublishedVersion], _ context: AuditContext) -> Bool {
        guard context.options.boolean("allow-fixes") == true,
            let previous = published.map(\.version).filter({ $0 < id.version }).max()
        else { return false }
        return (context.advisories[id.name] ?? []).contains {
            $0.kind.isAboutUse && id.source.isCratesIO && $0.affects(previous) && !$0.affects(id.version)
        }
    }

    private func help(_ id: PackageID, _ rest: Int, _ context: AuditContext) -> String {
        let wait = "wait \(rest) more day\(rest == 1 ? "" : "s")"
        let requirers = context.requirers(of: id)
        let older = context.suggestible(CrateKey(name: id.name, source: id.source)).map(\.version).last { version in
            version < id.version && requirers.allSatisfy { $0.dependency.requirement.written.matches(version) }
        }
        return wait + (older.map { ", or go back to \($0)" } ?? "") + "; list the crate under `except` if it is yours"
    }
}
