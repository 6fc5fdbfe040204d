import CargoModel
import TOML

/// `deny.toml`, its present form and the one before version 2.
/// - SeeAlso: the configuration chapters of the book of cargo-deny.
extension PeerPolicy {
    mutating func readDeny(_ root: TOMLTable) {
        if let table = section("advisories", in: root) { readAdvisories(table) }
        if let table = section("bans", in: root) { readBans(table) }
        if let table = section("sources", in: root) { readSources(table) }
        for entry in root.entries where !["advisories", "bans", "sources"].contains(entry.key) {
            switch entry.key {
            case "licenses": lose(entry.keySpan, "`[licenses]`: licences are not what lockgate judges")
            case "output": break
            case "graph", "targets", "features", "all-features", "no-default-features", "exclude", "exclude-dev":
                lose(entry.keySpan, "`\(entry.key)`: the whole lock is judged, for every target and feature")
            default: lose(entry.keySpan, "`\(entry.key)` has no counterpart")
            }
        }
    }

    // MARK: [advisories]

    private mutating func readAdvisories(_ table: TOMLTable) {
        for item in list("ignore", in: table) { readIgnored(item) }
        if let level = level(table["yanked"], "yanked") { draft.set("yanked", level) }
        for rule in ["vulnerability", "notice"] {
            if let level = level(table[rule], rule) { draft.set(rule, level) }
        }
        for rule in ["unmaintained", "unsound"] { readScope(table[rule], rule) }
        if let threshold = severity(table["severity-threshold"]) {
            draft.set("vulnerability", "min-severity", text: threshold)
        }
        if let node = table["maximum-db-staleness"] { readAge(node) }
        if let node = table["db-urls"] {
            lose(node.span, "`db-urls`: bring other databases in with `lockgate import advisories`")
        }
        loseRest(
            of: table, named: "advisories",
            handled: [
                "ignore", "yanked", "vulnerability", "notice", "unmaintained", "unsound", "severity-threshold",
                "maximum-db-staleness", "db-urls",
            ], silent: ["version", "db-path", "db-url", "git-fetch-with-cli", "disable-yank-checking"])
    }

    /// `"RUSTSEC-…"`, `"crate@1.0.0"`, `{ id, reason }` or `{ crate, reason }`; a crate stands for its yanked version.
    private mutating func readIgnored(_ node: TOMLNode) {
        let reason = reason(in: node.table)
        let id = node.string ?? node.table?.text("id")
        if let id, Self.isAdvisory(id) {
            return draft.exceptions.append(.init(advisory: id, reason: reason))
        }
        guard let text = id ?? node.table?.text("crate") else {
            return lose(node.span, "`advisories.ignore` has an entry without `id` and `crate`")
        }
        let spec = PeerSpec(text)
        guard accepts(spec.requirement, at: node) else { return }
        draft.exceptions.append(.init(rule: "yanked", crate: spec.name, version: spec.requirement, reason: reason))
    }

    private static func isAdvisory(_ id: String) -> Bool {
        ["RUSTSEC-", "GHSA-", "CVE-", "MAL-"].contains { id.hasPrefix($0) }
    }

    /// A level, as it was; or whose packages count, as it is, at which cargo-deny fails.
    private mutating func readScope(_ node: TOMLNode?, _ rule: String) {
        guard let node else { return }
        switch node.string {
        case "none": draft.set(rule, .allow)
        case "all": draft.set(rule, .deny)
        case "workspace":
            draft.set(rule, .deny)
            draft.set(rule, "scope", text: "direct")
        case "transitive":
            draft.set(rule, .deny)
            lose(node.span, "`\(rule) = \"transitive\"`: direct dependencies count as well")
        default: if let level = level(node, rule) { draft.set(rule, level) }
        }
    }

    /// An ISO duration of whole days, weeks, months or years.
    private mutating func readAge(_ node: TOMLNode) {
        let text = node.string ?? ""
        let days: [Character: Int] = ["D": 1, "W": 7, "M": 30, "Y": 365]
        guard text.first == "P", let unit = text.last.flatMap({ days[$0] }),
            let count = Int(text.dropFirst().dropLast()), (0...10_000).contains(count)
        else { return lose(node.span, "`maximum-db-staleness`: set `[data] max-age-days`") }
        draft.maximumAge = min(count * unit, 100_000)
    }

    // MARK: [bans]

    private mutating func readBans(_ table: TOMLTable) {
        if let level = level(table["multiple-versions"], "multiple-versions") { draft.set("duplicate-version", level) }
        if let level = level(table["wildcards"], "wildcards") { draft.set("wildcard-requirement", level) }
        for item in list("skip", in: table) {
            guard let spec = PeerSpec(item), accepts(spec.requirement, at: item) else { continue }
            draft.exceptions.append(
                .init(
                    rule: "duplicate-version", crate: spec.name, version: spec.requirement,
                    reason: reason(in: item.table)))
        }
        if let node = table["skip-tree"], node.array?.isEmpty == false {
            lose(
                node.span,
                "`skip-tree`: duplicates that only follow from others are told under their cause; ignore that one")
        }
        readBanned(list("deny", in: table))
        if let node = table["allow"], node.array?.isEmpty == false {
            lose(node.span, "`bans.allow`: there is no list of the only crates allowed")
        }
        loseRest(
            of: table, named: "bans",
            handled: ["multiple-versions", "wildcards", "skip", "skip-tree", "deny", "allow"], silent: ["highlight"])
    }

    private mutating func readBanned(_ items: [TOMLNode]) {
        var rows: [[(key: String, toml: String)]] = []
        for item in items {
            guard let spec = PeerSpec(item), accepts(spec.requirement, at: item) else { continue }
            var row: [(key: String, toml: String)] = [("name", TOMLText.quoted(spec.name))]
            if let version = spec.requirement { row.append(("version", TOMLText.quoted(version))) }
            for key in ["reason", "use-instead"] {
                if let text = item.table?.text(key) { row.append((key, TOMLText.quoted(text))) }
            }
            let wrappers = Self.strings(item.table?["wrappers"])
            if !wrappers.isEmpty {
                row.append(("wrappers", "[" + wrappers.map(TOMLText.quoted).joined(separator: ", ") + "]"))
            }
            rows.append(row)
        }
        draft.set("banned-crate", "crates", tables: rows)
    }

    // MARK: [sources]

    private mutating func readSources(_ table: TOMLTable) {
        let levels = ["unknown-registry", "unknown-git"].compactMap { level(table[$0], $0) }
        if let strictest = levels.max() { draft.set("source-not-allowed", strictest) }
        if Set(levels).count > 1, let node = table["unknown-git"] {
            lose(node.span, "`unknown-registry` and `unknown-git` have one level here, the stricter")
        }
        let registries = Self.strings(table["allow-registry"]).map {
            $0.contains("rust-lang/crates.io-index") || $0.contains("index.crates.io") ? "crates-io" : $0
        }
        if levels.contains(where: { $0 != .allow }) || !registries.isEmpty {
            draft.set("source-not-allowed", "registries", list: registries.isEmpty ? ["crates-io"] : registries)
        }
        let hosts = [
            ("github", "https://github.com"), ("gitlab", "https://gitlab.com"), ("bitbucket", "https://bitbucket.org"),
        ]
        let organisations = hosts.flatMap { key, url in
            Self.strings(table["allow-org"]?.table?[key]).map { "\(url)/\($0)" }
        }
        let git = Self.strings(table["allow-git"]) + Self.strings(table["private"]) + organisations
        draft.set("source-not-allowed", "git", list: git)
        if let spec = table.text("required-git-spec"), spec != "any" {
            draft.set("git-without-rev", .deny)
            let accepted = ["tag": ["tag"], "branch": ["tag", "branch"]][spec] ?? []
            draft.set("git-without-rev", "accept", list: accepted)
        }
        loseRest(
            of: table, named: "sources",
            handled: [
                "unknown-registry", "unknown-git", "allow-registry", "allow-git", "allow-org", "private",
                "required-git-spec",
            ])
    }
}

/// `name`, `name@1.2.3`, `name:<requirement>`, or a table with `crate`, or with `name` and `version`.
struct PeerSpec {
    let name: String
    /// As a requirement of ours.
    let requirement: String?

    private init(name: String, requirement: String?) {
        self.name = name
        self.requirement = requirement
    }

    init(_ text: String) {
        if let at = text.firstIndex(of: "@") {
            name = String(text[..<at])
            requirement = "=" + text[text.index(after: at)...]
        } else if let colon = text.firstIndex(of: ":") {
            name = String(text[..<colon])
            requirement = String(text[text.index(after: colon)...])
        } else {
            name = text
            requirement = nil
        }
    }

    init?(_ node: TOMLNode) {
        if let text = node.string ?? node.table?.text("crate") {
            self.init(text)
        } else if let table = node.table, let name = table.text("name") {
            self.init(name: name, requirement: table.text("version"))
        } else {
            return nil
        }
    }
}
