package import Advisories
package import CargoModel
import Index
import JSON
import SemVer

/// A database opened for reading. For one thread at a time; several may be open on one file.
package final class Store: Registry {
    package let path: String
    let connection: Connection
    private var registries: [SourceID: RegistryRow] = [:]
    private let listing: Statement
    private let entry: Statement
    private lazy var advisoriesByPackage = Result { () throws(StorageError) in
        try connection.prepare(
            "SELECT record FROM raw_advisories WHERE package = ? AND collection = ? ORDER BY advisory, snapshot")
    }

    private let fetched: Statement

    private final class RegistryRow {
        let id: Int
        let isWhole: Bool
        var reader: EntryReader

        init(id: Int, isWhole: Bool, source: SourceID) {
            self.id = id
            self.isWhole = isWhole
            reader = EntryReader(in: source)
        }
    }

    /// - Throws: with a reason of its own for each way a file can be no database of ours; nothing is ever written.
    package init(opening path: String) throws(StorageError) {
        _ = try FileHeader.check(path, allowingOlder: false)
        self.path = path
        connection = try Connection(path, .immutable)
        listing = try connection.prepare("SELECT id, listing FROM raw_crates WHERE registry = ? AND name = ?")
        entry = try connection.prepare("SELECT dependencies, features FROM raw_versions WHERE id = ?")
        fetched = try connection.prepare("SELECT validator, checked FROM raw_fetched WHERE registry = ? AND path = ?")
        let rows = try connection.prepare("SELECT id, kind, url, is_whole FROM registries")
        while try rows.step() {
            guard let source = SourceID(kind: rows.text(1), url: rows.text(2)) else { continue }
            registries[source] = RegistryRow(id: rows.integer(0), isWhole: rows.integer(3) == 1, source: source)
        }
    }

    /// The registries there is data about, in Cargo's order.
    package var sources: [SourceID] { registries.keys.sorted() }
}

// MARK: - Registry

extension Store {
    package func versions(of name: String, in source: SourceID) throws(RegistryError) -> [PublishedVersion] {
        guard let registry = registries[source] else { throw RegistryError(.unknownSource(source.description)) }
        do throws(StorageError) {
            try listing.bind(1, registry.id)
            try listing.bind(2, name)
            guard try listing.step() else {
                if registry.isWhole || indexPath(for: name) == nil { return [] }
                if try fetchRecord(of: name, registry.id) != nil { return [] }
                throw StorageError(.notFetched, path: path)
            }
            defer { listing.reset() }
            guard let versions = Listing.decode(listing.bytes(1), firstRow: listing.integer(0) << 16) else {
                throw StorageError(.damaged("the versions of \(name)"), path: path)
            }
            return versions
        } catch {
            if error.reason == .notFetched { throw RegistryError(.incomplete(name, of: source.description)) }
            throw RegistryError(.damaged(error.description))
        }
    }

    package func summary(
        of version: PublishedVersion, named name: String, in source: SourceID
    ) throws(RegistryError) -> Summary {
        guard let registry = registries[source] else { throw RegistryError(.unknownSource(source.description)) }
        do throws(StorageError) {
            try entry.bind(1, version.row)
            guard try entry.step() else {
                throw StorageError(.damaged("no row for \(name) \(version.version)"), path: path)
            }
            defer { entry.reset() }
            let id = PackageID(name: name, version: version.version, source: source)
            return try summary(of: id, version, &registry.reader)
        } catch { throw RegistryError(.damaged(error.description)) }
    }

    private func summary(
        of id: PackageID, _ version: PublishedVersion, _ reader: inout EntryReader
    ) throws(StorageError) -> Summary {
        do throws(JSONError) {
            return Summary(
                id: id, dependencies: try reader.dependencies(entry.bytes(0)),
                features: entry.isNull(1) ? .empty : try reader.features(entry.bytes(1)), links: version.links,
                rustVersion: version.rustVersion, checksum: version.checksum)
        } catch { throw StorageError(.damaged("\(id): \(error)"), path: path) }
    }
}

// MARK: - What was asked of servers

/// What is known of an index file on a server.
package struct FetchRecord: Hashable, Sendable {
    /// `etag: …` or `last-modified: …`; `nil` if the server gave neither.
    package let validator: String?
    /// Seconds since 1970.
    package let checked: Int

    package init(validator: String?, checked: Int) {
        self.validator = validator
        self.checked = checked
    }
}

extension Store {
    /// When a crate was last asked for; `nil` if never.
    package func fetchRecord(of name: String, in source: SourceID) throws(StorageError) -> FetchRecord? {
        guard let registry = registries[source] else { return nil }
        return try fetchRecord(of: name, registry.id)
    }

    /// Whether crates that are not here do not exist.
    package func isWhole(_ source: SourceID) -> Bool { registries[source]?.isWhole ?? false }

    private func fetchRecord(of name: String, _ registry: Int) throws(StorageError) -> FetchRecord? {
        guard let path = indexPath(for: name) else { return nil }
        try fetched.bind(1, registry)
        try fetched.bind(2, path)
        guard try fetched.step() else { return nil }
        defer { fetched.reset() }
        return FetchRecord(validator: fetched.text(0), checked: fetched.integer(1))
    }

    /// What a registry did to versions of these names that it must never do, oldest first.
    package func changes(of names: [String]) throws(StorageError) -> [RegistryChange] {
        let statement = try connection.prepare(
            "SELECT registry, name, version, kind, old, new, noticed FROM raw_changes WHERE name = ? ORDER BY id")
        var found: [RegistryChange] = []
        for name in names {
            try statement.bind(1, name)
            while try statement.step() {
                guard let change = RegistryChange(statement) else {
                    throw StorageError(.damaged("a change of \(name)"), path: path)
                }
                found.append(change)
            }
        }
        return found
    }
}

// MARK: - Popularity

extension Store {
    /// The names that at least `minimum` crates of a registry depend on, most depended-upon first, then by name. Empty
    /// where the data covers a part of the registry only.
    package func popular(
        in source: SourceID, minimum: Int = 200, limit: Int = 3000
    ) throws(StorageError) -> [(name: String, dependents: Int)] {
        guard let registry = registries[source]?.id else { return [] }
        let statement = try connection.prepare(
            """
            SELECT d.name, d.crates FROM registries r JOIN raw_dependents d ON d.registry = r.id
            WHERE r.id = ?1 AND r.is_whole AND d.crates >= ?2 ORDER BY d.crates DESC, d.name LIMIT ?3
            """)
        try statement.bind(1, registry)
        try statement.bind(2, minimum)
        try statement.bind(3, limit)
        var found: [(name: String, dependents: Int)] = []
        while try statement.step() { found.append((statement.text(0) ?? "", statement.integer(1))) }
        return found
    }

    /// How many crates of a registry depend on each of these names; one that nobody depends on is missing.
    package func dependents(of names: [String], in source: SourceID) throws(StorageError) -> [String: Int] {
        guard let registry = registries[source]?.id else { return [:] }
        let statement = try connection.prepare("SELECT crates FROM raw_dependents WHERE registry = ?1 AND name = ?2")
        var found: [String: Int] = [:]
        for name in names {
            try statement.bind(1, registry)
            try statement.bind(2, name)
            if try statement.step() { found[name] = statement.integer(0) }
            statement.reset()
        }
        return found
    }
}

// MARK: - Advisories and facts

extension Store {
    /// What is known of packages of these names, by name in the order given, then by id; withdrawn ones included.
    ///
    /// - Parameter collection: names of crates and of parts of the Rust distribution overlap.
    package func advisories(
        for names: [String], in collection: Advisory.Collection = .crates
    ) throws(StorageError) -> [Advisory] {
        let statement = try advisoriesByPackage.get()
        var found: [Advisory] = []
        for name in names {
            try statement.bind(1, name)
            try statement.bind(2, collection.rawValue)
            while try statement.step() {
                do throws(AdvisoryFault) { found.append(try AdvisoryFacts.advisory(statement.bytes(0))) } catch {
                    statement.reset()
                    throw StorageError(.damaged("an advisory about \(name): \(error)"), path: path)
                }
            }
        }
        return found
    }

    /// What is known under an id or an alias, about any package.
    ///
    /// - Complexity: linear in all advisories.
    package func advisories(called id: String) throws(StorageError) -> [Advisory] {
        let statement = try connection.prepare(
            "SELECT record FROM raw_advisories WHERE collection = ? AND instr(record, ?) ORDER BY advisory, snapshot")
        try statement.bind(1, Advisory.Collection.crates.rawValue)
        try statement.bind(2, "\"" + id + "\"")
        var found: [Advisory] = []
        while try statement.step() {
            do throws(AdvisoryFault) { found.append(try AdvisoryFacts.advisory(statement.bytes(0))) } catch {
                throw StorageError(.damaged("an advisory that mentions \(id): \(error)"), path: path)
            }
        }
        return found.filter { $0.allIDs.contains(id) }
    }

    /// Everything that was imported, index first, then by origin.
    package func snapshots() throws(StorageError) -> [Snapshot] {
        try Snapshots.all(in: connection)
    }

    /// The same for the same content, whenever and in whatever order it came; 16 hexadecimal digits.
    package func snapshotID() throws(StorageError) -> String? { try SnapshotID.read(in: connection) }

    /// Every registry with what is known of it, in Cargo's order.
    package func registryFacts() throws(StorageError) -> [RegistryFacts] {
        var facts: [RegistryFacts] = []
        for source in sources {
            guard let row = registries[source] else { continue }
            facts.append(try RegistryFacts(source, id: row.id, isWhole: row.isWhole, in: connection))
        }
        return facts
    }

    package func counts() throws(StorageError) -> StoreCounts {
        let statement = try connection.prepare(
            """
            SELECT (SELECT count(*) FROM registries), (SELECT count(*) FROM raw_crates), count(*),
                coalesce(sum(yanked), 0), count(unusable), (SELECT count(*) FROM raw_advisories) FROM raw_versions
            """)
        _ = try statement.step()
        return StoreCounts(
            registries: statement.integer(0), crates: statement.integer(1), versions: statement.integer(2),
            yanked: statement.integer(3), unusable: statement.integer(4), advisories: statement.integer(5))
    }
}

extension SourceID {
    /// The word for the kind of a registry in the table.
    var kindWord: String? {
        switch kind {
        case .registry: "registry"
        case .sparse: "sparse"
        case .localRegistry: "local-registry"
        case .directory: "directory"
        case .path, .git: nil
        }
    }

    fileprivate init?(kind word: String?, url: String?) {
        guard let url else { return nil }
        switch word {
        case "registry": self.init(kind: .registry, url: url)
        case "sparse": self.init(kind: .sparse, url: url)
        case "local-registry": self.init(kind: .localRegistry, url: url)
        case "directory": self.init(kind: .directory, url: url)
        default: return nil
        }
    }
}
