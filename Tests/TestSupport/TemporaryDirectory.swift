import Glibc

/// A directory that goes away with the value.
package final class TemporaryDirectory {
    package let path: String

    package init() throws {
        var template = Array("/tmp/lockgate-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw SystemFailure(call: "mkdtemp", code: errno) }
        let name = String(cString: made)
        // A temporary folder may itself be reached through links.
        guard let real = realpath(name, nil) else { throw SystemFailure(call: "realpath", code: errno) }
        defer { free(real) }
        path = String(cString: real)
    }

    deinit { Self.remove(path) }

    /// Writes a file below the directory, with the folders it needs.
    package func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

    package func write(_ bytes: [UInt8], to name: String) throws {
        var partial = path
        for part in name.split(separator: "/").dropLast() {
            partial += "/" + part
            mkdir(partial, 0o755)
        }
        guard let file = fopen(path + "/" + name, "w") else { throw SystemFailure(call: "open \(name)", code: errno) }
        defer { fclose(file) }
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
            throw SystemFailure(call: "write \(name)", code: errno)
        }
    }

    package func read(_ name: String) throws -> [UInt8] { try readBytes(path + "/" + name) }

    private static func remove(_ path: String) {
        var information = stat()
        guard lstat(path, &information) == 0 else { return }
        guard information.st_mode & S_IFMT == S_IFDIR else {
            unlink(path)
            return
        }
        chmod(path, 0o755)
        if let stream = opendir(path) {
            while let entry = readdir(stream) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != ".", name != ".." { remove(path + "/" + name) }
            }
            closedir(stream)
        }
        rmdir(path)
    }
}

/// A call to the system that failed.
package struct SystemFailure: Error, CustomStringConvertible {
    package let call: String
    package let code: Int32

    package init(call: String, code: Int32) {
        self.call = call
        self.code = code
    }

    package var description: String { "\(call): \(String(cString: strerror(code)))" }
}

/// The contents of a file.
package func readBytes(_ path: String) throws -> [UInt8] {
    guard let file = fopen(path, "r") else { throw SystemFailure(call: "open \(path)", code: errno) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = fread(&buffer, 1, buffer.count, file)
        if count == 0 { return bytes }
        bytes.append(contentsOf: buffer[..<count])
    }
}
