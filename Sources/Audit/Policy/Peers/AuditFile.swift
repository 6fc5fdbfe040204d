import TOML

/// `audit.toml` of cargo-audit.
/// - SeeAlso: `audit.toml.example` of cargo-audit.
extension PeerPolicy {
    private static let kinds = ["unmaintained", "unsound", "notice"]

    mutating func readAudit(_ root: TOMLTable) {
        if let table = section("advisories", in: root) { readAuditAdvisories(table) }
        for word in Self.strings(section("output", in: root)?["deny"]) {
            let rules = word == "warnings" ? Self.kinds + ["yanked"] : [word]
            for rule in rules where (Self.kinds + ["yanked"]).contains(rule) { draft.set(rule, .deny) }
        }
        if root["yanked"]?.table?["enabled"]?.boolean == false { draft.set("yanked", .allow) }
        let target = section("target", in: root)
        for (key, option) in [("os", "os"), ("arch", "arch")] {
            let listed = Self.strings(target?[key])
            for rule in ["vulnerability", "unsound"] { draft.set(rule, option, list: listed) }
        }
        if let table = root["database"]?.table { readDatabase(table) }
        for entry in root.entries
        where !["advisories", "output", "yanked", "target", "database"].contains(entry.key) {
            lose(entry.keySpan, "`\(entry.key)` has no counterpart")
        }
    }

    private mutating func readAuditAdvisories(_ table: TOMLTable) {
        for id in Self.strings(table["ignore"]) {
            draft.exceptions.append(.init(advisory: id, reason: defaultReason))
        }
        if let listed = table["informational_warnings"] {
            let wanted = Self.strings(listed)
            for kind in Self.kinds where !wanted.contains(kind) { draft.set(kind, .allow) }
        }
        if let threshold = severity(table["severity_threshold"]) {
            draft.set("vulnerability", "min-severity", text: threshold)
        }
        loseRest(
            of: table, named: "advisories", handled: ["ignore", "informational_warnings", "severity_threshold"])
    }

    private mutating func readDatabase(_ table: TOMLTable) {
        for entry in table.entries where entry.key == "url" || entry.key == "path" {
            lose(entry.keySpan, "`database.\(entry.key)`: bring it in with `lockgate import advisories`")
        }
    }
}
