package import CargoModel

/// One link of the chain that leads to a package: somebody requires it.
package struct Demand: Hashable, Sendable {
    package let requirer: PackageID
    package let dependency: Dependency

    package init(requirer: PackageID, dependency: Dependency) {
        self.requirer = requirer
        self.dependency = dependency
    }
}

extension Demand: CustomStringConvertible {
    /// `serde ^1.0.200 [derive]`, required by `app 0.1.0`, in backticks where it is somebody's text.
    package var description: String { "`\(Self.asked(dependency))`, required by `\(requirer)`" }

    static func asked(_ dependency: Dependency) -> String {
        let features = dependency.features.isEmpty ? "" : " [\(dependency.features.joined(separator: ", "))]"
        return "\(dependency.package) \(dependency.requirement)\(features)"
    }
}
