import CargoModel
import CargoWorkspace
import SemVer

/// Moves worth trying; none of them is proven.
struct MoveFinder {
    private let context: AuditContext
    private let registry: any Registry

    init(_ context: AuditContext, registry: any Registry) {
        self.context = context
        self.registry = registry
    }

    /// Single moves after which every requirement on a package might admit one of the versions.
    func moves(from id: PackageID, to wanted: [Version]) -> [Move] {
        let requirers = context.requirers(of: id)
        let blockers = requirers.filter { requirer in
            !wanted.contains { requirer.dependency.requirement.written.matches($0) }
        }
        guard let blocker = blockers.first else { return wanted.map { .precise(id, to: $0) } }
        // With two in the way, or somebody else to keep the old version for, one move is not enough.
        guard blockers.count == 1, requirers.count == 1 else { return [] }
        return freeing(blocker, for: id, to: wanted)
    }

    /// What would make one requirer admit one of the versions: another requirement of a member, or another version of
    /// a registry package, the nearest first.
    func freeing(_ blocker: Requirer, for id: PackageID, to wanted: [Version]) -> [Move] {
        if context.localPackages[blocker.owner] != nil {
            guard let lowest = lowest(of: wanted, for: id),
                let requirement = VersionRequirement.compatible(with: lowest)
            else { return [] }
            return [.requirement(name: blocker.dependency.nameInManifest, of: blocker.owner, requirement)]
        }
        let key = CrateKey(name: blocker.owner.name, source: blocker.owner.source)
        let owners = context.requirers(of: blocker.owner)
        return context.suggestible(key).filter { candidate in
            candidate.version > blocker.owner.version && candidate.version.isOffered(above: blocker.owner.version)
                && owners.allSatisfy { $0.dependency.requirement.written.matches(candidate.version) }
                && admits(candidate, of: key, id, wanted)
        }.prefix(3).map { .precise(blocker.owner, to: $0.version) }
    }

    /// Of the lowest series among the versions the lowest that may be suggested, if there is one: the requirement is to
    /// name no version that has another flaw.
    private func lowest(of wanted: [Version], for id: PackageID) -> Version? {
        guard let lowest = wanted.min() else { return nil }
        let clean = context.suggestible(CrateKey(name: id.name, source: id.source)).map(\.version)
        return clean.first { $0.isOfSeries(lowest) && wanted.contains($0) } ?? lowest
    }

    /// Whether a version of a package requires one of the versions, or nothing of the crate at all.
    private func admits(_ candidate: PublishedVersion, of key: CrateKey, _ id: PackageID, _ wanted: [Version]) -> Bool {
        guard let summary = try? registry.summary(of: candidate, named: key.name, in: key.source) else { return false }
        return summary.dependencies.filter {
            $0.package == id.name && $0.source == id.source && $0.kind != .development
        }
        .allSatisfy { dependency in wanted.contains { dependency.requirement.matches($0) } }
    }
}
