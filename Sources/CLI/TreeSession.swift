import Audit
import BuildGraph
import CargoModel
import CargoWorkspace
import Glibc
import Report
import Resolver
import TOML

/// One `lockgate tree`.
struct TreeSession {
    private let session: GraphSession
    private let choice: PackageChoice
    private let targeted: TargetedGraph
    private let tree: DependencyTree

    /// What rustc would call this machine.
    static var hostTriple: String {
        #if arch(arm64)
            "aarch64-unknown-linux-gnu"
        #else
            "x86_64-unknown-linux-gnu"
        #endif
    }

    init(
        _ session: GraphSession, _ options: SelectionOptions, targets: [String], edges: EdgeOptions
    ) throws(Failure) {
        self.session = session
        let graph = session.graph
        choice = try PackageChoice(options, session)
        let selection = try choice.selection(options.request)
        let (builds, namesTargets) = try Self.targets(targets, session.workspace.config)
        targeted = TargetedGraph(graph, selection)
        let features = FeatureResolver.resolve(
            graph, targeted, selection,
            FeatureResolver.Options(
                separatesContexts: session.workspace.resolverVersion != .v1,
                buildsDevelopment: edges.kinds.contains(.development), targets: builds))
        tree = DependencyTree(
            graph, targeted, features, selection,
            TreeRequest(
                kinds: edges.kinds, showsFeatures: edges.showsFeatures, showsProcMacros: edges.showsProcMacros,
                targets: builds, namesTargets: namesTargets))
    }

    // MARK: Targets

    private static func targets(_ asked: [String], _ config: CargoConfig) throws(Failure) -> (BuildTargets, Bool) {
        let host = try set(hostTriple)
        if asked == ["all"] { return (BuildTargets(host: host, isAll: true), false) }
        let wanted = asked.isEmpty ? config.buildTargets : asked
        var sets: [TargetSet] = []
        for name in Set(wanted.map { $0 == "host-tuple" ? hostTriple : $0 }).sorted(by: { $0.precedesInBytes($1) }) {
            sets.append(try set(name))
        }
        return (BuildTargets(host: host, requested: sets), !sets.isEmpty)
    }

    private static func set(_ triple: String) throws(Failure) -> TargetSet {
        let table = TargetTable.shared
        if table.index(of: triple) != nil { return table.targets(of: .name(triple)) }
        let longer = table.names.first { $0.hasPrefix(triple + "-") }
        let meant = longer ?? Spelling.nearest(to: triple, among: table.names)
        let nearest = meant.map { "; did you mean `\($0)`?" } ?? ""
        throw .usage("rustc \(table.compiler) has no built-in target `\(triple)`\(nearest)")
    }

    // MARK: Printing

    func print(inverted: [String], duplicates: Bool, pruned: [String], _ style: TreeStyle) throws(Failure) {
        let named = inverted.isEmpty ? choice.specs : try inverted.map(choice.spec)
        var packages: Set<Int> = []
        for spec in named { packages.insert(try package(spec)) }
        var left: Set<Int> = []
        for text in pruned {
            let spec = try choice.spec(text)
            _ = try package(spec)
            left.formUnion(session.graph.ids.indices.filter { spec.matches(session.graph.ids[$0]) })
        }
        var roots = tree.nodes(of: packages)
        var shown = tree
        if duplicates {
            shown = tree.reachable(from: roots)
            roots = tree.duplicates(from: roots, ids: session.graph.ids)
        }
        if duplicates || !inverted.isEmpty { shown = shown.inverted() }
        guard !roots.isEmpty else {
            return Console.warning(
                "nothing to print.\n\nTo find dependencies that require specific target platforms, try to use option "
                    + "`--target all` first, and then narrow your search scope accordingly.")
        }
        var text = TreeText(shown, labels: labels(), style.with(pruned: left)) { Console.write($0) }
        text.print(roots)
    }

    /// The one package of the selection's graph that is meant.
    private func package(_ spec: PackageIDSpec) throws(Failure) -> Int {
        let ids = session.graph.ids
        let found = ids.indices.filter { targeted.isIncluded[$0] && spec.matches(ids[$0]) }
        guard let first = found.first else {
            if ids.contains(where: spec.matches) {
                throw .usage(
                    "`\(spec.name)` is locked, and nothing that is selected leads to it; see --workspace and -F")
            }
            throw .usage(PackageIDSpecError.unknown(spec.name).description)
        }
        if found.count > 1 {
            throw .usage(PackageIDSpecError.ambiguous(spec.name, found.map { ids[$0] }).description)
        }
        return first
    }

    private func labels() -> [TreeLabel] {
        let workspace = session.workspace
        let local = Dictionary(
            workspace.localPackages.compactMap { manifest in manifest.summary.map { ($0.id, manifest) } },
            uniquingKeysWith: { first, _ in first })
        return session.graph.ids.enumerated().map { index, id in
            let manifest = local[id]
            return TreeLabel(
                id: id, isProcMacro: session.graph.isProcMacro[index] == true, isMember: session.graph.isMember[index],
                library: manifest?.package?.hasLibrary == false ? nil : Self.library(manifest, id.name),
                registryName: id.source.isRegistry ? workspace.config.registryName(of: id.source) : nil)
        }
    }

    /// `[lib] name`, or the package's name; of a published package its own name is taken.
    private static func library(_ manifest: Manifest?, _ package: String) -> String {
        let written = manifest?.document.root["lib"]?.table?["name"]?.string
        return String((written ?? package).map { $0 == "-" ? "_" : $0 })
    }
}

extension TreeStyle {
    fileprivate func with(pruned: Set<Int>) -> TreeStyle {
        TreeStyle(prefix: prefix, isASCII: isASCII, repeats: repeats, depth: depth, format: format, pruned: pruned)
    }
}
