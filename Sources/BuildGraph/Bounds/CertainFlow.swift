import CargoModel

/// Where a package is built at least, whichever packages are procedural macros: the lower bound.
///
/// Every declaration counts alone: the features it asks for are closed over the package's own table, and nothing that
/// others ask of the same package is added. Host and target are the same here, as in any build without `--target`.
struct CertainFlow {
    private struct Demand: Hashable {
        let package: Int
        /// Sorted.
        let features: [PackageGraph.Name]
    }

    private struct Edge {
        let demand: Int
        let cases: CaseMask
    }

    private let graph: PackageGraph
    private let masks: [CaseMask]
    private var numbers: [Demand: Int] = [:]
    private var demands: [Demand] = []
    private var reached: [CaseMask] = []
    private var edges: [[Edge]?] = []
    private var work: [(demand: Int, new: CaseMask)] = []
    /// Per package.
    private(set) var cases: [CaseMask]
    /// Demands beyond are passed over, which only lowers the bound.
    private let limit: Int

    init(_ graph: PackageGraph, _ space: CaseSpace, allFeatures: Bool) {
        self.graph = graph
        masks = graph.declarations.map(space.certain)
        cases = Array(repeating: .none, count: graph.ids.count)
        limit = graph.declarations.count * 8 + 1000
        for package in graph.ids.indices where graph.isMember[package] {
            let all = (graph.summaries[package]?.features.features ?? []).map { graph.name($0.name) }
            let standard = graph.hasFeature(graph.defaultFeature, package) ? [graph.defaultFeature] : []
            reach(number(of: Demand(package: package, features: (allFeatures ? all : standard).sorted())), space.start)
        }
        while let (demand, new) = work.popLast() {
            for edge in follow(demand) { reach(edge.demand, new & edge.cases) }
        }
    }

    private mutating func reach(_ demand: Int?, _ mask: CaseMask) {
        guard let demand else { return }
        let new = mask.subtracting(reached[demand])
        guard !new.isEmpty else { return }
        reached[demand] = reached[demand] | new
        cases[demands[demand].package] = cases[demands[demand].package] | new
        work.append((demand, new))
    }

    private mutating func number(of demand: Demand) -> Int? {
        if let known = numbers[demand] { return known }
        guard demands.count < limit else { return nil }
        numbers[demand] = demands.count
        demands.append(demand)
        reached.append(.none)
        edges.append(nil)
        return demands.count - 1
    }

    private mutating func follow(_ demand: Int) -> [Edge] {
        if let known = edges[demand] { return known }
        let closure = FeatureClosure(demands[demand].package, demands[demand].features, graph)
        var result: [Edge] = []
        for (declaration, features) in closure.followed where !masks[declaration].isEmpty {
            let child = Demand(package: graph.declarations[declaration].package, features: features)
            if let number = number(of: child) { result.append(Edge(demand: number, cases: masks[declaration])) }
        }
        edges[demand] = result
        return result
    }
}

/// What a request for some features of one package leads to, if nobody asks for anything else.
private struct FeatureClosure {
    private let package: Int
    private let graph: PackageGraph
    private var features: Set<PackageGraph.Name> = []
    private var dependencies: Set<PackageGraph.Name> = []
    /// What goes to the dependencies under a key.
    private var passed: [PackageGraph.Name: [PackageGraph.Name]] = [:]

    init(_ package: Int, _ requested: [PackageGraph.Name], _ graph: PackageGraph) {
        self.package = package
        self.graph = graph
        var work = requested
        while let feature = work.popLast() {
            guard features.insert(feature).inserted else { continue }
            for value in graph.values(of: feature, in: package) ?? [] {
                if let next = take(value) { work.append(next) }
            }
        }
    }

    private mutating func take(_ value: PackageGraph.Value) -> PackageGraph.Name? {
        switch value {
        case .feature(let next): return next
        case .dependency(let key): dependencies.insert(key)
        case .dependencyFeature(let key, let feature, let isWeak):
            passed[key, default: []].append(feature)
            guard !isWeak else { return nil }
            let optional = graph.declarations(of: package, named: key).filter { graph.declarations[$0].isOptional }
            if optional.isEmpty { return nil }
            dependencies.insert(key)
            // Where no declaration applies for want of its platform, Cargo does not turn the feature on either.
            let isSure = optional.contains { graph.declarations[$0].platform == nil }
            return isSure && graph.hasFeature(key, package) ? key : nil
        }
        return nil
    }

    /// The declarations that count, each with the features that go with it, sorted.
    var followed: [(declaration: Int, features: [PackageGraph.Name])] {
        graph.ranges[package].compactMap { declaration in
            let item = graph.declarations[declaration]
            guard !item.isOptional || dependencies.contains(item.key) else { return nil }
            return (declaration, Set(graph.requested(declaration) + (passed[item.key] ?? [])).sorted())
        }
    }
}
