package import CargoModel

/// What of the graph is shown.
package struct TreeRequest: Sendable {
    package let kinds: Set<DependencyKind>
    package let showsFeatures: Bool
    package let showsProcMacros: Bool
    package let targets: BuildTargets
    /// Whether targets were named, so that their packages are told from the host's.
    package let namesTargets: Bool

    package init(
        kinds: Set<DependencyKind> = Set(DependencyKind.allCases), showsFeatures: Bool = false,
        showsProcMacros: Bool = true, targets: BuildTargets, namesTargets: Bool = false
    ) {
        self.kinds = kinds
        self.showsFeatures = showsFeatures
        self.showsProcMacros = showsProcMacros
        self.targets = targets
        self.namesTargets = namesTargets
    }
}

extension DependencyTree {
    /// The graph of what a selection builds.
    package init(
        _ graph: PackageGraph, _ targeted: TargetedGraph, _ features: ResolvedFeatures, _ selection: [SelectedMember],
        _ request: TreeRequest
    ) {
        var builder = TreeBuilder(graph, targeted, features, request)
        builder.build(selection)
        self = builder.tree
    }
}

struct TreeBuilder {
    private struct NodeKey: Hashable {
        let package: Int
        let slot: Int
        let platform: Int
    }

    private struct FeatureKey: Hashable {
        let node: Int
        let name: PackageGraph.Name
    }

    /// A package whose dependencies are being added.
    private struct Frame {
        let node: Int
        let context: BuildContext
        let platform: Int
        let declarations: [Int]
        var next = 0
    }

    /// What a key of a package's manifest leads to.
    struct Connection: Hashable {
        let node: Int
        let isOptional: Bool
    }

    let graph: PackageGraph
    private let targeted: TargetedGraph
    private let features: ResolvedFeatures
    private let request: TreeRequest
    private let platforms: [TargetSet]
    private(set) var tree = DependencyTree()
    private var index: [NodeKey: Int] = [:]
    private var featureIndex: [FeatureKey: Int] = [:]
    private(set) var packageOf: [Int] = []
    private(set) var connections: [[PackageGraph.Name: [Connection]]] = []
    private var frames: [Frame] = []

    init(_ graph: PackageGraph, _ targeted: TargetedGraph, _ features: ResolvedFeatures, _ request: TreeRequest) {
        self.graph = graph
        self.targeted = targeted
        self.features = features
        self.request = request
        platforms = request.targets.isAll ? [] : graph.platforms.map(TargetTable.shared.targets)
    }

    mutating func build(_ selection: [SelectedMember]) {
        let requested = request.namesTargets ? Array(1...request.targets.requested.count) : [0]
        for member in selection.sorted(by: { $0.package < $1.package }) {
            let context: BuildContext = graph.isProcMacro[member.package] == true ? .host : .target
            for platform in requested {
                let root = enter(member.package, context, platform)
                descend(platform)
                if request.showsFeatures { addCommandLine(member, root) }
            }
        }
        if request.showsFeatures { addInternalFeatures() }
    }

    // MARK: Packages

    /// The node of a package; a new one is put on the stack for its dependencies.
    private mutating func enter(_ package: Int, _ context: BuildContext, _ requested: Int) -> Int {
        let platform = context == .host ? 0 : requested
        let key = NodeKey(package: package, slot: unifiedSlot(package, context), platform: platform)
        if let known = index[key] { return known }
        let node = tree.add(
            .package(package, features: features.features(of: package, context, in: graph), platform: platform))
        index[key] = node
        note(package)
        let declarations = graph.ranges[package].filter { isShown($0, context, platform) }
        frames.append(Frame(node: node, context: context, platform: platform, declarations: declarations))
        return node
    }

    /// Contexts with the same features are one.
    private func unifiedSlot(_ package: Int, _ context: BuildContext) -> Int {
        let slot = features.slot(package, context)
        let other = features.slot(package, .target)
        return features.features[slot] ?? [] == features.features[other] ?? [] ? other : slot
    }

    private mutating func note(_ package: Int) {
        packageOf.append(package)
        connections.append([:])
    }

    private func isShown(_ declaration: Int, _ context: BuildContext, _ platform: Int) -> Bool {
        guard targeted.isFollowed[declaration] else { return false }
        let item = graph.declarations[declaration]
        if let condition = item.platform, !platforms.isEmpty {
            let isForHost = platform == 0 || item.kind == .build
            let place = isForHost ? request.targets.host : request.targets.requested[platform - 1]
            if platforms[condition].intersection(place).isEmpty { return false }
        }
        guard request.kinds.contains(item.kind) else { return false }
        if !request.showsProcMacros, graph.isProcMacro[item.package] == true { return false }
        return !item.isOptional || features.isActivated(item.key, item.owner, context)
    }

    private mutating func descend(_ requested: Int) {
        while let frame = frames.last {
            guard frame.next < frame.declarations.count else {
                frames.removeLast()
                continue
            }
            let item = graph.declarations[frame.declarations[frame.next]]
            let isHost = frame.context == .host || item.kind == .build || graph.isProcMacro[item.package] == true
            let depth = frames.count
            let child = enter(item.package, isHost ? .host : .target, requested)
            // The dependencies of a new package come first, as in Cargo's recursion; then this edge is added.
            guard frames.count == depth else { continue }
            frames[depth - 1].next += 1
            link(frame.node, item, child)
        }
    }

    private mutating func link(_ from: Int, _ item: PackageGraph.Declaration, _ child: Int) {
        let kind = DependencyTree.EdgeKind(item.kind)
        guard request.showsFeatures else { return tree.connect(from, kind, child) }
        let connection = Connection(node: child, isOptional: item.isOptional)
        if connections[from][item.key]?.contains(connection) != true {
            connections[from][item.key, default: []].append(connection)
        }
        let names = (item.usesDefaultFeatures ? [graph.defaultFeature] : []) + item.features
        for name in names { tree.connect(from, kind, feature(name, of: child).node) }
        if names.isEmpty { tree.connect(from, kind, child) }
    }

    // MARK: Features

    /// The node of a feature, and whether it is new.
    mutating func feature(_ name: PackageGraph.Name, of node: Int) -> (node: Int, isNew: Bool) {
        let key = FeatureKey(node: node, name: name)
        if let known = featureIndex[key] { return (known, false) }
        let new = tree.add(.feature(of: node, name: graph.text(name)))
        note(packageOf[node])
        featureIndex[key] = new
        tree.connect(new, .feature, node)
        return (new, true)
    }

    mutating func connect(_ from: Int, _ to: Int) { tree.connect(from, .feature, to) }
    mutating func markCommandLine(_ node: Int) { tree.commandLine.insert(node) }
}
