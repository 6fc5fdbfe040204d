import CargoModel
import CargoWorkspace
import TOML

/// Flags crates locked in several versions where one move is enough to have fewer.
package struct DuplicateAvoidable: Rule {
    package static let info = RuleInfo(
        id: "duplicate-avoidable",
        summary: "one update, or one changed requirement, would merge two locked versions of a crate",
        rationale: """
            Most duplicates wait for other people. These do not: the resolver has been through the move that the rule \
            names, and after it fewer versions of the crate are locked. It tries, in this order, an update of the older \
            version, of the one package that holds it, and a wider requirement of a member; a dozen resolves at most. \
            `duplicate-version` is silent about what this rule reports.
            """,
        level: .warn,
        options: [RuleOption("skip", .strings, "crates that may be there several times"), .notBuilt],
        passing: [
            RuleExample(
                "Somebody else has to move first.",
                """
                [dependencies]
                http = "1"
                rand = "0.8"
                -- locked --
                app 0.1.0 | http, rand 0.8.5
                http 1.0.0 | rand 0.7.3
                rand 0.7.3
                rand 0.8.5
                -- index --
                http 1.0.0 | rand ^0.7
                rand 0.7.3
                rand 0.8.5
                """)
        ],
        failing: [
            RuleExample(
                "A release of the dependency uses the newer series.",
                """
                [dependencies]
                http = "1"
                rand = "0.8"
                -- locked --
                app 0.1.0 | http, rand 0.8.5
                http 1.0.0 | rand 0.7.3
                rand ↓0.7.3
                rand 0.8.5
                -- index --
                http 1.0.0 | rand ^0.7
                http 1.1.0 | rand ^0.8
                rand 0.7.3
                rand 0.8.5
                """),
            RuleExample(
                "Only a member holds the older series.",
                """
                [dependencies]
                http = "1"
                rand = "0.7"
                -- locked --
                app 0.1.0 | http, rand 0.7.3
                http 1.0.0 | rand 0.8.5
                rand ↓0.7.3
                rand 0.8.5
                -- index --
                http 1.0.0 | rand ^0.8
                rand 0.7.3
                rand 0.8.5
                """),
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        guard let lock = context.lock else { return [] }
        let skipped = Set(context.options.strings("skip"))
        return context.proposals.merges.keys.sorted { $0.precedesInBytes($1) }.compactMap { name in
            guard !skipped.contains(name), let way = context.proposals.merges[name] else { return nil }
            let ids = lock.resolve.packages.filter { $0.name == name }
            let versions = ids.map { "\($0.version)" }
            return Finding(
                rule: Self.info.id, subject: .crate(name),
                message:
                    "`\(name)` is locked in \(ids.count) versions, \(versions.joined(separator: ", ")), without need",
                at: ids.first.flatMap { lock.location(of: $0) },
                why: "each is compiled and shipped, and their types do not fit each other",
                help: "\(way.instruction): resolved, fewer versions are left",
                facts: [("versions", versions.joined(separator: " "))])
        }
    }
}
