import Disk
import Glibc
import TestSupport
import Testing

@Suite struct FileSystemTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func path(_ name: String) -> String { directory.path + "/" + name }

    private func fault(_ name: String, limit: Int = 100) -> FileError.Reason? {
        do throws(FileError) { _ = try FileSystem.read(path(name), limit: limit) } catch { return error.reason }
        return nil
    }

    @Test func readsWholeFiles() throws {
        let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try directory.write(bytes, to: "a")
        try directory.write("", to: "empty")
        #expect(try FileSystem.read(path("a"), limit: bytes.count) == bytes)
        #expect(try FileSystem.read(path("empty"), limit: 0) == [])
        #expect(fault("a", limit: bytes.count - 1) == .tooLarge(limit: bytes.count - 1))
    }

    @Test func refusesALargeFileBeforeItTakesMemory() throws {
        try directory.write("", to: "sparse")
        #expect(truncate(path("sparse"), 1 << 40) == 0)
        #expect(fault("sparse", limit: 64 << 20) == .tooLarge(limit: 64 << 20))
        #expect(try FileSystem.read(path("sparse"), at: 1 << 39, count: 3).bytes == [0, 0, 0])
    }

    @Test func readsNothingButFiles() throws {
        mkfifo(path("pipe"), 0o600)
        #expect(fault("pipe") == .notRegular)
        #expect(fault("") == .system(EISDIR))
        #expect(fault("none") == .system(ENOENT))
        #expect(fault("a\0b") == .system(EINVAL))
        #expect(throws: FileError(reason: .notRegular)) { try FileSystem.read("/dev/zero", limit: 10) }
        #expect(throws: FileError(reason: .notRegular)) { try FileSystem.read(path("pipe"), at: 0, count: 1) }
    }

    @Test func tellsAMissingFileFromAFault() throws {
        try directory.write("x", to: "file")
        #expect(try FileSystem.readIfPresent(path("none"), limit: 10) == nil)
        #expect(try FileSystem.readIfPresent(path("file/below"), limit: 10) == nil)
        #expect(throws: FileError(reason: .system(EISDIR))) { try FileSystem.readIfPresent(directory.path, limit: 10) }
    }

    @Test func readsParts() throws {
        try directory.write("0123456789", to: "a")
        func part(_ offset: Int, _ count: Int) throws -> String {
            let part = try FileSystem.read(path("a"), at: offset, count: count)
            #expect(part.fileSize == 10)
            return String(decoding: part.bytes, as: UTF8.self)
        }
        #expect(try part(0, 4) == "0123")
        #expect(try part(8, 100) == "89")
        #expect(try part(20, 5).isEmpty)
    }

    @Test func knowsKinds() throws {
        try directory.write("x", to: "sub/file")
        symlink("sub", path("link"))
        symlink("nowhere", path("dangling"))
        #expect(FileSystem.kind(of: path("sub/file")) == .file)
        #expect(FileSystem.kind(of: path("link")) == .directory)
        #expect(FileSystem.kindWithoutFollowing(path("link")) == .other)
        #expect(FileSystem.kind(of: "/dev/null") == .other)
        #expect(!FileSystem.exists(path("dangling")) && FileSystem.isNamed(path("dangling")))
        #expect(FileSystem.isSame(path("sub"), path("link")) && !FileSystem.isSame(path("sub"), directory.path))
        #expect(FileSystem.realPath(path("link/file")) == path("sub/file"))
        #expect(FileSystem.realPath(path("dangling")) == nil)
        #expect(FileSystem.size(of: path("link/file")) == 1)
    }

    @Test func addsToTheEndOfAFile() throws {
        try FileSystem.append([1, 2], to: path("appended"))
        try FileSystem.append([3], to: path("appended"))
        #expect(try FileSystem.read(path("appended"), limit: 10) == [1, 2, 3])
        #expect(throws: FileError(reason: .system(ENOENT))) { try FileSystem.append([1], to: path("nowhere/file")) }
    }

    @Test func listsNamesInByteOrder() throws {
        for name in ["b", "a/x", ".hidden/x", "é", "Z", "z"] { try directory.write("", to: name) }
        let broken: [CChar] = Array((directory.path + "/").utf8CString.dropLast()) + [-1, 0]
        close(open(broken, O_CREAT | O_WRONLY, 0o600))
        symlink("a", path("link"))
        #expect(try FileSystem.names(in: directory.path) == [".hidden", "Z", "a", "b", "link", "z", "é"])
        #expect(try FileSystem.visibleNames(in: directory.path) == ["Z", "a", "b", "link", "z", "é"])
        #expect(FileSystem.directories(in: directory.path) == [path(".hidden"), path("a")])
        unlink(broken)
        #expect(throws: FileError(reason: .system(ENOTDIR))) { try FileSystem.names(in: path("b")) }
        #expect(FileSystem.directories(in: path("none")).isEmpty)
    }

    @Test func makesMissingDirectories() {
        FileSystem.makeDirectories(path("x/y/z"))
        #expect(FileSystem.isDirectory(path("x/y/z")))
    }

    @Test func replacesInOneStep() throws {
        try directory.write("old", to: "sub/file")
        chmod(path("sub/file"), 0o640)
        symlink("sub/file", path("link"))
        try FileSystem.replace(path("link"), with: Array("new".utf8))
        #expect(try directory.read("sub/file") == Array("new".utf8))
        #expect(FileSystem.kindWithoutFollowing(path("link")) == .other)
        var information = stat()
        #expect(stat(path("sub/file"), &information) == 0 && information.st_mode & 0o777 == 0o640)
        #expect(try FileSystem.names(in: path("sub")) == ["file"])
        #expect(throws: FileError(reason: .system(ENOENT))) { try FileSystem.replace(path("none/a"), with: []) }
    }

    /// A rename in its place would take the device away from everybody.
    @Test func aPipeOrDeviceIsWrittenToAndStays() throws {
        mkfifo(path("pipe"), 0o600)
        let reader = open(path("pipe"), O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        try FileSystem.replace(path("pipe"), with: Array("new".utf8))
        var bytes = [UInt8](repeating: 0, count: 8)
        #expect(read(reader, &bytes, 8) == 3)
        #expect(FileSystem.kindWithoutFollowing(path("pipe")) == .other)
        #expect(throws: FileError(reason: .system(ENXIO))) { try FileSystem.replace(socket(), with: [1]) }
    }

    /// The path of a socket, which cannot be opened.
    private func socket() throws -> String {
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path("socket").utf8) }
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(status == 0)
        return path("socket")
    }

    @Test func whatAKilledRunLeftIsNoHindrance() throws {
        try directory.write("half", to: "file.lockgate-\(getpid())")
        try FileSystem.replace(path("file"), with: Array("new".utf8))
        #expect(try FileSystem.names(in: directory.path) == ["file"])
    }

    @Test func leavesNoDraftBehind() throws {
        try directory.write("x", to: "target/file")
        #expect(throws: FileError.self) { try FileSystem.replace(path("target"), with: [1]) }
        #expect(try FileSystem.names(in: directory.path) == ["target"])
    }

    @Test func namesFaultsAsTheSystemDoes() {
        #expect(FileError.text(of: ENOENT) == "No such file or directory")
        #expect(FileError(reason: .system(EACCES)).description == "Permission denied (os error 13)")
        #expect(FileError(reason: .notRegular).description == "not a regular file")
        #expect(
            FileError(reason: .tooLarge(limit: 64 << 20)).description
                == "larger than 64 MiB, the most that is read of such a file")
    }
}
