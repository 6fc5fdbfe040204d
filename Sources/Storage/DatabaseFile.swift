import Disk
import Glibc

/// The file of a database as a whole, before SQLite sees it and after.
enum DatabaseFile {
    /// The first bytes of a file, and its size.
    static func start(of path: String, count: Int) throws(StorageError) -> ([UInt8], Int) {
        do throws(FileError) {
            let start = try FileSystem.read(path, at: 0, count: count)
            return (start.bytes, start.fileSize)
        } catch {
            switch error.reason {
            case .notRegular, .tooLarge, .system(EISDIR): throw StorageError(.notADatabase, path: path)
            case .system(ENOENT), .system(ENOTDIR): throw StorageError(.missing, path: path)
            case .system(let number): throw StorageError(.system(number), path: path)
            }
        }
    }

    static func open(_ path: String, _ flags: Int32) throws(StorageError) -> Int32 {
        let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            let number = errno
            throw StorageError(number == ENOENT || number == ENOTDIR ? .missing : .system(number), path: path)
        }
        return descriptor
    }

    /// The folder a file lies in.
    static func folder(of path: String) -> String { Path.parent(path) ?? (Path.isAbsolute(path) ? "/" : ".") }

    /// Copies a file in the kernel.
    static func copy(_ source: String, to target: String) throws(StorageError) {
        let input = try open(source, O_RDONLY)
        defer { close(input) }
        let output = try open(target, O_WRONLY | O_CREAT | O_EXCL)
        defer { close(output) }
        var info = stat()
        guard fstat(input, &info) == 0 else { throw StorageError(.system(errno), path: source) }
        fchmod(output, info.st_mode & 0o777)
        var left = Int(info.st_size)
        while left > 0 {
            let count = sendfile(output, input, nil, left)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw StorageError(count == 0 ? .truncated : .system(errno), path: target) }
            left -= count
        }
    }

    /// Waits until a file, or the names in a folder, are on the disk.
    static func synchronise(_ path: String) throws(StorageError) {
        let descriptor = try open(path, O_RDONLY)
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw StorageError(.system(errno), path: path) }
    }

    static func rename(_ path: String, to target: String) throws(StorageError) {
        guard Glibc.rename(path, target) == 0 else { throw StorageError(.system(errno), path: target) }
    }
}
