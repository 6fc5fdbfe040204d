// CargoWorkspace: the files of a repository → a `Workspace`, as Cargo 1.95 reads them.
//
// In:  a directory or manifest file, and an `Environment` (working directory, variables, `--config` values).
// Out: a `Workspace`: members in Cargo's order with their dependencies and features, all other packages on disk, patches,
//      replacements, configuration; or the first `WorkspaceError`, with the line at fault. Also the lock file (`Lockfile`).
//
// A manifest is parsed, compared with its schema (`ManifestSchema`), joined with what it inherits and checked
// (`ManifestBuilder`); the root and the members are then found by walking the directories (`ManifestStore`,
// `MemberCollector`). Every file is read once, and every value keeps its place in the file.
//
// Hostile input: files above `SourceFile.sizeLimit` are refused, and walks through directories and dependencies are bounded.
// Deviation from Cargo: with several faults in one place another may be reported first; a circle of `replace-with` that
// makes Cargo hang is an error.
//
// Not here: resolving anything, registries and git repositories.
//
// Start reading at `loadWorkspace(at:environment:)`, then `WorkspaceLoader`. The references are
// src/cargo/core/workspace.rs and src/cargo/util/toml/mod.rs in rust-lang/cargo.

package import CargoModel
import Disk
import Glibc
import TOML

/// Reads the workspace that a path belongs to.
///
/// - Parameter path: a directory, or a manifest file; relative paths start at the working directory. From a directory
///   the search for `Cargo.toml` goes upwards.
/// - Throws: `WorkspaceError` for the first fault in a manifest, the configuration, or among the members. Path
///   dependencies that cannot be read are not fatal; see `Workspace.unavailable`.
package func loadWorkspace(at path: String, environment: Environment) throws(WorkspaceError) -> Workspace {
    let manifest = try findManifest(at: path, environment: environment)
    let config: CargoConfig
    do throws(ConfigError) { config = try CargoConfig(environment: environment) } catch {
        throw WorkspaceError(error)
    }
    let store = ManifestStore(environment: environment, config: config)
    return try WorkspaceLoader(store: store, current: manifest).load()
}

/// Reads one package that came from elsewhere: a directory of vendored sources or a git checkout.
///
/// - Parameters:
///   - directory: where its `Cargo.toml` is.
///   - source: where the package comes from. Path dependencies in the manifest lead to the same source.
///   - config: for names of registries; the one of the user, not of the package.
package func loadPackage(
    at directory: String, source: SourceID, config: CargoConfig, environment: Environment
) throws(WorkspaceError) -> LoadedPackage {
    let path = environment.absolute(Path.join(directory, "Cargo.toml"))
    let store = ManifestStore(environment: environment, config: config)
    let manifest = try store.build(try store.raw(path), source: source)
    guard let summary = manifest.summary, let section = manifest.package else {
        throw WorkspaceError(.virtualDependency(path))
    }
    return LoadedPackage(summary: summary, isProcMacro: section.isProcMacro)
}

/// A package that is not of the workspace.
package struct LoadedPackage: Sendable {
    package let summary: Summary
    package let isProcMacro: Bool
}

/// Whether a manifest's library is a procedural macro, without building the rest of it: for packages that were published
/// and are known to be sound.
///
/// - Returns: `nil` if there is no such file, or it is no manifest.
package func isProcMacro(manifest path: String) -> Bool? {
    guard let bytes = try? FileSystem.readIfPresent(path, limit: SourceFile.sizeLimit) else { return nil }
    // Most manifests do not have the word, and need not be parsed.
    guard bytes.contains("proc-macro") || bytes.contains("proc_macro") else { return false }
    guard let document = try? parseTOML(bytes) else { return nil }
    let library = document.root["lib"]?.table
    let types = (library?["crate-type"] ?? library?["crate_type"])?.array?.compactMap(\.string) ?? []
    let flag = (library?["proc-macro"] ?? library?["proc_macro"])?.boolean ?? false
    return types.isEmpty ? flag : types.contains("proc-macro")
}

extension [UInt8] {
    fileprivate func contains(_ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        return withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress, bytes.count >= length else { return false }
            let first = text.utf8Start[0]
            return (0...bytes.count - length).contains { offset in
                bytes[offset] == first && memcmp(start + offset, text.utf8Start, length) == 0
            }
        }
    }
}

private func findManifest(at path: String, environment: Environment) throws(WorkspaceError) -> String {
    let absolute = environment.absolute(path)
    guard let kind = FileSystem.kind(of: absolute) else { throw WorkspaceError(.pathNotFound(absolute)) }
    if kind != .directory { return absolute }
    for directory in Path.ancestors(absolute) {
        let candidate = Path.join(directory, "Cargo.toml")
        if FileSystem.exists(candidate) { return candidate }
    }
    let isMisspelt = FileSystem.exists(Path.join(absolute, "cargo.toml"))
    throw WorkspaceError(.manifestNotFound(directory: absolute, misspelt: isMisspelt))
}
