package import TOML

/// One policy file.
package struct PolicyLayer: Sendable {
    /// Levels and options by rule id.
    struct Rules: Sendable {
        var levels: [String: Policy.Setting] = [:]
        var options: [String: RuleOptions] = [:]
    }

    /// A `[[member]]`: what holds for some members only.
    struct Member: Sendable {
        let paths: [PathPattern]
        let preset: Preset?
        let rules: Rules
        /// `lockgate.toml:7`.
        let source: String
        let location: Location

        func covers(_ scope: PolicyScope) -> Bool { paths.contains { $0.matches(scope.path) } }
    }

    /// A file this one builds on, as written, relative to it.
    package struct Extension: Sendable {
        package let path: String
        package let location: Location
    }

    package let path: String
    package let extensions: [Extension]
    let preset: (preset: Preset, source: String)?
    let rules: Rules
    /// In file order; later ones win.
    let members: [Member]
    package let ignores: [Ignore]
    let maximumAge: Int?
    let refreshHours: Int?

    func level(of rule: String, in scope: PolicyScope) -> Policy.Setting? {
        for member in members.reversed() where member.covers(scope) {
            if let setting = member.rules.levels[rule] { return setting }
        }
        return rules.levels[rule]
    }

    func preset(in scope: PolicyScope) -> (preset: Preset, source: String)? {
        for member in members.reversed() where member.covers(scope) {
            if let preset = member.preset { return (preset, member.source) }
        }
        return preset
    }

    func options(of rule: String, in scope: PolicyScope) -> [String: RuleOptions.Value] {
        var values = rules.options[rule]?.values ?? [:]
        for member in members where member.covers(scope) {
            values.merge(member.rules.options[rule]?.values ?? [:]) { _, later in later }
        }
        return values
    }
}

/// `crates/*`, `tools/**`: `*` and `?` stay within one component, `**` is any number of components.
package struct PathPattern: Hashable, Sendable {
    package let text: String
    private let components: [[Unicode.Scalar]]

    package init(_ text: String) {
        self.text = text
        components = Self.components(text)
    }

    private static func components(_ path: String) -> [[Unicode.Scalar]] {
        path.split(separator: "/").filter { $0 != "." }.map { Array($0.unicodeScalars) }
    }

    /// - Parameter path: relative; `.` is the root.
    package func matches(_ path: String) -> Bool {
        let fitsComponent = { (pattern: [Unicode.Scalar], name: [Unicode.Scalar]) in
            Self.match(pattern, name, isAny: { $0 == "*" }, { $0 == "?" || $0 == $1 })
        }
        return Self.match(components, Self.components(path), isAny: { $0 == ["*", "*"] }, fitsComponent)
    }

    /// Wildcard matching with one point to fall back to, hence never worse than quadratic.
    private static func match<Item>(
        _ pattern: [Item], _ items: [Item], isAny: (Item) -> Bool, _ fits: (Item, Item) -> Bool
    ) -> Bool {
        var (at, position) = (0, 0)
        var retry: (at: Int, position: Int)?
        while position < items.count {
            if at < pattern.count, isAny(pattern[at]) {
                retry = (at + 1, position)
                at += 1
            } else if at < pattern.count, fits(pattern[at], items[position]) {
                (at, position) = (at + 1, position + 1)
            } else if let last = retry {
                retry = (last.at, last.position + 1)
                (at, position) = (last.at, last.position + 1)
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy(isAny)
    }
}
