import CargoModel
import Disk
import TOML

/// Finds the members of a workspace, in Cargo's order.
/// - SeeAlso: `Workspace::find_members` and `find_path_deps` in `src/cargo/core/workspace.rs` of rust-lang/cargo.
struct MemberCollector {
    let store: ManifestStore
    /// The root manifest's path, and its `[workspace]`.
    let rootPath: String
    let root: RawManifest
    let workspace: WorkspaceSection
    /// Paths of manifests.
    private(set) var members: [String] = []
    private var known: Set<String> = []

    /// Packages one workspace may have.
    static let limit = 100_000

    init(store: ManifestStore, root: RawManifest, workspace: WorkspaceSection) {
        self.store = store
        self.root = root
        self.workspace = workspace
        rootPath = root.path
    }

    /// A manifest still to be looked at.
    private struct Visit {
        let path: String
        /// The dependency that leads here, and where it is written; nil for an entry of `members` or the root.
        let dependency: (name: String, span: Span, file: SourceFile)?
    }

    mutating func collect() throws(WorkspaceError) {
        for member in try Self.expand(workspace.members ?? [], root: root) {
            do throws(WorkspaceError) { try visit(Path.join(member.directory, "Cargo.toml")) } catch {
                throw error.within(circumstance(of: member), at: member.entry.span, in: root.file)
            }
        }
        try visit(rootPath)
    }

    private func circumstance(of member: Expanded) -> String {
        let how = member.isGlob ? "referenced via `\(member.entry.value)` by" : "referenced by"
        return "failed to load manifest for workspace member `\(member.directory)` \(how) workspace at `\(rootPath)`"
    }

    /// Adds a manifest, then what its path dependencies lead to, depth first.
    private mutating func visit(_ path: String) throws(WorkspaceError) {
        var stack = [Visit(path: path, dependency: nil)]
        while let next = stack.popLast() {
            do throws(WorkspaceError) {
                if let added = try add(next) { stack += Self.pathDependencies(of: added).reversed() }
            } catch {
                guard let dependency = next.dependency else { throw error }
                let circumstance = "failed to load manifest for dependency `\(dependency.name)`"
                throw error.within(circumstance, at: dependency.span, in: dependency.file)
            }
        }
    }

    /// Nil if it is no member, or one already.
    private mutating func add(_ visit: Visit) throws(WorkspaceError) -> Manifest? {
        let path = Path.normalize(visit.path)
        if known.contains(path) { return nil }
        if visit.dependency != nil, !Path.starts(path, with: root.directory), try store.root(of: path) != rootPath {
            return nil
        }
        if workspace.excludes(path) { return nil }
        known.insert(path)
        members.append(path)
        if members.count > Self.limit { throw WorkspaceError(.tooManyPackages(limit: Self.limit)) }
        return try store.manifest(path)
    }

    private static func pathDependencies(of manifest: Manifest) -> [Visit] {
        manifest.dependencies.filter(\.dependency.source.isPath).map { dependency in
            Visit(
                path: Path.join(dependency.dependency.source.url, "Cargo.toml"),
                dependency: (dependency.name, dependency.location.span, manifest.file))
        }
    }
}

// MARK: Patterns

extension MemberCollector {
    struct Expanded {
        /// Not normalised.
        let directory: String
        let entry: Spanned<String>
        let isGlob: Bool
    }

    /// The directories that entries of `members` or `default-members` stand for. One that fits nothing stands for
    /// itself; what is no directory is left out.
    static func expand(_ entries: [Spanned<String>], root: RawManifest) throws(WorkspaceError) -> [Expanded] {
        var result: [Expanded] = []
        for entry in entries {
            let path = Path.join(root.directory, entry.value)
            let found = try matches(path, entry, root)
            if found.isEmpty {
                result.append(Expanded(directory: path, entry: entry, isGlob: false))
            }
            let isGlob = found.count > 1 || found.first != path
            for directory in found where FileSystem.isDirectory(directory) {
                result.append(Expanded(directory: directory, entry: entry, isGlob: isGlob))
            }
        }
        return result
    }

    private static func matches(
        _ path: String, _ entry: Spanned<String>, _ root: RawManifest
    ) throws(WorkspaceError) -> [String] {
        guard path.utf8.contains(where: { "*?[".utf8.contains($0) }) else {
            return FileSystem.isNamed(path) ? [path] : []
        }
        let pattern: GlobPattern
        do throws(PatternReason) { pattern = try GlobPattern(path) } catch {
            throw WorkspaceError(.invalidPattern(path, error.fault), at: entry.span, in: root.file)
        }
        do throws(WorkspaceError) { return try pattern.matches() } catch {
            throw WorkspaceError(error.reason, at: entry.span, in: root.file)
        }
    }
}
