import Glibc
import TestSupport
import Testing

/// A sandbox whose workspace is a git repository.
final class GitSandbox {
    let sandbox: Sandbox

    /// One package with `log` and `serde_json`, its lock older than the registry, committed on `main`.
    init() throws {
        sandbox = try Sandbox()
        for folder in ["tmp", "bin"] { mkdir(sandbox.path + "/" + folder, 0o755) }
        symlink(Program.path, sandbox.path + "/bin/lockgate")
        sandbox.variables.merge([
            "TMPDIR": sandbox.path + "/tmp", "PATH": sandbox.path + "/bin:/usr/bin:/bin",
            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a",
            "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com",
            "GIT_AUTHOR_DATE": "2026-11-01T00:00:00Z", "GIT_COMMITTER_DATE": "2026-11-01T00:00:00Z",
        ]) { $1 }
        try sandbox.write(["Cargo.toml": Self.manifest("log = \"0.4\"\nserde_json = \"1\"\n"), "src/main.rs": ""])
        try lockgate("update")
        try lockgate("update", "log", "--precise", "0.4.20")
        try lockgate("update", "serde_json", "--precise", "1.0.110")
        try lockgate("update", "itoa", "--precise", "1.0.9")
        try git("init", "-q", "-b", "main")
        try commit("base")
    }

    static func manifest(_ dependencies: String, name: String = "app") -> String {
        "[package]\nname = \"\(name)\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\n" + dependencies
    }

    @discardableResult
    func git(_ arguments: String..., status: Int32? = 0) throws -> Program.Outcome {
        let outcome = try Program.run(
            arguments, of: "/usr/bin/git", in: sandbox.workspace, environment: sandbox.variables, name: "git")
        if let status { #expect(outcome.status == status, "git \(arguments): \(outcome.errors)\(outcome.output)") }
        return outcome
    }

    @discardableResult
    func lockgate(_ arguments: String...) throws -> Program.Outcome {
        let outcome = try Program.run(arguments, in: sandbox.workspace, environment: sandbox.variables)
        #expect(outcome.status == 0, "lockgate \(arguments): \(outcome.errors)")
        return outcome
    }

    func commit(_ message: String) throws {
        try git("add", "-A")
        try git("commit", "-q", "-m", message)
    }

    func review(_ arguments: String...) throws -> Program.Outcome {
        let outcome = try Program.run(
            ["review"] + arguments, in: sandbox.workspace, environment: sandbox.variables)
        #expect(Files.names(in: sandbox.path + "/tmp").isEmpty, "something is left in the temporary folder")
        #expect(!outcome.output.contains(sandbox.path + "/tmp") && !outcome.errors.contains(sandbox.path + "/tmp"))
        return outcome
    }

    func write(_ files: [String: String]) throws { try sandbox.write(files) }

    var lock: String {
        get throws { String(decoding: try readBytes(sandbox.workspace + "/Cargo.lock"), as: UTF8.self) }
    }

    func editLock(_ old: String, _ new: String) throws {
        let text = try lock
        #expect(text.contains(old))
        try write(["Cargo.lock": text.replacing(old, with: new)])
    }
}
