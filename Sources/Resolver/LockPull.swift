import CargoModel
import SemVer

/// A package of the previous lock that keeps its version, with the versions its dependencies had.
struct LockedEntry {
    let version: Version
    let package: Package
    let dependencies: [Package]
}

// How the previous lock pulls at the new resolve: which packages stay locked (their requirement is replaced by their
// version), which are only preferred (tried first), and which are let go.
//
// The reference is `register_previous_locks` in src/cargo/ops/resolve.rs and `lock` in src/cargo/core/registry.rs.
extension Universe {
    /// Fills the table of locked packages, the preferences and the whitelist of yanked versions.
    ///
    /// - Parameter avoided: packages that a changed patch lets go.
    func pullTowardsPreviousLock(avoiding avoided: Set<PackageID>) {
        guard let previous = request.previous else { return }
        let kept = previous.packages.map { !request.released.contains($0) && !avoided.contains($0) }
        let numbers = previous.packages.map { enterFromLock($0) }
        for (index, number) in numbers.enumerated() where kept[index] {
            isWhitelisted[Int(number)] = true
            whitelistedVersions[packages[Int(number)].name, default: []].append(packages[Int(number)].version)
            isPreferred[Int(number)] = true
        }
        var pull = LockPull(previous: previous, kept: kept)
        pull.poison(from: request.members, locals: locals)
        pull.letMovedPathPackagesGo(locals: locals)
        registerLocks(previous, numbers, kept: kept, avoided: pull.avoided)
    }

    /// A locked package gets its number now; what the registry says of it is filled in when it is asked.
    private func enterFromLock(_ id: PackageID) -> Package {
        let place = NameInSource(name: name(id.name), source: source(id.source))
        if id.source.isRegistry, let list = try? publishedList(place),
            let index = published[list].versions.position(of: id.version)
        {
            return package(index, in: list)
        }
        return find(id) ?? enter(id, published: nil)
    }

    private func registerLocks(_ previous: Resolve, _ numbers: [Package], kept: [Bool], avoided: [Bool]) {
        for (index, id) in previous.packages.enumerated() where kept[index] && !avoided[index] {
            let dependencies = previous.edges[index].filter { kept[$0] && !avoided[$0] }
            let place = NameInSource(
                name: packages[Int(numbers[index])].name, source: packages[Int(numbers[index])].source)
            lockedEntries[place, default: []].append(
                LockedEntry(
                    version: id.version, package: numbers[index], dependencies: dependencies.map { numbers[$0] }))
        }
    }

    /// What the previous lock says of exactly this package.
    func lockedEntry(of package: Package) -> LockedEntry? {
        if lockedEntries.isEmpty { return nil }
        let place = NameInSource(name: packages[Int(package)].name, source: packages[Int(package)].source)
        return lockedEntries[place]?.first { $0.package == package }
    }

    /// The version this dependency had in the lock of its package, or else the lowest locked one that fits, whoever it
    /// was locked for.
    func lockedVersion(
        for dependency: Dependency, named name: Name, in source: SourceIndex, own: LockedEntry?
    ) -> Version? {
        for package in own?.dependencies ?? [] where packages[Int(package)].name == name {
            if leads(dependency, in: source, to: package) { return packages[Int(package)].version }
        }
        guard !lockedEntries.isEmpty else { return nil }
        return lockedEntries[NameInSource(name: name, source: source)]?
            .first { dependency.requirement.matches($0.version) }?.version
    }

    private func leads(_ dependency: Dependency, in source: SourceIndex, to package: Package) -> Bool {
        guard dependency.requirement.matches(packages[Int(package)].version) else { return false }
        if source == packages[Int(package)].source { return true }
        return patchPackages[dependency.source.canonicalURL]?.contains(package) ?? false
    }
}

/// Decides which packages of the previous lock lose their hard lock.
private struct LockPull {
    let previous: Resolve
    let kept: [Bool]
    private(set) var avoided: [Bool]

    init(previous: Resolve, kept: [Bool]) {
        self.previous = previous
        self.kept = kept
        avoided = Array(repeating: false, count: previous.packages.count)
        for index in previous.packages.indices where !kept[index] { avoidAll(from: index) }
    }

    /// This package and everything reachable from it in the previous lock.
    private mutating func avoidAll(from start: Int) {
        var work = [start]
        while let index = work.popLast() {
            guard !avoided[index] else { continue }
            avoided[index] = true
            work.append(contentsOf: previous.edges[index])
        }
    }

    /// A dependency that nothing in the lock satisfies lets its whole source go: its addition may move anything.
    mutating func poison(from members: [Summary], locals: [Summary]) {
        var byName: [String: [PackageID]] = [:]
        for id in previous.packages { byName[id.name, default: []].append(id) }
        var bySource: [SourceID: Summary] = [:]
        for summary in locals where summary.id.source.isPath { bySource[summary.id.source] = summary }
        let memberIDs = Set(members.map(\.id))
        var work = members
        var seen: Set<PackageID> = []
        while let summary = work.popLast() {
            guard seen.insert(summary.id).inserted else { continue }
            let isMember = memberIDs.contains(summary.id)
            for dependency in summary.dependencies {
                if !isMember, dependency.isOptional || dependency.kind == .development { continue }
                if dependency.source.isPath, let local = bySource[dependency.source] {
                    work.append(local)
                } else if !(byName[dependency.package] ?? []).contains(where: dependency.matchesIgnoringSource) {
                    avoidSource(dependency.source)
                }
            }
        }
    }

    private mutating func avoidSource(_ source: SourceID) {
        for (index, id) in previous.packages.enumerated() where id.source == source { avoidAll(from: index) }
    }

    /// A path package whose manifest now says another name or version is no longer what was locked.
    mutating func letMovedPathPackagesGo(locals: [Summary]) {
        var current: [SourceID: PackageID] = [:]
        for summary in locals where summary.id.source.isPath { current[summary.id.source] = summary.id }
        for (index, id) in previous.packages.enumerated() where id.source.isPath {
            if let now = current[id.source], now != id { avoided[index] = true }
        }
    }
}
