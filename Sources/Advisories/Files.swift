import Disk
import Glibc

/// Files and folders of a collection, with the errors of this target.
enum Files {
    /// Of one record; the largest in the RustSec database has some thousand bytes.
    static let recordLimit = 16 << 20
    /// Of an archive or a file of facts.
    static let collectionLimit = 512 << 20
    /// Of everything in an archive, unpacked.
    static let unpackedLimit = 128 << 20
    /// Folders within folders.
    static let depthLimit = 16

    static func contents(of path: String, limit: Int) throws(AdvisoryError) -> [UInt8] {
        do throws(FileError) { return try FileSystem.read(path, limit: limit) } catch {
            switch error.reason {
            case .system(ENOENT): throw AdvisoryError(.missing, path: path)
            case .system(let number): throw AdvisoryError(.system(number), path: path)
            case .notRegular: throw AdvisoryError(.system(EISDIR), path: path)
            case .tooLarge(let limit): throw AdvisoryError(.tooLarge(limit: limit), path: path)
            }
        }
    }

    /// Paths of all files below a folder, relative to it, in byte order; hidden names and links to folders are left
    /// out.
    static func tree(_ root: String) throws(AdvisoryError) -> [String] {
        var found: [String] = []
        try collect(root, "", depth: 0, into: &found)
        return found
    }

    private static func collect(
        _ root: String, _ prefix: String, depth: Int, into found: inout [String]
    ) throws(AdvisoryError) {
        for name in try names(in: root + "/" + prefix) {
            let path = prefix + name
            guard let kind = FileSystem.kindWithoutFollowing("\(root)/\(path)") else { continue }
            if kind == .directory {
                if depth < depthLimit { try collect(root, path + "/", depth: depth + 1, into: &found) }
            } else {
                found.append(path)
            }
        }
    }

    private static func names(in directory: String) throws(AdvisoryError) -> [String] {
        do throws(FileError) { return try FileSystem.visibleNames(in: directory) } catch {
            guard case .system(let number) = error.reason else { return [] }
            throw AdvisoryError(.system(number), path: directory)
        }
    }
}
