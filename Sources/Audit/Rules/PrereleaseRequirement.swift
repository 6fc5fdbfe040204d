import Advisories
import CargoModel
import CargoWorkspace
import SemVer

/// Flags requirements that ask for a pre-release.
package struct PrereleaseRequirement: Rule {
    package static let info = RuleInfo(
        id: "prerelease-requirement",
        summary: "a dependency asks for a pre-release",
        rationale: """
            A pre-release promises nothing: the next one may break what this one had, and the requirement admits it \
            (`1.0.0-rc.1` also takes `1.0.0-rc.2` and `1.0.0`). In a library it forces the pre-release on everybody. \
            Pinned with `=` it at least stays the same; that form is left alone, except in libraries.
            """,
        level: .warn,
        options: [RuleOption("allow", .strings, "crates that may be required in this way")],
        passing: [
            RuleExample(
                "A release, and a pinned pre-release in an application.",
                """
                [dependencies]
                log = "0.4.20"
                http = "=2.0.0-rc.1"
                -- index --
                log 0.4.20
                http 2.0.0-rc.1
                """)
        ],
        failing: [
            RuleExample(
                "A release candidate.",
                """
                [dependencies]
                http = ↓"2.0.0-rc.1"
                -- index --
                http 2.0.0-rc.1
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        let allowed = context.options.strings("allow")
        return context.writtenRequirements.compactMap { written in
            let comparator = written.requirement.comparators.first { !$0.prerelease.isEmpty && $0.op != .less }
            guard let comparator, !written.isDevelopmentOnly, comparator.op != .exact || written.ownerIsLibrary,
                !allowed.contains(written.crate)
            else { return nil }
            return Finding(
                rule: Self.info.id, subject: written.subject,
                message: "`\(written.name)` is required as the pre-release `\(written.text)`", at: written.location,
                why: "the next pre-release may break it, and the requirement admits it",
                help: Self.help(written, context))
        }
    }

    private static func help(_ written: MemberRequirement, _ context: AuditContext) -> String {
        let release = written.admitted(in: context).last { $0.prerelease.isEmpty }
        if let release { return "a release it admits is out: require `\(written.name) = \"\(release)\"`" }
        return written.ownerIsLibrary
            ? "wait for the release before you publish"
            : "pin it with `=` until the release is out"
    }
}
