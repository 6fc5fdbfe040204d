import CargoModel
import SemVer

/// An interned name, source, package or dependency: a position in one of the arrays of `Universe`.
typealias Name = Int32
typealias SourceIndex = Int32
typealias Package = Int32
typealias DependencyIndex = Int32

let none: Int32 = -1

/// One package version as the search sees it.
struct PackageRecord {
    let name: Name
    let source: SourceIndex
    let version: Version
    /// At most one package may be active per key: name, compatible range, source.
    let key: Int32
    /// The interned native library, or `none`.
    let links: Name
    let rustVersion: RustVersion?
    /// What the registry said of it; `nil` for a path or git package.
    let published: PublishedVersion?
    /// Position in `Universe.locals`, or `none`.
    let local: Int32
    /// Position in `Universe.details` once its dependencies were needed.
    var detail: Int32 = none
}

/// A dependency of an activated package, after the previous lock has pulled at it.
struct DependencyRecord {
    let dependency: Dependency
    let package: Name
    let key: Name
    let source: SourceIndex
    /// Sorted and distinct: the features asked for by name.
    let features: [Name]
    let usesDefaultFeatures: Bool
    let isOptional: Bool
    let isDevelopment: Bool
    /// Position in `Universe.candidateLists`, or `none` before the first query.
    var candidates: Int32 = none
    /// Equal dependencies share one number, the key of the conflict cache; `none` before it is needed.
    var identity: Int32 = none
}

/// A feature value with its names interned.
enum FeatureTarget {
    case feature(Name)
    case dependency(Name)
    case dependencyFeature(dependency: Name, feature: Name, weak: Bool)
}

/// The dependencies and features of one package.
struct PackageDetail {
    let dependencies: Range<DependencyIndex>
    /// Interned one by one, when a request turns them on: most stay off.
    let features: FeatureMap
}

/// All that was met in one resolve, each thing once, under a small number.
final class Universe {
    struct ActivationKey: Hashable {
        let name: Name
        let source: SourceIndex
        /// 0 major, 1 minor, 2 patch: the first component that is not zero.
        let rank: UInt8
        let number: UInt64
    }

    struct PackageKey: Hashable {
        let name: Name
        let source: SourceIndex
        let version: Version
    }

    struct NameInSource: Hashable {
        let name: Name
        let source: SourceIndex
    }

    struct Query: Hashable {
        let name: Name
        let source: SourceIndex
        let requirement: Requirement
    }

    /// The versions of one crate; each gets its number when it is first looked at.
    struct PublishedList {
        let place: NameInSource
        let versions: [PublishedVersion]
        var numbers: [Package]

        init(place: NameInSource, versions: [PublishedVersion]) {
            self.place = place
            self.versions = versions
            numbers = Array(repeating: none, count: versions.count)
        }
    }

    let request: ResolveRequest
    let registry: any Registry

    private(set) var names: [String] = []
    private var nameNumbers: [String: Name] = [:]
    private(set) var sources: [SourceID] = []
    private var sourceNumbers: [SourceID: SourceIndex] = [:]
    var packages: [PackageRecord] = []
    private var packageNumbers: [PackageKey: Package] = [:]
    private var keyNumbers: [ActivationKey: Int32] = [:]
    var keyCount: Int { keyNumbers.count }

    var details: [PackageDetail] = []
    var dependencies: [DependencyRecord] = []
    private var identities: [Dependency: Int32] = [:]
    var candidateLists: [[Package]] = []
    var queries: [Query: Int32] = [:]
    /// Lists that hold this package alone, in `candidateLists`.
    var listOfOne: [Package: Int32] = [:]
    var published: [PublishedList] = []
    var publishedPlaces: [NameInSource: Int] = [:]

    /// Path and git packages, and per source which of `locals` it holds.
    var locals: [Summary] = []
    var localsOfSource: [SourceIndex: [Package]] = [:]

    // What the previous lock leaves behind (see LockPull.swift).
    var isPreferred: [Bool] = []
    var isWhitelisted: [Bool] = []
    var whitelistedVersions: [Name: [Version]] = [:]
    var lockedEntries: [NameInSource: [LockedEntry]] = [:]
    // Patches and replacements (see Patches.swift).
    var patchPackages: [String: [Package]] = [:]
    var patchDependencies: [Name: [Dependency]] = [:]
    var replacementOf: [Package: Package] = [:]
    var activeReplacements: [Replacement] = []

    let defaultFeature: Name

    init(request: ResolveRequest, registry: any Registry) {
        self.request = request
        self.registry = registry
        names = ["default"]
        nameNumbers = ["default": 0]
        defaultFeature = 0
        packages.reserveCapacity(1024)
        dependencies.reserveCapacity(8192)
        for summary in request.localPackages + request.members { enterLocal(summary) }
        enterRegistries()
    }

    /// A registry is spelt as whoever is read first spells it: crates.io as ever, others as the manifests do, and only
    /// then as the lock does.
    private func enterRegistries() {
        _ = source(.cratesIO)
        for summary in locals {
            for dependency in summary.dependencies where dependency.source.isRegistry { _ = source(dependency.source) }
        }
    }

    func name(_ text: String) -> Name {
        if let number = nameNumbers[text] { return number }
        let number = Name(names.count)
        names.append(text)
        nameNumbers[text] = number
        return number
    }

    func source(_ id: SourceID) -> SourceIndex {
        if let number = sourceNumbers[id] { return number }
        let number = SourceIndex(sources.count)
        sources.append(id)
        sourceNumbers[id] = number
        return number
    }

    func id(of package: Package) -> PackageID {
        let record = packages[Int(package)]
        return PackageID(name: names[Int(record.name)], version: record.version, source: sources[Int(record.source)])
    }

    /// Cargo's order of package ids.
    func precedes(_ left: Package, _ right: Package) -> Bool {
        left != right && id(of: left) < id(of: right)
    }

    func find(_ id: PackageID) -> Package? {
        guard let name = nameNumbers[id.name], let source = sourceNumbers[id.source] else { return nil }
        return packageNumbers[PackageKey(name: name, source: source, version: id.version)]
    }

    @discardableResult
    func enter(_ id: PackageID, published: PublishedVersion?) -> Package {
        enter(
            name: name(id.name), source: source(id.source), version: id.version, links: published?.links,
            rustVersion: published?.rustVersion, published: published, local: none)
    }

    func enter(
        name: Name, source: SourceIndex, version: Version, links: String?, rustVersion: RustVersion?,
        published: PublishedVersion?, local: Int32
    ) -> Package {
        let packageKey = PackageKey(name: name, source: source, version: version)
        if let known = packageNumbers[packageKey] { return known }
        let number = Package(packages.count)
        packages.append(
            PackageRecord(
                name: name, source: source, version: version,
                key: activationKey(name: name, source: source, version: version),
                links: links.map { self.name($0) } ?? none, rustVersion: rustVersion, published: published,
                local: local))
        isPreferred.append(false)
        isWhitelisted.append(false)
        packageNumbers[packageKey] = number
        return number
    }

    func activationKey(name: Name, source: SourceIndex, version: Version) -> Int32 {
        let key =
            if version.major != 0 {
                ActivationKey(name: name, source: source, rank: 0, number: version.major)
            } else if version.minor != 0 {
                ActivationKey(name: name, source: source, rank: 1, number: version.minor)
            } else {
                ActivationKey(name: name, source: source, rank: 2, number: version.patch)
            }
        if let known = keyNumbers[key] { return known }
        let number = Int32(keyNumbers.count)
        keyNumbers[key] = number
        return number
    }

    @discardableResult
    private func enterLocal(_ summary: Summary) -> Package {
        if let known = find(summary.id) { return known }
        locals.append(summary)
        let package = enter(
            name: name(summary.id.name), source: source(summary.id.source), version: summary.id.version,
            links: summary.links, rustVersion: summary.rustVersion, published: nil, local: Int32(locals.count - 1))
        localsOfSource[packages[Int(package)].source, default: []].append(package)
        return package
    }

    /// Equal dependencies get one number.
    func identity(of dependency: DependencyIndex) -> Int32 {
        let known = dependencies[Int(dependency)].identity
        if known != none { return known }
        let value = dependencies[Int(dependency)].dependency
        let number = identities[value] ?? Int32(identities.count)
        identities[value] = number
        dependencies[Int(dependency)].identity = number
        return number
    }
}
