import CargoModel
import SemVer
import TOML

extension Policy {
    /// A policy of one file, without what it extends.
    package init(parsing bytes: [UInt8], path: String, rules: [RuleInfo]) throws(PolicyError) {
        self.init(layers: [try PolicyLayer(parsing: bytes, path: path, rules: rules)])
    }
}

extension PolicyLayer {
    /// Reads `lockgate.toml`. Every unknown name is an error: a policy that is misspelt is no policy.
    ///
    /// - Parameters:
    ///   - keys: tables that lead to the policy inside the document; none for a file of its own.
    ///   - rules: the catalogue; its ids and options are what `[rules]` may name.
    package init(
        parsing bytes: [UInt8], path: String, under keys: [String] = [], rules: [RuleInfo]
    ) throws(PolicyError) {
        let reader = PolicyReader(path: path, lines: LineIndex(bytes), rules: rules)
        var table = try reader.document(bytes)
        for key in keys { table = try reader.table(table[key], key) }
        self = try reader.layer(of: table)
    }
}

private struct PolicyReader {
    let path: String
    let lines: LineIndex
    let rules: [RuleInfo]

    func fail(_ reason: PolicyError.Reason, _ span: Span) -> PolicyError {
        PolicyError(reason, at: Location(path: path, span: span))
    }

    func document(_ bytes: [UInt8]) throws(PolicyError) -> TOMLTable {
        do {
            return try parseTOML(bytes).root
        } catch {
            throw fail(.syntax(error.reason), error.span)
        }
    }

    func layer(of root: TOMLTable) throws(PolicyError) -> PolicyLayer {
        try check(root, known: ["rules", "ignore", "data", "preset", "extends", "member"])
        return PolicyLayer(
            path: path, extensions: try extensions(root["extends"]),
            preset: try preset(root["preset"]).map { ($0, source(of: root["preset"])) },
            rules: try rules(root["rules"]), members: try members(root["member"]), ignores: try ignores(root["ignore"]),
            maximumAge: try age("max-age-days", in: root["data"]),
            refreshHours: try age("refresh-hours", in: root["data"]))
    }

    /// `lockgate.toml:3`.
    private func source(of node: TOMLNode?) -> String {
        "\(path):\(lines.position(of: node?.span.start ?? 0).line)"
    }

    private func extensions(_ node: TOMLNode?) throws(PolicyError) -> [PolicyLayer.Extension] {
        guard let node else { return [] }
        var result: [PolicyLayer.Extension] = []
        for item in node.array ?? [node] {
            guard let text = item.string else {
                throw fail(.wrongType(key: "extends", expected: "a path", found: item.typeName), item.span)
            }
            if text.contains("://") { throw fail(.remoteExtension(text), item.span) }
            result.append(PolicyLayer.Extension(path: text, location: Location(path: path, span: item.span)))
        }
        return result
    }

    private func preset(_ node: TOMLNode?) throws(PolicyError) -> Preset? {
        guard let node else { return nil }
        guard let text = node.string, let preset = Preset(rawValue: text) else {
            throw fail(.unknownPreset(node.string ?? node.typeName), node.span)
        }
        return preset
    }

    private func members(_ node: TOMLNode?) throws(PolicyError) -> [PolicyLayer.Member] {
        guard let node else { return [] }
        guard let list = node.array else {
            throw fail(.wrongType(key: "member", expected: "a list of tables", found: node.typeName), node.span)
        }
        var result: [PolicyLayer.Member] = []
        for item in list {
            let table = try table(item, "member")
            try check(table, known: ["path", "preset", "rules"])
            let paths = try patterns(table["path"])
            guard !paths.isEmpty else { throw fail(.missingPath, item.span) }
            result.append(
                PolicyLayer.Member(
                    paths: paths, preset: try preset(table["preset"]), rules: try rules(table["rules"]),
                    source: source(of: table["preset"] ?? item), location: Location(path: path, span: item.span)))
        }
        return result
    }

    private func patterns(_ node: TOMLNode?) throws(PolicyError) -> [PathPattern] {
        guard let node else { return [] }
        var result: [PathPattern] = []
        for item in node.array ?? [node] {
            guard let text = item.string else {
                throw fail(.wrongType(key: "path", expected: "a path", found: item.typeName), item.span)
            }
            result.append(PathPattern(text))
        }
        return result
    }

    // MARK: Rules

    private func rules(_ node: TOMLNode?) throws(PolicyError) -> PolicyLayer.Rules {
        var result = PolicyLayer.Rules()
        for entry in try table(node, "rules").entries {
            guard let rule = rules.first(where: { $0.id == entry.key }) else {
                throw fail(
                    .unknownRule(entry.key, nearest: Spelling.nearest(to: entry.key, among: rules.map(\.id))),
                    entry.keySpan)
            }
            try read(entry, of: rule, &result)
        }
        return result
    }

    private func read(
        _ entry: TOMLTable.Entry, of rule: RuleInfo, _ result: inout PolicyLayer.Rules
    ) throws(PolicyError) {
        guard let table = entry.value.table else {
            result.levels[rule.id] = try setting(entry.value, key: entry.key)
            return
        }
        try check(table, known: ["level"] + rule.options.map(\.name))
        if let level = table["level"] { result.levels[rule.id] = try setting(level, key: "level") }
        result.options[rule.id] = try self.options(in: table, rule.options)
    }

    private func options(in table: TOMLTable, _ known: [RuleOption]) throws(PolicyError) -> RuleOptions {
        var values: [String: RuleOptions.Value] = [:]
        for option in known {
            guard let node = table[option.name] else { continue }
            values[option.name] = try value(node, of: option)
        }
        return RuleOptions(values)
    }

    private func setting(_ node: TOMLNode, key: String) throws(PolicyError) -> Policy.Setting {
        guard let text = node.string else {
            throw fail(.wrongType(key: key, expected: "a level or a table", found: node.typeName), node.span)
        }
        guard let level = Level(rawValue: text) else { throw fail(.unknownLevel(text), node.span) }
        return Policy.Setting(level: level, source: source(of: node))
    }

    private func value(_ node: TOMLNode, of option: RuleOption) throws(PolicyError) -> RuleOptions.Value {
        let wrong = fail(
            .wrongType(key: option.name, expected: "a \(option.kind)", found: node.typeName), node.span)
        switch option.kind {
        case .boolean:
            guard let flag = node.boolean else { throw wrong }
            return .boolean(flag)
        case .integer:
            return .integer(try number(node, key: option.name))
        case .text:
            guard let text = node.string else { throw wrong }
            return .text(text)
        case .requirement:
            guard try requirement(node, key: option.name) != nil, let text = node.string else { throw wrong }
            return .text(text)
        case .word(let words):
            guard let text = node.string, words.contains(text) else { throw wrong }
            return .text(text)
        case .tables(let fields):
            guard let list = node.array else { throw wrong }
            var tables: [RuleOptions] = []
            for item in list {
                let table = try table(item, option.name)
                try check(table, known: fields.map(\.name))
                if let first = fields.first, table[first.name] == nil {
                    throw fail(.missingKey(first.name, in: option.name), item.span)
                }
                tables.append(try options(in: table, fields))
            }
            return .tables(tables)
        case .strings:
            guard let list = node.array else { throw wrong }
            let texts = list.compactMap(\.string)
            guard texts.count == list.count else { throw wrong }
            return .strings(texts)
        }
    }

    // MARK: Ignores

    private func ignores(_ node: TOMLNode?) throws(PolicyError) -> [Ignore] {
        guard let node else { return [] }
        guard let list = node.array else {
            throw fail(.wrongType(key: "ignore", expected: "a list of tables", found: node.typeName), node.span)
        }
        var result: [Ignore] = []
        for item in list { result.append(try ignore(item)) }
        return result
    }

    private func ignore(_ node: TOMLNode) throws(PolicyError) -> Ignore {
        let table = try table(node, "ignore")
        try check(table, known: ["rule", "crate", "version", "advisory", "path", "reason", "expires", "ticket"])
        let rule = try string(table, "rule")
        let crate = try string(table, "crate")
        let advisory = try string(table, "advisory")
        if let rule, !rules.contains(where: { $0.id == rule }), let node = table["rule"] {
            throw fail(.unknownRule(rule, nearest: Spelling.nearest(to: rule, among: rules.map(\.id))), node.span)
        }
        guard rule != nil || crate != nil || advisory != nil else { throw fail(.missingTarget, node.span) }
        guard let reason = try string(table, "reason"), reason.contains(where: { !$0.isWhitespace }) else {
            throw fail(.missingReason, node.span)
        }
        return Ignore(
            rule: rule, crate: crate, version: try requirement(table["version"]), advisory: advisory,
            paths: try patterns(table["path"]), reason: reason, expires: try day(table["expires"]),
            ticket: try string(table, "ticket"), location: Location(path: path, span: node.span))
    }

    private func requirement(
        _ node: TOMLNode?, key: String = "version"
    ) throws(PolicyError) -> VersionRequirement? {
        guard let node else { return nil }
        guard let text = node.string else {
            throw fail(.wrongType(key: key, expected: "a string", found: node.typeName), node.span)
        }
        do {
            return try VersionRequirement(text)
        } catch {
            throw fail(.badRequirement(text, error.description), node.span)
        }
    }

    private func day(_ node: TOMLNode?) throws(PolicyError) -> Day? {
        guard let node else { return nil }
        if let date = node.value.datetime?.date, let day = Day(year: date.year, month: date.month, day: date.day) {
            return day
        }
        let text = node.string ?? node.typeName
        guard let day = Day(text) else { throw fail(.badDate(text), node.span) }
        return day
    }

    // MARK: Data

    private func age(_ key: String, in node: TOMLNode?) throws(PolicyError) -> Int? {
        let table = try table(node, "data")
        try check(table, known: ["max-age-days", "refresh-hours"])
        guard let age = table[key] else { return nil }
        return try number(age, key: key)
    }

    private func number(_ node: TOMLNode, key: String) throws(PolicyError) -> Int {
        guard let number = node.integer else {
            throw fail(.wrongType(key: key, expected: "an integer", found: node.typeName), node.span)
        }
        guard (0...100_000).contains(number) else { throw fail(.outOfRange(key), node.span) }
        return Int(number)
    }

    // MARK: Types

    func table(_ node: TOMLNode?, _ key: String) throws(PolicyError) -> TOMLTable {
        guard let node else { return TOMLTable() }
        guard let table = node.table else {
            throw fail(.wrongType(key: key, expected: "a table", found: node.typeName), node.span)
        }
        return table
    }

    private func string(_ table: TOMLTable, _ key: String) throws(PolicyError) -> String? {
        guard let node = table[key] else { return nil }
        guard let text = node.string else {
            throw fail(.wrongType(key: key, expected: "a string", found: node.typeName), node.span)
        }
        return text
    }

    private func check(_ table: TOMLTable, known: [String]) throws(PolicyError) {
        for entry in table.entries where !known.contains(entry.key) {
            throw fail(
                .unknownKey(entry.key, nearest: Spelling.nearest(to: entry.key, among: known), known: known),
                entry.keySpan)
        }
    }
}
