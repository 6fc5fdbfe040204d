import CargoModel
import SemVer

// Decoding a package's dependencies and features, the moment the search first activates it.
extension Universe {
    /// The package's dependencies, pulled towards the previous lock, and its features.
    func detail(of package: Package) throws(ResolveError) -> PackageDetail {
        let known = packages[Int(package)].detail
        if known != none { return details[Int(known)] }
        let detail = intern(try summary(of: package), own: lockedEntry(of: package))
        packages[Int(package)].detail = Int32(details.count)
        details.append(detail)
        return detail
    }

    func summary(of package: Package) throws(ResolveError) -> Summary {
        let record = packages[Int(package)]
        if record.local != none { return locals[Int(record.local)] }
        guard let published = record.published else {
            throw ResolveError(.registry(RegistryError(.damaged("`\(id(of: package))` has no summary"))))
        }
        do {
            return try registry.summary(
                of: published, named: names[Int(record.name)], in: sources[Int(record.source)])
        } catch {
            throw ResolveError(.registry(error))
        }
    }

    private func intern(_ summary: Summary, own: LockedEntry?) -> PackageDetail {
        let first = DependencyIndex(dependencies.count)
        for dependency in summary.dependencies { dependencies.append(record(dependency, own: own)) }
        return PackageDetail(dependencies: first..<DependencyIndex(dependencies.count), features: summary.features)
    }

    private func record(_ written: Dependency, own: LockedEntry?) -> DependencyRecord {
        let package = name(written.package)
        let source = source(written.source)
        var dependency = written
        if let version = lockedVersion(for: dependency, named: package, in: source, own: own) {
            dependency.requirement = .locked(version, dependency.requirement)
        }
        return DependencyRecord(
            dependency: dependency, package: package, key: dependency.rename.map { name($0) } ?? package,
            source: source, features: sortedNames(dependency.features),
            usesDefaultFeatures: dependency.usesDefaultFeatures, isOptional: dependency.isOptional,
            isDevelopment: dependency.kind == .development)
    }

    private func sortedNames(_ texts: [String]) -> [Name] {
        if texts.isEmpty { return [] }
        if texts.count == 1 { return [name(texts[0])] }
        return Set(texts.map { name($0) }).sorted()
    }

    func intern(_ value: FeatureValue) -> FeatureTarget {
        switch value {
        case .feature(let feature): .feature(name(feature))
        case .dependency(let dependency): .dependency(name(dependency))
        case .dependencyFeature(let dependency, let feature, let weak):
            .dependencyFeature(dependency: name(dependency), feature: name(feature), weak: weak)
        }
    }
}
