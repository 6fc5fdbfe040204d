import Glibc

/// Files and folders through the C library.
package enum FileSystem {}

// MARK: - What there is

extension FileSystem {
    package enum Kind: Sendable {
        case file
        case directory
        /// A pipe, a device; a link, where links are not followed.
        case other
    }

    /// Links are followed; nil if there is nothing, or nothing that may be looked at.
    package static func kind(of path: String) -> Kind? { information(path).map(kind) }

    package static func kindWithoutFollowing(_ path: String) -> Kind? { informationWithoutFollowing(path).map(kind) }

    package static func isDirectory(_ path: String) -> Bool { kind(of: path) == .directory }
    package static func isFile(_ path: String) -> Bool { kind(of: path) == .file }
    package static func exists(_ path: String) -> Bool { kind(of: path) != nil }

    /// Whether there is anything of this name, be it a link to nothing.
    package static func isNamed(_ path: String) -> Bool { informationWithoutFollowing(path) != nil }

    /// Whether both paths lead to one and the same file or directory.
    package static func isSame(_ left: String, _ right: String) -> Bool {
        guard let first = information(left), let second = information(right) else { return false }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    /// In bytes; nil if there is nothing.
    package static func size(of path: String) -> Int? { information(path).map { Int($0.st_size) } }

    /// Absolute and free of links; nil if it leads nowhere.
    package static func realPath(_ path: String) -> String? {
        guard isPossible(path), let raw = realpath(path, nil) else { return nil }
        defer { free(raw) }
        return String(cString: raw)
    }

    private static func kind(_ information: stat) -> Kind {
        switch information.st_mode & S_IFMT {
        case S_IFDIR: .directory
        case S_IFREG: .file
        default: .other
        }
    }

    private static func information(_ path: String) -> stat? {
        var information = stat()
        return isPossible(path) && stat(path, &information) == 0 ? information : nil
    }

    private static func informationWithoutFollowing(_ path: String) -> stat? {
        var information = stat()
        return isPossible(path) && lstat(path, &information) == 0 ? information : nil
    }

    /// A path with a NUL in it would be cut there.
    private static func isPossible(_ path: String) -> Bool { !path.utf8.contains(0) }
}

// MARK: - Directories

extension FileSystem {
    /// Names in a directory in byte order, without `.` and `..`; names that are not UTF-8 are left out.
    package static func names(in directory: String) throws(FileError) -> [String] {
        try entries(of: directory).compactMap { String(validating: $0.name, as: UTF8.self) }
    }

    /// The names of folders in a directory that are not UTF-8, hence in no path: with `\u{FFFD}` for what is not.
    package static func foldersOutOfReach(in directory: String) throws(FileError) -> [String] {
        try entries(of: directory).filter { $0.mayBeFolder && String(validating: $0.name, as: UTF8.self) == nil }
            .map { String(decoding: $0.name, as: UTF8.self) }
    }

    /// In byte order of the names. Some file systems do not say what is a folder.
    private static func entries(of directory: String) throws(FileError) -> [(name: [UInt8], mayBeFolder: Bool)] {
        guard isPossible(directory) else { throw FileError(reason: .system(EINVAL)) }
        guard let stream = opendir(directory) else { throw FileError(reason: .system(errno)) }
        defer { closedir(stream) }
        var entries: [(name: [UInt8], mayBeFolder: Bool)] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { name in Array(name.prefix { $0 != 0 }) }
            if name.elementsEqual(".".utf8) || name.elementsEqual("..".utf8) { continue }
            entries.append((name, [DT_DIR, DT_UNKNOWN].contains(Int(entry.pointee.d_type))))
        }
        return entries.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }

    /// The same without the names that start with a dot.
    package static func visibleNames(in directory: String) throws(FileError) -> [String] {
        try names(in: directory).filter { $0.utf8.first != UInt8(ascii: ".") }
    }

    /// Paths of the directories in a directory, in byte order; none if it cannot be listed. Links are not followed.
    package static func directories(in directory: String) -> [String] {
        ((try? names(in: directory)) ?? []).map { Path.join(directory, $0) }
            .filter { kindWithoutFollowing($0) == .directory }
    }

    /// Makes a directory and those above it, as far as they are missing; what cannot be made shows when it is used.
    ///
    /// - Parameter path: absolute.
    package static func makeDirectories(_ path: String) {
        guard isPossible(path) else { return }
        var partial = ""
        for part in path.split(separator: "/") {
            partial += "/" + part
            mkdir(partial, 0o755)
        }
    }
}

// MARK: - Reading

extension FileSystem {
    /// The whole file. Anything but a regular file is refused, so that a pipe or device cannot hang or flood us.
    ///
    /// - Parameter limit: in bytes; a larger file is refused before any memory is taken for it.
    package static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        let (descriptor, size) = try openForReading(path)
        defer { close(descriptor) }
        guard size <= limit else { throw FileError(reason: .tooLarge(limit: limit)) }
        return try contents(of: descriptor, at: 0, count: size)
    }

    /// The whole file; nil if there is none.
    package static func readIfPresent(_ path: String, limit: Int) throws(FileError) -> [UInt8]? {
        do throws(FileError) { return try read(path, limit: limit) } catch {
            if error.isMissing { return nil }
            throw error
        }
    }

    /// Some bytes of a regular file, fewer at its end, and the size of the whole.
    package static func read(
        _ path: String, at offset: Int, count: Int
    ) throws(FileError) -> (bytes: [UInt8], fileSize: Int) {
        let (descriptor, size) = try openForReading(path)
        defer { close(descriptor) }
        return (try contents(of: descriptor, at: offset, count: max(0, min(count, size - offset))), size)
    }

    private static func openForReading(_ path: String) throws(FileError) -> (descriptor: Int32, size: Int) {
        guard isPossible(path) else { throw FileError(reason: .system(EINVAL)) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError(reason: .system(errno)) }
        var information = stat()
        var fault: FileError.Reason?
        if fstat(descriptor, &information) != 0 {
            fault = .system(errno)
        } else {
            switch kind(information) {
            case .file: return (descriptor, Int(information.st_size))
            case .directory: fault = .system(EISDIR)
            case .other: fault = .notRegular
            }
        }
        close(descriptor)
        throw FileError(reason: fault ?? .notRegular)
    }

    /// A file that grows meanwhile is cut at the size it had.
    private static func contents(of descriptor: Int32, at offset: Int, count: Int) throws(FileError) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            while done < count, let base = buffer.baseAddress {
                let amount = pread(descriptor, base + done, count - done, offset + done)
                if amount < 0 {
                    if errno == EINTR { continue }
                    failure = errno
                }
                if amount <= 0 { break }
                done += amount
            }
        }
        if failure != 0 { throw FileError(reason: .system(failure)) }
        return bytes
    }
}

// MARK: - Writing

extension FileSystem {
    /// Writes beside the file, then renames over it: it is either the old or the new one, never half of one. Links are
    /// followed; the mode of the old file is kept. A device or a pipe stays what it is, and is written to.
    package static func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
        if kind(of: path) == .other { return try overwrite(path, with: bytes) }
        let target = realPath(path) ?? path
        let draft = target + ".lockgate-\(getpid())"
        let mode = information(target).map { $0.st_mode & 0o777 } ?? 0o644
        // What is there of that name was left by a run that was killed: in containers numbers of processes come again.
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw FileError(reason: .system(errno)) }
        do throws(FileError) {
            try finish(descriptor, with: bytes)
            guard rename(draft, target) == 0 else { throw FileError(reason: .system(errno)) }
        } catch {
            unlink(draft)
            throw error
        }
    }

    private static func overwrite(_ path: String, with bytes: [UInt8]) throws(FileError) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(reason: .system(errno)) }
        defer { close(descriptor) }
        try write(bytes, to: descriptor)
    }

    /// Adds to the end of a file, which is made if it is not there.
    package static func append(_ bytes: [UInt8], to path: String) throws(FileError) {
        guard isPossible(path) else { throw FileError(reason: .system(EINVAL)) }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError(reason: .system(errno)) }
        defer { close(descriptor) }
        try write(bytes, to: descriptor)
    }

    /// Writes, waits until it is on the disk, and closes in any case.
    private static func finish(_ descriptor: Int32, with bytes: [UInt8]) throws(FileError) {
        do throws(FileError) {
            try write(bytes, to: descriptor)
            guard fsync(descriptor) == 0 else { throw FileError(reason: .system(errno)) }
        } catch {
            close(descriptor)
            throw error
        }
        guard close(descriptor) == 0 else { throw FileError(reason: .system(errno)) }
    }

    /// All bytes, in as many steps as it takes.
    package static func write(_ bytes: [UInt8], to descriptor: Int32) throws(FileError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileError(reason: .system(count < 0 ? errno : EIO)) }
            done += count
        }
    }
}
