package import CargoModel

/// Answers from index files, without a database. A crate's file is read when it is first asked for, and kept.
package final class IndexRegistry: Registry {
    /// Where the records of a source lie.
    package enum Place: Sendable {
        case tree(IndexTree)
        case local(LocalRegistry)
        /// What Cargo has kept of a registry, under this folder's name; see `RegistryDirectory`.
        case cache(CargoCache, directory: String)
    }

    private final class Known {
        let place: Place
        var maker: SummaryMaker
        var records: [String: [IndexRecord]] = [:]

        init(place: Place, source: SourceID) {
            self.place = place
            maker = SummaryMaker(in: source)
        }
    }

    private var sources: [SourceID: Known] = [:]

    package init() {}

    /// - Parameter place: answers for `source` from now on.
    package func add(_ place: Place, for source: SourceID) {
        sources[source] = Known(place: place, source: source)
    }

    package func versions(of name: String, in source: SourceID) throws(RegistryError) -> [PublishedVersion] {
        try records(of: name, in: source).enumerated().map { $1.published(row: $0) }
    }

    package func summary(
        of version: PublishedVersion, named name: String, in source: SourceID
    ) throws(RegistryError) -> Summary {
        let records = try records(of: name, in: source)
        guard records.indices.contains(version.row), let entry = records[version.row].entry,
            entry.version == version.version, let summary = try sources[source]?.maker.summary(of: entry)
        else { throw RegistryError(.damaged("\(source) has no usable \(name) \(version.version)")) }
        return summary
    }

    private func records(of name: String, in source: SourceID) throws(RegistryError) -> [IndexRecord] {
        guard let known = sources[source] else { throw RegistryError(.unknownSource(source.description)) }
        if let records = known.records[name] { return records }
        let records: [IndexRecord]?
        do throws(IndexError) { records = try known.place.records(of: name) } catch {
            throw RegistryError(.damaged(error.description))
        }
        guard let records else { throw RegistryError(.incomplete(name, of: source.description)) }
        known.records[name] = records
        return records
    }
}

extension IndexRegistry.Place {
    /// Under exactly this name; empty if there is no such crate, nil where that cannot be known.
    fileprivate func records(of name: String) throws(IndexError) -> [IndexRecord]? {
        switch self {
        case .tree(let tree):
            try tree.records(inFileOf: name)?.filter { $0.name.compareBytes(name) == 0 } ?? []
        case .local(let registry): try registry.records(of: name)
        case .cache(let cache, let directory): try cache.records(of: name, in: directory)
        }
    }
}
