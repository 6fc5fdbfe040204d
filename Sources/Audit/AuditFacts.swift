package import Advisories
package import CargoModel
package import CargoWorkspace

/// What a registry knows of the crates a check is about.
package struct AuditFacts: Sendable {
    package private(set) var published: [CrateKey: [PublishedVersion]] = [:]
    package private(set) var summaries: [PackageID: Summary] = [:]
    /// Registries that locked packages come from and of which there is no data, with the error, in order of mention.
    package private(set) var unknown: [(source: SourceID, error: RegistryError)] = []

    /// - Parameter registry: may be asked for the same crates a resolve asked for; it should remember them.
    package init(about lock: LockOnDisk?, in workspace: Workspace, from registry: any Registry) {
        for id in lock?.resolve.packages ?? [] where id.source.isRegistry { learn(id, registry) }
        for member in workspace.members {
            for dependency in member.dependencies where dependency.dependency.source.isRegistry {
                let key = CrateKey(name: dependency.packageName, source: dependency.dependency.source)
                // Evidence for a finding, not what it rests on: without it nothing is left unjudged.
                if published[key] == nil { published[key] = try? registry.versions(of: key.name, in: key.source) }
            }
        }
    }

    private mutating func learn(_ id: PackageID, _ registry: any Registry) {
        let versions = learn(CrateKey(name: id.name, source: id.source), registry)
        guard let place = versions.position(of: id.version), versions[place].unusable == nil else { return }
        do {
            summaries[id] = try registry.summary(of: versions[place], named: id.name, in: id.source)
        } catch {
            note(id.source, error)
        }
    }

    @discardableResult
    private mutating func learn(_ key: CrateKey, _ registry: any Registry) -> [PublishedVersion] {
        if let known = published[key] { return known }
        do {
            let versions = try registry.versions(of: key.name, in: key.source)
            published[key] = versions
            return versions
        } catch {
            note(key.source, error)
            return []
        }
    }

    private mutating func note(_ source: SourceID, _ error: RegistryError) {
        if !unknown.contains(where: { $0.source == source }) { unknown.append((source, error)) }
    }

    /// The context of an audit on these facts.
    package func context(
        workspace: Workspace, assessment: LockAssessment, advisories: [String: [Advisory]], today: Day
    ) -> AuditContext {
        AuditContext(
            workspace: workspace, lock: assessment.lock, state: assessment.state, wanted: assessment.wanted,
            published: published, summaries: summaries, advisories: advisories, today: today)
    }
}
