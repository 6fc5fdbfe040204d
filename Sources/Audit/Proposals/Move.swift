package import CargoModel
package import SemVer

/// One change a team can make to its lock or to a requirement of its own.
package enum Move: Hashable, Sendable {
    /// `cargo update -p name@old`
    case update(PackageID)
    /// `cargo update -p name@old --precise new`
    case precise(PackageID, to: Version)
    /// A member writes another requirement.
    case requirement(name: String, of: PackageID, VersionRequirement)

    /// As a user would do it.
    package var instruction: String {
        switch self {
        case .update(let id): "`cargo update -p \(id.name)@\(id.version)`"
        case .precise(let id, let version): "`cargo update -p \(id.name)@\(id.version) --precise \(version)`"
        case .requirement(let name, let owner, let requirement):
            "require `\(name) = \"\(requirement.spelling)\"` in `\(owner.name)`"
        }
    }
}

extension VersionRequirement {
    /// Without the caret that needs not be written.
    package var spelling: String {
        let text = description
        return text.hasPrefix("^") && comparators.count == 1 ? String(text.dropFirst()) : text
    }

    /// `1.2.3`: this version and what is compatible with it.
    static func compatible(with version: Version) -> VersionRequirement? {
        let prerelease = version.prerelease.isEmpty ? "" : "-\(version.prerelease)"
        return try? VersionRequirement("\(version.major).\(version.minor).\(version.patch)\(prerelease)")
    }
}
