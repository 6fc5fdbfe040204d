package import CargoModel
package import SemVer

/// Everything that decides a resolve, apart from what the registries hold.
package struct ResolveRequest: Sendable {
    /// Workspace members in Cargo's order of discovery; the order decides ties.
    package var members: [Summary]
    /// Every package with a path or git source that may be asked for: members, path dependencies, patch targets.
    package var localPackages: [Summary]
    package var patches: [PatchTable]
    package var replacements: [Replacement]
    /// The graph of the lock as it is; `nil` resolves afresh.
    package var previous: Resolve?
    /// Packages of the previous lock that are let go (`cargo update SPEC`); they lose lock and preference.
    package var released: Set<PackageID>
    /// Sources that a command opens before it looks at the previous lock: those of the packages it names.
    package var sourcesOpenedFirst: Set<SourceID> = []
    /// The one version that a package shall have; its old version is among the released.
    package var precise: PreciseUpdate?
    /// Prefer versions whose `rust-version` these accept; `nil` switches the awareness off.
    package var rustVersions: [RustVersion]?
    /// Activation attempts before the search is given up.
    package var budget: Int

    package init(
        members: [Summary], localPackages: [Summary] = [], patches: [PatchTable] = [],
        replacements: [Replacement] = [], previous: Resolve? = nil, released: Set<PackageID> = [],
        precise: PreciseUpdate? = nil,
        rustVersions: [RustVersion]? = nil, budget: Int = 20_000_000
    ) {
        self.members = members
        self.localPackages = localPackages
        self.patches = patches
        self.replacements = replacements
        self.previous = previous
        self.released = released
        self.precise = precise
        self.rustVersions = rustVersions
        self.budget = budget
    }
}
