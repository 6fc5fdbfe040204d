import Glibc

/// A directory of its own for every case, removed when the value goes.
final class ScratchDirectory {
    let path: String

    init() throws(SuiteError) {
        var template = Array("/tmp/lockgate-conformance-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SuiteError("cannot make a temporary directory") }
        path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }

    deinit { Self.remove(path) }

    func write(_ text: String, to name: String) throws(SuiteError) {
        var directory = path
        for part in name.split(separator: "/").dropLast() {
            directory += "/" + part
            _ = mkdir(directory, 0o755)
        }
        guard let file = fopen(path + "/" + name, "w") else { throw SuiteError("cannot write \(name)") }
        defer { fclose(file) }
        let bytes = Array(text.utf8)
        if fwrite(bytes, 1, bytes.count, file) != bytes.count { throw SuiteError("cannot write \(name)") }
    }

    /// Removes what is in it.
    func empty() {
        Self.remove(path)
        _ = mkdir(path, 0o755)
    }

    private static func remove(_ path: String) {
        guard let stream = opendir(path) else {
            unlink(path)
            return
        }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { remove(path + "/" + name) }
        }
        closedir(stream)
        rmdir(path)
    }
}
