package import CargoModel
package import SemVer

/// What an advisory warns of.
package enum AdvisoryKind: String, Sendable, CaseIterable {
    case vulnerability
    /// The package itself is an attack.
    case malicious
    case unsound
    case unmaintained
    case notice
}

/// One record about one package; a record about several packages makes several of these.
package struct Advisory: Sendable, Equatable {
    /// Which name space the package name belongs to.
    package enum Collection: String, Sendable {
        case crates
        /// Parts of the Rust distribution: `std`, `cargo`, `rustdoc`.
        case rust
    }

    /// Who wrote the record, told from its id.
    package enum Origin: String, Sendable {
        case rustsec, ghsa, osv
    }

    /// A function that has the fault; the requirements say in which versions, empty for all affected ones.
    package struct Function: Sendable, Equatable {
        package let path: String
        package let versions: [VersionRequirement]
    }

    package let id: String
    /// Ids under which other databases know the same fault.
    package let aliases: [String]
    /// Ids of other faults that have to do with this one.
    package let related: [String]
    package let package: String
    package let collection: Collection
    /// When it was published.
    package let date: Day?
    /// Since when it no longer holds; such an advisory affects nothing.
    package let withdrawn: Day?
    /// `unmaintained`, `unsound`, `notice` or a word not known here; nil for a vulnerability.
    package let informational: String?
    package let categories: [String]
    /// The vector as written.
    package let cvss: String?
    package let severity: Severity
    /// Operating systems the fault is limited to, in Rust's words; empty for all.
    package let operatingSystems: [String]
    /// Architectures the fault is limited to, in Rust's words; empty for all.
    package let architectures: [String]
    /// In byte order of the paths.
    package let functions: [Function]
    package let affected: AffectedVersions
    /// One line; nil where only facts are known.
    package let title: String?
    package let url: String?
    package let references: [String]
}

extension Advisory {
    package var origin: Origin {
        if id.utf8.starts(with: "GHSA-".utf8) { return .ghsa }
        let isRustSec = id.utf8.starts(with: "RUSTSEC-".utf8) || collection == .rust
        return isRustSec ? .rustsec : .osv
    }

    package var kind: AdvisoryKind {
        if categories.contains("malicious") || allIDs.contains(where: { $0.utf8.starts(with: "MAL-".utf8) }) {
            return .malicious
        }
        switch informational {
        case nil: return .vulnerability
        case "unsound": return .unsound
        case "unmaintained": return .unmaintained
        default: return .notice
        }
    }

    /// The id and all aliases.
    package var allIDs: [String] { [id] + aliases }

    /// Whether a version has the fault. Withdrawn advisories affect nothing.
    package func affects(_ version: Version) -> Bool {
        withdrawn == nil && affected.contains(version)
    }

    /// Whether going from `version` to `candidate` gets rid of the fault: not affected, and not a step back.
    package func isFixed(by candidate: Version, from version: Version) -> Bool {
        !affected.contains(candidate) && !(candidate < version)
    }

    /// The requirements that versions with a fix meet; empty if there is no fix.
    package var fixed: [VersionRequirement] { affected.patched }

    /// Whether a version has the fix.
    package func fixes(_ version: Version) -> Bool {
        !affected.contains(version) && affected.hasFix(at: version)
    }
}
