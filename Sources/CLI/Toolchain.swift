import CargoWorkspace
import Disk
import Glibc
import SemVer
import TOML

/// The Rust compiler whose version decides which versions are preferred, where no member declares one.
struct Toolchain {
    /// `nil` if nothing says it.
    let version: RustVersion?

    /// What was asked for, else what a toolchain file of the workspace pins, else `rustc` on the PATH.
    init(asked: String?, workspace: Workspace, process: Process) throws(Failure) {
        if let asked {
            do {
                version = try RustVersion(asked)
            } catch {
                throw .usage("--rust-version: \(error)")
            }
            return
        }
        // Starting a compiler takes time; it is asked only where its answer counts.
        guard workspace.rustVersions.isEmpty, workspace.incompatibleRustVersions == .fallback else {
            version = nil
            return
        }
        version = Self.pinned(workspace) ?? Self.installed(process)
    }

    /// The channel of `rust-toolchain.toml` or `rust-toolchain`, where it is a version.
    private static func pinned(_ workspace: Workspace) -> RustVersion? {
        for name in ["rust-toolchain", "rust-toolchain.toml"] {
            let path = Path.join(workspace.rootDirectory, name)
            guard let bytes = try? FileSystem.readIfPresent(path, limit: 1 << 16) else { continue }
            let document = try? parseTOML(bytes)
            let channel =
                document?.root["toolchain"]?.table?["channel"]?.string ?? String(decoding: bytes, as: UTF8.self)
            let trimmed = channel.filter { !$0.isWhitespace }
            // `1.70.0-x86_64-unknown-linux-gnu` names the host as well.
            if let version = try? RustVersion(String(trimmed.prefix { $0 != "-" })) { return version }
        }
        return nil
    }

    /// What `rustc -vV` says of its release; `$RUSTC` names another program.
    private static func installed(_ process: Process) -> RustVersion? {
        guard let output = Program.output(of: process["RUSTC"] ?? "rustc", ["-vV"], process.variables) else {
            return nil
        }
        let line = output.split(separator: "\n").first { $0.hasPrefix("release: ") }
        return line.flatMap { try? RustVersion(String($0.dropFirst("release: ".count).prefix { $0 != "-" })) }
    }
}

/// Another program, run to its end.
private enum Program {
    /// What it prints, at most 64 KiB; `nil` if it cannot be started or fails.
    static func output(of name: String, _ arguments: [String], _ variables: [String: String]) -> String? {
        var pipe: [Int32] = [0, 0]
        guard Glibc.pipe(&pipe) == 0 else { return nil }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO)
        posix_spawn_file_actions_addclose(&actions, pipe[0])
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var pid = pid_t()
        var words: [UnsafeMutablePointer<CChar>?] = ([name] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        let status = posix_spawnp(&pid, name, &actions, nil, &words, environ)
        close(pipe[1])
        defer { close(pipe[0]) }
        guard status == 0 else { return nil }
        let text = read(pipe[0])
        var result: Int32 = 0
        while waitpid(pid, &result, 0) < 0, errno == EINTR {}
        return result == 0 ? text : nil
    }

    private static func read(_ descriptor: Int32) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while bytes.count < 1 << 16 {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
