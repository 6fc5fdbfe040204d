import CargoModel
import TOML

/// What the workspace root offers to a member.
struct Inheritance {
    let root: RawManifest

    private var workspace: WorkspaceSection? { root.workspace }

    /// A key of `[workspace.package]`.
    func packageValue(_ key: String) -> TOMLNode? { workspace?.package?[key] }

    /// The entry of `[workspace.dependencies]` that a member means by this key.
    func dependency(_ key: String) throws(InheritanceReason) -> TOMLTable.Entry {
        guard let table = workspace?.dependencies else {
            throw InheritanceReason(fault: .notDefined("workspace.dependencies"))
        }
        guard let entry = table.entry(key) else { throw InheritanceReason(fault: .notFound(dependency: key)) }
        return entry
    }
}

struct InheritanceReason: Error {
    let fault: ManifestError.InheritanceFault
}

/// Joins what a member says with what it inherits.
/// - SeeAlso: `inner_dependency_inherit_with` in `src/cargo/util/toml/mod.rs` of rust-lang/cargo.
struct DependencyMerge {
    let member: DependencyEntry
    let root: DependencyEntry
    let edition: Edition

    /// The root's features come first; `optional` is the member's alone.
    func merged() throws(InheritanceReason) -> (entry: DependencyEntry, warning: String?) {
        var entry = root
        entry.features += member.features
        entry.optional = member.optional
        guard let wish = member.usesDefaultFeatures else { return (entry, nil) }
        if wish.value {
            entry.defaultFeatures = wish
            return (entry, nil)
        }
        if root.usesDefaultFeatures?.value == false { return (entry, nil) }
        if edition >= .edition2024 { throw InheritanceReason(fault: .cannotTurnOffDefaultFeatures) }
        return (entry, warning)
    }

    private var warning: String {
        let state = root.usesDefaultFeatures == nil ? "not specified" : "true"
        return "`default-features` is ignored for \(member.key), since `default-features` was \(state) for "
            + "`workspace.dependencies.\(member.key)`, this could become a hard error in the future"
    }
}
