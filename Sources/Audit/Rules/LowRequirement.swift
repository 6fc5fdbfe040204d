import Advisories
import CargoModel
import CargoWorkspace
import SemVer

/// Flags requirements of libraries whose lowest version nobody should use.
package struct LowRequirement: Rule {
    package static let info = RuleInfo(
        id: "low-requirement",
        summary: "a library admits a version that was withdrawn or has a known flaw",
        rationale: """
            Who uses a library gets whatever its requirement admits, down to the lowest version: with an old lock, or \
            with another dependency that holds the crate back. The rule looks at the lowest published version that a \
            requirement of a library admits, and says so if it was yanked or an advisory (vulnerability, malicious or \
            unsound) is about it, while a higher one that it admits is clean. Where none is clean the advisory rules say \
            what is to be said. Requirements for development only do not reach users and are left alone.
            """,
        level: .allow, library: .warn,
        options: [RuleOption("allow", .strings, "crates whose low versions may be admitted")],
        passing: [
            RuleExample(
                "The lowest version is clean.",
                """
                [dependencies]
                log = "0.4.10"
                -- src/lib.rs --
                -- index --
                log 0.4.9 | yanked
                log 0.4.10
                """)
        ],
        failing: [
            RuleExample(
                "The lowest version was yanked; the lowest of another has an advisory.",
                """
                [dependencies]
                log = ↓"0.4.9"
                parse = ↓"1"
                -- src/lib.rs --
                -- index --
                log 0.4.9 | yanked
                log 0.4.10
                parse 1.0.0
                parse 1.2.0
                -- advisories --
                {"id":"RUSTSEC-2024-9001","package":"parse","date":"2024-05-01","categories":["memory-corruption"],"patched":[">= 1.2.0"]}
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        let allowed = context.options.strings("allow")
        return context.writtenRequirements.compactMap { written in
            guard written.ownerIsLibrary, !written.isDevelopmentOnly, !allowed.contains(written.crate),
                let lowest = Self.lowest(written, context), let fault = Self.fault(of: lowest, written, context),
                let clean = written.admitted(in: context).first
            else { return nil }
            return Finding(
                rule: Self.info.id, subject: written.subject,
                message: "`\(written.name) = \"\(written.text)\"` admits \(lowest.version), which \(fault.text)",
                at: written.location, why: "whoever uses `\(written.owner)` may get that version",
                help: "require at least the lowest clean version, as in `\(written.name) = \"\(clean)\"`",
                advisoryIDs: fault.ids,
                facts: [("lowest", lowest.version.description)])
        }
    }

    private static func lowest(_ written: MemberRequirement, _ context: AuditContext) -> PublishedVersion? {
        (context.published[written.key] ?? [])
            .filter { $0.unusable == nil && written.requirement.matches($0.version) }
            .min { $0.version < $1.version }
    }

    private static func fault(
        of lowest: PublishedVersion, _ written: MemberRequirement, _ context: AuditContext
    ) -> (text: String, ids: [String])? {
        let id = PackageID(name: written.crate, version: lowest.version, source: written.source)
        let hits = Advisory.merged(context.advisories(about: id).filter(\.kind.isAboutUse)).compactMap(\.first)
        if let worst = hits.first {
            let more = hits.count > 1 ? " and \(hits.count - 1) more" : ""
            return ("has the advisory \(worst.id)\(more)", hits.flatMap(\.allIDs))
        }
        return lowest.isYanked ? ("was yanked", []) : nil
    }
}
