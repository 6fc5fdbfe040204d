import CargoWorkspace
import Disk
import Glibc
import TOML
import TestSupport
import Testing

@Suite struct HostileInputTests {
    @Test func saysWhatWasLookedFor() throws {
        let repository = try Repository(["x": ""])
        let environment = repository.environment()
        #expect(throws: WorkspaceError(.pathNotFound(repository.path + "/nope"))) {
            try loadWorkspace(at: "nope", environment: environment)
        }
        try repository.directory.write("", to: "cargo.toml")
        #expect(throws: WorkspaceError(.manifestNotFound(directory: repository.path, misspelt: true))) {
            try loadWorkspace(at: ".", environment: environment)
        }
    }

    @Test func refusesBytesThatAreNoText() throws {
        let repository = try Repository([:])
        try repository.directory.write([0x61, 0xFF], to: "Cargo.toml")
        #expect(repository.failure()?.reason == .notUTF8(path: repository.path + "/Cargo.toml"))
    }

    @Test func refusesAPipe() throws {
        let repository = try Repository([:])
        mkfifo(repository.path + "/Cargo.toml", 0o600)
        let reason = WorkspaceError.Reason.unreadable(
            path: repository.path + "/Cargo.toml", FileError(reason: .notRegular))
        #expect(repository.failure()?.reason == reason)
    }

    @Test func refusesAFileTooLarge() throws {
        let repository = try Repository(["Cargo.toml": ""])
        truncate(repository.path + "/Cargo.toml", SourceFile.sizeLimit + 1)
        let reason = WorkspaceError.Reason.unreadable(
            path: repository.path + "/Cargo.toml", FileError(reason: .tooLarge(limit: SourceFile.sizeLimit)))
        #expect(repository.failure()?.reason == reason)
    }

    @Test func survivesALoopOfLinks() throws {
        let repository = try Repository(["Cargo.toml": "[workspace]\nmembers = [\"**/q\"]\n", "a/x": ""])
        symlink(".", repository.path + "/loop")
        guard case .unreadable = repository.failure()?.reason else {
            Issue.record("a pattern that fits nothing stands for itself")
            return
        }
    }

    @Test func survivesALongChainOfPathDependencies() throws {
        var files: [String: String] = [:]
        for number in 0..<500 {
            let dependency = "[dependencies]\nd = { path = \"../p\(number + 1)\", package = \"p\(number + 1)\" }\n"
            files["p\(number)/Cargo.toml"] = package("p\(number)", number < 499 ? dependency : "")
        }
        files["Cargo.toml"] = "[workspace]\nmembers = [\"p0\"]\n"
        #expect(try Repository(files).load().members.count == 500)
    }

    @Test func endsACircleOfPathDependencies() throws {
        let repository = try Repository([
            "Cargo.toml": package("root", "[workspace]\n[dependencies]\na = { path = \"a\" }\n"),
            "a/Cargo.toml": package("a", "[dependencies]\nroot = { path = \"..\" }\n"),
        ])
        #expect(try repository.load().memberNames == ["root", "a"])
    }

    @Test func cutsNoPathAtNUL() throws {
        let repository = try Repository([
            "Cargo.toml": "[workspace]\nmembers = [\"a\\u0000b\"]\n", "a/Cargo.toml": package("a"),
        ])
        #expect(repository.failure() != nil)
    }

    @Test func refusesDeepNesting() throws {
        let deep = String(repeating: "[", count: 10_000)
        let repository = try Repository(["Cargo.toml": "a = \(deep)\n"])
        #expect(repository.failure()?.manifestReason == .syntax(.nestedTooDeeply))
    }
}
