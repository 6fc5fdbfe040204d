package import SemVer

/// The versions from `introduced` on, up to but without `fixed`, in plain SemVer order; nil is no bound.
package struct AffectedRange: Sendable, Hashable {
    package let introduced: Version?
    package let fixed: Version?

    package init(introduced: Version?, fixed: Version?) {
        self.introduced = introduced
        self.fixed = fixed
    }

    package func contains(_ version: Version) -> Bool {
        if let introduced, version < introduced { return false }
        if let fixed { return version < fixed }
        return true
    }
}

/// Which versions have a fault, and which have the fix.
package struct AffectedVersions: Sendable {
    /// In ascending order, without overlaps.
    package let ranges: [AffectedRange]
    /// Single versions beside the ranges.
    package let versions: [Version]
    package let patched: [VersionRequirement]
    package let unaffected: [VersionRequirement]
    /// Whether the record was written as requirements (RustSec) and not as ranges (OSV).
    let isWrittenAsRequirements: Bool

    /// - Throws: if a requirement is not a range with at most one bound on each side.
    package init(patched: [VersionRequirement], unaffected: [VersionRequirement]) throws(AdvisoryFault) {
        var spans: [VersionSpan] = []
        for requirement in unaffected + patched { spans.append(try VersionSpan(requirement)) }
        ranges = VersionSpan.complement(of: spans)
        versions = []
        self.patched = patched
        self.unaffected = unaffected
        isWrittenAsRequirements = true
    }

    /// - Parameter ranges: in any order.
    package init(ranges: [AffectedRange], versions: [Version]) {
        self.ranges = AffectedRange.merged(ranges)
        self.versions = versions
        patched = self.ranges.compactMap(\.fixed).map {
            VersionRequirement([
                Comparator(.greaterEqual, major: $0.major, minor: $0.minor, patch: $0.patch, prerelease: $0.prerelease)
            ])
        }
        unaffected = []
        isWrittenAsRequirements = false
    }

    package func contains(_ version: Version) -> Bool {
        ranges.contains { $0.contains(version) } || versions.contains(version)
    }

    /// Whether some fix lies at or below `version`.
    func hasFix(at version: Version) -> Bool {
        guard isWrittenAsRequirements else {
            return ranges.contains { range in range.fixed.map { !(version < $0) } ?? false }
        }
        return patched.contains { (try? VersionSpan($0))?.contains(version) ?? false }
    }
}

extension AffectedVersions: Equatable {
    /// The same versions, however written.
    package static func == (left: Self, right: Self) -> Bool {
        left.ranges == right.ranges && left.versions == right.versions
    }
}

extension AffectedRange {
    /// Sorted, with touching and overlapping ranges joined.
    static func merged(_ ranges: [AffectedRange]) -> [AffectedRange] {
        let sorted = ranges.filter { !$0.isEmpty }.sorted { isLower($0.introduced, $1.introduced) }
        var result: [AffectedRange] = []
        for range in sorted {
            guard let last = result.last, last.reaches(range.introduced) else {
                result.append(range)
                continue
            }
            let end = last.ends(before: range.fixed) ? range.fixed : last.fixed
            result[result.count - 1] = AffectedRange(introduced: last.introduced, fixed: end)
        }
        return result
    }

    private var isEmpty: Bool {
        guard let introduced, let fixed else { return false }
        return !(introduced < fixed)
    }

    private static func isLower(_ left: Version?, _ right: Version?) -> Bool {
        guard let right else { return false }
        return left.map { $0 < right } ?? true
    }

    private func reaches(_ start: Version?) -> Bool {
        guard let fixed, let start else { return true }
        return !(fixed < start)
    }

    private func ends(before other: Version?) -> Bool {
        guard let fixed else { return false }
        return other.map { fixed < $0 } ?? true
    }
}
