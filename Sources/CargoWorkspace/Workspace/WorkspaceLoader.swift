import CargoModel
import Disk
import TOML

/// Puts a workspace together.
struct WorkspaceLoader {
    let store: ManifestStore
    /// The manifest the command was started for.
    let current: String

    func load() throws(WorkspaceError) -> Workspace {
        let own = try store.manifest(current)
        guard let rootPath = try store.root(of: current) else {
            return try finish(root: own, collected: [own], defaultMembers: [0])
        }
        let rawRoot = try store.raw(rootPath)
        guard let section = rawRoot.workspace else { throw WorkspaceError(.rootWithoutWorkspace(rootPath)) }
        let root = try store.manifest(rootPath)
        var collector = MemberCollector(store: store, root: rawRoot, workspace: section)
        try collector.collect()
        var collected: [Manifest] = []
        for path in collector.members { collected.append(try store.manifest(path)) }
        let checks = WorkspaceChecks(store: store, root: rawRoot, current: current, members: collected)
        let defaults = try defaultMembers(checks, root: root, section: section, collected: collected)
        try checks.run()
        return try finish(root: root, collected: collected, defaultMembers: defaults)
    }

    /// As positions among the members that are packages.
    private func defaultMembers(
        _ checks: WorkspaceChecks, root: Manifest, section: WorkspaceSection, collected: [Manifest]
    ) throws(WorkspaceError) -> [Int] {
        let packages = collected.filter { !$0.isVirtual }
        if root.path == current, let entries = section.defaultMembers {
            return try checks.defaultMembers(entries, among: packages, workspace: section)
        }
        if root.path == current, root.isVirtual { return Array(packages.indices) }
        return packages.firstIndex { $0.path == current }.map { [$0] } ?? []
    }

    private func finish(
        root: Manifest, collected: [Manifest], defaultMembers: [Int]
    ) throws(WorkspaceError) -> Workspace {
        let members = collected.filter { !$0.isVirtual }
        let resolver = try located(in: root) { () throws(ManifestFault) in try Self.resolver(of: root) }
        let patches = try patches(root)
        var packages = LocalPackages(store: store, members: members)
        packages.reach(patches: patches, replacements: root.replacements)
        let warnings = WorkspaceWarnings(root: root, members: members, resolver: resolver)
        return Workspace(
            rootDirectory: root.directory, rootManifest: root, members: members,
            defaultMembers: members.isEmpty ? [] : defaultMembers, localPackages: packages.found,
            unavailable: packages.unavailable, patches: patches, replacements: root.replacements,
            resolverVersion: resolver,
            incompatibleRustVersions: store.config.incompatibleRustVersions
                ?? (resolver == .v3 ? .fallback : .allow),
            config: store.config, lockfilePath: Path.join(root.directory, "Cargo.lock"),
            warnings: root.warnings + members.filter { $0.path != root.path }.flatMap(\.warnings) + warnings.all,
            sourceFiles: store.files + store.config.files)
    }

    private func patches(_ root: Manifest) throws(WorkspaceError) -> [PatchTable] {
        do throws(ConfigError) {
            return PatchMerge.merge(config: try store.config.patchTables(), manifest: root.patches)
        } catch { throw WorkspaceError(error) }
    }

    private func located<Result>(
        in manifest: Manifest, _ body: () throws(ManifestFault) -> Result
    ) throws(WorkspaceError) -> Result {
        do throws(ManifestFault) { return try body() } catch {
            throw WorkspaceError(error.located(in: manifest.file))
        }
    }

    /// A virtual root defaults to the oldest resolver, whatever its members' editions.
    private static func resolver(of root: Manifest) throws(ManifestFault) -> ResolverVersion {
        if let written = root.package?.resolver ?? root.workspace?.resolver { return try ResolverVersion(written) }
        return root.package?.edition.resolver ?? .v1
    }
}

/// The packages on disk that a resolution may need.
struct LocalPackages {
    private let store: ManifestStore
    private(set) var found: [Manifest]
    private(set) var unavailable: [String: WorkspaceError] = [:]
    private var seen: Set<String>

    init(store: ManifestStore, members: [Manifest]) {
        self.store = store
        found = members
        seen = Set(members.map(\.directory))
    }

    mutating func reach(patches: [PatchTable], replacements: [Replacement]) {
        var index = 0
        follow(patches.flatMap(\.entries) + replacements.map(\.dependency))
        while index < found.count, found.count <= MemberCollector.limit {
            follow(found[index].dependencies.map(\.dependency))
            index += 1
        }
    }

    private mutating func follow(_ dependencies: [Dependency]) {
        for dependency in dependencies where dependency.source.isPath {
            let directory = dependency.source.url
            guard seen.insert(directory).inserted else { continue }
            let path = Path.join(directory, "Cargo.toml")
            do throws(WorkspaceError) {
                let manifest = try store.manifest(path)
                if manifest.isVirtual { throw WorkspaceError(.virtualDependency(path)) }
                found.append(manifest)
            } catch { unavailable[directory] = error }
        }
    }
}

/// What Cargo says of settings that have no effect where they stand.
struct WorkspaceWarnings {
    let root: Manifest
    let members: [Manifest]
    let resolver: ResolverVersion

    var all: [ManifestWarning] {
        members.filter { $0.path != root.path }.flatMap(ignoredTables) + (virtualResolver.map { [$0] } ?? [])
    }

    private func ignoredTables(of member: Manifest) -> [ManifestWarning] {
        [("profile", "profiles"), ("patch", "patch"), ("replace", "replace")].compactMap { (key, word) in
            guard let entry = member.document.root.entry(key), entry.value.table?.isEmpty == false else { return nil }
            return ignored(word, at: entry.keySpan, in: member)
        } + ignoredResolver(of: member)
    }

    private func ignoredResolver(of member: Manifest) -> [ManifestWarning] {
        guard let written = member.package?.resolver, (try? ResolverVersion(written)) != resolver else { return [] }
        return [ignored("resolver", at: written.span, in: member)]
    }

    private func ignored(_ word: String, at span: Span, in member: Manifest) -> ManifestWarning {
        ManifestWarning(
            message: "\(word) for the non root package will be ignored, specify \(word) at the workspace root",
            location: Location(path: member.file.path, span: span))
    }

    private var virtualResolver: ManifestWarning? {
        guard let section = root.workspace, root.isVirtual, section.resolver == nil,
            let edition = members.compactMap(\.package?.edition).max(), edition.resolver != .v1
        else { return nil }
        return ManifestWarning(
            message: "virtual workspace defaulting to `resolver = \"1\"` despite one or more workspace members being "
                + "on edition \(edition.rawValue) which implies `resolver = \"\(edition.resolver.rawValue)\"`",
            location: Location(path: root.file.path, span: section.span))
    }
}
