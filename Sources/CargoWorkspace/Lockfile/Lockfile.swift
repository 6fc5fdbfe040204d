package import TOML

/// A `Cargo.lock` as its text has it: every entry with its place, nothing looked up yet.
///
/// - SeeAlso: `TomlLockfile` in crates/cargo-util-schemas/src/lockfile.rs of rust-lang/cargo.
package struct Lockfile: Sendable {
    /// One `[[package]]`.
    package struct Entry: Sendable {
        package let name: Spanned<String>
        package let version: Spanned<String>
        package let source: Spanned<String>?
        package let checksum: Spanned<String>?
        package let dependencies: [Spanned<String>]
        package let replace: Spanned<String>?
        package let hasDependencies: Bool
        /// The `[[package]]` header.
        package let span: Span
    }

    package let path: String
    package let bytes: [UInt8]
    /// The number in the `version` line; `nil` for formats 1 and 2, which have none.
    package let declaredVersion: LockfileVersion?
    /// In file order; an old `[root]` comes first.
    package let packages: [Entry]
    /// Keys and values of `[metadata]`, in file order.
    package let metadata: [(key: Spanned<String>, value: Spanned<String>)]
    package let unusedPatches: [Entry]

    /// - Parameter path: for messages only.
    package init(parsing bytes: [UInt8], path: String) throws(LockfileError) {
        let reader = LockfileReader(path: path, bytes: bytes)
        let root = try reader.document().root
        self.path = path
        self.bytes = bytes
        declaredVersion = try reader.version(root["version"])
        packages = try reader.packages(in: root)
        metadata = try reader.metadata(root["metadata"])
        unusedPatches = try reader.unusedPatches(root["patch"])
    }

    package func location(_ span: Span) -> Location { Location(path: path, span: span) }
}

/// Checks types while it takes the document apart.
private struct LockfileReader {
    let path: String
    let bytes: [UInt8]

    func fail(_ reason: LockfileError.Reason, _ span: Span) -> LockfileError {
        LockfileError(reason, at: Location(path: path, span: span))
    }

    func document() throws(LockfileError) -> TOMLDocument {
        do {
            return try parseTOML(bytes)
        } catch {
            if isMergeMarker(at: error.span.start) { throw fail(.mergeMarkers, error.span) }
            throw fail(.syntax(error.reason), error.span)
        }
    }

    /// Whether the line around `offset` begins with seven markers of a merge.
    private func isMergeMarker(at offset: Int) -> Bool {
        let end = min(max(offset, 0), bytes.count)
        let start = bytes[..<end].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let marks = bytes[start...].prefix(7)
        return ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].contains { marks.elementsEqual($0.utf8) }
    }

    func version(_ node: TOMLNode?) throws(LockfileError) -> LockfileVersion? {
        guard let node else { return nil }
        guard let number = node.integer else { throw wrongType("version", "an integer", node) }
        guard number >= 3, let version = LockfileVersion(rawValue: Int(clamping: number)) else {
            throw fail(.unsupportedVersion(number), node.span)
        }
        return version
    }

    func packages(in root: TOMLTable) throws(LockfileError) -> [Lockfile.Entry] {
        var entries: [Lockfile.Entry] = []
        if let old = root["root"] { entries.append(try entry(old, under: "root")) }
        for node in try array(root["package"], "package") { entries.append(try entry(node, under: "package")) }
        return entries
    }

    func unusedPatches(_ node: TOMLNode?) throws(LockfileError) -> [Lockfile.Entry] {
        guard let node else { return [] }
        guard let table = node.table else { throw wrongType("patch", "a table", node) }
        guard let unused = table["unused"] else { throw fail(.missingField("unused"), node.span) }
        var entries: [Lockfile.Entry] = []
        for node in try array(unused, "patch.unused") { entries.append(try entry(node, under: "patch.unused")) }
        return entries
    }

    func metadata(_ node: TOMLNode?) throws(LockfileError) -> [(key: Spanned<String>, value: Spanned<String>)] {
        guard let node else { return [] }
        guard let table = node.table else { throw wrongType("metadata", "a table", node) }
        var result: [(key: Spanned<String>, value: Spanned<String>)] = []
        for item in table.entries {
            guard let text = item.value.string else { throw wrongType(item.key, "a string", item.value) }
            result.append((Spanned(item.key, at: item.keySpan), Spanned(text, at: item.value.span)))
        }
        return result
    }

    private func entry(_ node: TOMLNode, under key: String) throws(LockfileError) -> Lockfile.Entry {
        guard let table = node.table else { throw wrongType(key, "a table", node) }
        let dependencies = table["dependencies"]
        var listed: [Spanned<String>] = []
        for item in try array(dependencies, "dependencies") {
            guard let text = item.string else { throw wrongType("dependencies", "an array of strings", item) }
            listed.append(Spanned(text, at: item.span))
        }
        return Lockfile.Entry(
            name: try required("name", table, node.span), version: try required("version", table, node.span),
            source: try string("source", table), checksum: try string("checksum", table), dependencies: listed,
            replace: try string("replace", table), hasDependencies: dependencies != nil, span: node.span)
    }

    private func array(_ node: TOMLNode?, _ key: String) throws(LockfileError) -> [TOMLNode] {
        guard let node else { return [] }
        guard let array = node.array else { throw wrongType(key, "an array", node) }
        return array
    }

    private func required(
        _ key: String, _ table: TOMLTable, _ span: Span
    ) throws(LockfileError) -> Spanned<String> {
        guard let value = try string(key, table) else { throw fail(.missingField(key), span) }
        return value
    }

    private func string(_ key: String, _ table: TOMLTable) throws(LockfileError) -> Spanned<String>? {
        guard let node = table[key] else { return nil }
        guard let text = node.string else { throw wrongType(key, "a string", node) }
        return Spanned(text, at: node.span)
    }

    private func wrongType(_ key: String, _ expected: String, _ node: TOMLNode) -> LockfileError {
        fail(.wrongType(key: key, expected: expected, found: node.typeName), node.span)
    }
}
