package import SemVer

/// What has to be known of one version of a package to resolve it.
package struct Summary: Sendable {
    package let id: PackageID
    /// In Cargo's order (see `Manifest`); for an index line the order of its `deps`.
    package var dependencies: [Dependency]
    package let features: FeatureMap
    /// The native library claimed; unique in a graph.
    package let links: String?
    package let rustVersion: RustVersion?
    /// SHA-256 of the archive as published; `nil` for path and git packages.
    package let checksum: String?

    package init(
        id: PackageID, dependencies: [Dependency], features: FeatureMap, links: String? = nil,
        rustVersion: RustVersion? = nil, checksum: String? = nil
    ) {
        self.id = id
        self.dependencies = dependencies
        self.features = features
        self.links = links
        self.rustVersion = rustVersion
        self.checksum = checksum
    }
}

/// Why an index entry cannot be chosen although it was published.
package enum Unusable: Hashable, Sendable {
    /// Written for a newer Cargo: `v` above 2.
    case unsupportedSchema(UInt32)
    /// Some field does not have the form Cargo needs; the text names it.
    case invalid(String)
}

/// The cheap half of an index entry: enough to list and to order candidates.
package struct PublishedVersion: Sendable {
    package let version: Version
    package let isYanked: Bool
    package let links: String?
    package let rustVersion: RustVersion?
    package let archiveChecksum: ArchiveChecksum?
    /// `nil` for a usable version.
    package let unusable: Unusable?
    /// Where the registry finds the rest; meaningless to others.
    package let row: Int
    /// 0 where it is not known; four bytes, since there are many of these.
    private let secondsSince1970: UInt32

    /// - Parameter published: seconds since 1970-01-01 UTC.
    package init(
        version: Version, isYanked: Bool, links: String? = nil, rustVersion: RustVersion? = nil,
        checksum: String? = nil, unusable: Unusable? = nil, row: Int, published: UInt32? = nil
    ) {
        self.init(
            version: version, isYanked: isYanked, links: links, rustVersion: rustVersion,
            archiveChecksum: checksum.map { .text($0) }, unusable: unusable, row: row, published: published ?? 0)
    }

    /// - Parameter published: seconds since 1970-01-01 UTC, 0 if unknown.
    package init(
        version: Version, isYanked: Bool, links: String?, rustVersion: RustVersion?,
        archiveChecksum: ArchiveChecksum?, unusable: Unusable?, row: Int, published: UInt32
    ) {
        self.version = version
        self.isYanked = isYanked
        self.links = links
        self.rustVersion = rustVersion
        self.archiveChecksum = archiveChecksum
        self.unusable = unusable
        self.row = row
        secondsSince1970 = published
    }

    /// When it was published, in seconds since 1970-01-01 UTC; `nil` if the registry does not say.
    package var published: UInt32? { secondsSince1970 == 0 ? nil : secondsSince1970 }

    /// The day of its publication; `nil` if the registry does not say.
    package var publicationDay: Day? { published.map { Day(number: Int($0) / 86_400) } }

    /// As the index spells it.
    package var checksum: String? { archiveChecksum?.spelling }
}

extension [PublishedVersion] {
    /// Where a version stands; compares numbers in place, without copying whole elements.
    package func position(of version: Version) -> Int? {
        withUnsafeBufferPointer { list in
            for index in 0..<list.count
            where list[index].version.patch == version.patch && list[index].version.minor == version.minor
                && list[index].version.major == version.major && list[index].version == version
            {
                return index
            }
            return nil
        }
    }
}

/// Answers which versions of a package exist. One value answers for every registry source of a run.
///
/// Answers must not change during a run: the resolver asks again and compares nothing.
package protocol Registry: AnyObject {
    /// Every version published under exactly this name, each version once, in no particular order. Empty if there is
    /// no such package; throws if the source itself is not known or its data is damaged.
    func versions(of name: String, in source: SourceID) throws(RegistryError) -> [PublishedVersion]

    /// All that was published of one of these versions.
    func summary(of version: PublishedVersion, named name: String, in source: SourceID) throws(RegistryError) -> Summary

    /// Whether the data of this source is taken from somewhere else, as Cargo sees it: crates.io always is, since its
    /// packages are named after the git index and read from the sparse one.
    func isReplaced(_ source: SourceID) -> Bool
}

extension Registry {
    package func isReplaced(_ source: SourceID) -> Bool { true }
}

/// Why a registry could not answer. Never means "no such package".
package struct RegistryError: Error, Equatable, CustomStringConvertible {
    package enum Reason: Equatable, Sendable {
        /// Nothing here knows this source: no import, no replacement, no cache.
        case unknownSource(String)
        /// The data covers part of the registry only, and not this crate.
        case incomplete(String, of: String)
        /// The data is there and cannot be read.
        case damaged(String)
    }

    package let reason: Reason

    package init(_ reason: Reason) { self.reason = reason }

    package var description: String {
        switch reason {
        case .unknownSource(let source): "no index data for \(source)"
        case .incomplete(let name, let source): "the data about \(source) has nothing on `\(name)`"
        case .damaged(let text): text
        }
    }
}
