package import SemVer

/// The format a lock is written in. Formats 1 and 2 carry no `version` line; 5 exists only behind an unstable flag.
package enum LockfileVersion: Int, Comparable, Sendable, CaseIterable {
    /// Checksums in `[metadata]`, every dependency with version and source.
    case v1 = 1
    /// Checksums in the package, dependencies shortened where unambiguous.
    case v2 = 2
    /// As 2, with a `version` line and `branch=master` kept.
    case v3 = 3
    /// As 3, with the git reference encoded as in a form.
    case v4 = 4

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// What Cargo writes for a new lock: the newest format the oldest declared Rust version can read.
    package static func standard(for rustVersions: [RustVersion]) -> LockfileVersion {
        guard let oldest = rustVersions.min() else { return .v4 }
        if oldest.reaches(minor: 83) { return .v4 }
        if oldest.reaches(minor: 53) { return .v3 }
        return oldest.reaches(minor: 41) ? .v2 : .v1
    }
}

extension RustVersion {
    /// At least 1.`minor`; a missing component counts as lowest.
    fileprivate func reaches(minor wanted: UInt64) -> Bool {
        major > 1 || (major == 1 && (minor ?? 0) >= wanted)
    }
}
