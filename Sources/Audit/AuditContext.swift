package import Advisories
package import CargoModel
package import CargoWorkspace
package import Resolver
import SemVer
package import TOML

/// How the lock relates to the manifests.
package enum LockState: Sendable {
    case missing
    /// `--locked` passes.
    case current
    /// Cargo would have to change it.
    case stale
    /// Cargo fails, with or without `--locked`.
    case unresolvable(ResolveError)

    /// The rules whose denial means the exit status of a stale lock.
    package static let rules: Set<String> = ["lock-missing", "lock-stale"]

    package var name: String {
        switch self {
        case .missing: "missing"
        case .current: "current"
        case .stale: "stale"
        case .unresolvable: "error"
        }
    }
}

/// A lock as read, with the graph it stands for.
package struct LockOnDisk: Sendable {
    package let lockfile: Lockfile
    package let graph: LockedGraph

    package init(lockfile: Lockfile, graph: LockedGraph) {
        self.lockfile = lockfile
        self.graph = graph
    }

    package var resolve: Resolve { graph.resolve }

    /// The `[[package]]` of one package of the graph.
    package func entry(_ index: Int) -> Lockfile.Entry { lockfile.packages[graph.entries[index]] }

    /// Where the version of a locked package stands.
    package func location(of index: Int) -> Location { lockfile.location(entry(index).version.span) }

    package func location(of id: PackageID) -> Location? { resolve.index(of: id).map { location(of: $0) } }
}

/// All a rule may look at, loaded before the first rule runs, so that rules neither wait nor fail.
package struct AuditContext: Sendable {
    package let workspace: Workspace
    /// `nil` where there is no `Cargo.lock`.
    package let lock: LockOnDisk?
    package let state: LockState
    /// What Cargo would write, keeping locked versions; `nil` if it would fail.
    package let wanted: Resolve?
    /// Every version of every locked crate, as far as a registry knows the crate.
    package let published: [CrateKey: [PublishedVersion]]
    /// What the locked registry packages require, as published.
    package let summaries: [PackageID: Summary]
    /// Those about locked crate names; matching versions is the rules' part.
    package let advisories: [String: [Advisory]]
    package let today: Day
    /// What Cargo would write; `nil` if it would fail.
    package let text: [UInt8]?
    /// For locked packages that a rule wants to compare with it, the version published before in the same `x.y` series.
    package let predecessors: [PackageID: Summary]
    /// Which names of a registry many crates depend on; without data there is none.
    package let popularity: [SourceID: Popularity]
    /// The settings that bear on several rules.
    let preset: Preset
    let tooNew: RuleOptions
    /// Up to how many days the survivor of a storm is not named.
    let stormAge: Int
    /// Per package of the lock the packages that depend on it, ascending.
    let dependents: [[Int]]
    /// Packages on disk, by id, as positions in `workspace.localPackages`.
    let localPackages: [PackageID: Int]
    /// What members require of a crate.
    let memberRequirements: [CrateKey: [Requirement]]
    /// When locked packages are built.
    package let build: BuildLabels
    /// See `maySuggest`.
    private(set) var stormSurvivors: [CrateKey: Set<Version>] = [:]
    /// Of the rule that is running.
    package private(set) var options = RuleOptions()
    /// What registries did to versions of locked crates after they were published, oldest first.
    package var changes: [RegistryChange] = []
    /// Ways out that were resolved beforehand, for the rules that are on.
    package var proposals = Proposals()
    /// Known to the rules that run last.
    private(set) var use = PolicyUse()

    package init(
        workspace: Workspace, lock: LockOnDisk?, state: LockState, wanted: Resolve?,
        published: [CrateKey: [PublishedVersion]], summaries: [PackageID: Summary],
        advisories: [String: [Advisory]], today: Day, text: [UInt8]? = nil,
        predecessors: [PackageID: Summary] = [:], popularity: [SourceID: Popularity] = [:],
        gitPackages: [Summary] = [], preset: Preset = .application, tooNew: RuleOptions = RuleOptions(),
        stormAge: Int = standardStormAge
    ) {
        self.workspace = workspace
        self.lock = lock
        self.state = state
        self.wanted = wanted
        self.published = published
        self.summaries = summaries
        self.advisories = advisories
        self.today = today
        self.text = text
        self.predecessors = predecessors
        self.popularity = popularity
        self.preset = preset
        self.tooNew = tooNew
        self.stormAge = stormAge
        build = BuildLabels(
            workspace, lock, summaries: gitPackages.reduce(into: summaries) { $0[$1.id] = $1 })
        dependents = Self.reversed(lock?.resolve.edges ?? [])
        localPackages = Dictionary(
            workspace.localPackages.enumerated().compactMap { index, manifest in
                manifest.summary.map { ($0.id, index) }
            }, uniquingKeysWith: { first, _ in first })
        memberRequirements = Self.requirements(of: workspace.members)
        stormSurvivors = findStormSurvivors()
    }

    private static func requirements(of members: [Manifest]) -> [CrateKey: [Requirement]] {
        var result: [CrateKey: [Requirement]] = [:]
        for dependency in members.lazy.flatMap(\.dependencies).map(\.dependency) where dependency.source.isRegistry {
            let key = CrateKey(name: dependency.package, source: dependency.source)
            result[key, default: []].append(dependency.requirement.written)
        }
        return result
    }

    static func reversed(_ edges: [[Int]]) -> [[Int]] {
        var result = Array(repeating: [Int](), count: edges.count)
        for (owner, targets) in edges.enumerated() {
            for target in targets { result[target].append(owner) }
        }
        return result
    }

    func with(options: RuleOptions) -> AuditContext {
        var context = self
        context.options = options
        return context
    }

    func with(use: PolicyUse) -> AuditContext {
        var context = self
        context.use = use
        return context
    }

    package func published(_ id: PackageID) -> [PublishedVersion]? {
        published[CrateKey(name: id.name, source: id.source)]
    }
}
