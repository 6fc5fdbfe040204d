import CargoModel
import CargoWorkspace
import SemVer
import TOML

/// Finds the causes: walks the manifests for requirements the lock does not meet, then lays each difference of the two
/// graphs at the door of the first cause that leads to it.
struct StaleDiagnosis {
    let context: AuditContext
    let lock: LockOnDisk
    let old: Resolve
    let new: Resolve
    /// Packages on disk that the lock has in another version: the new id to the one in the lock.
    private let bumped: [PackageID: PackageID]
    /// What packages on disk that are not new to the lock depend on.
    private let requiredByKnown: Set<PackageID>
    private var causes: [StaleCause] = []

    static func reasons(in context: AuditContext) -> [StaleReason] {
        guard let lock = context.lock, let wanted = context.wanted, case .stale = context.state else { return [] }
        var diagnosis = StaleDiagnosis(context: context, lock: lock, wanted: wanted)
        return diagnosis.run()
    }

    private init(context: AuditContext, lock: LockOnDisk, wanted: Resolve) {
        self.context = context
        self.lock = lock
        old = lock.resolve
        new = wanted
        let local = context.workspace.localPackages.compactMap(\.summary?.id)
        bumped = Self.bumped(local, old: old, new: wanted)
        var required: Set<PackageID> = []
        for id in local where old.index(of: id) != nil || bumped[id] != nil {
            guard let index = wanted.index(of: id) else { continue }
            required.formUnion(wanted.edges[index].map { wanted.packages[$0] })
        }
        requiredByKnown = required
    }

    private static func bumped(_ local: [PackageID], old: Resolve, new: Resolve) -> [PackageID: PackageID] {
        var gone: [CrateKey: PackageID] = [:]
        for id in old.packages where id.source.isPath && new.index(of: id) == nil {
            gone[CrateKey(name: id.name, source: id.source)] = id
        }
        let pairs = local.filter { old.index(of: $0) == nil }.compactMap { id in
            gone[CrateKey(name: id.name, source: id.source)].map { (id, $0) }
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    private mutating func run() -> [StaleReason] {
        let members = Set(context.workspace.members.compactMap(\.summary?.id))
        for manifest in context.workspace.localPackages {
            guard let id = manifest.summary?.id else { continue }
            examine(manifest, id, isMember: members.contains(id))
        }
        var differences = GraphDifferences(old: old, new: new)
        differences.assign(to: &causes)
        var features = FeatureDiagnosis(self, differences.rest).causes
        differences.assign(to: &features)
        causes += features
        causes += LockDiagnosis(self, differences.rest).causes
        return causes.isEmpty ? [unexplained] : causes.map(\.reason)
    }

    /// The graphs are the same and the texts are not; a stale lock is never without a finding.
    private var unexplained: StaleReason {
        StaleReason(
            message: "Cargo would write it anew", location: lock.lockfile.location(Span(start: 0, end: 0)),
            subject: .file(lock.lockfile.path), changes: [])
    }

    // MARK: One manifest

    private mutating func examine(_ manifest: Manifest, _ id: PackageID, isMember: Bool) {
        guard let section = manifest.package, let now = new.index(of: id) else { return }
        guard let known = old.index(of: id) != nil ? id : bumped[id], let before = old.index(of: known) else {
            if isMember, !requiredByKnown.contains(id) { causes.append(newPackage(id, manifest, section)) }
            return
        }
        if known != id { causes.append(bump(id, from: known, manifest, section)) }
        let oldTargets = old.edges[before].map { old.packages[$0] }
        let newTargets = new.edges[now].map { new.packages[$0] }
        guard oldTargets != newTargets else { return }
        let surplus = oldTargets.filter { !newTargets.contains($0) }
        for target in newTargets where !oldTargets.contains(target) {
            if let other = bumped[target], surplus.contains(other) { continue }
            let written =
                manifest.dependencies.first { $0.dependency.matches(target) }
                ?? manifest.dependencies.first { $0.dependency.matchesIgnoringSource(target) }
            if let written, surplus.contains(where: written.dependency.matches) { continue }
            causes.append(unmet(target, by: written, of: id, surplus: surplus))
        }
        for target in surplus where !manifest.dependencies.contains(where: { $0.packageName == target.name }) {
            causes.append(noLongerRequired(target, by: id, at: before))
        }
    }

    private func newPackage(_ id: PackageID, _ manifest: Manifest, _ section: PackageSection) -> StaleCause {
        StaleCause(
            message: "package `\(id)` is not in the lock",
            location: Location(path: manifest.file.path, span: section.name.span), subject: .package(id),
            direct: [id], newRoots: [id])
    }

    private func bump(
        _ id: PackageID, from known: PackageID, _ manifest: Manifest, _ section: PackageSection
    ) -> StaleCause {
        StaleCause(
            message: "package `\(id.name)` is \(id.version) here and \(known.version) in the lock",
            location: section.versionLocation ?? Location(path: manifest.file.path, span: section.name.span),
            subject: .package(id), direct: [id, known])
    }

    /// A requirement that no package it led to in the old lock meets.
    private func unmet(
        _ target: PackageID, by written: ManifestDependency?, of id: PackageID, surplus: [PackageID]
    ) -> StaleCause {
        let asked = written.map { "`\($0.name)\(requirementText($0))`" } ?? "`\(target.name)`"
        let replaced = surplus.filter { $0.name == target.name }
        return StaleCause(
            message: "\(asked), required by `\(id.name)`, \(fault(of: target, by: written, instead: replaced))",
            location: written.map { $0.requirement?.location ?? $0.location },
            subject: .dependency(written?.name ?? target.name, of: id.name), owner: id,
            direct: [target] + replaced.filter { new.index(of: $0) == nil }, newRoots: [target], oldRoots: replaced)
    }

    private func requirementText(_ dependency: ManifestDependency) -> String {
        dependency.requirement.map { " = \"\($0.text)\"" } ?? ""
    }

    /// What the lock has in the place of `target`.
    private func fault(
        of target: PackageID, by written: ManifestDependency?, instead: [PackageID]
    ) -> String {
        let locked = old.packages.filter { $0.name == target.name }
        guard !locked.isEmpty else { return "is not in the lock" }
        let candidates = instead.isEmpty ? locked : instead
        let versions = candidates.map(\.version.description).joined(separator: " and ")
        if !candidates.contains(where: { $0.source == target.source }) {
            let places = candidates.map(\.source.place).joined(separator: " and ")
            return "is from \(target.source.place) here and from \(places) in the lock"
        }
        if let written, candidates.allSatisfy({ !written.dependency.requirement.matches($0.version) }) {
            return "is not met by the locked \(versions)"
        }
        if old.index(of: target) != nil, instead.isEmpty { return "is not among its dependencies in the lock" }
        return "is \(versions) in the lock, where Cargo takes \(target.version)"
    }

    private func noLongerRequired(_ target: PackageID, by id: PackageID, at index: Int) -> StaleCause {
        let entry = lock.entry(index)
        let line = entry.dependencies.first { $0.value == target.name || $0.value.hasPrefix(target.name + " ") }
        return StaleCause(
            message: "`\(target.name)` is no longer required by `\(id.name)`",
            location: lock.lockfile.location(line?.span ?? entry.span), subject: .dependency(target.name, of: id.name),
            owner: id, direct: new.index(of: target) == nil ? [target] : [], oldRoots: [target])
    }
}

extension SourceID {
    /// For telling sources apart in a sentence.
    var place: String { isPath ? "a path" : description }
}
