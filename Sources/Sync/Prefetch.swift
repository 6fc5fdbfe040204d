package import CargoModel
package import SemVer

/// What a resolve will probably ask for, found out while the answers arrive.
///
/// Follows Cargo's rules for features as they are for a lock: every feature and every dependency of a member; of another
/// package those dependencies that are not optional or that a feature in use names, for all platforms, none for
/// development. Of each crate it takes the version the lock has, else the newest that fits; where the resolve decides
/// otherwise, it asks for what is missing itself.
package struct PrefetchPlan: Sendable {
    /// Of members, whose every feature is in use.
    package let members: [Summary]
    /// Members and all other packages on disk.
    package let localPackages: [Summary]
    package let patches: [PatchTable]
    package let replacements: [Replacement]
    package let locked: [PackageID]
    /// As in `ResolveRequest`.
    package let rustVersions: [RustVersion]?

    package init(
        members: [Summary], localPackages: [Summary], patches: [PatchTable], replacements: [Replacement],
        locked: [PackageID], rustVersions: [RustVersion]?
    ) {
        self.members = members
        self.localPackages = localPackages
        self.patches = patches
        self.replacements = replacements
        self.locked = locked
        self.rustVersions = rustVersions
    }
}

/// The packages of a plan and what they turn on in each other.
final class Prefetch {
    private struct Demand {
        let dependency: Dependency
        let features: Set<String>
    }

    private final class Package {
        let summary: Summary
        let usesEverything: Bool
        var features: Set<String> = []
        /// Dependencies that are in use, by position.
        var active: Set<Int> = []
        /// Features of dependencies that features of this package turn on, by name in the manifest.
        var passedOn: [String: Set<String>] = [:]
        /// What was last asked of a dependency.
        var demanded: [Int: Set<String>] = [:]

        init(_ summary: Summary, usesEverything: Bool) {
            self.summary = summary
            self.usesEverything = usesEverything
        }
    }

    private let plan: PrefetchPlan
    private let crates: FetchedCrates
    private let locked: [CrateKey: [Version]]
    private let locals: [String: [Summary]]
    private var packages: [PackageID: Package] = [:]
    private var waiting: [CrateKey: [Demand]] = [:]
    private var arrived: Set<CrateKey> = []
    private var work: [Demand] = []
    private var wanted: [CrateKey] = []

    init(_ plan: PrefetchPlan, _ crates: FetchedCrates) {
        self.plan = plan
        self.crates = crates
        locked = Dictionary(grouping: plan.locked, by: { CrateKey(name: $0.name, source: $0.source) })
            .mapValues { $0.map(\.version) }
        locals = Dictionary(grouping: plan.localPackages, by: \.id.name)
    }

    /// The crates to begin with: those of the lock and what the packages on disk ask for.
    func start() -> [CrateKey] {
        for id in plan.locked where id.source.isRegistry { want(CrateKey(name: id.name, source: id.source)) }
        for member in plan.members { enter(member, usesEverything: true, features: []) }
        for entry in plan.patches.flatMap(\.entries) + plan.replacements.map(\.dependency) {
            work.append(Demand(dependency: entry, features: []))
        }
        return settle()
    }

    /// - Returns: the crates to ask for now that this one is known, or known not to be had.
    func follow(_ crate: CrateKey) -> [CrateKey] {
        guard arrived.insert(crate).inserted else { return [] }
        work += waiting.removeValue(forKey: crate) ?? []
        return settle()
    }

    /// What the plan needed when the database was filled, known without asking: mostly it needs the same today.
    ///
    /// - Parameter isServed: whether a server answers for a crate.
    func guess(_ isServed: (CrateKey) -> Bool) -> [CrateKey] {
        var found = start().filter(isServed)
        var next = 0
        while next < found.count {
            if crates.isStored(found[next]) { found += follow(found[next]).filter(isServed) }
            next += 1
        }
        return found.filter(crates.isStored)
    }

    private func want(_ crate: CrateKey) { wanted.append(crate) }

    private func settle() -> [CrateKey] {
        while let demand = work.popLast() { meet(demand) }
        defer { wanted = [] }
        return wanted
    }

    // MARK: Choosing

    private func meet(_ demand: Demand) {
        let dependency = demand.dependency
        for local in locals[dependency.package] ?? [] where dependency.requirement.matches(local.id.version) {
            enter(local, usesEverything: false, features: demand.features)
        }
        guard dependency.source.isRegistry else { return }
        let crate = CrateKey(name: dependency.package, source: dependency.source)
        guard arrived.contains(crate) else {
            if waiting[crate] == nil { want(crate) }
            waiting[crate, default: []].append(demand)
            return
        }
        guard let summary = choice(for: dependency, of: crate) else { return }
        enter(summary, usesEverything: false, features: demand.features)
    }

    private func choice(for dependency: Dependency, of crate: CrateKey) -> Summary? {
        guard let versions = try? crates.versions(of: crate) else { return nil }
        let held = locked[crate] ?? []
        let fitting = versions.filter {
            $0.unusable == nil && dependency.requirement.matches($0.version)
                && (!$0.isYanked || held.contains($0.version))
        }
        let best = fitting.max { left, right in
            let (leftIsHeld, rightIsHeld) = (held.contains(left.version), held.contains(right.version))
            if leftIsHeld != rightIsHeld { return rightIsHeld }
            let (leftFits, rightFits) = (compatibility(left), compatibility(right))
            return leftFits == rightFits ? left.version < right.version : leftFits < rightFits
        }
        return best.flatMap { try? crates.summary(of: $0, of: crate) }
    }

    /// The number of compilers that take a version.
    private func compatibility(_ version: PublishedVersion) -> Int {
        guard let compilers = plan.rustVersions else { return 0 }
        guard let needed = version.rustVersion else { return compilers.count }
        return compilers.count { needed.isCompatible(withCompiler: $0) }
    }

    // MARK: Features

    private func enter(_ summary: Summary, usesEverything: Bool, features: Set<String>) {
        let package = packages[summary.id] ?? Package(summary, usesEverything: usesEverything)
        packages[summary.id] = package
        if usesEverything, package.active.isEmpty {
            for item in summary.features.features { enable(item.name, in: package) }
            package.active = Set(summary.dependencies.indices)
        } else if package.active.isEmpty {
            package.active = Set(
                summary.dependencies.indices.filter {
                    !summary.dependencies[$0].isOptional && summary.dependencies[$0].kind != .development
                })
        }
        for feature in features { enable(feature, in: package) }
        demandDependencies(of: package)
    }

    private func enable(_ feature: String, in package: Package) {
        var names = [feature]
        while let name = names.popLast() {
            guard package.features.insert(name).inserted, let values = package.summary.features[name] else { continue }
            for value in values {
                switch value {
                case .feature(let other): names.append(other)
                case .dependency(let dependency): activate(dependency, in: package)
                case .dependencyFeature(let dependency, let feature, _):
                    // For a lock a weak one counts like any other.
                    activate(dependency, in: package)
                    package.passedOn[dependency, default: []].insert(feature)
                }
            }
        }
    }

    private func activate(_ name: String, in package: Package) {
        for (index, dependency) in package.summary.dependencies.enumerated()
        where dependency.nameInManifest == name && (dependency.kind != .development || package.usesEverything) {
            package.active.insert(index)
        }
    }

    private func demandDependencies(of package: Package) {
        for index in package.active.sorted() {
            let dependency = package.summary.dependencies[index]
            var features = Set(dependency.features).union(package.passedOn[dependency.nameInManifest] ?? [])
            if dependency.usesDefaultFeatures { features.insert("default") }
            guard package.demanded[index] != features else { continue }
            package.demanded[index] = features
            work.append(Demand(dependency: dependency, features: features))
        }
    }
}
