import CargoModel

/// A policy file being written: what differs from the defaults.
package struct PolicyDraft: Sendable {
    package struct Exception: Sendable {
        var rule: String?
        var advisory: String?
        var crate: String?
        /// A requirement.
        var version: String?
        var reason: String
        var expires: Day?

        init(
            rule: String? = nil, advisory: String? = nil, crate: String? = nil, version: String? = nil,
            reason: String, expires: Day? = nil
        ) {
            self.rule = rule
            self.advisory = advisory
            self.crate = crate
            self.version = version
            self.reason = reason
            self.expires = expires
        }
    }

    package private(set) var levels: [String: Level] = [:]
    private var options: [String: [(name: String, toml: String)]] = [:]
    package var exceptions: [Exception] = []
    package var maximumAge: Int?

    package init() {}

    /// The stricter of what is set twice holds.
    mutating func set(_ rule: String, _ level: Level) { levels[rule] = max(levels[rule] ?? .allow, level) }

    mutating func set(_ rule: String, _ option: String, text: String) {
        set(rule, option, toml: TOMLText.quoted(text))
    }

    /// Lists given twice are joined.
    mutating func set(_ rule: String, _ option: String, list: [String]) {
        guard !list.isEmpty else { return }
        set(rule, option, toml: "[" + list.map(TOMLText.quoted).joined(separator: ", ") + "]")
    }

    mutating func set(_ rule: String, _ option: String, tables: [[(key: String, toml: String)]]) {
        guard !tables.isEmpty else { return }
        let rows = tables.map { row in
            "{ " + row.map { "\($0.key) = \($0.toml)" }.joined(separator: ", ") + " }"
        }
        set(rule, option, toml: "[\n    " + rows.joined(separator: ",\n    ") + ",\n]")
    }

    private mutating func set(_ rule: String, _ option: String, toml: String) {
        options[rule, default: []].removeAll { $0.name == option }
        options[rule, default: []].append((option, toml))
    }
}

extension PolicyDraft {
    /// Takes over what another tool's file says.
    package mutating func add(_ peer: PeerPolicy) {
        let other = peer.draft
        for (rule, level) in other.levels { set(rule, level) }
        for (rule, list) in other.options {
            for (name, toml) in list { set(rule, name, toml: toml) }
        }
        exceptions += other.exceptions
        maximumAge = [maximumAge, other.maximumAge].compactMap { $0 }.min()
    }

    /// The commented file: every rule with its default, what this draft changes in force.
    package func text(rules: [RuleInfo]) -> String {
        Self.head + ruleLines(rules) + optionTables(rules) + Self.members + data + exceptionTables
    }

    private static let head = """
        # The policy of lockgate, the gate in front of Cargo.lock. A line with `#` before it shows what holds without it.
        # `lockgate rules ID` explains a rule and its options.

        # Where levels start: "application", "library" or "strict". Without it each member has its own: one that can be
        # published and has a library is a library, any other an application.
        # preset = "strict"

        # A policy to build on, perhaps shared by many repositories; what this file says wins.
        # extends = "../org.toml"

        [rules]

        """

    private func ruleLines(_ rules: [RuleInfo]) -> String {
        let width = (rules.map(\.id.count).max() ?? 0) + 10
        return rules.map { info in
            let isSet = levels[info.id] != nil && options[info.id] == nil
            let level = levels[info.id] ?? info.levels[.application]
            let setting = "\(isSet ? "" : "# ")\(info.id) = \"\(level.rawValue)\""
            let padding = String(repeating: " ", count: max(2, width + 4 - setting.count))
            let library = info.levels[.library]
            let note = library == info.levels[.application] ? "" : " (libraries: \(library.rawValue))"
            return "\(setting)\(padding)# \(info.summary)\(note)\n"
        }.joined()
    }

    private func optionTables(_ rules: [RuleInfo]) -> String {
        rules.filter { options[$0.id] != nil }.map { info in
            let level = levels[info.id].map { "level = \"\($0.rawValue)\"\n" } ?? ""
            let lines = (options[info.id] ?? []).map { "\($0.name) = \($0.toml)\n" }
            return "\n[rules.\(info.id)]\n\(level)\(lines.joined())"
        }.joined()
    }

    private static let members = """

        # What holds for some members only; `path` is relative to the workspace, the last that fits wins.
        # [[member]]
        # path = "crates/*"
        # preset = "library"
        # rules = { exact-pin = "deny" }


        """

    private var data: String {
        """
        [data]
        # Older data cannot be judged by: exit status 3.
        \(maximumAge.map { "max-age-days = \($0)" } ?? "# max-age-days = 30")
        # What `lockgate sync` fetched is asked for again after as many hours, unless --offline.
        # refresh-hours = 24


        """
    }

    private var exceptionTables: String {
        guard !exceptions.isEmpty else {
            return """
                # An exception: findings of a rule, a crate, an advisory or some of these, in all versions or some.
                # [[ignore]]
                # advisory = "RUSTSEC-2020-0071"  # or any alias
                # crate = "time"
                # version = "^0.1"
                # path = "tools/*"                # only where no other member is concerned
                # reason = "local time is never asked for"
                # expires = "2027-01-31"          # the last day it counts
                # ticket = "OPS-17"

                """
        }
        return exceptions.map(\.toml).joined(separator: "\n")
    }
}

extension PolicyDraft.Exception {
    fileprivate var toml: String {
        let fields = [
            ("rule", rule), ("advisory", advisory), ("crate", crate), ("version", version), ("reason", reason),
            ("expires", expires?.description),
        ]
        return "[[ignore]]\n"
            + fields.compactMap { key, value in value.map { "\(key) = \(TOMLText.quoted($0))\n" } }
            .joined()
    }
}
