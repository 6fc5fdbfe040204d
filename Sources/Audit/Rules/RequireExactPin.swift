import Advisories
import CargoModel
import CargoWorkspace
import SemVer

/// Flags crates that the policy wants pinned and a manifest does not pin.
package struct RequireExactPin: Rule {
    package static let info = RuleInfo(
        id: "require-exact-pin",
        summary: "a crate that the policy wants pinned is not",
        rationale: """
            Some crates must not move by themselves: audited ones, or such that belong to a compiler or protocol \
            version. The policy names them, and every requirement of a member on them must have the form `=1.2.3`. \
            Without `crates` the rule finds nothing.
            """,
        level: .deny,
        options: [RuleOption("crates", .strings, "crates to pin; `prefix*` for all that begin so")],
        passing: [
            RuleExample(
                "The named crate is pinned.",
                """
                [dependencies]
                ring = "=0.17.8"
                log = "0.4"
                -- index --
                ring 0.17.8
                log 0.4.20
                -- lockgate.toml --
                [rules.require-exact-pin]
                crates = ["ring"]
                """)
        ],
        failing: [
            RuleExample(
                "A named crate, and one that a pattern covers.",
                """
                [dependencies]
                ring = ↓"0.17.8"
                acme-core = ↓"1.0"
                -- index --
                ring 0.17.8
                acme-core 1.0.0
                -- lockgate.toml --
                [rules.require-exact-pin]
                crates = ["ring", "acme-*"]
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        let names = context.options.strings("crates")
        guard !names.isEmpty else { return [] }
        return context.writtenRequirements.compactMap { written in
            guard names.contains(where: { Self.covers($0, written.crate) }), !Self.isPinned(written.requirement)
            else { return nil }
            return Finding(
                rule: Self.info.id, subject: written.subject,
                message: "`\(written.name)` is required as `\(written.text)`, and the policy wants it pinned",
                at: written.location, why: "an update may move it without anybody's decision",
                help: Self.help(written, context))
        }
    }

    static func covers(_ pattern: String, _ name: String) -> Bool {
        pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : pattern == name
    }

    private static func isPinned(_ requirement: VersionRequirement) -> Bool {
        requirement.comparators.contains { $0.op == .exact && $0.patch != nil }
    }

    private static func help(_ written: MemberRequirement, _ context: AuditContext) -> String {
        let locked = context.lock?.resolve.packages.last {
            $0.name == written.crate && $0.source == written.source && written.requirement.matches($0.version)
        }
        guard let locked, context.maySuggest(locked) else { return "pin the version you reviewed with `=`" }
        return "pin what is locked: `\(written.name) = \"=\(locked.version)\"`"
    }
}
