import CargoModel
import CargoWorkspace
import Index

/// A directory source: what `cargo vendor` makes. Its packages' own manifests say what an index would.
final class VendoredRegistry: Registry {
    private let summaries: [String: [Summary]]
    /// Those whose library is a procedural macro.
    private let macros: Set<PackageID>

    /// - Throws: if one package is bad, as Cargo does: then the whole source is.
    init(
        _ directory: String, for source: SourceID, config: CargoConfig, environment: Environment
    ) throws(RegistryError) {
        var summaries: [String: [Summary]] = [:]
        var macros: Set<PackageID> = []
        do {
            for crate in try DirectorySource(at: directory).crates() {
                let package = try loadPackage(at: crate.path, source: source, config: config, environment: environment)
                let summary = package.summary
                summaries[summary.id.name, default: []].append(summary.with(checksum: crate.checksum))
                if package.isProcMacro { macros.insert(summary.id) }
            }
        } catch {
            throw RegistryError(.damaged("\(error)"))
        }
        self.summaries = summaries
        self.macros = macros
    }

    func isProcMacro(_ id: PackageID) -> Bool { macros.contains(id) }

    func versions(of name: String, in source: SourceID) throws(RegistryError) -> [PublishedVersion] {
        (summaries[name] ?? []).enumerated().map { row, summary in
            PublishedVersion(
                version: summary.id.version, isYanked: false, links: summary.links,
                rustVersion: summary.rustVersion, checksum: summary.checksum, row: row)
        }
    }

    func summary(
        of version: PublishedVersion, named name: String, in source: SourceID
    ) throws(RegistryError) -> Summary {
        guard let known = summaries[name], known.indices.contains(version.row) else {
            throw RegistryError(.damaged("\(name) \(version.version) is not vendored"))
        }
        return known[version.row]
    }
}

extension Summary {
    fileprivate func with(checksum: String?) -> Summary {
        Summary(
            id: id, dependencies: dependencies, features: features, links: links, rustVersion: rustVersion,
            checksum: checksum)
    }
}
