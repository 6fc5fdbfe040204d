package import CargoModel

/// The packages of a lock with what each declares, names as numbers.
///
/// Features are decoded when something turns them on. A class, since it remembers them; for one thread.
package final class PackageGraph {
    /// Of a feature, or a dependency as its manifest calls it.
    package typealias Name = Int32

    /// A dependency of one package that the lock has.
    struct Declaration {
        /// Who needs it and who is needed, positions in `ids`.
        let owner: Int
        let package: Int
        let key: Name
        let kind: DependencyKind
        let isOptional: Bool
        let usesDefaultFeatures: Bool
        let features: [Name]
        /// Position in `platforms`; `nil` where it always applies.
        let platform: Int?
    }

    enum Value: Hashable {
        case feature(Name)
        case dependency(Name)
        case dependencyFeature(Name, Name, isWeak: Bool)
    }

    /// As in the lock, in its order.
    package let ids: [PackageID]
    /// As in the lock, with replacements followed.
    let edges: [[Int]]
    package let summaries: [Summary?]
    /// Whether the library is a procedural macro; `nil` where nothing here says so.
    package let isProcMacro: [Bool?]
    package let isMember: [Bool]

    /// Those of one package stand together: by needed package, then kind, then key, as Cargo sorts them.
    private(set) var declarations: [Declaration] = []
    /// Per package its part of `declarations`.
    private(set) var ranges: [Range<Int>] = []
    /// Every condition a declaration stands under, once.
    private(set) var platforms: [Platform] = []
    private var platformNumbers: [String: Int?] = [:]
    /// `declarations` of each package once more, ordered by key.
    private var byKey: [Int] = []
    private var numbers: [String: Name] = [:]
    private(set) var names: [String] = []
    private var known: [UInt64: [Value]?] = [:]
    let defaultFeature: Name

    /// - Parameters:
    ///   - summaries: per package of the lock what its manifest or the index says; `nil` where it is not at hand.
    ///   - members: development dependencies of others never count.
    ///   - isProcMacro: per package of the lock.
    package init(
        _ resolve: Resolve, summaries: [Summary?], members: Set<PackageID>, patches: [PatchTable] = [],
        isProcMacro: [Bool?]
    ) {
        ids = resolve.packages
        edges = resolve.edges.map { $0.map { resolve.replacements[$0] ?? $0 } }
        self.summaries = summaries
        self.isProcMacro = isProcMacro
        isMember = resolve.packages.map(members.contains)
        names = ["default"]
        numbers = ["default": 0]
        defaultFeature = 0
        var matcher = EdgeMatcher(resolve, patches)
        for package in ids.indices { enter(package, &matcher) }
    }

    /// Position of a package, found by bisection.
    package func index(of id: PackageID) -> Int? {
        var low = 0
        var high = ids.count
        while low < high {
            let middle = (low + high) / 2
            if ids[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low < ids.count && ids[low] == id ? low : nil
    }

    package func name(_ text: String) -> Name {
        if let known = numbers[text] { return known }
        let number = Name(names.count)
        names.append(text)
        numbers[text] = number
        return number
    }

    package func text(_ name: Name) -> String { names[Int(name)] }

    // MARK: Entering

    private func enter(_ package: Int, _ matcher: inout EdgeMatcher) {
        let first = declarations.count
        for dependency in summaries[package]?.dependencies ?? [] {
            if dependency.kind == .development, !isMember[package] { continue }
            guard let target = matcher.target(of: dependency, from: package) else { continue }
            declarations.append(
                Declaration(
                    owner: package, package: target, key: name(dependency.nameInManifest), kind: dependency.kind,
                    isOptional: dependency.isOptional, usesDefaultFeatures: dependency.usesDefaultFeatures,
                    features: dependency.features.map(name), platform: dependency.target.flatMap(platform)))
        }
        let range = first..<declarations.count
        ranges.append(range)
        declarations[range].sort(by: precedes)
        byKey += range.sorted { declarations[$0].key < declarations[$1].key }
    }

    private func precedes(_ left: Declaration, _ right: Declaration) -> Bool {
        if left.package != right.package { return left.package < right.package }
        if left.kind != right.kind { return left.kind.rank < right.kind.rank }
        return text(left.key).precedesInBytes(text(right.key))
    }

    /// A text that is no condition, which no manifest can have, never holds.
    private func platform(_ text: String) -> Int? {
        if let known = platformNumbers[text] { return known }
        let platform = (try? Platform(text)) ?? .cfg(.constant(false))
        platforms.append(platform)
        platformNumbers[text] = platforms.count - 1
        return platforms.count - 1
    }

    // MARK: Asking

    /// Declarations of a package under one key, in their order.
    func declarations(of package: Int, named key: Name) -> ArraySlice<Int> {
        let range = ranges[package]
        var low = range.lowerBound
        var high = range.upperBound
        while low < high {
            let middle = (low + high) / 2
            if declarations[byKey[middle]].key < key { low = middle + 1 } else { high = middle }
        }
        var end = low
        while end < range.upperBound, declarations[byKey[end]].key == key { end += 1 }
        return byKey[low..<end]
    }

    /// What a feature turns on; `nil` if the package has no such feature.
    func values(of feature: Name, in package: Int) -> [Value]? {
        let key = UInt64(package) << 32 | UInt64(feature)
        if let cached = known[key] { return cached }
        let found = summaries[package]?.features[text(feature)]?.map(value)
        known[key] = .some(found)
        return found
    }

    func hasFeature(_ feature: Name, _ package: Int) -> Bool { values(of: feature, in: package) != nil }

    func value(_ value: FeatureValue) -> Value {
        switch value {
        case .feature(let feature): .feature(name(feature))
        case .dependency(let key): .dependency(name(key))
        case .dependencyFeature(let key, let feature, let isWeak):
            .dependencyFeature(name(key), name(feature), isWeak: isWeak)
        }
    }

    /// The features that one declaration asks for.
    func requested(_ declaration: Int) -> [Name] {
        let item = declarations[declaration]
        guard item.usesDefaultFeatures, hasFeature(defaultFeature, item.package) else { return item.features }
        return item.features + [defaultFeature]
    }
}

extension DependencyKind {
    /// Cargo's order.
    var rank: Int {
        switch self {
        case .normal: 0
        case .development: 1
        case .build: 2
        }
    }
}
