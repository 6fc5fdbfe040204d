package import CargoModel

/// Whether two graphs are the same lock to `--locked`: packages, edges, replacements, checksums, metadata and unused
/// patches. The format, layout, order and comments of the file are not compared.
///
/// Unused patches compare in order. Only where several sources are patched that order varies between Cargo's own
/// runs; there they compare as a set.
///
/// - SeeAlso: `are_equal_lockfiles` in src/cargo/ops/lockfile.rs of rust-lang/cargo.
package enum LockComparison {
    package static func areEqual(_ left: Resolve, _ right: Resolve, isPatchOrderFixed: Bool = true) -> Bool {
        left.packages == right.packages && left.edges == right.edges && left.replacements == right.replacements
            && left.checksums == right.checksums
            && left.explicitlyWithoutChecksum == right.explicitlyWithoutChecksum
            && left.metadata.elementsEqual(right.metadata, by: { $0 == $1 })
            && (isPatchOrderFixed
                ? left.unusedPatches == right.unusedPatches
                : left.unusedPatches.sorted() == right.unusedPatches.sorted())
    }
}

/// The lock Cargo would leave behind after an ordinary command, and how it relates to the one that is there.
package struct ResolvedLock: Sendable {
    /// `--locked` passes.
    package let isCurrent: Bool
    /// An ordinary command would leave the file untouched.
    package let isUntouched: Bool
    /// What an ordinary command writes; the old text if untouched.
    package let text: [UInt8]

    /// - Parameters:
    ///   - wanted: the graph a resolve that prefers the lock gives.
    ///   - standard: the format of a new lock in this workspace.
    ///   - text: of a lock that `old` leaves out since it does not count; only its leading comments are kept.
    package init(
        wanted: Resolve, old: (lockfile: Lockfile, graph: LockedGraph)?, standard: LockfileVersion,
        pathPackages: [PackageID], patchedSources: Int, replacing text: [UInt8] = []
    ) throws(LockfileError) {
        guard let old else {
            let fresh = LockfileEncoder.encode(wanted, version: standard, previous: text)
            isCurrent = false
            isUntouched = Self.haveEqualLines(text, fresh)
            self.text = isUntouched ? text : fresh
            return
        }
        let encoded = LockfileEncoder.encode(wanted, version: old.graph.version, previous: old.lockfile.bytes)
        isUntouched = Self.haveEqualLines(old.lockfile.bytes, encoded)
        if isUntouched {
            isCurrent = true
            self.text = old.lockfile.bytes
            return
        }
        let reread = try Lockfile(parsing: encoded, path: old.lockfile.path).graph(pathPackages: pathPackages)
        isCurrent = LockComparison.areEqual(
            old.graph.resolve, reread.resolve, isPatchOrderFixed: patchedSources < 2)
        self.text =
            old.graph.version < standard
            ? LockfileEncoder.encode(wanted, version: standard, previous: old.lockfile.bytes) : encoded
    }

    /// Line by line; line ends and a missing last one do not count.
    private static func haveEqualLines(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        if left == right { return true }
        return lines(left) == lines(right)
    }

    private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        }
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }
}
