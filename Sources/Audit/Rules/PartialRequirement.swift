import Advisories
import CargoModel
import CargoWorkspace
import SemVer

/// Flags requirements with fewer than three numbers.
package struct PartialRequirement: Rule {
    package static let info = RuleInfo(
        id: "partial-requirement",
        summary: "a requirement does not say which version it was written against",
        rationale: """
            `"1"` and `"1.2"` also admit the first version of the series, which nobody may have tried: code that uses \
            something newer does not build for whoever has the old version locked. `"1.2.3"` says what is needed. Off \
            unless a policy turns it on, because the short form is everyday style and nothing breaks while everybody \
            uses new versions; `low-requirement` reports the cases that are known to be bad.
            """,
        level: .allow,
        options: [RuleOption("allow", .strings, "crates that may be required in this way")],
        passing: [
            RuleExample(
                "Three numbers.",
                """
                [dependencies]
                log = "0.4.20"
                -- index --
                log 0.4.20
                """)
        ],
        failing: [
            RuleExample(
                "One and two numbers.",
                """
                [dependencies]
                http = ↓"1"
                log = ↓"0.4"
                -- index --
                http 1.2.0
                log 0.4.20
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        let allowed = context.options.strings("allow")
        return context.writtenRequirements.compactMap { written in
            let lower = written.requirement.comparators.first { [.caret, .tilde, .greaterEqual].contains($0.op) }
            guard let lower, lower.patch == nil, !allowed.contains(written.crate) else { return nil }
            return Finding(
                rule: Self.info.id, subject: written.subject,
                message: "`\(written.name)` is required as `\(written.text)`, without the lowest version that works",
                at: written.location,
                why: "it also admits the first versions of the series, which nobody may have tried",
                help: written.suggestion(in: context))
        }
    }
}
