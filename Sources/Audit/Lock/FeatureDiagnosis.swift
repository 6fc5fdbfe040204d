import CargoModel
import CargoWorkspace
import TOML

/// Causes that lie in features: a manifest asks more, or less, of a package than when the lock was made, so that
/// optional dependencies of that package come or go.
struct FeatureDiagnosis {
    private let diagnosis: StaleDiagnosis
    private(set) var causes: [StaleCause] = []

    init(_ diagnosis: StaleDiagnosis, _ rest: [StaleReason.Change]) {
        self.diagnosis = diagnosis
        for case .repoint(let id, let gained, let lost) in rest {
            guard let summary = diagnosis.context.summaries[id] else { continue }
            examine(summary, gained: gained, lost: lost)
        }
    }

    private mutating func examine(_ summary: Summary, gained: [PackageID], lost: [PackageID]) {
        var needed: [(asker: Asker, targets: [PackageID])] = []
        for target in gained {
            guard let name = optional(target, in: summary), let asker = asker(for: name, of: summary) else { continue }
            if let index = needed.firstIndex(where: { $0.asker.dependency.location == asker.dependency.location }) {
                needed[index].targets.append(target)
            } else {
                needed.append((asker, [target]))
            }
        }
        for (asker, targets) in needed {
            let asked = "the features `\(asker.owner.name)` asks of `\(summary.id.name)`"
            causes.append(
                cause("\(asked) need \(list(targets)), which the lock does not give it", asker, new: targets, old: []))
        }
        let unneeded = lost.filter { optional($0, in: summary) != nil }
        guard needed.isEmpty, !unneeded.isEmpty, let asker = askers(of: summary.id).first else { return }
        let asked = "no feature asked of `\(summary.id.name)`"
        causes.append(
            cause("\(asked) needs \(list(unneeded)), which the lock gives it", asker, new: [], old: unneeded))
    }

    private func list(_ packages: [PackageID]) -> String {
        packages.map { "`\($0.name)`" }.joined(separator: " and ")
    }

    private func cause(_ message: String, _ asker: Asker, new: [PackageID], old: [PackageID]) -> StaleCause {
        StaleCause(
            message: message, location: asker.dependency.location,
            subject: .dependency(asker.dependency.name, of: asker.owner.name), owner: nil, direct: new + old,
            newRoots: new, oldRoots: old)
    }

    /// The name under which a package depends on another that it can do without.
    private func optional(_ target: PackageID, in summary: Summary) -> String? {
        summary.dependencies.first { $0.isOptional && $0.matchesIgnoringSource(target) }?.nameInManifest
    }

    // MARK: Who asks

    private struct Asker {
        let owner: PackageID
        let dependency: ManifestDependency
        let features: [String]
    }

    /// The entries of manifests on disk that lead to a package, with the features they ask for.
    private func askers(of id: PackageID) -> [Asker] {
        diagnosis.context.workspace.localPackages.flatMap { manifest -> [Asker] in
            guard let owner = manifest.summary?.id else { return [] }
            return manifest.dependencies.filter { $0.dependency.matchesIgnoringSource(id) }.map { dependency in
                let own =
                    dependency.dependency.features + (dependency.dependency.usesDefaultFeatures ? ["default"] : [])
                return Asker(
                    owner: owner, dependency: dependency,
                    features: own + forwarded(to: dependency.name, by: manifest.features))
            }
        }
    }

    /// The `x` of every `name/x`.
    private func forwarded(to name: String, by features: FeatureMap) -> [String] {
        features.features.flatMap(\.values).compactMap { value in
            if case .dependencyFeature(name, let feature, _) = value { feature } else { nil }
        }
    }

    private func asker(for name: String, of summary: Summary) -> Asker? {
        askers(of: summary.id).first { enabled(by: $0.features, in: summary.features).contains(name) }
    }

    /// The optional dependencies that features turn on.
    private func enabled(by features: [String], in map: FeatureMap) -> Set<String> {
        var seen: Set<String> = []
        var dependencies: Set<String> = []
        var work = features
        while let feature = work.popLast() {
            guard seen.insert(feature).inserted else { continue }
            for value in map[feature] ?? [] {
                switch value {
                case .feature(let name): work.append(name)
                case .dependency(let name): dependencies.insert(name)
                case .dependencyFeature(let name, _, let weak): if !weak { dependencies.insert(name) }
                }
            }
        }
        return dependencies
    }
}
