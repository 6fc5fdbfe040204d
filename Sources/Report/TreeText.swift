package import BuildGraph
package import CargoModel

/// How a tree is drawn.
package struct TreeStyle: Sendable {
    package enum Prefix: String, Sendable, CaseIterable { case indent, depth, none }

    /// How far below the roots lines go.
    package enum Depth: Sendable, Equatable {
        case levels(Int)
        /// Only members of the workspace.
        case workspace
    }

    package let prefix: Prefix
    package let isASCII: Bool
    /// Whether what was printed is printed again.
    package let repeats: Bool
    package let depth: Depth
    package let format: TreeFormat
    /// Packages that are left out with what is below, positions in the `PackageGraph`.
    package let pruned: Set<Int>

    package init(
        prefix: Prefix = .indent, isASCII: Bool = false, repeats: Bool = false, depth: Depth = .levels(.max),
        format: TreeFormat = .standard, pruned: Set<Int> = []
    ) {
        self.prefix = prefix
        self.isASCII = isASCII
        self.repeats = repeats
        self.depth = depth
        self.format = format
        self.pruned = pruned
    }
}

/// What a tree says of one package.
package struct TreeLabel: Sendable {
    package let id: PackageID
    package let isProcMacro: Bool
    package let isMember: Bool
    /// As Rust code calls it; `nil` if there is no library.
    package let library: String?
    /// The name of a registry in Cargo's configuration.
    package let registryName: String?

    package init(id: PackageID, isProcMacro: Bool, isMember: Bool, library: String?, registryName: String? = nil) {
        self.id = id
        self.isProcMacro = isProcMacro
        self.isMember = isMember
        self.library = library
        self.registryName = registryName
    }

    /// `name v1.2.3 (proc-macro) (/path)`.
    var text: String {
        let macro = isProcMacro ? " (proc-macro)" : ""
        return printable("\(id.name) v\(id.version)\(macro)" + (id.source.isCratesIO ? "" : " (\(sourceText))"))
    }

    private var sourceText: String {
        switch id.source.kind {
        case .path: return id.source.url
        case .registry, .sparse, .localRegistry: return "registry `\(registryName ?? id.source.url)`"
        case .directory: return "dir \(id.source.url)"
        case .git(let reference):
            let commit = id.source.precise.map { "#" + $0.prefix(8) } ?? ""
            return id.source.url + Self.query(reference) + commit
        }
    }

    private static func query(_ reference: GitReference) -> String {
        switch reference {
        case .tag(let name): "?tag=" + name
        case .branch(let name): "?branch=" + name
        case .rev(let name): "?rev=" + name
        case .defaultBranch: ""
        }
    }
}

/// Prints trees as `cargo tree` does, byte for byte, without colours.
///
/// - SeeAlso: `print_node` in src/cargo/ops/tree/mod.rs of rust-lang/cargo.
package struct TreeText {
    private struct Frame {
        let node: Int
        /// Of `EdgeKind.allCases`, the next to print.
        var kind = 0
        var children: [Int] = []
        var next = 0
    }

    private let tree: DependencyTree
    private let labels: [TreeLabel]
    private let style: TreeStyle
    private let sink: ([UInt8]) -> Void
    private var text: String = ""
    private var isPrinted: [Bool]
    private var isOpen: [Bool]
    private var packageTexts: [String?]
    private var frames: [Frame] = []
    /// Per level whether more follows below.
    private var continues: [Bool] = []

    /// - Parameters:
    ///   - labels: per package of the graph.
    ///   - sink: takes the text piece by piece; with `repeats` there can be any amount.
    package init(_ tree: DependencyTree, labels: [TreeLabel], _ style: TreeStyle, to sink: @escaping ([UInt8]) -> Void)
    {
        self.tree = tree
        self.labels = labels
        self.style = style
        self.sink = sink
        isPrinted = Array(repeating: false, count: tree.nodes.count)
        isOpen = isPrinted
        packageTexts = Array(repeating: nil, count: labels.count)
    }

    package mutating func print(_ roots: [Int]) {
        for (number, root) in roots.enumerated() {
            if number > 0 { text += "\n" }
            visit(root)
            while !frames.isEmpty { step() }
        }
        flush()
    }

    private mutating func flush() {
        sink(Array(text.utf8))
        text = ""
    }

    // MARK: Walking

    private mutating func visit(_ node: Int) {
        let isNew = style.repeats || !isPrinted[node]
        isPrinted[node] = true
        printPrefix()
        let isRepeated = (!isNew || isOpen[node]) && tree.hasEdges(node)
        text += line(node) + (isRepeated ? " (*)\n" : "\n")
        if text.utf8.count > 1 << 16 { flush() }
        guard isNew, !isOpen[node] else { return }
        isOpen[node] = true
        frames.append(Frame(node: node))
    }

    private mutating func step() {
        let last = frames.count - 1
        let frame = frames[last]
        if frame.next < frame.children.count {
            frames[last].next += 1
            if frames.count == continues.count { continues.removeLast() }
            continues.append(frame.next + 1 < frame.children.count)
            return visit(frame.children[frame.next])
        }
        if frames.count == continues.count { continues.removeLast() }
        guard frame.kind < DependencyTree.EdgeKind.allCases.count else {
            isOpen[frame.node] = false
            frames.removeLast()
            return
        }
        frames[last].kind += 1
        frames[last].next = 0
        frames[last].children = children(of: frame.node, DependencyTree.EdgeKind.allCases[frame.kind])
    }

    private mutating func children(of node: Int, _ kind: DependencyTree.EdgeKind) -> [Int] {
        let all = tree.targets(of: node, kind)
        guard !all.isEmpty else { return [] }
        printHeader(kind)
        if case .levels(let limit) = style.depth, continues.count >= limit { return [] }
        return all.filter { child in
            guard case .package(let package, _, _) = tree.nodes[child] else { return true }
            if style.depth == .workspace, !labels[package].isMember { return false }
            return !style.pruned.contains(package)
        }
    }

    // MARK: Lines

    private func bar(_ isGoingOn: Bool) -> String { !isGoingOn ? "    " : style.isASCII ? "|   " : "│   " }

    private mutating func printPrefix() {
        switch style.prefix {
        case .none: break
        case .depth: text += String(continues.count)
        case .indent:
            guard let last = continues.last else { return }
            for isGoingOn in continues.dropLast() { text += bar(isGoingOn) }
            text += style.isASCII ? (last ? "|-- " : "`-- ") : (last ? "├── " : "└── ")
        }
    }

    private mutating func printHeader(_ kind: DependencyTree.EdgeKind) {
        guard style.prefix == .indent, kind == .build || kind == .development else { return }
        for isGoingOn in continues { text += bar(isGoingOn) }
        text += kind == .build ? "[build-dependencies]\n" : "[dev-dependencies]\n"
    }

    private mutating func line(_ node: Int) -> String {
        switch tree.nodes[node] {
        case .package(let package, let features, _):
            var result = ""
            for chunk in style.format.chunks {
                switch chunk {
                case .text(let text): result += text
                case .package: result += packageText(package)
                case .features: result += printable(features.joined(separator: ","))
                case .library: result += labels[package].library ?? ""
                }
            }
            return result
        case .feature(let owner, let name):
            guard case .package(let package, _, _) = tree.nodes[owner] else { return "" }
            let mark = tree.commandLine.contains(node) ? " (command-line)" : ""
            return printable("\(labels[package].id.name) feature \"\(name)\"") + mark
        }
    }

    private mutating func packageText(_ package: Int) -> String {
        if let known = packageTexts[package] { return known }
        let text = labels[package].text
        packageTexts[package] = text
        return text
    }
}
