import Glibc
import JSON
import TestSupport
import Testing

/// `lockgate report`, the built program on real folders, repositories and files.
@Suite struct UpdateReportTests {
    private func json(_ outcome: Program.Outcome) throws -> JSONValue { try JSONValue(parsing: outcome.stdout) }

    private func package(_ name: String, _ report: JSONValue) throws -> JSONValue {
        let packages = report["workspaces"]?.elements?.first?["packages"]?.elements ?? []
        return try #require(packages.first { $0["name"]?.text == name })
    }

    // MARK: Pins

    @Test func saysSinceWhenAPinStands() throws {
        let git = try GitSandbox()
        git.sandbox.variables["GIT_AUTHOR_DATE"] = "2024-02-11T10:00:00Z"
        git.sandbox.variables["GIT_COMMITTER_DATE"] = "2024-02-11T10:00:00Z"
        try git.write(["Cargo.toml": GitSandbox.manifest("log = \"=0.4.20\"\nserde_json = \"1\"\n")])
        try git.lockgate("update", "--workspace")
        try git.commit("pin")
        let log = try package("log", json(try git.lockgate("report", "--format", "json")))
        #expect(log["pins"]?.elements?.first?["since"]?.text == "2024-02-11")
        #expect(log["urgency"]?.text == "pinned" && log["held"]?["proof"]?.text == "resolved")
        #expect(try git.lockgate("report").output.contains("pinned to `=0.4.20` since 2024-02-11; 0.4.22 exists"))
        #expect(Files.names(in: git.sandbox.path + "/tmp").isEmpty)
    }

    @Test func aPinThatIsNotCommittedHasNoDate() throws {
        let git = try GitSandbox()
        try git.write(["Cargo.toml": GitSandbox.manifest("log = \"=0.4.20\"\nserde_json = \"1\"\n")])
        try git.lockgate("update", "--workspace")
        let log = try package("log", json(try git.lockgate("report", "--format", "json")))
        #expect(log["pins"]?.elements?.count == 1 && log["pins"]?.elements?.first?["since"] == nil)
    }

    // MARK: Formats

    @Test func severalFormatsInOneRunGiveTheSameBytesAgain() throws {
        let git = try GitSandbox()
        let formats = ["json", "markdown", "csv", "html", "text"]
        func run() throws -> [[UInt8]] {
            let arguments = formats.flatMap { ["--format", "\($0)=out.\($0)"] }
            let outcome = try Program.run(
                ["report"] + arguments, in: git.sandbox.workspace, environment: git.sandbox.variables)
            #expect(outcome.status == 0 && outcome.stdout.isEmpty && outcome.errors.hasPrefix("lockgate: 1 workspace"))
            return try formats.map { try readBytes(git.sandbox.workspace + "/out.\($0)") }
        }
        let first = try run()
        #expect(first.allSatisfy { !$0.isEmpty })
        #expect(try run() == first)
    }

    @Test func aCellThatBeginsLikeAFormulaIsText() throws {
        let git = try GitSandbox()
        try git.write(["Cargo.toml": GitSandbox.manifest("log = \"=0.4.20\"\nserde_json = \"1\"\n")])
        try git.lockgate("update", "--workspace")
        let lines = try git.lockgate("report", "--format", "csv").output.split(separator: "\r\n")
        #expect(lines.first?.hasPrefix("workspace,urgency,package,locked") == true)
        #expect(lines.contains { $0.contains(",'=0.4.20,") })
    }

    // MARK: As a gate

    @Test(arguments: [("outdated", 1), ("denied", 0), ("urgent", 0), ("pinned", 0)])
    func failsOnWhatIsAskedFor(what: String, status: Int32) throws {
        let git = try GitSandbox()
        #expect(try git.sandbox.run("report").status == 0)
        #expect(try git.sandbox.run("report", "--fail-on", what).status == status)
    }

    @Test func newNeedsAHistory() throws {
        let outcome = try GitSandbox().sandbox.run("report", "--fail-on", "new")
        #expect(outcome.status == 2 && outcome.errors.contains("--history"))
    }

    @Test(arguments: ["history.db", "history.db-journal", "../in/history.db"])
    func aReportDoesNotTakeThePlaceOfTheHistory(file: String) throws {
        let git = try GitSandbox()
        for _ in 0..<2 {
            let outcome = try git.sandbox.run("report", "--history", "history.db", "--format", "json=\(file)")
            #expect(outcome.status == 2 && outcome.errors.contains("would destroy it"))
            try git.lockgate("report", "--history", "history.db")
        }
    }

    @Test func nothingIsFixedWhereTheLockIsMissing() throws {
        let git = try GitSandbox()
        unlink(git.sandbox.workspace + "/Cargo.lock")
        let outcome = try git.sandbox.run("fix")
        #expect(outcome.status == 1 && outcome.output.contains("cleared by no move: lock-missing"))
        #expect(try git.lockgate("report").output.contains("`lockgate update` makes one"))
    }

    // MARK: History

    @Test func aHistoryThatCannotBeWrittenIsSaidAndTheReportMade() throws {
        let git = try GitSandbox()
        let outcome = try git.sandbox.run("report", "--history", "none/history.db")
        #expect(outcome.status == 0 && outcome.errors.contains("create it first"))
        #expect(outcome.output.contains("1 workspace"))
    }

    @Test func aNewerHistoryIsKept() throws {
        let git = try GitSandbox()
        try git.lockgate("report", "--history", "history.db")
        var bytes = try readBytes(git.sandbox.workspace + "/history.db")
        bytes[63] = 200
        try git.sandbox.directory.write(bytes, to: "in/history.db")
        let outcome = try git.sandbox.run("report", "--history", "history.db", "--format", "json")
        #expect(outcome.status == 0)
        #expect(try json(outcome)["history_problem"]?.text?.contains("format 200, newer than 1") == true)
        #expect(try readBytes(git.sandbox.workspace + "/history.db") == bytes)
        #expect(try git.sandbox.run("report", "--history", "history.db", "--fail-on", "new").status == 3)
    }

    @Test func reportsAtTheSameTimeDoNotLoseEachOther() async throws {
        let git = try GitSandbox()
        try git.write([
            "a/Cargo.toml": GitSandbox.manifest("log = \"0.4\"\n", name: "a"), "a/src/lib.rs": "",
            "b/Cargo.toml": GitSandbox.manifest("log = \"0.4\"\n", name: "b"), "b/src/lib.rs": "",
        ])
        for folder in ["a", "b"] {
            #expect(try git.sandbox.run("update", in: "in/" + folder).status == 0)
        }
        let (folder, variables) = (git.sandbox.workspace, git.sandbox.variables)
        try await withThrowingTaskGroup(of: String.self) { group in
            for name in ["a", "b", "a", "b"] {
                group.addTask {
                    try Program.run(["report", name, "--history", "h.db"], in: folder, environment: variables).errors
                }
            }
            for try await errors in group { #expect(errors.isEmpty) }
        }
        git.sandbox.variables["LOCKGATE_TODAY"] = "2026-11-22"
        let history = try json(try git.lockgate("report", "a", "b", "--history", "h.db", "--format", "json"))["history"]
        #expect(history?["previous"]?.text == "2026-11-21")
        let runs = history?["runs"]?.elements ?? []
        #expect(runs.first?["summary"]?["workspaces"]?.integer == 2)
    }

    // MARK: Bad input

    @Test func anUnreadableWorkspaceAmongManyHasItsOwnSection() throws {
        let git = try GitSandbox()
        try git.write(["bad/Cargo.toml": "[package\n", "bad/Cargo.lock": ""])
        let outcome = try git.sandbox.run("report", "-r", "--format", "json")
        #expect(outcome.status == 3)
        let workspaces = try json(outcome)["workspaces"]?.elements ?? []
        #expect(workspaces.count == 2)
        #expect(workspaces.last?["error"]?["message"]?.text?.hasPrefix("bad/Cargo.toml:1:") == true, "\(workspaces)")
        #expect(workspaces.first?["packages"]?.elements?.isEmpty == false)
    }

    @Test func aFlawIsUrgentWithoutAnIndexToo() throws {
        let git = try GitSandbox()
        let lock = """
            version = 4

            [[package]]
            name = "app"
            version = "0.1.0"
            dependencies = [
             "time",
            ]

            [[package]]
            name = "time"
            version = "0.1.45"
            source = "registry+https://github.com/rust-lang/crates.io-index"

            """
        try git.write(["Cargo.toml": GitSandbox.manifest("time = \"0.1\"\n"), "Cargo.lock": lock])
        unlink(git.sandbox.path + "/registry/index/ti/me/time")
        let outcome = try git.sandbox.run("report", "--format", "json")
        let time = try package("time", json(outcome))
        #expect(time["urgency"]?.text == "vulnerable" && time["unknown"]?.text?.contains("`time`") == true)
        #expect(try git.sandbox.run("report").output.contains("urgent (1)\n  time 0.1.45\n      RUSTSEC-2020-0071"))
    }

    @Test func aCrateNobodyKnowsIsUnknown() throws {
        let git = try GitSandbox()
        unlink(git.sandbox.path + "/registry/index/3/l/log")
        let outcome = try git.sandbox.run("report", "--format", "json")
        let log = try package("log", json(outcome))
        #expect(log["urgency"]?.text == "unknown" && log["unknown"]?.text?.contains("`log`") == true)
        #expect(try package("serde_json", json(outcome))["compatible"] != nil)
    }
}
