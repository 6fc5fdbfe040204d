import Glibc
import TestSupport
import Testing

/// Standard streams and colour.
@Suite struct ConsoleTests {
    private func sandbox() throws -> Sandbox {
        try Sandbox().write([
            "Cargo.toml": "[package]\nname = \"app\"\nversion = \"0.1.0\"\n[dependencies]\nlog = \"*\"\n",
            "src/lib.rs": "",
        ])
    }

    @Test func colourIsOnlyForThoseWhoAskOrWatch() throws {
        let sandbox = try sandbox()
        #expect(try !sandbox.run("check").output.contains("\u{1B}"))
        #expect(try sandbox.run("check", "--color", "always").output.contains("\u{1B}["))
        #expect(try !sandbox.run("check", "--color", "never").output.contains("\u{1B}"))
        sandbox.variables["NO_COLOR"] = "1"
        #expect(try !sandbox.run("check").output.contains("\u{1B}"))
        #expect(try sandbox.run("check", "--color", "always").output.contains("\u{1B}["))
    }

    @Test func colourChangesNothingElse() throws {
        let sandbox = try sandbox()
        let plain = try sandbox.run("check").output
        let coloured = try sandbox.run("check", "--color", "always").output
        #expect(coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
    }

    /// `lockgate check | head -1` must not end in a signal; the status is still the verdict's.
    @Test(arguments: ["check", "check --format json", "rules", "rules yanked", "--help"])
    func aReaderThatLeavesIsNoCrash(_ arguments: String) throws {
        let sandbox = try sandbox()
        let expected = try Program.run(
            arguments.split(separator: " ").map(String.init), in: sandbox.workspace, environment: sandbox.variables
        ).status
        let outcome = try Program.shell(
            "{ '\(Program.path)' \(arguments); echo $? >status; } | true; sleep 0.05; cat status", sandbox)
        #expect(outcome.output == "\(expected)\n")
        #expect(outcome.errors.isEmpty, "\(outcome.errors)")
    }

    @Test func aFullDiskIsAnError() throws {
        let outcome = try Program.shell("'\(Program.path)' check >/dev/full", sandbox())
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("standard output"), "\(outcome.errors)")
    }

    @Test func closedStreamsAreNoCrash() throws {
        let outcome = try Program.shell("'\(Program.path)' check <&- >&- 2>&-; echo $?", sandbox())
        #expect(outcome.output == "4\n")
    }

    @Test func dataGoesToOutputAndTalkToErrors() throws {
        let outcome = try sandbox().run("check", "--format", "json")
        #expect(outcome.output.hasPrefix("{"))
        #expect(outcome.errors.isEmpty)
    }

    @Test(arguments: ["--help", "--version", "help check", "check --help"])
    func helpAndVersionAreSaidOnOutput(_ arguments: String) throws {
        let sandbox = try sandbox()
        let outcome = try Program.run(
            arguments.split(separator: " ").map(String.init), in: sandbox.workspace, environment: sandbox.variables)
        #expect(outcome.status == 0)
        #expect(!outcome.stdout.isEmpty)
        #expect(outcome.stderr.isEmpty)
    }

    /// Cargo calls `cargo-lockgate lockgate …`, the name first.
    @Test func cargoFindsItAsASubcommand() throws {
        let sandbox = try sandbox()
        #expect(try sandbox.run("lockgate", "rules", name: "cargo-lockgate").status == 0)
        #expect(try sandbox.run("rules", name: "/usr/bin/cargo-lockgate").status == 0)
        #expect(try sandbox.run("lockgate", "rules").status == 2)
    }
}
