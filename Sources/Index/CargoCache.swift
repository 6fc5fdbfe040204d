import Disk

/// What Cargo has kept of registry indexes in its home, `$CARGO_HOME/registry/index`. Read only.
///
/// It may be older than the registry: nothing in it says when it was fetched. A crate that is not in it may exist.
package struct CargoCache: Sendable {
    /// `$CARGO_HOME/registry/index`.
    private let path: String

    package init(home: String) {
        path = "\(home)/registry/index"
    }

    /// Names of the registries' folders that hold a cache, in byte order. Empty if there is no Cargo home.
    package func registries() throws(IndexError) -> [String] {
        guard FileSystem.kind(of: path) == .directory else { return [] }
        return try Files.names(in: path).filter { FileSystem.kind(of: "\(path)/\($0)/.cache") == .directory }
    }

    /// What is recorded of a crate under exactly this name; nil if it has not been looked up or the file is unusable.
    ///
    /// - Parameter registry: see `RegistryDirectory`.
    package func records(of name: String, in registry: String) throws(IndexError) -> [IndexRecord]? {
        guard let file = try file(of: name, in: registry) else { return nil }
        return file.records().filter { $0.name.utf8.elementsEqual(name.utf8) }
    }

    package func file(of name: String, in registry: String) throws(IndexError) -> CacheFile? {
        guard let file = indexPath(for: name) else { return nil }
        return try Files.contents(of: "\(path)/\(registry)/.cache/\(file)").flatMap(CacheFile.init)
    }

    /// The files of a registry as a tree, for reading all of them; each is a `CacheFile`.
    package func tree(of registry: String) throws(IndexError) -> IndexTree {
        try IndexTree(at: "\(path)/\(registry)/.cache")
    }
}
