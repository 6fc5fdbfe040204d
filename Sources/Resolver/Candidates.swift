import CargoModel
import SemVer

// Which packages may satisfy a dependency, best first.
extension Universe {
    /// Position in `candidateLists` of the packages that may satisfy this dependency.
    func candidates(of dependency: DependencyIndex) throws(ResolveError) -> Int32 {
        let known = dependencies[Int(dependency)].candidates
        if known != none { return known }
        let pinned = try lockedCandidate(of: dependency)
        let list = if let pinned { pinned } else { try candidates(of: query(of: dependency)) }
        dependencies[Int(dependency)].candidates = list
        return list
    }

    private func query(of dependency: DependencyIndex) -> Query {
        let record = dependencies[Int(dependency)]
        return Query(name: record.package, source: record.source, requirement: record.dependency.requirement)
    }

    /// The usual case by a short way: pinned by the lock to a version that a registry has. `nil` is no answer.
    private func lockedCandidate(of dependency: DependencyIndex) throws(ResolveError) -> Int32? {
        guard case .locked(let version, _) = dependencies[Int(dependency)].dependency.requirement,
            request.precise == nil, activeReplacements.isEmpty, patchPackages.isEmpty
        else { return nil }
        let place = NameInSource(
            name: dependencies[Int(dependency)].package, source: dependencies[Int(dependency)].source)
        guard sources[Int(place.source)].isRegistry else { return nil }
        let list = try publishedList(place)
        guard let index = published[list].versions.position(of: version), isSelectable(index, in: list) else {
            return nil
        }
        let package = package(index, in: list)
        if let known = listOfOne[package] { return known }
        let number = Int32(candidateLists.count)
        candidateLists.append([package])
        listOfOne[package] = number
        return number
    }

    func candidates(of query: Query) throws(ResolveError) -> Int32 {
        if let known = queries[query] { return known }
        let found = try sorted(unsortedCandidates(of: query))
        let number = Int32(candidateLists.count)
        candidateLists.append(found)
        queries[query] = number
        try noteReplacements(of: found)
        return number
    }

    /// Patches first, then whatever the source has, less what a patch stands in for.
    private func unsortedCandidates(of query: Query) throws(ResolveError) -> [Package] {
        let patches = (patchPackages[sources[Int(query.source)].canonicalURL] ?? []).filter {
            packages[Int($0)].name == query.name && query.requirement.matches(packages[Int($0)].version)
        }
        if patches.count == 1, query.requirement.isLocked { return patches }
        let own = try candidatesInSource(of: query)
        guard !patches.isEmpty else { return own }
        let versions = patches.map { packages[Int($0)].version }
        return patches + own.filter { !versions.contains(packages[Int($0)].version) }
    }

    /// The answer of the source alone.
    func candidatesInSource(of query: Query) throws(ResolveError) -> [Package] {
        let source = sources[Int(query.source)]
        if !source.isRegistry {
            return (localsOfSource[query.source] ?? []).filter {
                packages[Int($0)].name == query.name && query.requirement.matches(packages[Int($0)].version)
            }
        }
        let list = try publishedList(NameInSource(name: query.name, source: query.source))
        if let precise = precise(for: query, in: source) {
            return published[list].versions.indices.lazy
                .filter { self.published[list].versions[$0].unusable == nil }
                .filter { precise.matches(self.published[list].versions[$0].version) }
                .filter { query.requirement.matches(self.published[list].versions[$0].version) }
                .map { self.package($0, in: list) }
        }
        if case .locked(let version, _) = query.requirement {
            guard let index = published[list].versions.position(of: version) else { return [] }
            return isSelectable(index, in: list) ? [package(index, in: list)] : []
        }
        return published[list].versions.indices.lazy
            .filter { query.requirement.matches(self.published[list].versions[$0].version) }
            .filter { self.isSelectable($0, in: list) }.map { self.package($0, in: list) }
    }

    /// What `--precise` makes of a query: a yanked version will do, but the dependency's own requirement still holds.
    private func precise(for query: Query, in source: SourceID) -> Requirement? {
        guard let precise = request.precise, precise.source == source, precise.name == names[Int(query.name)],
            query.requirement.matches(precise.from)
        else { return nil }
        return .precise(precise.to, query.requirement)
    }

    private func isSelectable(_ index: Int, in list: Int) -> Bool {
        guard published[list].versions[index].unusable == nil else { return false }
        guard published[list].versions[index].isYanked else { return true }
        return isWhitelisted[Int(package(index, in: list))] || isWhitelistedElsewhere(index, in: list)
    }

    /// Cargo's list of yanked versions that may stay, as a replaced source gets it that was opened before the list was
    /// made: there every package on it is given that source, wherever it is locked from.
    ///
    /// The reference is `add_to_yanked_whitelist` in src/cargo/sources/replaced.rs of rust-lang/cargo.
    private func isWhitelistedElsewhere(_ index: Int, in list: Int) -> Bool {
        let place = published[list].place
        let source = sources[Int(place.source)]
        guard request.sourcesOpenedFirst.contains(source), registry.isReplaced(source),
            let versions = whitelistedVersions[place.name]
        else { return false }
        return versions.contains(published[list].versions[index].version)
    }

    /// Position in `published` of every version the registry lists under this name.
    func publishedList(_ place: NameInSource) throws(ResolveError) -> Int {
        if let known = publishedPlaces[place] { return known }
        let versions: [PublishedVersion]
        do {
            versions = try registry.versions(of: names[Int(place.name)], in: sources[Int(place.source)])
        } catch {
            throw ResolveError(.registry(error))
        }
        published.append(PublishedList(place: place, versions: versions))
        publishedPlaces[place] = published.count - 1
        return published.count - 1
    }

    /// The number of one published version, given when it is first looked at.
    func package(_ index: Int, in list: Int) -> Package {
        let known = published[list].numbers[index]
        if known != none { return known }
        let version = published[list].versions[index]
        let place = published[list].place
        let number = enter(
            name: place.name, source: place.source, version: version.version, links: version.links,
            rustVersion: version.rustVersion, published: version, local: none)
        published[list].numbers[index] = number
        return number
    }

    /// Preferred before others, then those more members' Rust versions accept, then the highest version.
    private func sorted(_ found: [Package]) -> [Package] {
        guard found.count > 1 else { return found }
        let ranked = found.map { (package: $0, preferred: prefers($0), rust: rustRank($0)) }
        return ranked.sorted { left, right in
            if left.preferred != right.preferred { return left.preferred }
            if left.rust != right.rust { return left.rust > right.rust }
            return packages[Int(left.package)].version > packages[Int(right.package)].version
        }.map(\.package)
    }

    private func prefers(_ package: Package) -> Bool {
        if isPreferred[Int(package)] { return true }
        guard let patches = patchDependencies[packages[Int(package)].name] else { return false }
        let id = id(of: package)
        return patches.contains { $0.matches(id) }
    }

    /// How many of the workspace's Rust versions can build the package; all of them if it does not say.
    private func rustRank(_ package: Package) -> Int {
        guard let available = request.rustVersions else { return 0 }
        guard let needed = packages[Int(package)].rustVersion else { return available.count }
        return available.count { needed.isCompatible(withCompiler: $0) }
    }
}
