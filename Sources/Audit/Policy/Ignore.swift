package import CargoModel
package import SemVer
package import TOML

/// One exception: findings that match are let pass, for a stated reason, perhaps until a day.
package struct Ignore: Sendable {
    package let rule: String?
    package let crate: String?
    package let version: VersionRequirement?
    package let advisory: String?
    /// Members; a finding is let pass if it concerns no others.
    package let paths: [PathPattern]
    package let reason: String
    package let expires: Day?
    /// Where the work on it is tracked.
    package let ticket: String?
    package let location: Location

    /// - Parameter paths: of the members the finding concerns.
    package func matches(_ finding: Finding, in paths: [String] = ["."]) -> Bool {
        if let rule, rule != finding.rule, rule != Self.generalRules[finding.rule] { return false }
        if rule == nil, advisory == nil, Self.namedRules.contains(finding.rule) { return false }
        if let crate, crate != finding.subject.crate { return false }
        if let advisory, !finding.advisoryIDs.contains(advisory) { return false }
        if let version, !finding.versions.contains(where: version.matches) { return false }
        if !self.paths.isEmpty, !paths.allSatisfy({ path in self.paths.contains { $0.matches(path) } }) { return false }
        return true
    }

    /// Rules that take a part of another's findings: an exception for the whole holds for the part.
    private static let generalRules = ["duplicate-avoidable": "duplicate-version"]

    /// Whoever puts up with a crate has not put up with a stale lock, malware, or a lock that is not what was published:
    /// an exception has to name these rules, or the advisory.
    private static let namedRules: Set<String> = [
        "lock-missing", "lock-stale", "malicious", "checksum-mismatch", "checksum-missing", "unknown-version",
        "lock-edges-mismatch", "registry-changed", "checksum-changed",
    ]

    /// The day itself still counts.
    package func isInForce(on today: Day) -> Bool { expires.map { today <= $0 } ?? true }

    /// For messages: `yanked, crate log ^0.4, in fuzz`.
    package var summary: String {
        var parts = [rule, advisory].compactMap { $0 }
        if let crate { parts.append("crate \(crate)" + (version.map { " \($0)" } ?? "")) }
        if crate == nil, let version { parts.append("version \(version)") }
        if !paths.isEmpty { parts.append("in " + paths.map(\.text).joined(separator: " or ")) }
        return parts.joined(separator: ", ")
    }
}

extension Finding {
    /// Of the package it is about, or each version of a crate it is about.
    var versions: [Version] {
        if let package = subject.package { return [package.version] }
        let listed = facts.first { $0.key == "versions" }?.value ?? ""
        return listed.split(separator: " ").compactMap { try? Version(String($0)) }
    }
}
