import Advisories
import CargoModel
import CargoWorkspace
import SemVer
import TOML

/// Flags `=1.2.3` in libraries; in applications it is a note.
package struct ExactPin: Rule {
    package static let info = RuleInfo(
        id: "exact-pin",
        summary: "a library requires one exact version",
        rationale: """
            Two libraries that pin different patch versions of one crate cannot be used together, and a pinned version \
            cannot receive a security fix. Companion crates that are released together (`serde` and `serde_derive`) and \
            pre-releases, which have no compatible range, are exempt. In an application a pin hurts nobody else; there \
            the rule only takes note of it. A member counts as a library if it has a library target and may be published.
            """,
        level: .warn,
        options: [RuleOption("allow", .strings, "crates that may be pinned")],
        passing: [
            RuleExample(
                "A companion crate of the same release.",
                """
                -- Cargo.toml --
                [package]
                name = "shape"
                version = "1.2.3"
                [dependencies]
                shape_derive = "=1.2.3"
                -- src/lib.rs --
                -- index --
                shape_derive 1.2.3
                """)
        ],
        failing: [
            RuleExample(
                "A published library pins a version.",
                """
                -- Cargo.toml --
                [package]
                name = "shape"
                version = "1.2.3"
                [dependencies]
                log = ↓"=0.4.20"
                -- src/lib.rs --
                -- index --
                log 0.4.20
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        let allowed = context.options.strings("allow")
        return context.writtenRequirements.compactMap { written in
            guard written.requirement.isExactPin, !allowed.contains(written.crate),
                !Self.areCompanions(written.crate, written.owner)
            else { return nil }
            let isLibrary = written.ownerIsLibrary
            return Finding(
                rule: Self.info.id, subject: written.subject,
                message: "\(isLibrary ? "library " : "")`\(written.owner)` requires exactly `\(written.crate)"
                    + " \(written.text.drop { $0 == "=" || $0 == " " })`",
                at: written.location,
                why: isLibrary
                    ? "whoever uses it cannot combine it with another pin, nor get a fix"
                    : "no fix of `\(written.crate)` can reach this application by an update",
                help: "require the lowest version that works: `\(written.name) = \"\(written.pinnedVersion)\"`",
                isNote: !isLibrary)
        }
    }

    /// One name begins with the other, or both with the same word: `serde`, `serde_derive`, `serde-core`.
    static func areCompanions(_ left: String, _ right: String) -> Bool {
        let names = [left, right].map { $0.replacing("_", with: "-") }
        return names[0].hasPrefix(names[1] + "-") || names[1].hasPrefix(names[0] + "-")
            || stem(names[0]) == stem(names[1])
    }

    private static func stem(_ name: String) -> Substring { name.prefix { $0 != "-" } }
}
