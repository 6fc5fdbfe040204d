import Audit
import CargoModel
import CargoWorkspace
import Index
import Storage

/// Every registry of a run behind one face: where Cargo's configuration puts other data in a source's place that data
/// is used, else the database, else what Cargo has cached. Remembers each answer.
final class CombinedRegistry: Registry {
    private struct RowKey: Hashable {
        let source: SourceID
        let name: String
        let row: Int
    }

    private struct Place {
        let registry: any Registry
        let basis: Basis.Data
    }

    private let store: Store?
    private let workspace: Workspace
    private let environment: Environment
    private let files = IndexRegistry()
    private var places: [SourceID: Result<Place, RegistryError>] = [:]
    private var versions: [CrateKey: [PublishedVersion]] = [:]
    private var summaries: [RowKey: Summary] = [:]

    init(store: Store?, workspace: Workspace, environment: Environment) {
        self.store = store
        self.workspace = workspace
        self.environment = environment
    }

    /// Answers for a source from an index tree, before anything else.
    func useTree(at directory: String, for source: SourceID) throws(Failure) {
        do {
            files.add(.tree(try IndexTree(at: directory)), for: source)
        } catch {
            throw .cannotJudge("\(error)")
        }
        places[source] = .success(Place(registry: files, basis: data(source, "index tree \(shown(directory))")))
    }

    func versions(of name: String, in source: SourceID) throws(RegistryError) -> [PublishedVersion] {
        let key = CrateKey(name: name, source: source)
        if let known = versions[key] { return known }
        let found = try place(of: source).registry.versions(of: name, in: source)
        versions[key] = found
        return found
    }

    func summary(
        of version: PublishedVersion, named name: String, in source: SourceID
    ) throws(RegistryError) -> Summary {
        let key = RowKey(source: source, name: name, row: version.row)
        if let known = summaries[key] { return known }
        let found = try place(of: source).registry.summary(of: version, named: name, in: source)
        summaries[key] = found
        return found
    }

    func isReplaced(_ source: SourceID) -> Bool {
        guard let location = try? workspace.config.replacement(for: source) else { return true }
        switch location {
        case .registry(let url): return source.kind != .registry || url != source.url
        case .sparse(let url): return source.kind != .sparse || url != source.url
        case .localRegistry, .directory, .git: return true
        }
    }

    /// Whether the library of a package is a procedural macro; `nil` where its sources are not in a vendored directory.
    func isProcMacro(_ id: PackageID) -> Bool? {
        guard let place = try? place(of: id.source).registry as? VendoredRegistry else { return nil }
        return place.isProcMacro(id)
    }

    /// Every crate that was looked up, in no particular order.
    var asked: [CrateKey] { Array(versions.keys) }

    /// The places that were asked, in Cargo's order of sources.
    var basis: [Basis.Data] {
        places.sorted { $0.key < $1.key }.compactMap { source, place in
            guard let found = try? place.get() else { return nil }
            return found.registry === store ? dated(found.basis, source) : found.basis
        }
    }

    /// What was asked for bit by bit is as old as its oldest part.
    private func dated(_ basis: Basis.Data, _ source: SourceID) -> Basis.Data {
        guard let store, !store.isWhole(source) else { return basis }
        let checks = versions.keys.filter { $0.source == source }
            .compactMap { try? store.fetchRecord(of: $0.name, in: source)?.checked }
        guard let oldest = checks.min() else { return basis }
        return Basis.Data(
            name: basis.name, origin: basis.origin, revision: basis.revision, date: Day(number: oldest / 86_400))
    }

    // MARK: Choosing

    private func place(of source: SourceID) throws(RegistryError) -> Place {
        if let known = places[source] { return try known.get() }
        let found: Result<Place, RegistryError>
        do throws(RegistryError) { found = .success(try choose(for: source)) } catch { found = .failure(error) }
        places[source] = found
        return try found.get()
    }

    private func choose(for source: SourceID) throws(RegistryError) -> Place {
        let location: ResolvedSource
        do {
            location = try workspace.config.replacement(for: source)
        } catch {
            throw RegistryError(.damaged("\(error)"))
        }
        switch location {
        case .localRegistry(let directory): return try local(directory, for: source)
        case .directory(let directory): return try vendored(directory, for: source)
        case .git: throw RegistryError(.unknownSource(source.description))
        case .registry(let url): return try published(source, url: url, kind: .git)
        case .sparse(let url): return try published(source, url: url, kind: .sparse)
        }
    }

    private func local(_ directory: String, for source: SourceID) throws(RegistryError) -> Place {
        do {
            files.add(.local(try LocalRegistry(at: directory)), for: source)
        } catch {
            throw RegistryError(.damaged("\(error)"))
        }
        return Place(registry: files, basis: data(source, "local registry \(shown(directory))"))
    }

    private func vendored(_ directory: String, for source: SourceID) throws(RegistryError) -> Place {
        let registry = try VendoredRegistry(
            directory, for: source, config: workspace.config, environment: environment)
        return Place(registry: registry, basis: data(source, "vendored in \(shown(directory))"))
    }

    /// A registry on the network: the database has it, or Cargo has cached it.
    private func published(
        _ source: SourceID, url: String, kind: RegistryDirectory.Kind
    ) throws(RegistryError) -> Place {
        if let store, store.sources.contains(source) {
            let snapshot = (try? store.snapshots())?.first { $0.kind == .index && $0.origin == source.url }
            return Place(
                registry: store,
                basis: Basis.Data(
                    name: "index of \(source)", origin: "database" + snapshotText, revision: snapshot?.revision,
                    date: snapshot?.date))
        }
        guard let home = environment.cargoHome else { throw RegistryError(.unknownSource(source.description)) }
        let cache = CargoCache(home: home)
        let known = (try? cache.registries()) ?? []
        let names =
            source == .cratesIO && url.contains("index.crates.io")
            ? RegistryDirectory.cratesIO : [RegistryDirectory.name(for: url, kind: kind)]
        guard let name = names.first(where: known.contains) else {
            throw RegistryError(.unknownSource(source.description))
        }
        files.add(.cache(cache, directory: name), for: source)
        return Place(registry: files, basis: data(source, "Cargo's cache, whose age is not recorded"))
    }

    /// ` 3f9a0c…`, the content of the database.
    private var snapshotText: String { (try? store?.snapshotID()).map { " \($0)" } ?? "" }

    /// Relative to the working directory where it lies below.
    private func shown(_ path: String) -> String {
        let prefix = environment.workingDirectory + "/"
        return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
    }

    private func data(_ source: SourceID, _ origin: String) -> Basis.Data {
        Basis.Data(name: "index of \(source)", origin: origin)
    }
}
