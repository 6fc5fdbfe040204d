import CargoModel
import SemVer

// `[patch]` and `[replace]`. The reference is `register_patch_entries` in src/cargo/ops/resolve.rs and `patch` in
// src/cargo/core/registry.rs of rust-lang/cargo.
extension Universe {
    struct Registered {
        /// Every patch, in the order a lock lists the unused ones.
        var order: [Package] = []
        /// Packages of the previous lock that a changed patch lets go.
        var avoided: Set<PackageID> = []
    }

    /// Finds the one package behind each patch.
    func registerPatches() throws(ResolveError) -> Registered {
        var registered = Registered()
        for table in request.patches {
            var packages: [Package] = []
            for entry in table.entries {
                let package = try register(entry, of: table, &registered)
                try check(package, entry, table, against: packages)
                packages.append(package)
                patchDependencies[name(entry.package), default: []].append(entry)
            }
            patchPackages[table.source.canonicalURL] = packages
            registered.order += packages
        }
        return registered
    }

    private func register(
        _ entry: Dependency, of table: PatchTable, _ registered: inout Registered
    ) throws(ResolveError) -> Package {
        let locked = lockedForm(of: entry)
        if let locked {
            var pinned = entry
            pinned.requirement = .locked(locked.version, entry.requirement)
            let found = try packagesBehind(pinned)
            if found.count == 1 { return found[0] }
            registered.avoided.insert(locked)
            registered.avoided.formUnion(lockedUnder(entry, of: table))
        }
        let found = try packagesBehind(entry)
        guard found.count == 1 else { throw ResolveError(.patch(entry, found: found.map { id(of: $0) })) }
        return found[0]
    }

    private func lockedForm(of entry: Dependency) -> PackageID? {
        guard let previous = request.previous else { return nil }
        return (previous.packages + previous.unusedPatches).first {
            !request.released.contains($0) && entry.matches($0)
        }
    }

    private func lockedUnder(_ entry: Dependency, of table: PatchTable) -> [PackageID] {
        (request.previous?.packages ?? []).filter {
            $0.source.canonicalURL == table.source.canonicalURL && entry.matchesIgnoringSource($0)
        }
    }

    private func packagesBehind(_ entry: Dependency) throws(ResolveError) -> [Package] {
        try candidatesInSource(
            of: Query(name: name(entry.package), source: source(entry.source), requirement: entry.requirement))
    }

    private func check(
        _ package: Package, _ entry: Dependency, _ table: PatchTable, against others: [Package]
    ) throws(ResolveError) {
        let record = packages[Int(package)]
        if sources[Int(record.source)].canonicalURL == table.source.canonicalURL {
            throw ResolveError(.patchSameSource(entry))
        }
        if others.contains(where: {
            packages[Int($0)].name == record.name && packages[Int($0)].version == record.version
        }) {
            throw ResolveError(.patchTwice(id(of: package)))
        }
    }

    /// The members, in workspace order.
    func enterRoots() -> [Package] {
        request.members.map { member in
            find(member.id) ?? enter(member.id, published: nil)
        }
    }

    /// Binds `[replace]` entries to what the previous lock had.
    func enterReplacements() throws(ResolveError) {
        activeReplacements = request.replacements.map { replacement in
            guard let locked = lockedReplacement(of: replacement) else { return replacement }
            var dependency = replacement.dependency
            dependency.requirement = .locked(locked.version, dependency.requirement)
            return Replacement(
                name: replacement.name, version: replacement.version, source: replacement.source,
                dependency: dependency)
        }
    }

    private func lockedReplacement(of replacement: Replacement) -> PackageID? {
        guard let previous = request.previous else { return nil }
        return previous.replacements.sorted { $0.key < $1.key }
            .first { replacement.fits(previous.packages[$0.key]) }
            .map { previous.packages[$0.value] }
    }

    /// Remembers which of these candidates a `[replace]` entry swaps on activation.
    func noteReplacements(of candidates: [Package]) throws(ResolveError) {
        guard !activeReplacements.isEmpty else { return }
        for candidate in candidates where replacementOf[candidate] == nil {
            let original = id(of: candidate)
            let fitting = activeReplacements.filter { $0.fits(original) }
            guard let first = fitting.first else { continue }
            guard fitting.count == 1 else { throw ResolveError(.replacement(original)) }
            let found = try packagesBehind(first.dependency)
            guard found.count == 1, packages[Int(found[0])].version == original.version,
                packages[Int(found[0])].name == packages[Int(candidate)].name
            else { throw ResolveError(.replacement(original)) }
            if packages[Int(found[0])].source != packages[Int(candidate)].source {
                replacementOf[candidate] = found[0]
            }
        }
    }
}
