import SemVer
package import TOML

/// A peer's configuration, read for a policy of ours: what could be carried over, and what could not and why.
package struct PeerPolicy: Sendable {
    /// The tools whose files are understood.
    package enum Tool: String, Sendable {
        case cargoDeny = "cargo-deny"
        case cargoAudit = "cargo-audit"
        case osvScanner = "osv-scanner"
    }

    /// Something left behind; in the order of the file.
    package struct Loss: Sendable {
        package let text: String
        package let location: Location
    }

    package let tool: Tool
    package internal(set) var draft = PolicyDraft()
    package private(set) var losses: [Loss] = []
    let path: String

    /// - Parameter path: tells the tool by its last component, else its content does.
    package init(parsing bytes: [UInt8], path: String) throws(PolicyError) {
        let root: TOMLTable
        do { root = try parseTOML(bytes).root } catch {
            throw PolicyError(.syntax(error.reason), at: Location(path: path, span: error.span))
        }
        guard let tool = Self.tool(path, root) else {
            throw PolicyError(.unknownPeer, at: Location(path: path, span: Span(start: 0, end: 0)))
        }
        self.tool = tool
        self.path = path
        switch tool {
        case .cargoDeny: readDeny(root)
        case .cargoAudit: readAudit(root)
        case .osvScanner: readOSVScanner(root)
        }
        losses.sort { $0.location.span.start < $1.location.span.start }
    }

    private static func tool(_ path: String, _ root: TOMLTable) -> Tool? {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        if name.hasSuffix("deny.toml") { return .cargoDeny }
        if name.hasSuffix("audit.toml") { return .cargoAudit }
        if name.hasSuffix("osv-scanner.toml") { return .osvScanner }
        if root["IgnoredVulns"] != nil || root["PackageOverrides"] != nil { return .osvScanner }
        if root["bans"] != nil || root["licenses"] != nil || root["sources"] != nil { return .cargoDeny }
        return root["database"] != nil || root["yanked"] != nil ? .cargoAudit : nil
    }

    package var exceptionCount: Int { draft.exceptions.count }

    mutating func lose(_ span: Span, _ text: String) {
        losses.append(Loss(text: text, location: Location(path: path, span: span)))
    }

    /// Everything in a table that is neither carried over nor without meaning here.
    mutating func loseRest(of table: TOMLTable, named name: String, handled: Set<String>, silent: Set<String> = []) {
        for entry in table.entries where !handled.contains(entry.key) && !silent.contains(entry.key) {
            lose(entry.keySpan, "`\(name).\(entry.key)` has no counterpart")
        }
    }

    /// `deny`, `warn`, `allow`; nil, and a loss, for anything else.
    mutating func level(_ node: TOMLNode?, _ key: String) -> Level? {
        guard let node else { return nil }
        if let level = node.string.flatMap(Level.init(rawValue:)) { return level }
        lose(node.span, "`\(key)` has a value that is no level")
        return nil
    }

    /// A table of the file; a loss if it is something else.
    mutating func section(_ key: String, in table: TOMLTable) -> TOMLTable? {
        guard let node = table[key] else { return nil }
        if node.table == nil { lose(node.span, "`\(key)` should be a table") }
        return node.table
    }

    /// A list of the file; a loss if it is something else.
    mutating func list(_ key: String, in table: TOMLTable) -> [TOMLNode] {
        guard let node = table[key] else { return [] }
        if node.array == nil { lose(node.span, "`\(key)` should be a list") }
        return node.array ?? []
    }

    /// One of our severities; `nil` for `none`, and, with a loss, for any other word.
    mutating func severity(_ node: TOMLNode?) -> String? {
        guard let node, let word = node.string?.lowercased(), word != "none" else { return nil }
        if ["low", "medium", "high", "critical"].contains(word) { return word }
        lose(node.span, "`\(word)` is no severity")
        return nil
    }

    /// Whether a requirement, if there is one, can be read; a loss if not.
    mutating func accepts(_ requirement: String?, at node: TOMLNode) -> Bool {
        guard let requirement else { return true }
        do {
            _ = try VersionRequirement(requirement)
            return true
        } catch {
            lose(node.span, "`\(requirement)` is no version requirement: \(error)")
            return false
        }
    }

    /// What a table gives as the reason of an exception.
    func reason(in table: TOMLTable?) -> String {
        let written = table?.text("reason") ?? ""
        return written.contains { !$0.isWhitespace } ? written : defaultReason
    }

    static func strings(_ node: TOMLNode?) -> [String] { (node?.array ?? node.map { [$0] } ?? []).compactMap(\.string) }

    /// The reason of an exception that has none of its own.
    var defaultReason: String { "carried over from \(path); say here why" }
}

extension TOMLTable {
    func text(_ key: String) -> String? { self[key]?.string }
}
