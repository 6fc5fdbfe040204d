import CargoModel

/// Where a package is built for.
package enum BuildContext: Int, Sendable, CaseIterable {
    /// What the workspace itself is built for.
    case target
    /// Build scripts, procedural macros and everything below them.
    case host
}

/// What is built, and for what.
package struct BuildTargets: Sendable {
    /// Of the machine that compiles.
    package let host: TargetSet
    /// Each of the targets asked for; only the host's where none was.
    package let requested: [TargetSet]
    /// No condition counts.
    package let isAll: Bool

    package init(host: TargetSet, requested: [TargetSet] = [], isAll: Bool = false) {
        self.host = host
        self.requested = requested.isEmpty ? [host] : requested
        self.isAll = isAll
    }
}

/// The features and optional dependencies that a build turns on, per package and context.
package struct ResolvedFeatures {
    let separatesContexts: Bool
    /// Per package and context, see `slot`; `nil` where the package is not built so.
    private(set) var features: [Set<PackageGraph.Name>?]
    private(set) var dependencies: [Set<PackageGraph.Name>]

    fileprivate init(packages: Int, separatesContexts: Bool) {
        self.separatesContexts = separatesContexts
        features = Array(repeating: nil, count: packages * 2)
        dependencies = Array(repeating: [], count: packages * 2)
    }

    /// Resolver 1 keeps one set per package.
    func slot(_ package: Int, _ context: BuildContext) -> Int {
        package * 2 + (separatesContexts ? context.rawValue : 0)
    }

    package func isBuilt(_ package: Int, _ context: BuildContext) -> Bool { features[slot(package, context)] != nil }

    func isActivated(_ key: PackageGraph.Name, _ package: Int, _ context: BuildContext) -> Bool {
        dependencies[slot(package, context)].contains(key)
    }

    /// Sorted by bytes; empty for a package that is not built so.
    package func features(of package: Int, _ context: BuildContext, in graph: PackageGraph) -> [String] {
        (features[slot(package, context)] ?? []).map(graph.text).sorted { $0.precedesInBytes($1) }
    }

    fileprivate mutating func enter(_ slot: Int) { if features[slot] == nil { features[slot] = [] } }

    fileprivate mutating func insert(_ feature: PackageGraph.Name, _ slot: Int) -> Bool {
        features[slot, default: []].insert(feature).inserted
    }

    fileprivate mutating func activate(_ key: PackageGraph.Name, _ slot: Int) { dependencies[slot].insert(key) }
}

extension [Set<PackageGraph.Name>?] {
    fileprivate subscript(
        slot: Int, default standard: Set<PackageGraph.Name>
    ) -> Set<PackageGraph.Name> {
        get { self[slot] ?? standard }
        _modify {
            var value = self[slot].take() ?? standard
            defer { self[slot] = value }
            yield &value
        }
    }
}

/// Cargo's feature resolver.
///
/// The order in which things are turned on does not matter, so a worklist stands in for Cargo's recursion.
/// - SeeAlso: src/cargo/core/resolver/features.rs in rust-lang/cargo.
package struct FeatureResolver {
    /// What the resolver version and the command decide.
    package struct Options: Sendable {
        /// Resolver 2 and later.
        package let separatesContexts: Bool
        /// Whether development dependencies count.
        package let buildsDevelopment: Bool
        package let targets: BuildTargets

        package init(separatesContexts: Bool, buildsDevelopment: Bool, targets: BuildTargets) {
            self.separatesContexts = separatesContexts
            self.buildsDevelopment = buildsDevelopment
            self.targets = targets
        }
    }

    private enum Step {
        case activate(package: Int, BuildContext, [PackageGraph.Name])
        case value(package: Int, BuildContext, PackageGraph.Value)
    }

    private struct WeakKey: Hashable {
        let slot: Int
        let key: PackageGraph.Name
    }

    private let graph: PackageGraph
    private let targeted: TargetedGraph
    private let options: Options
    private let hostPlatforms: [Bool]
    private let targetPlatforms: [Bool]
    private var result: ResolvedFeatures
    private var isDone: [Bool]
    private var weak: [WeakKey: [PackageGraph.Name]] = [:]
    private var work: [Step] = []

    package static func resolve(
        _ graph: PackageGraph, _ targeted: TargetedGraph, _ selection: [SelectedMember], _ options: Options
    ) -> ResolvedFeatures {
        var resolver = FeatureResolver(graph, targeted, options)
        resolver.start(selection)
        resolver.run()
        return resolver.result
    }

    private init(_ graph: PackageGraph, _ targeted: TargetedGraph, _ options: Options) {
        self.graph = graph
        self.targeted = targeted
        self.options = options
        result = ResolvedFeatures(packages: graph.ids.count, separatesContexts: options.separatesContexts)
        isDone = Array(repeating: false, count: graph.ids.count * 2)
        let ignoresPlatforms = !options.separatesContexts || options.targets.isAll
        let table = TargetTable.shared
        let sets = ignoresPlatforms ? [] : graph.platforms.map(table.targets)
        hostPlatforms = sets.map { !$0.intersection(options.targets.host).isEmpty }
        targetPlatforms = sets.map { set in options.targets.requested.contains { !$0.intersection(set).isEmpty } }
    }

    private mutating func start(_ selection: [SelectedMember]) {
        for member in selection {
            let isMacro = options.separatesContexts && graph.isProcMacro[member.package] == true
            for context in isMacro ? [BuildContext.target, .host] : [.target] {
                for value in member.values(in: graph) {
                    work.append(.value(package: member.package, context, value))
                }
                work.append(.activate(package: member.package, context, []))
            }
        }
    }

    private mutating func run() {
        while let step = work.popLast() {
            switch step {
            case .activate(let package, let context, let features): activate(package, context, features)
            case .value(let package, let context, let value): take(value, package, context)
            }
        }
    }

    private mutating func activate(_ package: Int, _ context: BuildContext, _ features: [PackageGraph.Name]) {
        result.enter(result.slot(package, context))
        for feature in features { work.append(.value(package: package, context, .feature(feature))) }
        let place = package * 2 + context.rawValue
        guard !isDone[place] else { return }
        isDone[place] = true
        for declaration in graph.ranges[package]
        where !graph.declarations[declaration].isOptional && applies(declaration, context) {
            follow(declaration, context)
        }
    }

    private mutating func follow(_ declaration: Int, _ context: BuildContext) {
        work.append(
            .activate(
                package: graph.declarations[declaration].package, self.context(of: declaration, under: context),
                graph.requested(declaration)))
    }

    private func applies(_ declaration: Int, _ context: BuildContext) -> Bool {
        guard targeted.isFollowed[declaration] else { return false }
        let item = graph.declarations[declaration]
        if options.separatesContexts, !options.buildsDevelopment, item.kind == .development { return false }
        guard let platform = item.platform, !hostPlatforms.isEmpty else { return true }
        return context == .host || item.kind == .build ? hostPlatforms[platform] : targetPlatforms[platform]
    }

    private func context(of declaration: Int, under context: BuildContext) -> BuildContext {
        guard context == .target, options.separatesContexts else { return context }
        let item = graph.declarations[declaration]
        return item.kind == .build || graph.isProcMacro[item.package] == true ? .host : .target
    }

    // MARK: Values

    private mutating func take(_ value: PackageGraph.Value, _ package: Int, _ context: BuildContext) {
        switch value {
        case .feature(let feature):
            guard result.insert(feature, result.slot(package, context)) else { return }
            for next in graph.values(of: feature, in: package) ?? [] {
                work.append(.value(package: package, context, next))
            }
        case .dependency(let key): turnOn(key, package, context)
        case .dependencyFeature(let key, let feature, let isWeak):
            for declaration in graph.declarations(of: package, named: key) where applies(declaration, context) {
                pass(feature, isWeak, declaration, context)
            }
        }
    }

    private mutating func turnOn(_ key: PackageGraph.Name, _ package: Int, _ context: BuildContext) {
        result.activate(key, result.slot(package, context))
        let postponed = weak.removeValue(forKey: WeakKey(slot: package * 2 + context.rawValue, key: key)) ?? []
        for declaration in graph.declarations(of: package, named: key) where applies(declaration, context) {
            for feature in postponed { give(feature, declaration, context) }
            follow(declaration, context)
        }
    }

    private mutating func pass(
        _ feature: PackageGraph.Name, _ isWeak: Bool, _ declaration: Int, _ context: BuildContext
    ) {
        let item = graph.declarations[declaration]
        if item.isOptional {
            if isWeak, !result.isActivated(item.key, item.owner, context) {
                weak[WeakKey(slot: item.owner * 2 + context.rawValue, key: item.key), default: []].append(feature)
                return
            }
            turnOn(item.key, item.owner, context)
            if !isWeak, graph.hasFeature(item.key, item.owner) {
                work.append(.value(package: item.owner, context, .feature(item.key)))
            }
        }
        give(feature, declaration, context)
    }

    private mutating func give(_ feature: PackageGraph.Name, _ declaration: Int, _ context: BuildContext) {
        work.append(
            .value(
                package: graph.declarations[declaration].package, self.context(of: declaration, under: context),
                .feature(feature)))
    }
}
