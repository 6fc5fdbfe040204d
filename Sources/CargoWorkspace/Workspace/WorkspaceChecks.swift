import CargoModel
import Disk
import TOML

/// What must hold among the members of a workspace.
/// - SeeAlso: `Workspace::validate` in `src/cargo/core/workspace.rs` of rust-lang/cargo.
struct WorkspaceChecks {
    let store: ManifestStore
    let root: RawManifest
    /// The manifest the command was started for.
    let current: String
    /// All that were collected, virtual ones included.
    let members: [Manifest]

    func run() throws(WorkspaceError) {
        try checkNames()
        try checkRoots()
        try checkMembership()
        if !members.contains(where: { $0.path == current }) { throw notAMember() }
    }

    private func checkNames() throws(WorkspaceError) {
        var seen: [String: Manifest] = [:]
        for member in members {
            guard let package = member.package else { continue }
            if let other = seen.updateValue(member, forKey: package.name.value) {
                throw WorkspaceError(
                    .duplicateName(package.name.value, first: other.path, second: member.path),
                    at: package.name.span, in: member.file)
            }
        }
    }

    private func checkRoots() throws(WorkspaceError) {
        let roots = members.filter { $0.workspace != nil }
        if roots.isEmpty { throw WorkspaceError(.pointsToNoWorkspace(current: current, root: root.path)) }
        guard roots.count > 1, let other = roots.first(where: { $0.path != root.path }) else { return }
        throw WorkspaceError(
            .multipleRoots(roots.map(\.directory)), at: other.workspace?.span ?? Span(start: 0, end: 0), in: other.file)
    }

    private func checkMembership() throws(WorkspaceError) {
        for member in members {
            let actual = try store.root(of: member.path)
            if actual == root.path { continue }
            let span = member.package?.name.span ?? Span(start: 0, end: 0)
            guard let actual else {
                throw WorkspaceError(
                    .memberNotBelowRoot(member: member.path, root: root.path), at: span, in: member.file)
            }
            throw WorkspaceError(
                .wrongWorkspace(member: member.path, expected: root.path, actual: actual), at: span, in: member.file)
        }
    }

    private func notAMember() -> WorkspaceError {
        let directory = Path.parent(current) ?? "/"
        let hint: WorkspaceError.MembershipHint =
            root.package != nil && root.workspace?.members == nil
            ? .addDependency : .addMember(Path.relative(directory, to: root.directory))
        return WorkspaceError(
            .notAMember(current: current, root: root.path, hint: hint),
            at: root.workspace?.span ?? Span(start: 0, end: 0), in: root.file)
    }

    /// Positions in `packages` of the entries of `default-members`.
    func defaultMembers(
        _ entries: [Spanned<String>], among packages: [Manifest], workspace: WorkspaceSection
    ) throws(WorkspaceError) -> [Int] {
        let listed = Set(
            try MemberCollector.expand(workspace.members ?? [], root: root).map { Path.normalize($0.directory) })
        let positions = Dictionary(packages.enumerated().map { ($1.directory, $0) }) { first, _ in first }
        let virtual = Set(members.filter(\.isVirtual).map(\.directory))
        var result: [Int] = []
        for expanded in try MemberCollector.expand(entries, root: root) {
            let directory = Path.normalize(expanded.directory)
            if let index = positions[directory] {
                result.append(index)
            } else if virtual.contains(directory) {
                continue
            } else if !listed.contains(directory) || !workspace.excludes(directory) {
                throw WorkspaceError(
                    .notADefaultMember(directory, root: root.path), at: expanded.entry.span, in: root.file)
            }
        }
        return result
    }
}
