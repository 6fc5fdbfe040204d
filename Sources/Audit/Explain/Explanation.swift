package import BuildGraph
package import CargoModel
package import TOML

/// Why one package is in the lock, and what becomes of it.
package struct Explanation: Sendable {
    /// One requirement that leads to it.
    package struct Need: Sendable {
        package let owner: PackageID
        package let requirement: String
        package let kind: DependencyKind
        /// The `[target.X]` it stands under.
        package let target: String?
        package let isOptional: Bool
        package let usesDefaultFeatures: Bool
        package let features: [String]
        /// The owner's features that name an optional dependency, sorted.
        package let turnedOnBy: [String]
        /// Of the requirement in a manifest on disk.
        package let location: Location?
    }

    /// Another version of the same crate.
    package struct Other: Sendable {
        package let id: PackageID
        package let status: BuildStatus
        package let needs: [Need]
    }

    /// What `cargo update -p` would change.
    package enum Outcome: Sendable {
        case changes([StaleReason.Change])
        /// A line.
        case failure(String)
        /// It would bring in what nobody should take: a line.
        case trap(String)
    }

    package let id: PackageID
    /// Its version in the lock; `nil` where the lock does not have it yet.
    package let location: Location?
    package let isMember: Bool
    package let status: BuildStatus
    /// By owner, then in the order of its manifest.
    package let needs: [Need]
    /// From a member down to the package, no other member between; shortest first, then in byte order.
    package let paths: [[PackageID]]
    /// Of all such paths; `countLimit` stands for any more.
    package let pathCount: Int
    package let others: [Other]
    /// `nil` for a member.
    package internal(set) var update: Outcome?
    /// Why this version and not a newer one: what there is above it, and who is in the way.
    package internal(set) var newer: PackageUpdate?

    package static let countLimit = 1_000_000
}

extension Explanation {
    /// The same with what would become of it.
    package func with(update: Outcome?, newer: PackageUpdate?) -> Explanation {
        var copy = self
        copy.update = update
        copy.newer = newer
        return copy
    }
}
