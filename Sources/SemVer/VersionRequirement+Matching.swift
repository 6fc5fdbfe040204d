extension VersionRequirement {
    /// Whether `version` fulfils every comparator. A pre-release must also be asked for: one comparator has the same
    /// three numbers and a pre-release of its own. Build metadata never matters.
    package func matches(_ version: Version) -> Bool {
        for comparator in comparators where !comparator.matches(version) { return false }
        return version.prerelease.isEmpty || comparators.contains { $0.admitsPrerelease(of: version) }
    }
}

extension Comparator {
    /// Without regard to the rule on pre-releases, which is one of the whole requirement.
    func matches(_ version: Version) -> Bool {
        switch op {
        case .exact, .wildcard: matchesExactly(version)
        case .greater: matchesGreater(version)
        case .greaterEqual: matchesExactly(version) || matchesGreater(version)
        case .less: matchesLess(version)
        case .lessEqual: matchesExactly(version) || matchesLess(version)
        case .tilde: matchesTilde(version)
        case .caret: matchesCaret(version)
        }
    }

    func admitsPrerelease(of version: Version) -> Bool {
        !prerelease.isEmpty && major == version.major && minor == version.minor && patch == version.patch
    }

    private func order(_ version: Version) -> Identifiers.Order {
        Identifiers.comparePrerelease(version.prerelease, prerelease)
    }

    private func matchesExactly(_ version: Version) -> Bool {
        guard version.major == major else { return false }
        if let minor, version.minor != minor { return false }
        if let patch, version.patch != patch { return false }
        return version.prerelease == prerelease
    }

    private func matchesGreater(_ version: Version) -> Bool {
        if version.major != major { return version.major > major }
        guard let minor else { return false }
        if version.minor != minor { return version.minor > minor }
        guard let patch else { return false }
        if version.patch != patch { return version.patch > patch }
        return order(version) == .greater
    }

    private func matchesLess(_ version: Version) -> Bool {
        if version.major != major { return version.major < major }
        guard let minor else { return false }
        if version.minor != minor { return version.minor < minor }
        guard let patch else { return false }
        if version.patch != patch { return version.patch < patch }
        return order(version) == .less
    }

    private func matchesTilde(_ version: Version) -> Bool {
        guard version.major == major else { return false }
        if let minor, version.minor != minor { return false }
        if let patch, version.patch != patch { return version.patch > patch }
        return order(version) != .less
    }

    private func matchesCaret(_ version: Version) -> Bool {
        guard version.major == major else { return false }
        guard let minor else { return true }
        guard let patch else { return major > 0 ? version.minor >= minor : version.minor == minor }
        if version.minor != minor { return major > 0 && version.minor > minor }
        if version.patch != patch { return (major > 0 || minor > 0) && version.patch > patch }
        return order(version) != .less
    }
}
