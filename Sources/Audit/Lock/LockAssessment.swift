package import CargoModel
package import CargoWorkspace
package import Resolver
package import SemVer

/// The lock that is there against the lock Cargo would write.
package struct LockAssessment: Sendable {
    package let lock: LockOnDisk?
    package let state: LockState
    package let wanted: Resolve?
    /// The text an ordinary Cargo command would leave; `nil` if Cargo would fail.
    package let text: [UInt8]?
    /// What was resolved.
    package let request: ResolveRequest

    /// Resolves with the lock as preference and compares, as `--locked` does.
    ///
    /// - Parameters:
    ///   - bytes: of `Cargo.lock`; `nil` if there is none.
    ///   - path: of `Cargo.lock`, for messages.
    ///   - toolchain: the compiler to prefer compatible versions for, where the workspace asks for that and declares
    ///     no version itself; `nil` if unknown. It never decides whether a lock is current, only what a new one holds.
    ///   - gitPackages: every package of the git repositories a lock names, at the commits it names.
    package init(
        of workspace: Workspace, bytes: [UInt8]?, path: String, registry: any Registry,
        toolchain: RustVersion? = nil, budget: Int? = nil, gitPackages: (Resolve) -> [Summary] = { _ in [] }
    ) throws(LockfileError) {
        let pathPackages = workspace.localPackages.compactMap { $0.summary?.id }
        let lockfile: Lockfile? =
            if let bytes { try Lockfile(parsing: bytes, path: path) } else { nil }
        lock =
            if let lockfile {
                LockOnDisk(lockfile: lockfile, graph: try lockfile.graph(pathPackages: pathPackages))
            } else { nil }
        var request = ResolveRequest(workspace, previous: lock?.resolve, toolchain: toolchain)
        if let budget { request.budget = budget }
        if let lock { request.localPackages += gitPackages(lock.resolve) }
        self.request = request
        do {
            let resolved = try resolve(request, from: registry)
            let result = try ResolvedLock(
                wanted: resolved, old: lock.map { ($0.lockfile, $0.graph) },
                standard: .standard(for: workspace.rustVersions), pathPackages: pathPackages,
                patchedSources: workspace.patches.count)
            wanted = resolved
            text = result.text
            state = lock == nil ? .missing : result.isCurrent ? .current : .stale
        } catch let error as ResolveError {
            wanted = nil
            text = nil
            // That there is no lock is known without any data.
            state = lock == nil && error.isAboutMissingData ? .missing : .unresolvable(error)
        } catch let error as LockfileError {
            throw error
        } catch {
            preconditionFailure("resolving throws nothing else")
        }
    }
}

extension ResolveRequest {
    /// What a build of this workspace resolves.
    package init(_ workspace: Workspace, previous: Resolve?, toolchain: RustVersion?) {
        let declared = workspace.rustVersions
        let rustVersions = declared.isEmpty ? toolchain.map { [$0] } : declared
        self.init(
            members: workspace.members.compactMap(\.summary),
            localPackages: workspace.localPackages.compactMap(\.summary), patches: workspace.patches,
            replacements: workspace.replacements, previous: previous,
            rustVersions: workspace.incompatibleRustVersions == .fallback ? rustVersions : nil)
    }
}

extension ResolveError {
    /// A registry could not answer.
    var isAboutMissingData: Bool {
        if case .registry = reason { true } else { false }
    }

    /// A git dependency whose repository is not on this machine.
    var needsCheckout: Bool {
        guard case .noVersion(let chain, let published) = reason else { return false }
        return published.isEmpty && chain.first?.dependency.source.isGit == true
    }

    /// What to do about a lock that cannot be judged for this.
    var help: String {
        if needsCheckout { return "run `cargo fetch` before, with the same $CARGO_HOME" }
        if case .budget = reason { return "narrow one of these requirements, or give the search more with --budget" }
        return "`cargo update --workspace` fails in the same way; repair the requirement it names"
    }

    /// The lock names a version, or a checksum, that the registry does not have.
    var isAboutOneLockedPackage: Bool {
        switch reason {
        case .checksum: true
        case .noVersion(let chain, _): chain.first?.dependency.requirement.isLocked == true
        default: false
        }
    }
}
