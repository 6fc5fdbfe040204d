import CargoModel

/// What is asked of a package when it is activated.
struct ActivationRequest {
    /// A member: all features, development dependencies too.
    let isRoot: Bool
    /// Sorted and distinct.
    let features: [Name]
    let usesDefaultFeatures: Bool

    static let root = ActivationRequest(isRoot: true, features: [], usesDefaultFeatures: true)
}

/// One dependency to activate, with the features sent along it.
struct SelectedDependency {
    let dependency: DependencyIndex
    /// Sorted and distinct.
    let features: [Name]
}

/// Why a request cannot be granted.
enum FeatureFailure: Error {
    case missing(Name)
    case notAFeature(Name)
    case cyclic(Name)
}

/// Cargo's unifying feature computation: which features a request turns on, and which dependencies they select.
///
/// Platforms are ignored and weak features (`x?/y`) select their dependency all the same: the lock has to serve every
/// build. The reference is `Requirements` in src/cargo/core/resolver/dep_cache.rs.
struct RequirementWalk {
    private let detail: PackageDetail
    private let universe: Universe
    private(set) var used: Set<Name> = []
    private var selected: [Name: Set<Name>] = [:]

    init(_ detail: PackageDetail, _ universe: Universe) {
        self.detail = detail
        self.universe = universe
    }

    /// The dependencies in list order, each with the features sent along.
    mutating func grant(_ request: ActivationRequest) throws(FeatureFailure) -> [SelectedDependency] {
        if request.isRoot {
            for feature in detail.features.features { try need(universe.name(feature.name)) }
        } else {
            for feature in request.features { try need(feature) }
            if request.usesDefaultFeatures, detail.features["default"] != nil {
                try need(universe.defaultFeature)
            }
        }
        return select(isRoot: request.isRoot)
    }

    private func select(isRoot: Bool) -> [SelectedDependency] {
        var result: [SelectedDependency] = []
        result.reserveCapacity(detail.dependencies.count)
        for index in detail.dependencies {
            if universe.dependencies[Int(index)].isDevelopment, !isRoot { continue }
            let sent = selected.isEmpty ? nil : selected[universe.dependencies[Int(index)].key]
            if universe.dependencies[Int(index)].isOptional, sent == nil { continue }
            let own = universe.dependencies[Int(index)].features
            guard let sent, !sent.isEmpty else {
                result.append(SelectedDependency(dependency: index, features: own))
                continue
            }
            result.append(SelectedDependency(dependency: index, features: sent.union(own).sorted()))
        }
        return result
    }

    /// Turns a feature on with all it lists; an explicit stack, since features chain as deep as their author likes.
    private mutating func need(_ feature: Name) throws(FeatureFailure) {
        var work = [feature]
        while let name = work.popLast() {
            guard used.insert(name).inserted else { continue }
            guard let values = detail.features[universe.names[Int(name)]] else { throw failure(of: name) }
            for value in values {
                if let next = try take(universe.intern(value), of: name) { work.append(next) }
            }
        }
    }

    /// Notes the dependency a value turns on; returns the feature it needs in turn.
    private mutating func take(_ target: FeatureTarget, of feature: Name) throws(FeatureFailure) -> Name? {
        switch target {
        case .feature(let name):
            if name == feature { throw .cyclic(name) }
            return name
        case .dependency(let name):
            selected[name, default: []] = selected[name] ?? []
            return nil
        case .dependencyFeature(let dependency, let name, let weak):
            selected[dependency, default: []].insert(name)
            let turnsOn = !weak && hasOptional(dependency) && detail.features[universe.names[Int(dependency)]] != nil
            return turnsOn ? dependency : nil
        }
    }

    private func hasOptional(_ key: Name) -> Bool {
        detail.dependencies.contains {
            universe.dependencies[Int($0)].key == key && universe.dependencies[Int($0)].isOptional
        }
    }

    private func failure(of name: Name) -> FeatureFailure {
        let isDependency = detail.dependencies.contains { universe.dependencies[Int($0)].key == name }
        return isDependency ? .notAFeature(name) : .missing(name)
    }
}
