package import CargoModel
import SemVer

/// Turns what an index says into the resolver's words. Knows the few other registries dependencies name, so that each
/// becomes one `SourceID` only.
///
/// - SeeAlso: `RegistryDependency::into_dep` in `src/cargo/sources/registry/index/mod.rs` of rust-lang/cargo.
package struct SummaryMaker {
    private let source: SourceID
    private var otherSources: [String: SourceID] = [:]

    /// - Parameter source: the registry the entries stand in.
    package init(in source: SourceID) {
        self.source = source
    }

    /// The source a dependency's `registry` names; nil means the registry of the entry itself.
    package mutating func source(of registry: String?) -> SourceID {
        guard let registry else { return source }
        if let known = otherSources[registry] { return known }
        let isSparse = registry.utf8.starts(with: "sparse+".utf8)
        let made = SourceID(kind: isSparse ? .sparse : .registry, url: registry)
        otherSources[registry] = made
        return made
    }

    /// - Throws: `damaged` if the entry was not checked when it was read.
    package mutating func summary(of entry: IndexEntry) throws(RegistryError) -> Summary {
        var dependencies: [Dependency] = []
        dependencies.reserveCapacity(entry.dependencies.count)
        for dependency in entry.dependencies { dependencies.append(try self.dependency(dependency)) }
        let features: FeatureMap
        do throws(FeatureMapError) {
            let names = entry.dependencies.map { (name: $0.name, isOptional: $0.isOptional) }
            features = try FeatureMap(declared: entry.features, dependencies: names)
        } catch { throw RegistryError(.damaged(error.description)) }
        return Summary(
            id: PackageID(name: entry.name, version: entry.version, source: source), dependencies: dependencies,
            features: features, links: entry.links, rustVersion: entry.rustVersion, checksum: entry.checksum)
    }

    private mutating func dependency(_ dependency: IndexDependency) throws(RegistryError) -> Dependency {
        guard let requirement = try? VersionRequirement(dependency.requirement) else {
            throw RegistryError(.damaged("malformed requirement `\(dependency.requirement)`"))
        }
        let isRenamed = dependency.packageName.compareBytes(dependency.name) != 0
        return Dependency(
            package: dependency.packageName, source: source(of: dependency.registry), requirement: .range(requirement),
            kind: dependency.kind, rename: isRenamed ? dependency.name : nil, isOptional: dependency.isOptional,
            usesDefaultFeatures: dependency.usesDefaultFeatures, features: dependency.features,
            target: dependency.target)
    }
}

extension IndexRecord {
    /// The cheap half; a record Cargo cannot use counts as not yanked.
    ///
    /// - Parameter row: how the registry finds the rest.
    package func published(row: Int) -> PublishedVersion {
        PublishedVersion(
            version: version, isYanked: entry?.isYanked ?? false, links: entry?.links, rustVersion: rustVersion,
            checksum: entry?.checksum, unusable: unusable, row: row,
            published: entry?.published.flatMap(PublicationTime.seconds))
    }
}
