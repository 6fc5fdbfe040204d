import Advisories
import CSQLite
import CargoModel
import Glibc
import SemVer
import Storage

/// A folder that goes with the value.
final class TemporaryFolder {
    let path: String
    var database: String { path + "/db.sqlite" }

    init() {
        var template = Array("/tmp/lockgate-test-XXXXXX".utf8CString)
        mkdtemp(&template)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { _ = system("rm -rf '\(path)'") }

    func write(_ name: String, _ text: String) { write(name, Array(text.utf8)) }

    func write(_ name: String, _ bytes: [UInt8]) {
        _ = system("mkdir -p \"$(dirname '\(path)/\(name)')\"")
        guard let file = fopen("\(path)/\(name)", "w") else { return }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    func remove(_ name: String) { unlink("\(path)/\(name)") }

    func read(_ name: String) -> [UInt8] {
        guard let file = fopen("\(path)/\(name)", "r") else { return [] }
        defer { fclose(file) }
        var (bytes, buffer): ([UInt8], [UInt8]) = ([], [UInt8](repeating: 0, count: 1 << 16))
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return bytes
    }

    /// Inode, size and time of change.
    func identity(_ name: String) -> [Int] {
        var info = stat()
        guard stat("\(path)/\(name)", &info) == 0 else { return [] }
        return [Int(info.st_ino), Int(info.st_size), info.st_mtim.tv_sec, info.st_mtim.tv_nsec]
    }

    /// Names in the folder, hidden ones too.
    var names: [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        return names.filter { $0 != "." && $0 != ".." }.sorted()
    }
}

/// What the sqlite3 shell would print: rows as texts with `|` between the columns.
func query(_ path: String, _ sql: String) -> [String] {
    var handle: OpaquePointer?
    guard sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil) == SQLITE_OK else {
        return []
    }
    defer { sqlite3_close_v2(handle) }
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else {
        return ["error: " + String(cString: sqlite3_errmsg(handle))]
    }
    defer { sqlite3_finalize(statement) }
    var rows: [String] = []
    while sqlite3_step(statement) == SQLITE_ROW {
        let cells = (0..<sqlite3_column_count(statement)).map { column in
            sqlite3_column_text(statement, column).map { String(cString: $0) } ?? ""
        }
        rows.append(cells.joined(separator: "|"))
    }
    return rows
}

/// An index of three crates, with everything a line can say.
func writeIndex(_ folder: TemporaryFolder) {
    folder.write("index/config.json", "{}")
    let digest = String(repeating: "0f", count: 32)
    folder.write(
        "index/de/mo/demo",
        """
        {"name":"demo","vers":"0.1.0","deps":[],"cksum":"\(digest)","features":{},"yanked":true}
        {"name":"demo","vers":"1.0.0-rc.1+b.2","deps":[{"name":"log","req":"^0.4","features":["std",""],"optional":true,\
        "default_features":false,"target":"cfg(unix)","kind":"normal","registry":null,"package":null},\
        {"name":"extern","req":"=1.2.3","features":[],"optional":false,"default_features":true,"target":null,\
        "kind":"build","registry":"sparse+https://other.example/index/","package":"real"},\
        {"name":"mirror","req":"*","features":[],"optional":false,"default_features":true,"target":null,"kind":"dev",\
        "registry":"https://github.com/rust-lang/crates.io-index"}],"cksum":"odd","features":{"default":["std"],\
        "std":["extern/x"]},"features2":{"weak":["log?/y"]},"yanked":false,"links":"z","v":2,"rust_version":"1.56",\
        "pubtime":"2023-05-06T07:08:09Z"}
        {"name":"demo","vers":"2.0.0","deps":[],"cksum":"\(digest)","features":{},"yanked":false,"v":3}
        {"name":"demo","vers":"3.0.0","deps":[{"name":"x","req":"!","features":[],"optional":false,\
        "default_features":true,"kind":"normal"}],"cksum":"\(digest)","features":{},"yanked":false}

        """)
    folder.write(
        "index/3/l/log",
        """
        {"name":"log","vers":"0.4.1","deps":[],"cksum":"\(digest)","features":{"std":[]},"yanked":false}
        nonsense
        {"name":"Log","vers":"0.4.2","deps":[],"cksum":"\(digest)","features":{},"yanked":false}

        """)
    folder.write(
        "index/1/a", "{\"name\":\"a\",\"vers\":\"1.0.0\",\"deps\":[],\"cksum\":\"\",\"features\":{},\"yanked\":false}\n"
    )
}

@discardableResult
func importFixture(_ folder: TemporaryFolder, at moment: String = "2026-01-01T00:00:00Z") throws -> IndexImport {
    try importIndex(folder.path + "/index", registry: .cratesIO, into: folder.database, at: moment)
}

func advisoryText(_ id: String, patched: String = ">= 1.0.0", extra: String = "") -> String {
    """
    ```toml
    [advisory]
    id = "\(id)"
    package = "demo"
    date = "2024-03-04"
    \(extra)
    [versions]
    patched = ["\(patched)"]
    ```
    # A fault in `demo`
    """
}
