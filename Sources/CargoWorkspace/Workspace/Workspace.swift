package import CargoModel
package import SemVer
import TOML

/// A Cargo workspace, or a package that is alone, as read from disk.
package struct Workspace: Sendable {
    /// Absolute, normalised.
    package let rootDirectory: String
    /// The manifest of the root; of the package itself if it is alone.
    package let rootManifest: Manifest
    /// The packages of the workspace in the order in which Cargo finds them, which decides the resolver's order.
    package let members: [Manifest]
    /// Positions in `members`: what a command works on unless told otherwise.
    package let defaultMembers: [Int]
    /// Members first, then every package on disk that path dependencies, patches and replacements lead to.
    package let localPackages: [Manifest]
    /// Directories that a path dependency names and no package could be read from. Only fatal to who needs them.
    package let unavailable: [String: WorkspaceError]
    /// Those of the configuration joined with the root's; sorted by URL.
    package let patches: [PatchTable]
    package let replacements: [Replacement]
    package let resolverVersion: ResolverVersion
    /// Whether versions too new for the compilers named by the members are put last.
    package let incompatibleRustVersions: CargoConfig.IncompatibleRustVersions
    package let config: CargoConfig
    /// Where the lock is, or would be.
    package let lockfilePath: String
    package let warnings: [ManifestWarning]
    /// Every manifest and configuration file that was read.
    package let sourceFiles: [SourceFile]

    /// What the members declare, in their order, each as often as it is declared.
    package var rustVersions: [RustVersion] { members.compactMap { $0.package?.rustVersion } }
}

/// Joins patches of the configuration with those of the root manifest.
/// - SeeAlso: `Workspace::root_patch` in `src/cargo/core/workspace.rs` of rust-lang/cargo.
enum PatchMerge {
    /// An entry of the configuration hides the manifest's of the same name under the same URL.
    static func merge(config: [PatchTable], manifest: [PatchTable]) -> [PatchTable] {
        var tables = config
        let positions = Dictionary(config.enumerated().map { ($1.source.url, $0) }) { first, _ in first }
        for table in manifest {
            guard let index = positions[table.source.url] else {
                tables.append(table)
                continue
            }
            let own = tables[index].entries
            let hidden = Set(own.map(\.nameInManifest))
            let rest = table.entries.filter { !hidden.contains($0.nameInManifest) }
            tables[index] = PatchTable(source: tables[index].source, entries: own + rest)
        }
        return tables.sorted { $0.source.url.precedesInBytes($1.source.url) }
    }
}
