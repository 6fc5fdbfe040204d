package import CargoModel
package import TOML

/// One cause for which Cargo would change the lock, with everything that follows from it.
package struct StaleReason: Sendable {
    /// One line of what Cargo would do.
    package enum Change: Sendable, Equatable {
        case add(PackageID)
        case remove(PackageID)
        case move(from: PackageID, to: PackageID)
        /// The package stays; it depends on something else now.
        case repoint(PackageID, gained: [PackageID], lost: [PackageID])
        case checksum(PackageID)
        case unusedPatch(PackageID)

        package var text: String {
            switch self {
            case .add(let id): "adds `\(id)`"
            case .remove(let id): "removes `\(id)`"
            case .move(let from, let to) where from.source != to.source:
                "takes `\(to.name)` \(to.version) from \(to.source.place), not \(from.version) from \(from.source.place)"
            case .move(let from, let to): "moves `\(from.name)` from \(from.version) to \(to.version)"
            case .repoint(let id, let gained, let lost): Self.repointing(id, gained, lost)
            case .checksum(let id): "records the checksum of `\(id)`"
            case .unusedPatch(let id): "changes the unused patch `\(id)`"
            }
        }

        private static func repointing(_ id: PackageID, _ gained: [PackageID], _ lost: [PackageID]) -> String {
            if gained.isEmpty { return "drops \(list(lost)) from the dependencies of `\(id)`" }
            return "makes `\(id)` depend on \(list(gained))" + (lost.isEmpty ? "" : ", not on \(list(lost))")
        }

        private static func list(_ packages: [PackageID]) -> String {
            let named = packages.prefix(4).map { "`\($0)`" }
            return (named + (packages.count > 4 ? ["\(packages.count - 4) more"] : [])).joined(separator: ", ")
        }
    }

    /// What the cause is: lower case, the fact first.
    package let message: String
    /// The manifest line, or the place in the lock where no manifest is to blame.
    package let location: Location?
    package let subject: Subject
    /// In package id order.
    package let changes: [Change]
}
