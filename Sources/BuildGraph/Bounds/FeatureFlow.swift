import CargoModel

/// Which optional dependencies can be turned on at most, for up to 64 requests at once.
///
/// Features of all contexts, platforms and kinds are united, as resolver 1 does and no resolver exceeds.
struct FeatureFlow {
    /// One request per bit.
    typealias Requests = UInt64

    private let graph: PackageGraph
    /// Per package the requests that lead to it.
    private(set) var reached: [Requests]
    private var features: [UInt64: Requests] = [:]
    private var dependencies: [UInt64: Requests] = [:]
    private var weak: [UInt64: [(feature: PackageGraph.Name, requests: Requests)]] = [:]
    private var work: [(package: Int, value: PackageGraph.Value?, requests: Requests)] = []

    /// - Parameter start: values to turn on in members, and by which requests.
    init(_ graph: PackageGraph, _ start: [(package: Int, value: PackageGraph.Value?, requests: Requests)]) {
        self.graph = graph
        reached = Array(repeating: 0, count: graph.ids.count)
        work = start
        while let (package, value, requests) = work.popLast() {
            if let value { take(value, package, requests) } else { arrive(package, requests) }
        }
    }

    /// The requests that turn a dependency on, wherever the package is built.
    func requests(for declaration: Int) -> Requests {
        let item = graph.declarations[declaration]
        if !item.isOptional { return .max }
        return dependencies[Self.key(item.owner, item.key)] ?? 0
    }

    private static func key(_ package: Int, _ name: PackageGraph.Name) -> UInt64 {
        UInt64(package) << 32 | UInt64(name)
    }

    private mutating func arrive(_ package: Int, _ requests: Requests) {
        let new = requests & ~reached[package]
        guard new != 0 else { return }
        reached[package] |= new
        guard graph.summaries[package] != nil else { return passEverything(from: package, new) }
        for declaration in graph.ranges[package] where !graph.declarations[declaration].isOptional {
            follow(declaration, new)
        }
    }

    /// A package of which nothing is known may ask for anything.
    private mutating func passEverything(from package: Int, _ requests: Requests) {
        for target in graph.edges[package] {
            work.append((target, nil, requests))
            for feature in graph.summaries[target]?.features.features ?? [] {
                work.append((target, .feature(graph.name(feature.name)), requests))
            }
        }
    }

    private mutating func follow(_ declaration: Int, _ requests: Requests) {
        let package = graph.declarations[declaration].package
        work.append((package, nil, requests))
        for feature in graph.requested(declaration) { work.append((package, .feature(feature), requests)) }
    }

    private mutating func take(_ value: PackageGraph.Value, _ package: Int, _ requests: Requests) {
        switch value {
        case .feature(let feature):
            let key = Self.key(package, feature)
            let new = requests & ~(features[key] ?? 0)
            guard new != 0 else { return }
            features[key, default: 0] |= new
            for next in graph.values(of: feature, in: package) ?? [] { work.append((package, next, new)) }
        case .dependency(let key): turnOn(key, package, requests)
        case .dependencyFeature(let key, let feature, let isWeak):
            for declaration in graph.declarations(of: package, named: key) {
                pass(feature, isWeak, declaration, requests)
            }
        }
    }

    private mutating func turnOn(_ name: PackageGraph.Name, _ package: Int, _ requests: Requests) {
        let key = Self.key(package, name)
        let new = requests & ~(dependencies[key] ?? 0)
        guard new != 0 else { return }
        dependencies[key, default: 0] |= new
        for declaration in graph.declarations(of: package, named: name) {
            follow(declaration, new)
            for (feature, waiting) in weak[key] ?? [] where waiting & new != 0 {
                work.append((graph.declarations[declaration].package, .feature(feature), waiting & new))
            }
        }
    }

    private mutating func pass(
        _ feature: PackageGraph.Name, _ isWeak: Bool, _ declaration: Int, _ requests: Requests
    ) {
        let item = graph.declarations[declaration]
        var reaching = requests
        if item.isOptional, isWeak {
            let key = Self.key(item.owner, item.key)
            weak[key, default: []].append((feature, requests))
            reaching &= dependencies[key] ?? 0
        } else if item.isOptional {
            turnOn(item.key, item.owner, requests)
            if graph.hasFeature(item.key, item.owner) { work.append((item.owner, .feature(item.key), requests)) }
        }
        if reaching != 0 { work.append((item.package, .feature(feature), reaching)) }
    }
}
