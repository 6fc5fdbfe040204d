import SemVer

/// A requirement of an advisory as one interval in plain SemVer order: from `start` on, up to but without `end`.
///
/// Every bound can be written as the first version at or past it, since SemVer has a lowest version above any other:
/// `1.2.4-0` follows `1.2.3`, and `1.2.3-a.0` follows `1.2.3-a`.
///
/// - SeeAlso: `rustsec/src/osv/unaffected_range.rs` and `ranges_for_advisory.rs` in rustsec/rustsec.
struct VersionSpan {
    private(set) var start: Version?
    private(set) var end: Version?

    /// - Throws: unless there is at most one bound on each side; `^`, `~` and `=` set both and must stand alone.
    init(_ requirement: VersionRequirement) throws(AdvisoryFault) {
        let comparators = requirement.comparators
        for comparator in comparators {
            switch comparator.op {
            case .greater: try setStart(try Self.successor(of: comparator.lowest), requirement)
            case .greaterEqual: try setStart(comparator.lowest, requirement)
            case .less: try setEnd(comparator.lowest, requirement)
            case .lessEqual: try setEnd(try Self.successor(of: comparator.lowest), requirement)
            case .exact, .caret, .tilde:
                guard comparators.count == 1 else { throw .range(requirement.description) }
                start = comparator.lowest
                end = try Self.end(of: comparator)
            case .wildcard: throw .range(requirement.description)
            }
        }
        if let start, let end, !(start < end) { throw .range(requirement.description) }
    }

    func contains(_ version: Version) -> Bool {
        AffectedRange(introduced: start, fixed: end).contains(version)
    }

    private mutating func setStart(_ version: Version, _ requirement: VersionRequirement) throws(AdvisoryFault) {
        if start != nil { throw .range(requirement.description) }
        start = version
    }

    private mutating func setEnd(_ version: Version, _ requirement: VersionRequirement) throws(AdvisoryFault) {
        if end != nil { throw .range(requirement.description) }
        end = version
    }
}

extension VersionSpan {
    /// What no span covers. Spans that overlap, which `rustsec` refuses, count together.
    static func complement(of spans: [VersionSpan]) -> [AffectedRange] {
        let covered = AffectedRange.merged(spans.map { AffectedRange(introduced: $0.start, fixed: $0.end) })
        var result: [AffectedRange] = []
        var start: Version?
        for (index, range) in covered.enumerated() {
            if index > 0 || range.introduced != nil {
                result.append(AffectedRange(introduced: start, fixed: range.introduced))
            }
            guard let end = range.fixed else { return result }
            start = end
        }
        return result + [AffectedRange(introduced: start, fixed: nil)]
    }

    /// Whether two of them have a version in common; then somebody has probably made a mistake.
    static func overlap(_ spans: [VersionSpan]) -> Bool {
        let ranges = spans.map { AffectedRange(introduced: $0.start, fixed: $0.end) }
        for (index, left) in ranges.enumerated() {
            for right in ranges[(index + 1)...] where left.overlaps(right) { return true }
        }
        return false
    }

    /// The lowest version above `version`.
    static func successor(of version: Version) throws(AdvisoryFault) -> Version {
        if !version.prerelease.isEmpty {
            return Version(
                major: version.major, minor: version.minor, patch: version.patch,
                prerelease: version.prerelease + ".0")
        }
        return Version(
            major: version.major, minor: version.minor, patch: try next(version.patch), prerelease: "0")
    }

    /// Pre-releases of the end, such as `2.0.0-alpha` for `^1`, lie outside: hence `-0`.
    private static func end(of comparator: Comparator) throws(AdvisoryFault) -> Version {
        let lowest = comparator.lowest
        switch (comparator.op, lowest.major, comparator.minor, comparator.patch) {
        case (.exact, _, _, _): return try successor(of: lowest)
        case (.tilde, let major, let minor?, _): return first(major, try next(minor), 0)
        case (.tilde, let major, nil, _): return first(try next(major), 0, 0)
        case (_, 0, 0?, let patch?): return first(0, 0, try next(patch))
        case (_, 0, let minor?, _): return first(0, try next(minor), 0)
        case (_, let major, _, _): return first(try next(major), 0, 0)
        }
    }

    private static func first(_ major: UInt64, _ minor: UInt64, _ patch: UInt64) -> Version {
        Version(major: major, minor: minor, patch: patch, prerelease: "0")
    }

    private static func next(_ number: UInt64) throws(AdvisoryFault) -> UInt64 {
        guard number < .max else { throw .range("\(number)") }
        return number + 1
    }
}

extension AffectedRange {
    func overlaps(_ other: AffectedRange) -> Bool {
        starts(before: other.fixed) && other.starts(before: fixed)
    }

    private func starts(before end: Version?) -> Bool {
        guard let introduced, let end else { return true }
        return introduced < end
    }
}

extension Comparator {
    /// The numbers written, 0 for those left out.
    fileprivate var lowest: Version {
        Version(major: major, minor: minor ?? 0, patch: patch ?? 0, prerelease: prerelease)
    }
}
