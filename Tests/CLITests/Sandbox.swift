import Glibc
import TestSupport

/// A directory with all that a run may see: the workspace in `in`, and around it a made-up registry in the place of
/// crates.io, a home without anything in it, and a few advisories.
final class Sandbox {
    let directory: TemporaryDirectory
    /// Set for every run; tests may add to it.
    var variables: [String: String]

    var path: String { directory.path }
    var workspace: String { path + "/in" }

    /// - Parameter surroundings: a folder to take the place of `Surroundings`.
    init(surroundings: String = Files.here + "/Surroundings") throws {
        directory = try TemporaryDirectory()
        variables = [
            "HOME": directory.path + "/home", "CARGO_HOME": directory.path + "/cargo",
            "XDG_DATA_HOME": directory.path + "/data", "LOCKGATE_SHARE": directory.path + "/share",
            "LOCKGATE_TODAY": "2026-11-21", "CARGO_NET_OFFLINE": "true", "PATH": "/usr/bin:/bin",
        ]
        try Files.copy(surroundings, to: directory.path)
        for folder in ["home", "cargo", "data", "in"] { mkdir(directory.path + "/" + folder, 0o755) }
    }

    /// Writes files of the workspace.
    @discardableResult
    func write(_ files: [String: String]) throws -> Sandbox {
        for (name, text) in files { try directory.write(text, to: "in/" + name) }
        return self
    }

    func run(
        _ arguments: String..., in folder: String = "in", name: String = "lockgate", limit: Double = 20
    ) throws -> Program.Outcome {
        try Program.run(
            arguments, in: path + "/" + folder, environment: variables, name: name, limit: limit)
    }

    /// Temporary paths differ from run to run.
    func shown(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self).replacing(path, with: "<dir>") }
}

enum Files {
    /// The folder of these tests.
    static let here: String = #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }

    static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Copies what a folder contains. Git takes no `.git` into a repository: `dot-git` becomes one.
    static func copy(_ source: String, to target: String) throws {
        mkdir(target, 0o755)
        for name in names(in: source) {
            let from = source + "/" + name
            let to = target + "/" + (name == "dot-git" ? ".git" : name)
            var information = stat()
            guard stat(from, &information) == 0 else { throw SystemFailure(call: "stat \(from)", code: errno) }
            if information.st_mode & S_IFMT == S_IFDIR {
                try copy(from, to: to)
            } else {
                try write(try readBytes(from), to: to)
            }
        }
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        guard let file = fopen(path, "w") else { throw SystemFailure(call: "open \(path)", code: errno) }
        defer { fclose(file) }
        fwrite(bytes, 1, bytes.count, file)
    }

    /// Writes `head`, then `unit` over and over, then `tail`, holding little of it in memory.
    static func write(_ head: String, _ unit: String, times: Int, _ tail: String = "", to path: String) throws {
        guard let file = fopen(path, "w") else { throw SystemFailure(call: "open \(path)", code: errno) }
        defer { fclose(file) }
        let block = Array(String(repeating: unit, count: max(1, 4096 / unit.utf8.count)).utf8)
        let perBlock = block.count / unit.utf8.count
        fputs(head, file)
        for _ in 0..<(times / perBlock) { fwrite(block, 1, block.count, file) }
        fwrite(block, 1, times % perBlock * unit.utf8.count, file)
        fputs(tail, file)
    }
}
