import Advisories
import CargoModel
import CargoWorkspace

/// Flags locked crates whose name is a slip away from that of a much more popular one.
package struct LookalikeName: Rule {
    package static let info = RuleInfo(
        id: "lookalike-name",
        summary: "a locked crate is named almost like a far more popular one",
        rationale: """
            A crate may be named so that a slip of the keyboard leads to it: a letter more, less or other, two letters \
            swapped, other hyphens, a digit at the end. The rule compares with names of five letters or more that at \
            least 200 crates depend on and that are 50 times as popular as the locked one. A crate with eight published \
            versions or more counts as established and is left alone. How many crates depend on a name is counted when an \
            index is imported into the database; with index data from elsewhere (Cargo's cache, a local registry, \
            vendored sources) the rule has nothing to compare with and is silent.
            """,
        level: .warn,
        options: [
            RuleOption("skip", .strings, "crates that are what they seem"),
            RuleOption(
                "min-dependents", .integer, "how many crates depend on a popular one at least; 200 unless given"),
        ],
        passing: [
            RuleExample(
                "The popular one itself.",
                """
                [dependencies]
                serde = "1"
                -- index --
                serde 1.0.200
                -- popular --
                serde 50000
                """)
        ],
        failing: [
            RuleExample(
                "One letter is missing.",
                """
                [dependencies]
                sered = "1"
                -- locked --
                app 0.1.0 | sered
                sered ↓1.0.0
                -- index --
                sered 1.0.0
                -- popular --
                serde 50000
                sered 1
                """)
        ]
    )

    /// Nobody keeps a trap up for that long.
    private static let established = 8

    /// How many crates depend on a popular one at least.
    package static func minimum(_ options: RuleOptions) -> Int { max(1, options.integer("min-dependents") ?? 200) }

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        guard let lock = context.lock else { return [] }
        let skipped = context.options.strings("skip")
        return lock.resolve.packages.indices.compactMap { index in
            let id = lock.resolve.packages[index]
            guard let popularity = context.popularity[id.source], !skipped.contains(id.name),
                context.published(id).map({ $0.count < Self.established }) ?? true,
                let model = popularity.model(of: id.name, minimum: Self.minimum(context.options))
            else { return nil }
            let own = popularity.dependents(of: id.name)
            return Finding(
                rule: Self.info.id, subject: .package(id),
                message: "`\(id.name)` is named almost like `\(model.name)`", at: lock.location(of: index),
                why: "\(model.dependents) crates depend on `\(model.name)`, \(own) on `\(id.name)`: it may be there by "
                    + "a slip, or to be taken for the other",
                help: "make sure that you mean `\(id.name)`, then list it under `skip`",
                facts: [("resembles", model.name), ("dependents", "\(own)")])
        }
    }
}
