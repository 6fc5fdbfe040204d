package import BuildGraph
package import CargoModel
package import CargoWorkspace

extension PackageGraph {
    /// The packages of a workspace's lock.
    ///
    /// - Parameters:
    ///   - published: what is known of a package that is not on disk.
    ///   - isProcMacro: of a package that is not on disk; `nil` where nobody knows.
    package convenience init(
        _ resolve: Resolve, of workspace: Workspace, published: (PackageID) -> Summary?,
        isProcMacro: (PackageID) -> Bool?
    ) {
        let local = Dictionary(
            workspace.localPackages.compactMap { manifest in manifest.summary.map { ($0.id, manifest) } },
            uniquingKeysWith: { first, _ in first })
        self.init(
            resolve, summaries: resolve.packages.map { local[$0]?.summary ?? published($0) },
            members: Set(workspace.members.compactMap { $0.summary?.id }), patches: workspace.patches,
            isProcMacro: resolve.packages.map { local[$0]?.package?.isProcMacro ?? isProcMacro($0) })
    }
}
