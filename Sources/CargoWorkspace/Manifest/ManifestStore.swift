import CargoModel
import Disk
import TOML

/// Reads manifests, each file once. A class because every part of loading a workspace shares one cache.
final class ManifestStore {
    let environment: Environment
    let config: CargoConfig
    private var raws: [String: Result<RawManifest, WorkspaceError>] = [:]
    private var manifests: [String: Result<Manifest, WorkspaceError>] = [:]
    /// Manifests with `[workspace]` that have been read, by directory.
    private var knownRoots: [String: RawManifest] = [:]
    /// Whether there is a `Cargo.toml` at a path.
    private var presence: [String: Bool] = [:]

    init(environment: Environment, config: CargoConfig) {
        self.environment = environment
        self.config = config
    }

    /// Every file that was read, in byte order of the paths.
    var files: [SourceFile] {
        raws.values.compactMap { try? $0.get().file }.sorted { $0.absolutePath.precedesInBytes($1.absolutePath) }
    }

    /// - Parameter path: of the file; absolute and normalised.
    func raw(_ path: String) throws(WorkspaceError) -> RawManifest {
        if let known = raws[path] { return try known.get() }
        let result = Result { () throws(WorkspaceError) in try parse(path) }
        raws[path] = result
        if let raw = try? result.get(), raw.workspace != nil { knownRoots[raw.directory] = raw }
        return try result.get()
    }

    private func parse(_ path: String) throws(WorkspaceError) -> RawManifest {
        let file: SourceFile
        do throws(FileError) {
            file = try SourceFile.read(path, in: environment)
        } catch { throw WorkspaceError(.unreadable(path: path, error)) }
        do throws(ManifestFault) { return try RawManifest(file) } catch {
            if error.reason == .syntax(.invalidUTF8) {
                throw WorkspaceError(.notUTF8(path: path), at: error.span, in: file)
            }
            throw WorkspaceError(error.located(in: file))
        }
    }

    /// The manifest at a path with its package as part of a path source.
    func manifest(_ path: String) throws(WorkspaceError) -> Manifest {
        if let known = manifests[path] { return try known.get() }
        let result = Result { () throws(WorkspaceError) in
            let raw = try raw(path)
            return try build(raw, source: .path(raw.directory))
        }
        manifests[path] = result
        return try result.get()
    }

    func build(_ raw: RawManifest, source: SourceID) throws(WorkspaceError) -> Manifest {
        var builder = ManifestBuilder(raw: raw, source: source, config: config) { () throws(WorkspaceError) in
            try self.inheritanceRoot(of: raw)
        }
        return try builder.build()
    }
}

// MARK: Workspace roots

extension ManifestStore {
    /// The root whose keys the manifest may inherit; nil if there is none.
    private func inheritanceRoot(of raw: RawManifest) throws(WorkspaceError) -> RawManifest? {
        if raw.workspace != nil { return raw }
        guard let path = try findRoot(of: raw, load: { path throws(WorkspaceError) in try self.raw(path) }) else {
            return nil
        }
        let root = try self.raw(path)
        guard root.workspace != nil else { throw WorkspaceError(.rootWithoutWorkspace(path)) }
        return root
    }

    /// The path of the root that the manifest at `path` belongs to; nil if there is none.
    ///
    /// The manifests on the way must be sound, even those of strangers.
    /// - SeeAlso: `Workspace::find_root` in `src/cargo/core/workspace.rs` of rust-lang/cargo.
    func root(of path: String) throws(WorkspaceError) -> String? {
        let raw = try raw(path)
        _ = try manifest(path)
        if let claimed = raw.claimedRoot(lookingFrom: path) { return claimed }
        return try findRoot(of: raw) { path throws(WorkspaceError) in
            _ = try self.manifest(path)
            return try self.raw(path)
        }
    }

    private func findRoot(
        of raw: RawManifest, load: (String) throws(WorkspaceError) -> RawManifest
    ) throws(WorkspaceError) -> String? {
        if raw.workspace == nil, let claimed = raw.claimedRoot(lookingFrom: raw.path) { return claimed }
        if let known = knownRoot(of: raw) { return known }
        for directory in searchedDirectories(above: raw.directory) {
            let candidate = Path.join(directory, "Cargo.toml")
            guard exists(candidate) else { continue }
            if let root = try load(candidate).claimedRoot(lookingFrom: raw.path) { return root }
        }
        return nil
    }

    /// A root that has been read before comes before one that is nearer but has not: so does Cargo find it.
    private func knownRoot(of raw: RawManifest) -> String? {
        for directory in Path.ancestors(raw.directory) {
            guard let root = knownRoots[directory], let workspace = root.workspace else { continue }
            if !workspace.excludes(raw.path) { return root.path }
        }
        return nil
    }

    /// The parents, as far as Cargo looks: not inside `target/package`, and not above the cargo home.
    private func searchedDirectories(above directory: String) -> ArraySlice<String> {
        let parents = Path.ancestors(directory).dropFirst()
        let home = environment.cargoHome
        var end = parents.startIndex
        while end < parents.endIndex {
            if parents[end].hasSuffix("/target/package") { break }
            if end > parents.startIndex, parents[end - 1] == home { break }
            end += 1
        }
        return parents[..<end]
    }

    private func exists(_ path: String) -> Bool {
        if let known = presence[path] { return known }
        let isThere = FileSystem.exists(path)
        presence[path] = isThere
        return isThere
    }
}
