import CargoModel
import SemVer

/// A registry as it was when a lock was made: without what came later.
///
/// When that was is known from two sides. What was published after the change itself cannot have been there. And where a
/// lock has a version of a compatible range, no newer one of that range was taken: with publication times unknown, or
/// with days between the lock and the change that holds it, this is what tells how far the registry had come. Nobody could
/// choose a yanked version: what is locked and yanked was yanked later.
final class RegistryAsOf: Registry {
    private struct Limit {
        var highest: Version
        var inRange: [[UInt64]: Version] = [:]
    }

    private let registry: any Registry
    private let moment: UInt32?
    private let locked: Set<PackageID>
    private var limits: [CrateKey: Limit] = [:]
    /// Crates of which the graphs have different versions.
    private var moved: Set<CrateKey> = []
    private var answers: [CrateKey: [PublishedVersion]] = [:]

    /// - Parameters:
    ///   - moment: seconds since 1970; nothing published later is seen, unless it is locked.
    ///   - graphs: what the locks have.
    init(_ registry: any Registry, at moment: UInt32?, holding graphs: [Resolve]) {
        self.registry = registry
        self.moment = moment
        let ids = graphs.flatMap(\.packages).filter(\.source.isRegistry)
        locked = Set(ids)
        for id in ids {
            let key = CrateKey(name: id.name, source: id.source)
            var limit = limits[key] ?? Limit(highest: id.version)
            limit.highest = max(limit.highest, id.version)
            limit.inRange[id.version.range] = max(limit.inRange[id.version.range] ?? id.version, id.version)
            limits[key] = limit
        }
        for id in ids where !graphs.allSatisfy({ $0.index(of: id) != nil }) {
            moved.insert(CrateKey(name: id.name, source: id.source))
        }
    }

    func versions(of name: String, in source: SourceID) throws(RegistryError) -> [PublishedVersion] {
        let key = CrateKey(name: name, source: source)
        if let known = answers[key] { return known }
        let all = try registry.versions(of: name, in: source)
        let limit = limits[key]
        let found = all.compactMap { version -> PublishedVersion? in
            guard isVisible(version, limit, name, source) else { return nil }
            return version.isYanked && isLocked(version, name, source) ? version.unyanked : version
        }
        answers[key] = found
        return found
    }

    private func isLocked(_ version: PublishedVersion, _ name: String, _ source: SourceID) -> Bool {
        locked.contains(PackageID(name: name, version: version.version, source: source))
    }

    private func isVisible(_ version: PublishedVersion, _ limit: Limit?, _ name: String, _ source: SourceID) -> Bool {
        // Of a crate that stayed, publication times tell better what could have been taken.
        let isDated = moment != nil && version.published != nil
        if let limit, !isDated || moved.contains(CrateKey(name: name, source: source)) {
            let number = version.version
            if number > limit.inRange[number.range] ?? limit.highest { return false }
        }
        guard let moment, let published = version.published, published > moment else { return true }
        return isLocked(version, name, source)
    }

    func summary(
        of version: PublishedVersion, named name: String, in source: SourceID
    ) throws(RegistryError) -> Summary {
        try registry.summary(of: version, named: name, in: source)
    }

    func isReplaced(_ source: SourceID) -> Bool { registry.isReplaced(source) }
}

extension PublishedVersion {
    fileprivate var unyanked: PublishedVersion {
        PublishedVersion(
            version: version, isYanked: false, links: links, rustVersion: rustVersion, archiveChecksum: archiveChecksum,
            unusable: unusable, row: row, published: published ?? 0)
    }
}
