package import Advisories
package import CargoModel
import Disk
import Index

/// How an import of an index went.
package struct IndexImport: Sendable {
    package let snapshot: Snapshot
    /// Index files found, and how many bytes the ones read have.
    package let fileCount: Int
    package let byteCount: Int
    /// Files that were new or had changed, and files that had gone.
    package let changedFiles: Int
    package let removedFiles: Int
    /// What the database now holds of this registry.
    package let crates: Int
    package let versions: Int
    package let unusable: Int
    /// Lines without a name and a version, and files that cannot be read.
    package let setAside: [RecordNote]
    /// Nothing was new, and nothing was written.
    package let isUnchanged: Bool
}

/// Puts a whole index into a database, in place of what it had of that registry. Files that have not changed since the
/// last import are only read and compared.
///
/// - Parameters:
///   - directory: a checkout of an index, or a local registry with its folder `index`.
///   - registry: whose index this is; what locks call it, not where it lies.
///   - database: created if missing.
///   - revision: the commit; nil for what the git folder says.
///   - date: the day the data is from; nil for what the git folder says, or else the newest publication.
///   - moment: when this happens, for the record.
///   - progress: called now and then with the number of files done and of all files.
package func importIndex(
    _ directory: String, registry: SourceID, into database: String, revision: String? = nil, date: Day? = nil,
    at moment: String, progress: (Int, Int) -> Void = { _, _ in }
) throws(StorageError) -> IndexImport {
    let tree: IndexTree
    let files: [String]
    do throws(IndexError) {
        let isLocal = !FileSystem.isNamed("\(directory)/config.json") && FileSystem.isDirectory("\(directory)/index")
        tree = isLocal ? try LocalRegistry(at: directory).index : try IndexTree(at: directory)
        files = try tree.files()
    } catch { throw StorageError(.index(error), path: directory) }
    if files.isEmpty { throw StorageError(.noIndexFiles, path: directory) }
    let head = GitHead(of: directory)
    let snapshot = Snapshot(
        id: 0, kind: .index, origin: registry.url, revision: revision ?? head?.commit, date: date ?? head?.date,
        imported: moment)
    var writer = try IndexWriter(registry: registry, database: database, snapshot: snapshot)
    return try writer.run(tree, files, progress)
}
