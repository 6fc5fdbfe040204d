import Disk
package import TOML

/// A manifest that has been parsed and has the right types, before inheritance: enough to find the workspace root.
struct RawManifest: Sendable {
    let file: SourceFile
    let document: TOMLDocument
    /// `[package]`, or else the old `[project]`.
    let package: TOMLNode?
    let workspace: WorkspaceSection?
    /// `package.workspace`: the directory of the root.
    let rootPointer: String?
    let unusedKeys: [Spanned<String>]

    var path: String { file.absolutePath }
    var directory: String { Path.parent(path) ?? "/" }
    var root: TOMLTable { document.root }

    init(_ file: SourceFile) throws(ManifestFault) {
        self.file = file
        do throws(TOMLError) { document = try parseTOML(file.bytes) } catch {
            throw ManifestFault(.syntax(error.reason), at: error.span)
        }
        let root = document.root
        var checker = SchemaChecker()
        let whole = Span(start: 0, end: 0)
        try checker.check(TOMLNode(value: .table(root), span: whole), ManifestSchema.document)
        unusedKeys = checker.unused
        package = root["package"] ?? root["project"]
        workspace = try root["workspace"].map { (node) throws(ManifestFault) in
            try WorkspaceSection(node, root: Path.parent(file.absolutePath) ?? "/")
        }
        let pointer = package?.table?["workspace"]
        if let pointer, workspace != nil { throw ManifestFault(.workspaceAndPointer, at: pointer.span) }
        rootPointer = pointer?.string
    }

    /// The root this manifest claims to be, or points to, as seen by the manifest at `path`; nil if it says nothing.
    func claimedRoot(lookingFrom path: String) -> String? {
        if let workspace {
            return workspace.excludes(path) ? nil : self.path
        }
        return rootPointer.map { Path.normalize(Path.join(Path.join(directory, $0), "Cargo.toml")) }
    }
}

/// The `[workspace]` table.
package struct WorkspaceSection: Sendable {
    /// Of the header, or of the value.
    package let span: Span
    package let members: [Spanned<String>]?
    package let exclude: [Spanned<String>]
    package let defaultMembers: [Spanned<String>]?
    package let resolver: Spanned<String>?
    /// `[workspace.package]` and `[workspace.dependencies]`.
    let package: TOMLTable?
    let dependencies: TOMLTable?
    let lints: TOMLTable?

    /// The prefixes of paths that `exclude` and `members` name.
    private let excludedPrefixes: Set<String>
    private let memberPrefixes: Set<String>

    init(_ node: TOMLNode, root: String) throws(ManifestFault) {
        let table = node.table ?? TOMLTable()
        span = node.span
        members = table.strings("members")
        exclude = table.strings("exclude") ?? []
        defaultMembers = table.strings("default-members")
        resolver = table.string("resolver")
        self.package = table["package"]?.table
        dependencies = table["dependencies"]?.table
        lints = table["lints"]?.table
        excludedPrefixes = Set(exclude.map { Path.prefix(Path.join(root, $0.value)) })
        memberPrefixes = Set((members ?? []).map { Path.prefix(Path.join(root, $0.value)) })
        for entry in dependencies?.entries ?? [] {
            try Self.check(entry)
        }
    }

    private static func check(_ entry: TOMLTable.Entry) throws(ManifestFault) {
        guard let table = entry.value.table else { return }
        if let flag = table.boolean("optional"), flag.value {
            throw ManifestFault(.optionalWorkspaceDependency(entry.key), at: flag.span)
        }
        if let flag = table.boolean("public"), flag.value {
            throw ManifestFault(.publicWorkspaceDependency(entry.key), at: flag.span)
        }
    }

    /// Whether `exclude` keeps the manifest at `path` out. An entry of `members` that is a prefix of the path wins;
    /// both lists are compared as they are written, so that a glob fits nothing but itself.
    func excludes(_ path: String) -> Bool {
        if excludedPrefixes.isEmpty { return false }
        let prefixes = Path.ancestors(path)
        return prefixes.contains { excludedPrefixes.contains($0) } && !prefixes.contains { memberPrefixes.contains($0) }
    }
}

extension TOMLTable {
    func string(_ key: String) -> Spanned<String>? {
        self[key].flatMap { node in node.string.map { Spanned($0, at: node.span) } }
    }

    func boolean(_ key: String) -> Spanned<Bool>? {
        self[key].flatMap { node in node.boolean.map { Spanned($0, at: node.span) } }
    }

    /// Nil unless there is an array; elements that are no strings are left out.
    func strings(_ key: String) -> [Spanned<String>]? {
        self[key]?.array?.compactMap { node in node.string.map { Spanned($0, at: node.span) } }
    }
}
