import CargoModel
import TOML

/// `osv-scanner.toml`.
/// - SeeAlso: the configuration page of osv-scanner's documentation.
extension PeerPolicy {
    mutating func readOSVScanner(_ root: TOMLTable) {
        for node in list("IgnoredVulns", in: root) {
            guard let table = node.table, let id = table.text("id") else {
                lose(node.span, "`IgnoredVulns` has an entry without `id`")
                continue
            }
            draft.exceptions.append(
                .init(advisory: id, reason: reason(in: table), expires: end(of: table)))
        }
        for node in list("PackageOverrides", in: root) { readOverride(node) }
        for entry in root.entries where !["IgnoredVulns", "PackageOverrides"].contains(entry.key) {
            lose(entry.keySpan, "`\(entry.key)` has no counterpart")
        }
    }

    private mutating func readOverride(_ node: TOMLNode) {
        guard let table = node.table else { return }
        if let ecosystem = table.text("ecosystem"), ecosystem != "crates.io" { return }
        let isIgnored = table["ignore"]?.boolean == true || table["vulnerability"]?.table?["ignore"]?.boolean == true
        if table["license"] != nil { lose(node.span, "`license`: licences are not what lockgate judges") }
        guard isIgnored, let name = table.text("name") else {
            if table["license"] == nil { lose(node.span, "`PackageOverrides` without `name` or `ignore`") }
            return
        }
        let version = table.text("version").flatMap { $0.isEmpty ? nil : "=\($0)" }
        guard accepts(version, at: node) else { return }
        let end = end(of: table)
        for rule in ["vulnerability", "unsound", "unmaintained", "notice"] {
            draft.exceptions.append(
                .init(
                    rule: rule, crate: name, version: version,
                    reason: reason(in: table), expires: end))
        }
        lose(node.span, "`\(name)`: malware in it is still denied")
    }

    /// `ignoreUntil` or `effectiveUntil`: the day after the last on which it counts here.
    private mutating func end(of table: TOMLTable) -> Day? {
        guard let node = table["ignoreUntil"] ?? table["effectiveUntil"] else { return nil }
        if let date = node.value.datetime?.date, let day = Day(year: date.year, month: date.month, day: date.day),
            date.year > 0
        {
            return Day(number: day.number - 1)
        }
        lose(node.span, "a date that cannot be read; the exception has no end")
        return nil
    }
}
