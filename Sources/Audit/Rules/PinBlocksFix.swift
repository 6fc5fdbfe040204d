import CargoModel
import CargoWorkspace
import SemVer
import TOML

/// Flags requirements that keep the fixed version of a flawed package away.
package struct PinBlocksFix: Rule {
    package static let info = RuleInfo(
        id: "pin-blocks-fix",
        summary: "a requirement keeps a fixed version away",
        rationale: """
            A locked version has a known flaw, a version without it is published, and one requirement, an exact pin or a \
            narrow range, does not let it in: no `cargo update` helps before that requirement changes. The rule names \
            who makes it and where; of a dependency it speaks only if the fix is compatible with the locked version, so that the \
            requirement is narrower than it needs to be. What it advises has been resolved: after it, the flawed version is gone.
            """,
        level: .warn,
        passing: [
            RuleExample(
                "An update is all it takes.",
                """
                [dependencies]
                flawed = "1.0"
                -- locked --
                app 0.1.0 | flawed
                flawed 1.0.0
                -- index --
                flawed 1.0.0
                flawed 1.0.1
                -- advisories --
                {"id":"RUSTSEC-2024-0001","collection":"crates","package":"flawed","date":"2024-01-01","patched":[">=1.0.1"],"unaffected":[]}
                """)
        ],
        failing: [
            RuleExample(
                "The application pins the flawed version.",
                """
                [dependencies]
                flawed = ↓"=1.0.0"
                -- locked --
                app 0.1.0 | flawed
                flawed 1.0.0
                -- index --
                flawed 1.0.0
                flawed 1.0.1
                -- advisories --
                {"id":"RUSTSEC-2024-0001","collection":"crates","package":"flawed","date":"2024-01-01","patched":[">=1.0.1"],"unaffected":[]}
                """),
            RuleExample(
                "A dependency does, and has a release that no longer does.",
                """
                [dependencies]
                user = "2"
                -- locked --
                app 0.1.0 | user
                user ↓2.0.0 | flawed
                flawed 1.0.0
                -- index --
                flawed 1.0.0
                flawed 1.0.1
                user 2.0.0 | flawed =1.0.0
                user 2.0.1 | flawed ^1.0
                -- advisories --
                {"id":"RUSTSEC-2024-0001","collection":"crates","package":"flawed","date":"2024-01-01","patched":[">=1.0.1"],"unaffected":[]}
                """),
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        guard let lock = context.lock else { return [] }
        return lock.resolve.packages.flatMap { id -> [Finding] in
            guard let blocked = context.blockedFix(of: id) else { return [] }
            return blocked.blockers.filter { isNarrow($0, id, blocked, context) }
                .map { finding(on: $0, id, blocked, context) }
        }
    }

    /// Whose requirement the team can change, or who asks for less than what is compatible with the locked version.
    /// That the fix is only in another series is for the advisory rules to say.
    private func isNarrow(_ blocker: Requirer, _ id: PackageID, _ blocked: BlockedFix, _ context: AuditContext) -> Bool
    {
        context.localPackages[blocker.owner] != nil || blocked.fixed.contains(where: id.version.isOfSeries)
    }

    private func finding(
        on blocker: Requirer, _ id: PackageID, _ blocked: BlockedFix, _ context: AuditContext
    ) -> Finding {
        let requirement = blocker.dependency.requirement.written.description
        let fixed = blocked.fixed[0]
        return Finding(
            rule: Self.info.id, subject: .dependency(id.name, of: "\(blocker.owner.name)"),
            message: "`\(blocker.owner)` requires `\(id.name) \(requirement)`, which keeps \(fixed) away",
            at: blocker.location, why: "\(fixed) is without \(blocked.advisories.joined(separator: ", "))",
            help: help(blocker, id, blocked, context),
            facts: [("fixed", fixed.description), ("advisories", blocked.advisories.joined(separator: " "))])
    }

    private func help(_ blocker: Requirer, _ id: PackageID, _ blocked: BlockedFix, _ context: AuditContext) -> String {
        if let way = context.proposals.escapes[id] {
            return "\(way.instruction): resolved, `\(id.name) \(id.version)` is gone"
        }
        if context.localPackages[blocker.owner] != nil {
            let wanted = VersionRequirement.compatible(with: blocked.fixed[0])?.spelling ?? "\(blocked.fixed[0])"
            return "require `\(blocker.dependency.nameInManifest) = \"\(wanted)\"`; others stand in the way as well"
        }
        return
            "no release of `\(blocker.owner.name)` that fits here admits it; ask for one, or replace `\(blocker.owner.name)`"
    }
}
