import Glibc
import TestSupport
import Testing

/// Where a workspace lies, how it is reached, and which members it has.
@Suite struct WorkspaceShapeTests {
    private static func package(_ name: String, _ rest: String = "") -> String {
        "[package]\nname = \"\(name)\"\nversion = \"0.1.0\"\nedition = \"2021\"\n" + rest
    }

    private static func lock(_ names: String...) -> String {
        "version = 4\n" + names.map { "\n[[package]]\nname = \"\($0)\"\nversion = \"0.1.0\"\n" }.joined()
    }

    private func sandbox(members: String, _ more: [String: String] = [:]) throws -> Sandbox {
        let sandbox = try Sandbox().write([
            "Cargo.toml": "[workspace]\nmembers = \(members)\nresolver = \"2\"\n",
            "crates/a/Cargo.toml": Self.package("a"), "crates/a/src/lib.rs": "", "Cargo.lock": Self.lock("a"),
        ])
        return try sandbox.write(more)
    }

    @Test func aFolderWithoutAManifestIsNamed() throws {
        let outcome = try Sandbox().run("check")
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("could not find `Cargo.toml` in `"), "\(outcome.errors)")
        #expect(outcome.errors.contains("/in` or any parent directory"), "\(outcome.errors)")
    }

    @Test(arguments: ["nowhere", "nowhere/Cargo.toml", "nowhere/Cargo.lock"])
    func aPathThatDoesNotExistIsNamed(_ path: String) throws {
        let outcome = try sandbox(members: "[\"crates/a\"]").run("check", path)
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("/in/\(path)` does not exist"), "\(outcome.errors)")
        #expect(outcome.errors.contains("`Cargo.toml`"), "\(outcome.errors)")
    }

    /// As Cargo has it: a link back makes each of its folders a member too, and those without a manifest are wrong.
    @Test func aLoopOfLinksEndsAndIsNamed() throws {
        let sandbox = try sandbox(members: "[\"crates/*\"]")
        symlink("../crates", sandbox.workspace + "/crates/again")
        let outcome = try sandbox.run("check")
        #expect(outcome.status == 3)
        #expect(outcome.errors.hasPrefix("error: Cargo.toml:2:12: "), "\(outcome.errors)")
        #expect(outcome.errors.contains("crates/again` referenced via `crates/*`"), "\(outcome.errors)")
    }

    @Test func linksThatLeadNowhereAreNoMembers() throws {
        let sandbox = try sandbox(members: "[\"crates/*\"]")
        symlink("self", sandbox.workspace + "/crates/self")
        symlink("nowhere", sandbox.workspace + "/crates/dangling")
        #expect(try sandbox.run("check").status == 0)
    }

    /// Cargo follows the link, too.
    @Test func recursiveGlobsThroughALoopEnd() throws {
        let sandbox = try sandbox(members: "[\"**/a\"]")
        symlink("..", sandbox.workspace + "/crates/up")
        let outcome = try sandbox.run("check")
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("two packages named `a` in this workspace"), "\(outcome.errors)")
        #expect(outcome.seconds < 10)
    }

    @Test func aMemberOutsideTheTreeIsNamed() throws {
        let sandbox = try sandbox(members: "[\"../other\"]")
        try sandbox.directory.write(Self.package("other"), to: "other/Cargo.toml")
        try sandbox.directory.write("", to: "other/src/lib.rs")
        let outcome = try sandbox.run("check")
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("is not hierarchically below the workspace root"), "\(outcome.errors)")
        #expect(outcome.errors.contains("set `package.workspace` in the member"), "\(outcome.errors)")
    }

    /// Cargo passes over it.
    @Test func aMemberThatIsAFileIsNone() throws {
        let outcome = try sandbox(members: "[\"crates/a\", \"notes.txt\"]", ["notes.txt": "x"]).run("check")
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    @Test func aMemberThatIsNotThereIsNamedWithItsLine() throws {
        let outcome = try sandbox(members: "[\n  \"crates/a\",\n  \"crates/b\",\n]").run("check")
        #expect(outcome.status == 3)
        #expect(outcome.errors.hasPrefix("error: Cargo.toml:4:3: "), "\(outcome.errors)")
        #expect(outcome.errors.contains("/in/crates/b/Cargo.toml`: No such file"), "\(outcome.errors)")
    }

    @Test func theManifestOfAMemberThatDoesNotParseIsNamed() throws {
        let outcome = try sandbox(members: "[\"crates/*\"]", ["crates/a/Cargo.toml": "[package]\nname = 1\n"])
            .run("check")
        #expect(outcome.status == 3)
        #expect(outcome.errors.hasPrefix("error: crates/a/Cargo.toml:2:8: "), "\(outcome.errors)")
    }

    // MARK: Ways to it

    @Test func everyWayToTheWorkspaceGivesTheSameVerdict() throws {
        let sandbox = try sandbox(members: "[\"crates/a\"]", ["elsewhere/x": ""])
        symlink("in", sandbox.path + "/link")
        #expect(try sandbox.run("check").status == 0)
        #expect(try sandbox.run("check", "..", in: "in/crates").status == 0)
        #expect(try sandbox.run("check", "Cargo.toml").status == 0)
        #expect(try sandbox.run("check", "--manifest-path", "../Cargo.toml", in: "in/crates").status == 0)
        #expect(try sandbox.run("check", sandbox.workspace, in: "home").status == 0)
        #expect(try sandbox.run("check", in: "link").status == 0)
        #expect(try sandbox.run("check", "link", in: ".").status == 0)
        #expect(try sandbox.run("check", "--manifest-path", "link/crates/a/Cargo.toml", in: ".").status == 0)
    }

    @Test func aLargeLockIsJudgedInTime() throws {
        let names = (0..<2000).map { "crate-\($0)" }
        let checksum = String(repeating: "a", count: 64)
        var lock = "version = 4\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\n"
        lock += names.sorted().map { " \"\($0)\",\n" }.joined() + "]\n"
        let sandbox = try Sandbox()
        for name in names.sorted() {
            lock += "\n[[package]]\nname = \"\(name)\"\nversion = \"1.0.0\"\n"
            lock += "source = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"\(checksum)\"\n"
            try sandbox.directory.write(
                "{\"name\":\"\(name)\",\"vers\":\"1.0.0\",\"deps\":[],\"cksum\":\"\(checksum)\",\"features\":{}}\n",
                to: "registry/index/cr/at/\(name)")
        }
        let manifest = Self.package("app", "[dependencies]\n" + names.map { "\($0) = \"1\"\n" }.joined())
        try sandbox.write(["Cargo.toml": manifest, "Cargo.lock": lock, "src/lib.rs": ""])
        let outcome = try sandbox.run("check")
        #expect(outcome.status == 0, "\(outcome.output.prefix(2000))")
        #expect(outcome.seconds < 10)
        #expect(outcome.peak < 512)
    }

    /// As Cargo sees it, the sparse index of crates.io is crates.io, whatever name a manifest gives it.
    @Test func advisoriesFindCratesIOUnderItsSparseAddress() throws {
        let folder = Files.here + "/Cases/arrayref-lock-is-malware"
        let sandbox = try Sandbox(surroundings: folder + "/around")
        try Files.copy(folder + "/in", to: sandbox.workspace)
        for (name, old, new) in [
            (
                "Cargo.toml", "\"0.3.5\"",
                "{ version = \"0.3.5\", registry-index = \"sparse+https://index.crates.io/\" }"
            ),
            ("Cargo.lock", "registry+https://github.com/rust-lang/crates.io-index", "sparse+https://index.crates.io/"),
        ] {
            let text = String(decoding: try readBytes(sandbox.workspace + "/" + name), as: UTF8.self)
            try sandbox.write([name: text.replacing(old, with: new)])
        }
        let outcome = try sandbox.run("check", "-A", "yank-storm")
        #expect(outcome.status == 1, "\(outcome.output) \(outcome.errors)")
        #expect(outcome.output.contains("error[malicious]"), "\(outcome.output)")
    }

    /// From the survivor of a yank storm back to a withdrawn version, and to a survivor that the policy lets pass.
    @Test func anUpdateMayLeaveATrap() throws {
        let folder = Files.here + "/Cases/update-into-a-trap"
        let sandbox = try Sandbox(surroundings: folder + "/around")
        try Files.copy(folder + "/in", to: sandbox.workspace)
        #expect(try sandbox.run("update").status == 1)
        try sandbox.write(["lockgate.toml": "[rules.yank-storm]\nskip = [\"arrayref\"]\n"])
        #expect(try sandbox.run("update").status == 0)
        unlink(sandbox.workspace + "/lockgate.toml")
        let back = try sandbox.run("update", "arrayref", "--precise", "0.3.9")
        #expect(back.status == 0, "\(back.errors)")
    }

    @Test(arguments: [("tool", true), ("tools", false), (".", true)])
    func aMemberThatNobodyIsIsToldOf(path: String, fits: Bool) throws {
        let sandbox = try Sandbox()
        try sandbox.write([
            "Cargo.toml": Self.package("app", "[workspace]\nmembers = [\"tool\"]\n"), "src/lib.rs": "",
            "tool/Cargo.toml": Self.package("tool"), "tool/src/lib.rs": "",
            "lockgate.toml": "[[member]]\npath = \"\(path)\"\nrules = { yanked = \"deny\" }\n",
        ])
        #expect(try sandbox.run("update").status == 0)
        let outcome = try sandbox.run("check")
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("no member lies at `\(path)`") == !fits, "\(outcome.output)")
    }

    @Test(arguments: ["lockgate.toml", ".lockgate.toml", "lockgate-baseline.toml"])
    func aPolicyThatIsALinkToNothingIsNoDefault(name: String) throws {
        let sandbox = try Sandbox()
        try sandbox.write(["Cargo.toml": Self.package("app"), "src/lib.rs": ""])
        #expect(try sandbox.run("update").status == 0)
        symlink("../shared/org.toml", sandbox.workspace + "/" + name)
        let outcome = try sandbox.run("check")
        #expect(outcome.status == 2, "\(outcome.output)")
        #expect(outcome.errors.contains("a link to what does not exist"), "\(outcome.errors)")
    }
}
