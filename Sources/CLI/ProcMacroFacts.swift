import CargoModel
import CargoWorkspace
import Disk

/// Which packages are procedural macros, as far as their sources are on this machine: vendored, checked out by Cargo, or
/// unpacked below `$CARGO_HOME/registry/src`. An index does not say.
struct ProcMacroFacts {
    private let registry: CombinedRegistry
    private let checkouts: [PackageID: Bool]
    private let unpacked: [String]

    init(of resolve: Resolve, _ registry: CombinedRegistry, _ git: GitCheckouts, _ environment: Environment) {
        self.registry = registry
        checkouts = Dictionary(
            git.loaded(from: resolve).map { ($0.summary.id, $0.isProcMacro) }, uniquingKeysWith: { first, _ in first })
        unpacked = environment.cargoHome.map { FileSystem.directories(in: Path.join($0, "registry/src")) } ?? []
    }

    /// `nil` where the sources are not here.
    func isProcMacro(_ id: PackageID) -> Bool? {
        if let known = checkouts[id] ?? registry.isProcMacro(id) { return known }
        guard id.source.isRegistry else { return nil }
        for folder in unpacked {
            let path = Path.join(folder, "\(id.name)-\(id.version)/Cargo.toml")
            if let known = CargoWorkspace.isProcMacro(manifest: path) { return known }
        }
        return nil
    }

    /// What a name and its dependencies suggest, where nothing better is known.
    static func looksLikeOne(_ summary: Summary?) -> Bool {
        guard let summary else { return false }
        if wellKnown.contains(summary.id.name) { return true }
        guard endings.contains(where: summary.id.name.hasSuffix) else { return false }
        return summary.dependencies.contains {
            $0.kind == .normal && !$0.isOptional && ["proc-macro2", "quote", "syn"].contains($0.package)
        }
    }

    private static let wellKnown: Set<String> = [
        "async-recursion", "async-trait", "auto_impl", "derivative", "derive_more", "displaydoc", "educe",
        "enum_dispatch", "paste", "proc-macro-hack",
    ]
    private static let endings = [
        "derive", "-macro", "-macros", "_macro", "_macros", "-attributes", "-attribute", "-impl", "_impl",
        "-proc-macro",
        "-codegen", "-hack", "-internal",
    ]
}
