import TOML

/// `[lints]` and `[workspace.lints]`: nothing depends on them, but Cargo refuses wrong ones.
/// - SeeAlso: `normalize_lints` and `verify_lints` in `src/cargo/util/toml/mod.rs` of rust-lang/cargo.
enum LintTable {
    static let shape = Shape.custom { (node) throws(ManifestFault) in
        guard let table = node.table else { throw SchemaChecker.mismatch(node, "a map") }
        for entry in table.entries {
            if entry.key == "workspace" { try checkFlag(entry.value) } else { try checkTool(entry.value) }
        }
    }

    static let workspaceShape = Shape.custom { (node) throws(ManifestFault) in
        guard let table = node.table else { throw SchemaChecker.mismatch(node, "a map") }
        for entry in table.entries { try checkTool(entry.value) }
    }

    private static func checkFlag(_ node: TOMLNode) throws(ManifestFault) {
        guard let flag = node.boolean else { throw SchemaChecker.mismatch(node, "a boolean") }
        if !flag { throw ManifestFault(.workspaceFalse, at: node.span) }
    }

    private static func checkTool(_ node: TOMLNode) throws(ManifestFault) {
        guard let table = node.table else { throw SchemaChecker.mismatch(node, "a map") }
        for entry in table.entries { try checkLint(entry.value) }
    }

    private static func checkLint(_ node: TOMLNode) throws(ManifestFault) {
        if node.string != nil { return try checkLevel(node) }
        guard let table = node.table else { throw SchemaChecker.mismatch(node, "a string or map") }
        guard let level = table["level"] else { throw ManifestFault(.missingField("level"), at: node.span) }
        try checkLevel(level)
        guard let priority = table["priority"] else { return }
        guard let number = priority.integer else { throw SchemaChecker.mismatch(priority, "i8") }
        if Int8(exactly: number) == nil {
            throw ManifestFault(.invalidValue(found: "integer `\(number)`", expected: "i8"), at: priority.span)
        }
    }

    private static func checkLevel(_ node: TOMLNode) throws(ManifestFault) {
        guard let level = node.string else { throw SchemaChecker.mismatch(node, "a string") }
        if !["forbid", "deny", "warn", "allow"].contains(level) {
            throw ManifestFault(
                .unknownVariant(level, expected: "one of `forbid`, `deny`, `warn`, `allow`"), at: node.span)
        }
    }

    /// Names of lints may not have a tool in front.
    static func checkNames(_ table: TOMLTable?) throws(ManifestFault) {
        for tool in table?.entries ?? [] {
            for lint in tool.value.table?.entries ?? [] {
                guard let separator = lint.key.firstRange(of: "::") else { continue }
                let suggestion =
                    "lints.\(lint.key[..<separator.lowerBound]).\(lint.key[separator.upperBound...])"
                throw ManifestFault(
                    .invalidLintName("lints.\(tool.key).\(lint.key)", suggestion: suggestion), at: lint.keySpan)
            }
        }
    }
}

extension ManifestBuilder {
    mutating func checkLints() throws(WorkspaceError) {
        try located { () throws(ManifestFault) in try LintTable.checkNames(raw.workspace?.lints) }
        guard let node = raw.root["lints"], let table = node.table else { return }
        guard let flag = table.entry("workspace") else {
            return try located { () throws(ManifestFault) in try LintTable.checkNames(table) }
        }
        if table.count > 1 { throw failure(.lintsOverride, at: node.span) }
        let from = "workspace.lints"
        guard let inheritance = try inheritance() else {
            throw failure(.inheritance(key: "lints", from: from, .noWorkspaceRoot), at: flag.keySpan)
        }
        if inheritance.root.workspace?.lints == nil {
            throw failure(.inheritance(key: "lints", from: from, .notDefined(from)), at: flag.keySpan)
        }
    }
}
