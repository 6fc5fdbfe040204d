package import CargoModel
package import CargoWorkspace
package import Resolver
package import SemVer

/// The lock that a Cargo command writes: `generate-lockfile` and the forms of `update`.
///
/// - SeeAlso: src/cargo/ops/cargo_update.rs and src/cargo/ops/lockfile.rs in rust-lang/cargo.
package struct LockUpdate: Sendable {
    /// What may move.
    package enum Extent: Hashable, Sendable {
        /// `generate-lockfile`: nothing of the old lock counts, not even that it can be read.
        case afresh
        /// `update --workspace`, and what any build does: only what the manifests make necessary.
        case workspace
        /// `update` alone.
        case everything
        /// `update SPEC…`
        case packages([String], recursively: Bool)
        /// `update SPEC --precise VERSION`
        case precise(String, version: String)
    }

    package let old: LockOnDisk?
    package let wanted: Resolve
    /// The whole new text; the old one where Cargo leaves the file alone.
    package let text: [UInt8]
    package let isUntouched: Bool
    /// `--locked` would pass.
    package let isCurrent: Bool

    /// - Parameters: as of `LockAssessment`.
    package init(
        _ extent: Extent, of workspace: Workspace, bytes: [UInt8]?, path: String, registry: any Registry,
        toolchain: RustVersion? = nil, budget: Int? = nil, gitPackages: (Resolve) -> [Summary] = { _ in [] }
    ) throws(LockUpdateError) {
        if extent != .afresh, workspace.members.isEmpty { throw .noMembers }
        let paths = workspace.localPackages.compactMap { $0.summary?.id }
        do {
            old = extent == .afresh ? nil : try LockOnDisk(bytes, path: path, pathPackages: paths)
        } catch { throw .lockfile(error) }
        var request = ResolveRequest(workspace, previous: old?.resolve, toolchain: toolchain)
        if let budget { request.budget = budget }
        if let old { request.localPackages += gitPackages(old.resolve) }
        try request.prepare(for: extent, from: registry)
        do { wanted = try resolve(request, from: registry) } catch { throw .resolve(error) }
        do {
            let result = try ResolvedLock(
                wanted: wanted, old: old.map { ($0.lockfile, $0.graph) },
                standard: .standard(for: workspace.rustVersions), pathPackages: paths,
                patchedSources: workspace.patches.count, replacing: bytes ?? [])
            text = result.text
            isUntouched = result.isUntouched
            isCurrent = result.isCurrent
        } catch { throw .lockfile(error) }
    }
}

/// Why there is no new lock.
package enum LockUpdateError: Error, Equatable {
    case lockfile(LockfileError)
    case resolve(ResolveError)
    case spec(PackageIDSpecError)
    /// `--precise` with a text that is no full version.
    case version(VersionError)
    /// Cargo does not update an empty workspace.
    case noMembers
}

extension LockUpdateError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .lockfile(let error): error.description
        case .resolve(let error): error.description
        case .spec(let error): error.description
        case .version(let error): error.description
        case .noMembers: "the workspace has no members; there is nothing to lock"
        }
    }
}

extension LockOnDisk {
    /// `nil` if there is no lock.
    fileprivate init?(_ bytes: [UInt8]?, path: String, pathPackages: [PackageID]) throws(LockfileError) {
        guard let bytes else { return nil }
        let lockfile = try Lockfile(parsing: bytes, path: path)
        self.init(lockfile: lockfile, graph: try lockfile.graph(pathPackages: pathPackages))
    }
}

extension ResolveRequest {
    /// Lets go what may move. Without a lock there is nothing to let go, and specifications are not even read, but for
    /// `--precise`, which first makes one.
    fileprivate mutating func prepare(
        for extent: LockUpdate.Extent, from registry: any Registry
    ) throws(LockUpdateError) {
        switch extent {
        case .afresh, .workspace: break
        case .everything: releaseEverything()
        case .packages(let specs, let recursively):
            if previous != nil { try release(specs, recursively) }
        case .precise(let spec, let version):
            if previous == nil {
                do { previous = try resolve(self, from: registry) } catch { throw .resolve(error) }
            }
            let named = try release([spec], false)
            if let id = named.first, id.source.isRegistry {
                do { precise = PreciseUpdate(of: id, to: try Version(version)) } catch { throw .version(error) }
            }
        }
    }

    @discardableResult
    private mutating func release(_ specs: [String], _ recursively: Bool) throws(LockUpdateError) -> [PackageID] {
        do throws(PackageIDSpecError) {
            var parsed: [PackageIDSpec] = []
            for spec in specs { parsed.append(try PackageIDSpec(spec)) }
            return try release(parsed, recursively: recursively)
        } catch { throw .spec(error) }
    }
}
