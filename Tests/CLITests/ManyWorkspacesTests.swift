import Glibc
import JSON
import TestSupport
import Testing

/// Several workspaces in one run.
@Suite struct ManyWorkspacesTests {
    private static func manifest(_ name: String, _ rest: String = "") -> String {
        "[package]\nname = \"\(name)\"\nversion = \"0.1.0\"\nedition = \"2021\"\n" + rest
    }

    private static func lock(_ names: String...) -> String {
        "version = 4\n" + names.map { "\n[[package]]\nname = \"\($0)\"\nversion = \"0.1.0\"\n" }.joined()
    }

    private static func package(in folder: String, _ rest: String = "") -> [String: String] {
        [
            "\(folder)/Cargo.toml": manifest("app", rest), "\(folder)/Cargo.lock": lock("app"),
            "\(folder)/src/lib.rs": "",
        ]
    }

    private func sandbox(_ folders: String...) throws -> Sandbox {
        let sandbox = try Sandbox()
        for folder in folders { try sandbox.write(Self.package(in: folder)) }
        return sandbox
    }

    private func paths(_ outcome: Program.Outcome) throws -> [String] {
        try JSONValue(parsing: outcome.stdout)["workspaces"]?.elements?.compactMap { $0["path"]?.text } ?? []
    }

    @Test func theyAreListedInByteOrder() throws {
        let sandbox = try sandbox("b", "a/x", "a", "a-b", "B", "é")
        let outcome = try sandbox.run("check", "-r", "--format", "json")
        #expect(outcome.status == 0)
        #expect(try paths(outcome) == ["B", "a", "a-b", "a/x", "b", "é"])
    }

    @Test func manyGiveTheSameBytesInEveryRun() throws {
        let sandbox = try Sandbox()
        for number in 0..<40 {
            try sandbox.write(Self.package(in: "w\(number)", number % 3 == 0 ? "[dependencies]\nlog = \"*\"\n" : ""))
        }
        let first = try sandbox.run("check", "-r")
        #expect(first.status == 4)
        #expect(first.output.contains("40 workspaces (26 passed, 14 stale)"), "\(first.output.suffix(200))")
        for _ in 0..<3 { #expect(try sandbox.run("check", "-r").stdout == first.stdout) }
    }

    @Test func whatCannotBeLoadedCostsItsOwnSection() throws {
        let sandbox = try sandbox("a", "c")
        try sandbox.write(["b/Cargo.toml": "[package\n", "b/Cargo.lock": Self.lock("b")])
        let outcome = try sandbox.run("check", "-r")
        #expect(outcome.status == 3)
        #expect(outcome.output.contains("workspace b\nerror: b/Cargo.toml:1:"), "\(outcome.output)")
        #expect(outcome.output.contains("3 workspaces (2 passed, 1 not judged)"), "\(outcome.output)")
    }

    @Test func aPolicyThatIsWrongCostsItsOwnSection() throws {
        let sandbox = try sandbox("a", "b")
        try sandbox.write(["a/lockgate.toml": "[rules]\nyankt = \"deny\"\n"])
        let outcome = try sandbox.run("check", "-r")
        #expect(outcome.status == 2)
        #expect(outcome.output.contains("2 workspaces (1 passed, 1 not configured)"), "\(outcome.output)")
    }

    /// A lock beside a member is one that no build uses.
    @Test func aWorkspaceIsJudgedOnce() throws {
        let sandbox = try Sandbox().write([
            "Cargo.toml": "[workspace]\nmembers = [\"m\"]\nresolver = \"2\"\n", "Cargo.lock": Self.lock("m"),
            "m/Cargo.toml": Self.manifest("m"), "m/src/lib.rs": "", "m/Cargo.lock": "version = 99\n",
        ])
        #expect(try paths(sandbox.run("check", "-r", "--format", "json")) == ["."])
        let warning = "warning: m/Cargo.lock: no build uses it; the lock of its workspace is Cargo.lock\n"
        #expect(try sandbox.run("check", "-rv").errors == warning)
        #expect(try paths(sandbox.run("check", ".", "m", "m/src", "--format", "json")) == ["."])
        #expect(try paths(sandbox.run("check", "-r", "m", "--format", "json")) == ["."])
    }

    @Test func whatNoBuildUsesIsLeftOut() throws {
        let sandbox = try sandbox(
            "a", "a/target/package/x", "b/target/x", "v/dep", ".git/x", "a/.hidden", "target-not/x")
        try sandbox.write([
            "a/target/CACHEDIR.TAG": "", "v/dep/.cargo-checksum.json": "{}", "elsewhere/Cargo.lock/file": "",
        ])
        symlink("..", sandbox.workspace + "/a/up")
        symlink(sandbox.workspace + "/a", sandbox.workspace + "/link")
        let outcome = try sandbox.run("check", "-r", "--format", "json")
        #expect(try paths(outcome) == ["a", "a/.hidden", "b/target/x", "target-not/x"])
    }

    @Test(arguments: [["-r"], ["-r", "a"], ["a", "b"]])
    func onePathToOneWorkspaceAndSeveralAgree(_ arguments: [String]) throws {
        let sandbox = try sandbox("a")
        let outcome = try Program.run(
            ["check"] + arguments, in: sandbox.workspace, environment: sandbox.variables)
        #expect(outcome.status == (arguments.last == "b" ? 3 : 0))
    }

    @Test func aFolderThatCannotBeReadIsNoPass() throws {
        guard geteuid() != 0 else { return }
        let sandbox = try sandbox("a", "b")
        chmod(sandbox.workspace + "/b", 0)
        defer { chmod(sandbox.workspace + "/b", 0o755) }
        let outcome = try sandbox.run("check", "-r")
        #expect(outcome.status == 3)
        #expect(outcome.output.contains("b: cannot be searched: Permission denied"), "\(outcome.output)")
    }

    @Test func aManifestWithoutALockIsJudgedWhenNamed() throws {
        let sandbox = try sandbox("a")
        try sandbox.write(["b/Cargo.toml": Self.manifest("b"), "b/src/lib.rs": ""])
        #expect(try sandbox.run("check", "a", "b").status == 4)
        #expect(try sandbox.run("check", "-r").status == 0)
    }

    @Test func aDatabaseThatIsNotThereIsSaidOnce() throws {
        let outcome = try sandbox("a", "b").run("check", "-r", "--db", "nowhere.db")
        #expect(outcome.status == 3)
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test func sarifHasNoMoreThanTwentyRuns() throws {
        let sandbox = try Sandbox()
        for number in 0..<23 { try sandbox.write(Self.package(in: "w\(number)")) }
        let outcome = try sandbox.run("check", "-r", "--format", "sarif")
        let runs = try JSONValue(parsing: outcome.stdout)["runs"]?.elements ?? []
        #expect(runs.count == 20)
        #expect(runs.last?["automationDetails"]?["id"]?.text == "lockgate/others/")
        #expect(outcome.output.contains("this run is of 4 locks"))
    }

    @Test(arguments: [["--manifest-path", "a/Cargo.toml", "-r"], ["--manifest-path", "a/Cargo.toml", "a", "b"]])
    func aManifestPathIsOneWorkspace(_ arguments: [String]) throws {
        let sandbox = try sandbox("a", "b")
        let outcome = try Program.run(
            ["check"] + arguments, in: sandbox.workspace, environment: sandbox.variables)
        #expect(outcome.status == 2)
    }

    /// A folder that cannot be named may hide a lock.
    @Test func aFolderWhoseNameIsNoUTF8IsNotPassedOver() throws {
        let sandbox = try sandbox("a")
        let raw = Array((sandbox.workspace + "/b").utf8) + [0xFF, 0]
        let status = raw.withUnsafeBytes { mkdir($0.bindMemory(to: CChar.self).baseAddress!, 0o755) }
        #expect(status == 0)
        let outcome = try sandbox.run("check", "-r")
        #expect(outcome.status == 3, "\(outcome.output)")
        #expect(outcome.output.contains("cannot be searched"), "\(outcome.output)")
    }
}
