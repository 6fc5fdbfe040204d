import CargoModel
import SemVer

/// A registry as it would be if one package had to leave its series for one version, and some requirements were lifted.
final class ForcedRegistry: Registry {
    private let base: any Registry
    private let key: CrateKey
    private let wanted: Version
    private let old: Version
    private let lifted: [PackageID: [LiftedRequirement]]

    /// - Parameters:
    ///   - id: nothing compatible with it can be chosen but `wanted`.
    ///   - lifted: requirements of registry packages, by owner.
    init(_ base: any Registry, forcing id: PackageID, to wanted: Version, lifted: [PackageID: [LiftedRequirement]]) {
        self.base = base
        key = CrateKey(name: id.name, source: id.source)
        self.wanted = wanted
        old = id.version
        self.lifted = lifted
    }

    func versions(of name: String, in source: SourceID) throws(RegistryError) -> [PublishedVersion] {
        let all = try base.versions(of: name, in: source)
        guard name == key.name, source == key.source else { return all }
        return all.filter { $0.version == wanted || !$0.version.isOfSeries(old) && !$0.version.isOfSeries(wanted) }
    }

    func summary(
        of version: PublishedVersion, named name: String, in source: SourceID
    ) throws(RegistryError) -> Summary {
        var summary = try base.summary(of: version, named: name, in: source)
        if let lifted = lifted[summary.id] { summary.lift(lifted) }
        return summary
    }

    func isReplaced(_ source: SourceID) -> Bool { base.isReplaced(source) }
}

/// What is lifted of the requirements of one owner on one crate.
struct LiftedRequirement: Hashable {
    let key: CrateKey
    /// Requirements that do not admit it admit nothing but it from now on; `nil`: anything goes.
    let version: Version?
    /// Asks for no features any more.
    let dropsFeatures: Bool
}

extension Summary {
    mutating func lift(_ lifted: [LiftedRequirement]) {
        for change in lifted {
            for index in dependencies.indices where dependencies[index].isOn(change.key) {
                dependencies[index] = dependencies[index].lifted(change)
            }
        }
    }
}

extension Dependency {
    fileprivate func isOn(_ key: CrateKey) -> Bool { package == key.name && source == key.source }

    fileprivate func lifted(_ change: LiftedRequirement) -> Dependency {
        Dependency(
            package: package, source: source, requirement: lifted(requirement, change.version), kind: kind,
            rename: rename, isOptional: isOptional, usesDefaultFeatures: usesDefaultFeatures && !change.dropsFeatures,
            features: change.dropsFeatures ? [] : features, target: target)
    }

    private func lifted(_ requirement: Requirement, _ version: Version?) -> Requirement {
        guard let version else { return .any }
        if requirement.matches(version) { return requirement }
        return VersionRequirement.exactly(version).map { .range($0) } ?? requirement
    }
}

extension VersionRequirement {
    /// `=1.2.3`
    static func exactly(_ version: Version) -> VersionRequirement? {
        let prerelease = version.prerelease.isEmpty ? "" : "-\(version.prerelease)"
        return try? VersionRequirement("=\(version.major).\(version.minor).\(version.patch)\(prerelease)")
    }
}
