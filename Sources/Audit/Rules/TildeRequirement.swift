import Advisories
import CargoModel
import CargoWorkspace
import SemVer

/// Flags requirements that end inside a series of compatible versions.
package struct TildeRequirement: Rule {
    package static let info = RuleInfo(
        id: "tilde-requirement",
        summary: "a requirement excludes later versions of the same series",
        rationale: """
            Cargo takes one version of each series of compatible versions. A library that ends its requirement inside a \
            series (`~1.2`, `1.2.*`, `<1.5`, `<=1.4.2`) cannot be used together with one that needs a later version of \
            that series, and keeps fixes from everybody who uses it. What excludes nothing is left alone: `~1`, `~0.8.1`, \
            `<2`. An exact pin is `exact-pin`'s business. In an application this hurts nobody else.
            """,
        level: .allow, library: .warn, strict: .warn,
        options: [RuleOption("allow", .strings, "crates that may be required in this way")],
        passing: [
            RuleExample(
                "Bounds between two series.",
                """
                [dependencies]
                log = "~0.4.10"
                http = "<2"
                -- index --
                log 0.4.20
                http 1.0.0
                """)
        ],
        failing: [
            RuleExample(
                "Only patches of one minor version.",
                """
                [dependencies]
                http = ↓"~1.2"
                log = ↓">=0.4.10, <0.4.20"
                url = ↓"2.1.*"
                -- index --
                http 1.2.3
                log 0.4.10
                url 2.1.0
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        let allowed = context.options.strings("allow")
        return context.writtenRequirements.compactMap { written in
            guard let limit = written.requirement.comparators.first(where: \.endsInsideSeries),
                !allowed.contains(written.crate)
            else { return nil }
            return Finding(
                rule: Self.info.id, subject: written.subject,
                message: "`\(written.name)` excludes later compatible versions with `\(limit)`",
                at: written.location,
                why: "who needs a later version of the series cannot be used together with `\(written.owner)`",
                help: "require only the lowest version that works, as in `\(written.name) = \"\(limit.base)\"`")
        }
    }
}

extension Comparator {
    /// Forbids versions that are compatible with some it admits.
    fileprivate var endsInsideSeries: Bool {
        switch op {
        case .tilde, .wildcard: major > 0 && minor != nil
        case .less: !isStartOfSeries
        case .lessEqual: major > 0 ? minor != nil : minor.map { $0 > 0 ? patch != nil : true } ?? false
        case .exact, .greater, .greaterEqual, .caret: false
        }
    }

    /// `<2`, `<0.9` and `<0.0.3` end where a series ends.
    private var isStartOfSeries: Bool {
        let (minor, patch) = (minor ?? 0, patch ?? 0)
        return major > 0 ? minor == 0 && patch == 0 : minor > 0 ? patch == 0 : true
    }

    fileprivate var base: String {
        [major, minor, patch].compactMap { $0.map(String.init) }.joined(separator: ".")
    }
}
