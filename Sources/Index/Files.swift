import Disk
import Glibc

/// Files and folders of an index, with the errors of this target.
enum Files {
    /// Far above any index file, far below what would hurt.
    static let sizeLimit = 256 << 20

    /// Names in a folder that are UTF-8 and do not start with a dot, in byte order.
    static func names(in directory: String) throws(IndexError) -> [String] {
        do throws(FileError) { return try FileSystem.visibleNames(in: directory) } catch {
            throw IndexError(error, path: directory)
        }
    }

    /// The whole file; nil if there is none.
    static func contents(of path: String) throws(IndexError) -> [UInt8]? {
        do throws(FileError) { return try FileSystem.readIfPresent(path, limit: sizeLimit) } catch {
            throw IndexError(error, path: path)
        }
    }
}

extension IndexError {
    fileprivate init(_ error: FileError, path: String) {
        switch error.reason {
        case .notRegular, .system(EISDIR): self.init(.notAFile, path: path)
        case .system(ENOTDIR): self.init(.notADirectory, path: path)
        case .system(let number): self.init(.system(number), path: path)
        case .tooLarge(let limit): self.init(.tooLarge(limit: limit), path: path)
        }
    }
}
