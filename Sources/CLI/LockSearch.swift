import CargoModel
import Disk
import Glibc

/// Every `Cargo.lock` below a folder.
///
/// Left out are `.git`, folders behind links, `target` folders of a build, and packages that `cargo vendor` put there:
/// nothing is built with their locks.
struct LockSearch {
    /// Folders with a `Cargo.lock`, absolute, in byte order.
    private(set) var folders: [String] = []
    /// Folders that could not be looked into, which may have hidden a lock.
    private(set) var unreadable: [(path: String, error: FileError)] = []

    /// - Parameter root: absolute.
    init(below root: String) {
        var work = [root]
        while let folder = work.popLast() {
            do throws(FileError) {
                work += try look(into: folder)
            } catch {
                unreadable.append((folder, error))
            }
        }
        folders.sort { $0.precedesInBytes($1) }
    }

    /// - Returns: the folders in it to look into.
    private mutating func look(into folder: String) throws(FileError) -> [String] {
        let names = try FileSystem.names(in: folder)
        if names.contains(".cargo-checksum.json") { return [] }
        if Path.lastComponent(folder) == "target", names.contains(where: { Self.buildMarks.contains($0) }) { return [] }
        if names.contains("Cargo.lock"), !FileSystem.isDirectory(Path.join(folder, "Cargo.lock")) {
            folders.append(folder)
        }
        let isOpen = FileSystem.kindWithoutFollowing(Path.join(folder, ".")) != nil
        guard isOpen else { throw FileError(reason: .system(EACCES)) }
        for name in try FileSystem.foldersOutOfReach(in: folder) {
            unreadable.append((Path.join(folder, name), FileError(reason: .system(EILSEQ))))
        }
        return names.filter { $0 != ".git" }.map { Path.join(folder, $0) }
            .filter { FileSystem.kindWithoutFollowing($0) == .directory }
    }

    private static let buildMarks: Set<String> = ["CACHEDIR.TAG", ".rustc_info.json"]
}
