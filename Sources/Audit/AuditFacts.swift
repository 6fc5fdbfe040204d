package import Advisories
package import CargoModel
package import CargoWorkspace
import Resolver
import SemVer

/// What a registry knows of the crates a check is about.
package struct AuditFacts: Sendable {
    package private(set) var published: [CrateKey: [PublishedVersion]] = [:]
    package private(set) var summaries: [PackageID: Summary] = [:]
    /// See `AuditContext.predecessors`; only where something asks for a closer look.
    package private(set) var predecessors: [PackageID: Summary] = [:]
    package let popularity: [SourceID: Popularity]
    /// Registries that locked packages come from and of which there is no data, with the error, in order of mention.
    package private(set) var unknown: [(source: SourceID, error: RegistryError)] = []

    /// - Parameters:
    ///   - registry: may be asked for the same crates a resolve asked for; it should remember them.
    ///   - policy: its options say what has to be looked at.
    ///   - today: what is young is looked at more closely.
    package init(
        about lock: LockOnDisk?, in workspace: Workspace, from registry: any Registry, policy: Policy,
        popularity: [SourceID: Popularity] = [:], today: Day
    ) {
        self.popularity = popularity
        for id in lock?.resolve.packages ?? [] where id.source.isRegistry { learn(id, registry) }
        for member in workspace.members {
            for dependency in member.dependencies where dependency.dependency.source.isRegistry {
                glance(CrateKey(name: dependency.packageName, source: dependency.dependency.source), registry)
            }
        }
        guard let lock else { return }
        for id in lock.resolve.packages where id.source.isRegistry && id.source != .cratesIO {
            glance(CrateKey(name: id.name, source: .cratesIO), registry)
        }
        let isAlways = policy.options(of: NewDependencyInPatch.info.id).boolean("always") ?? false
        for id in lock.resolve.packages { learnPredecessor(of: id, isAlways: isAlways, today, registry) }
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

    /// Evidence for a finding, not what it rests on: without it nothing is left unjudged.
    private mutating func glance(_ key: CrateKey, _ registry: any Registry) {
        if published[key] == nil { published[key] = try? registry.versions(of: key.name, in: key.source) }
    }

    private mutating func note(_ source: SourceID, _ error: RegistryError) {
        if !unknown.contains(where: { $0.source == source }) { unknown.append((source, error)) }
    }

    /// Loads the version before, if what the package depends on gives a reason to look.
    private mutating func learnPredecessor(
        of id: PackageID, isAlways: Bool, _ today: Day, _ registry: any Registry
    ) {
        guard let summary = summaries[id], let versions = published[CrateKey(name: id.name, source: id.source)],
            let place = versions.position(of: id.version)
        else { return }
        let needed = summary.dependencies.filter(NewDependencyInPatch.counts)
        guard isAlways ? !needed.isEmpty : needed.contains(where: { isSuspect($0, versions[place], today) }),
            let previous = NewDependencyInPatch.predecessor(of: id.version, among: versions)
        else { return }
        predecessors[id] = try? registry.summary(of: previous, named: id.name, in: id.source)
    }

    private func isSuspect(_ dependency: Dependency, _ user: PublishedVersion, _ today: Day) -> Bool {
        let versions = published[CrateKey(name: dependency.package, source: dependency.source)] ?? []
        return NewDependencyInPatch.suspicion(
            of: dependency, published: versions, popularity: popularity[dependency.source], user: user, today: today)
            != nil
    }

    /// The context of an audit on these facts.
    package func context(
        workspace: Workspace, assessment: LockAssessment, advisories: [String: [Advisory]], policy: Policy,
        today: Day
    ) -> AuditContext {
        AuditContext(
            workspace: workspace, lock: assessment.lock, state: assessment.state, wanted: assessment.wanted,
            published: published, summaries: summaries, advisories: advisories, today: today, text: assessment.text,
            predecessors: predecessors, popularity: popularity,
            gitPackages: assessment.request.localPackages.filter(\.id.source.isGit),
            preset: policy.layers.lazy.compactMap { $0.preset(in: .application)?.preset }.first ?? .application,
            tooNew: policy.strictestWait(in: workspace), stormAge: policy.longestStorm(in: workspace))
    }
}

extension Policy {
    private func scopes(_ workspace: Workspace) -> [PolicyScope] { [.application] + workspace.policyScopes }

    /// The options of `too-new` that let the fewest versions pass in any member: what is named is named for all.
    fileprivate func strictestWait(in workspace: Workspace) -> RuleOptions {
        let all = scopes(workspace).map { options(of: TooNew.info.id, in: $0) }.filter {
            ($0.integer("min-age-days") ?? 0) > 0
        }
        guard var result = all.max(by: { ($0.integer("min-age-days") ?? 0) < ($1.integer("min-age-days") ?? 0) }) else {
            return RuleOptions()
        }
        let excepted = result.strings("except").filter { name in all.allSatisfy { $0.strings("except").contains(name) }
        }
        result.values["except"] = .strings(excepted)
        return result
    }

    /// The most days that `yank-storm` calls young in any member.
    fileprivate func longestStorm(in workspace: Workspace) -> Int {
        scopes(workspace).compactMap { options(of: YankStormRule.info.id, in: $0).integer("max-age-days") }.max()
            .map { max($0, AuditContext.standardStormAge) } ?? AuditContext.standardStormAge
    }
}
