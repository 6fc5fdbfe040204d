import CSQLite
import Glibc
import TestSupport
import Testing

/// `check` and `update` fetch what they need by themselves, and nothing else, and nothing at all where that is forbidden.
@Suite struct RefreshTests {
    private func sandbox(_ server: FaultServer) throws -> Sandbox {
        let sandbox = try SyncTests.sandbox(server)
        sandbox.variables["LOCKGATE_ADVISORIES"] = "none"
        return sandbox
    }

    @Test func whatIsMissingIsFetchedOnce() throws {
        let server = try FaultServer.registry(SyncTests.files)
        defer { server.stop() }
        let sandbox = try sandbox(server)
        #expect(try sandbox.run("update").status == 0)
        #expect(server.paths.count == 3)
        let check = try sandbox.run("check")
        #expect(check.status == 0, "\(check.output) \(check.errors)")
        #expect(server.paths.count == 3)
    }

    @Test(arguments: ["--offline", "CARGO_NET_OFFLINE", "net.offline"])
    func nothingIsFetchedWhereThatIsForbidden(by: String) throws {
        let server = try FaultServer.registry(SyncTests.files)
        defer { server.stop() }
        let sandbox = try sandbox(server)
        if by == "CARGO_NET_OFFLINE" { sandbox.variables[by] = "true" }
        if by == "net.offline" { try sandbox.write([".cargo/config.toml": "[net]\noffline = true\n"]) }
        let outcome =
            by == "--offline" ? try sandbox.run("check", "--offline") : try sandbox.run("check")
        #expect(outcome.status == 3)
        #expect(server.paths.isEmpty)
    }

    @Test func whatIsOldIsAskedForAgain() throws {
        let server = try FaultServer.registry(SyncTests.files)
        defer { server.stop() }
        let sandbox = try sandbox(server)
        #expect(try sandbox.run("update").status == 0)
        try sandbox.write(["lockgate.toml": "[data]\nrefresh-hours = 0\n"])
        sleep(1)
        let before = server.paths.count
        #expect(try sandbox.run("check").status == 0)
        #expect(server.paths.count > before)
        #expect(
            server.requests.suffix(1).allSatisfy { $0.headers["if-none-match"] != nil || $0.path == "/config.json" })
    }

    /// What was fetched earlier stays good enough to judge by; what is missing is not.
    @Test func aServerThatIsGoneIsToldOf() throws {
        let server = try FaultServer.registry(SyncTests.files)
        let sandbox = try sandbox(server)
        #expect(try sandbox.run("update").status == 0)
        server.stop()
        try sandbox.write(["lockgate.toml": "[data]\nrefresh-hours = 0\n"])
        sleep(1)
        let known = try sandbox.run("check")
        #expect(known.status == 0, "\(known.output)")
        #expect(known.errors.contains("warning: not fetched: "), "\(known.errors)")
        try sandbox.write(["Cargo.toml": SyncTests.manifest + "serde = \"1\"\n"])
        let unknown = try sandbox.run("check")
        #expect(unknown.status == 3)
        #expect(unknown.output.contains("has nothing on `serde`"), "\(unknown.output)")
    }

    @Test func aNewDependencyIsFetchedWithWhatItNeeds() throws {
        let server = try FaultServer.registry(
            SyncTests.files.merging(["se/rd/serde": SyncTests.line("serde", "1.0.0")]) { $1 })
        defer { server.stop() }
        let sandbox = try sandbox(server)
        #expect(try sandbox.run("update").status == 0)
        try sandbox.write(["Cargo.toml": SyncTests.manifest + "serde = \"1\"\n"])
        let outcome = try sandbox.run("check")
        #expect(outcome.status == 4, "\(outcome.errors)")
        #expect(outcome.output.contains("serde"))
    }

    /// A whole index that was imported is nobody's to refresh.
    @Test func anImportedIndexIsLeftAlone() throws {
        let server = try FaultServer.registry(SyncTests.files)
        defer { server.stop() }
        let sandbox = try sandbox(server)
        #expect(try sandbox.run("import", "index", "../registry").status == 0)
        #expect(try sandbox.run("update").status == 0)
        #expect(try sandbox.run("check").status == 0)
        #expect(server.paths.isEmpty)
    }

    /// A clock that was wrong must not keep old data for good.
    @Test func whatWasCheckedInTheFutureIsAskedForAgain() throws {
        let server = try FaultServer.registry(SyncTests.files)
        defer { server.stop() }
        let sandbox = try sandbox(server)
        #expect(try sandbox.run("update").status == 0)
        let count = server.paths.count
        var handle: OpaquePointer?
        defer { sqlite3_close_v2(handle) }
        #expect(sqlite3_open(sandbox.path + "/lg.db", &handle) == SQLITE_OK)
        #expect(sqlite3_exec(handle, "UPDATE raw_fetched SET checked = checked + 9999999", nil, nil, nil) == SQLITE_OK)
        #expect(try sandbox.run("check").status == 0)
        #expect(server.paths.count > count)
    }
}
