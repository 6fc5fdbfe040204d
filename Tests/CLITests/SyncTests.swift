import Glibc
import TestSupport
import Testing

/// `lockgate sync` against servers on this machine, good ones and bad ones.
@Suite struct SyncTests {
    static let secret = "s3cr3t-0123456789abcdef"
    static let manifest =
        "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nlog = \"0.4\"\n"

    static func line(_ name: String, _ version: String, _ deps: String = "", sum: String = "aa") -> String {
        #"{"name":"\#(name)","vers":"\#(version)","deps":[\#(deps)],"cksum":"\#(sum)","features":{},"yanked":false}"#
            + "\n"
    }

    private static let need =
        #"{"name":"cfg-if","req":"1","features":[],"optional":false,"default_features":true,"target":null,"kind":"normal"}"#
    static let files = [
        "3/l/log": line("log", "0.4.20", need) + line("log", "0.4.21", need), "cf/g-/cfg-if": line("cfg-if", "1.0.0"),
    ]

    /// A workspace that knows crates.io from a server only.
    static func sandbox(_ server: FaultServer, _ manifest: String = manifest) throws -> Sandbox {
        let sandbox = try Sandbox()
        unlink(sandbox.path + "/.cargo/config.toml")
        try sandbox.directory.write(
            """
            [source.crates-io]
            replace-with = "near"
            [registries.near]
            index = "sparse+\(server.url)"
            [http]
            timeout = 1
            [net]
            retry = 0
            """, to: "cargo/config.toml")
        sandbox.variables["CARGO_NET_OFFLINE"] = nil
        sandbox.variables["LOCKGATE_DB"] = sandbox.path + "/lg.db"
        sandbox.variables["no_proxy"] = "*"
        return try sandbox.write(["Cargo.toml": manifest, "src/lib.rs": ""])
    }

    private func verify(_ sandbox: Sandbox) throws {
        let outcome = try Program.run(
            ["../lg.db", "PRAGMA integrity_check"], of: "/usr/bin/sqlite3", in: sandbox.workspace,
            environment: sandbox.variables)
        #expect(outcome.output == "ok\n", "\(outcome.errors)")
    }

    // MARK: All is well

    @Test func whatIsFetchedIsResolvedAndJudged() throws {
        let server = try FaultServer.registry(Self.files)
        defer { server.stop() }
        let sandbox = try Self.sandbox(server)
        let first = try sandbox.run("sync", "--no-advisories")
        #expect(first.status == 0, "\(first.errors)")
        #expect(
            first.output.hasPrefix(
                "index of crates.io: 2 crates asked for, 2 changed, 0 unchanged, 0 gone, 0 set aside, 0 failed"),
            "\(first.output)")
        #expect(server.paths.count == 3)
        #expect(try sandbox.run("update", "--fresh").status == 0)
        let lock = String(decoding: try sandbox.directory.read("in/Cargo.lock"), as: UTF8.self)
        #expect(lock.contains("name = \"cfg-if\"") && lock.contains("version = \"0.4.21\""))
        let second = try sandbox.run("sync", "--no-advisories")
        #expect(second.output.contains("0 changed, 2 unchanged"), "\(second.output)")
        let third = try sandbox.run("sync", "--no-advisories", "--max-age", "1000")
        #expect(third.output.contains("0 crates asked for") && third.output.contains("2 young enough"))
        #expect(server.paths.count == 6)
        try verify(sandbox)
    }

    @Test func otherRegistriesAreFoundByTheirNames() throws {
        let other = try FaultServer.registry(["mi/ne/mine": Self.line("mine", "1.0.0")])
        defer { other.stop() }
        let server = try FaultServer.registry(Self.files)
        defer { server.stop() }
        let sandbox = try Self.sandbox(server, Self.manifest + "mine = { version = \"1\", registry = \"other\" }\n")
        sandbox.variables["CARGO_REGISTRIES_OTHER_INDEX"] = "sparse+" + other.url
        let outcome = try sandbox.run("sync", "--no-advisories")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.split(separator: "\n").count == 2, "\(outcome.output)")
        #expect(other.paths == ["/config.json", "/mi/ne/mine"])
        #expect(try sandbox.run("update", "--fresh").status == 0)
    }

    @Test func aLocalRegistryNeedsNoServer() throws {
        let sandbox = try Sandbox()
        sandbox.variables["CARGO_NET_OFFLINE"] = nil
        try sandbox.write(["Cargo.toml": Self.manifest, "src/lib.rs": ""])
        let outcome = try sandbox.run("sync", "--no-advisories", "--db", "../lg.db")
        #expect(outcome.status == 0 && outcome.output == "sync: nothing to fetch\n", "\(outcome.errors)")
        #expect(!Files.exists(sandbox.path + "/lg.db"))
    }

    @Test func whatIsInGitIsImported() throws {
        let server = try FaultServer.registry(Self.files)
        defer { server.stop() }
        let sandbox = try Self.sandbox(server, Self.manifest + "mine = { version = \"1\", registry = \"other\" }\n")
        sandbox.variables["CARGO_REGISTRIES_OTHER_INDEX"] = "https://127.0.0.1:1/index"
        let outcome = try sandbox.run("sync", "--no-advisories")
        #expect(outcome.status == 3)
        #expect(
            outcome.errors.contains("lockgate import index DIR --registry https://127.0.0.1:1/index"),
            "\(outcome.errors)")
    }

    @Test(arguments: [true, false]) func goesThroughAProxy(isConfigured: Bool) throws {
        let files = Self.files
        let proxy = try FaultServer { request in
            let path = request.path.replacing("http://registry.invalid/", with: "")
            if path == "config.json" { return .text(#"{"dl":""}"#) }
            return files[path].map { .text($0) } ?? .status(404)
        }
        defer { proxy.stop() }
        let sandbox = try Self.sandbox(proxy)
        let address = proxy.url.replacing("//", with: "//user:\(Self.secret)@")
        sandbox.variables["CARGO_REGISTRIES_NEAR_INDEX"] = "sparse+http://registry.invalid/"
        sandbox.variables["no_proxy"] = nil
        sandbox.variables[isConfigured ? "CARGO_HTTP_PROXY" : "http_proxy"] = address
        let outcome = try sandbox.run("sync", "--no-advisories")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(proxy.paths.contains("http://registry.invalid/3/l/log"))
        #expect(proxy.requests.first?.headers["proxy-authorization"] != nil)
        proxy.stop()
        let failure = try sandbox.run("sync", "--no-advisories")
        #expect(failure.status == 3 && !failure.errors.contains(Self.secret), "\(failure.errors)")
    }

    // MARK: Refusals

    @Test(arguments: [["--offline"], ["--max-age", "-1"], ["--no-advisories", "--advisories", "x"]])
    func contradictionsAreUsageErrors(_ arguments: [String]) throws {
        let sandbox = try Sandbox()
        let outcome = try Program.run(["sync"] + arguments, in: sandbox.workspace, environment: sandbox.variables)
        #expect(outcome.status == 2, "\(outcome.errors)")
    }

    @Test func aNetworkThatIsSwitchedOffIsNamed() throws {
        let sandbox = try Sandbox().write(["Cargo.toml": Self.manifest, "src/lib.rs": ""])
        let outcome = try sandbox.run("sync")
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("CARGO_NET_OFFLINE"), "\(outcome.errors)")
    }

    // MARK: Bad servers

    /// What a bad server does to every request.
    struct Fault: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let reply: @Sendable (FaultServer.Request) -> FaultServer.Reply?
        var answer = ""
    }

    private static func always(_ name: String, _ reply: FaultServer.Reply, _ answer: String) -> Fault {
        Fault(testDescription: name, reply: { _ in reply }, answer: answer)
    }

    private static func files(_ name: String, _ reply: FaultServer.Reply, _ answer: String) -> Fault {
        Fault(
            testDescription: "files: " + name, reply: { $0.path == "/config.json" ? nil : reply }, answer: answer)
    }

    static let faults = [
        always("silent", .silence, "too slow"), always("reset", .reset(after: []), "config.json: "),
        always("cut off", .raw(.head(length: 99) + [123]), "config.json: "),
        always("nonsense", .raw(Array("hello\r\n\r\n".utf8)), "config.json: "),
        always("500", .status(500), "answers 500"), always("403", .status(403), "refuses (403)"),
        always("401", .status(401), "set CARGO_REGISTRIES_NEAR_TOKEN"),
        always("404", .status(404), "no sparse registry"), always("HTML", .text("<html></html>"), "no JSON object"),
        always("too much", .endless(.head(), unit: Array(repeating: 32, count: 65536), pause: 0), "more than 1048576"),
        always("circle", .status(302, ("Location", "/config.json")), "again and again"),
        always("busy", .status(429, ("Retry-After", "7200")), "answers 429"),
        files("HTML", .text("<html></html>\n"), "no index file"), files("nothing", .raw([]), "3/l/log: "),
        files("500", .status(500), "answers 500"), files("401", .status(401), "TOKEN"),
        files("another crate", .text(line("evil", "1.0.0")), "no index file"),
        files("cut off", .raw(.head() + Array(line("log", "0.4.20").utf8.dropLast(20))), "middle of a line"),
        files("304", .status(304), ""),
    ]

    @Test(arguments: faults) func aBadServerLeavesTheDatabaseAlone(_ fault: Fault) throws {
        let good = try FaultServer.registry(Self.files)
        defer { good.stop() }
        let bad = try FaultServer.registry(Self.files, fault: fault.reply)
        defer { bad.stop() }
        let sandbox = try Self.sandbox(good)
        #expect(try sandbox.run("sync", "--no-advisories").status == 0)
        let before = try sandbox.directory.read("lg.db")
        sandbox.variables["CARGO_REGISTRIES_NEAR_INDEX"] = "sparse+" + bad.url
        let outcome = try sandbox.run("sync", "--no-advisories")
        if fault.testDescription == "files: 304" { return #expect(outcome.status == 0, "\(outcome.errors)") }
        #expect(outcome.status == 3, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.errors.contains(fault.answer), "\(outcome.errors)")
        #expect(outcome.errors.contains("http://127.0.0.1:\(bad.port)/"), "\(outcome.errors)")
        #expect(try sandbox.directory.read("lg.db") == before)
        #expect(!Files.names(in: sandbox.path).contains { $0.contains("draft") })
        // Without anything before, there is no database afterwards.
        unlink(sandbox.path + "/lg.db")
        #expect(try sandbox.run("sync", "--no-advisories").status == 3)
        #expect(!Files.exists(sandbox.path + "/lg.db"))
    }

    @Test func nobodyThere() throws {
        let server = try FaultServer { _ in .silence }
        server.stop()
        let outcome = try Self.sandbox(server).run("sync", "--no-advisories")
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("check the address, the network, and `http.proxy`"), "\(outcome.errors)")
    }

    @Test func whatArrivesIsKeptAndWhatIsMissingIsNamed() throws {
        let server = try FaultServer.registry(Self.files) { $0.path.hasSuffix("cfg-if") ? .status(403) : nil }
        defer { server.stop() }
        let sandbox = try Self.sandbox(server)
        let outcome = try sandbox.run("sync", "--no-advisories")
        #expect(outcome.status == 3)
        #expect(outcome.output.contains("2 crates asked for, 1 changed") && outcome.output.contains("1 failed"))
        #expect(outcome.errors.contains("`cfg-if` of crates.io: \(server.url)cf/g-/cfg-if: "), "\(outcome.errors)")
        try verify(sandbox)
        let check = try sandbox.run("update", "--fresh")
        #expect(check.status == 3 && check.errors.contains("nothing on `cfg-if`"), "\(check.errors)")
    }

    // MARK: Advisories

    private static let record =
        #"{"id":"RUSTSEC-2026-0001","modified":"2026-11-01T00:00:00Z","published":"2026-11-01T00:00:00Z","#
        + #""affected":[{"package":{"ecosystem":"crates.io","name":"log"},"ranges":[{"type":"SEMVER","events":"#
        + #"[{"introduced":"0.0.0-0"}]}],"versions":[]}],"summary":"bad"}"#

    private static func archive() throws -> [UInt8] {
        let folder = try TemporaryDirectory()
        try folder.write(record, to: "crates.io/RUSTSEC-2026-0001.json")
        #expect(system("tar -C '\(folder.path)' -czf '\(folder.path)/all.tar.gz' crates.io") == 0)
        return try folder.read("all.tar.gz")
    }

    @Test func advisoriesComeOnceAndAreAskedForAgain() throws {
        let archive = try Self.archive()
        let server = try FaultServer.registry(Self.files) { request in
            guard request.path.hasPrefix("/all") else { return nil }
            let isKnown = request.headers["if-none-match"] == "\"a\""
            return .answer(isKnown ? 304 : 200, headers: [("ETag", "\"a\"")], body: isKnown ? [] : archive)
        }
        defer { server.stop() }
        let sandbox = try Self.sandbox(server)
        let url = server.url.replacing("//", with: "//u:\(Self.secret)@") + "all.tar.gz?key=\(Self.secret)"
        let first = try sandbox.run("sync", "--advisories", url)
        #expect(first.status == 0, "\(first.errors)")
        #expect(
            first.output.contains("advisories of osv: 1 records, 1 stored, 0 set aside; changed"), "\(first.output)")
        let second = try sandbox.run("sync", "--advisories", url)
        #expect(second.output.contains("advisories of osv: unchanged"), "\(second.output)\(second.errors)")
        let named = try sandbox.run("sync", "--advisories", "mine=" + url)
        #expect(named.output.contains("advisories of mine: 1 records"), "\(named.output)")
        #expect(try sandbox.run("update", "--fresh").status == 0)
        let check = try sandbox.run("check")
        #expect(check.output.contains("RUSTSEC-2026-0001"), "\(check.output)")
        #expect(!contains(try sandbox.directory.read("lg.db"), Self.secret))
        #expect(![first, second, named].contains { ($0.output + $0.errors).contains(Self.secret) })
    }

    @Test(arguments: [
        FaultServer.Reply.text("<html>"), .text(""), .status(404), .status(500),
        .raw(.head(length: 999) + [0x1f, 0x8b]),
        .answer(200, headers: [], body: [0x50, 0x4b, 3, 4, 0, 0]),
        .answer(200, headers: [], body: [0x1f, 0x8b, 8, 0, 1]),
    ]) func badAdvisoriesLeaveTheOldOnes(_ reply: FaultServer.Reply) throws {
        let archive = try Self.archive()
        let server = try FaultServer.registry(Self.files) { request in
            request.path == "/all"
                ? request.attempt == 1 ? .answer(200, headers: [], body: archive) : reply : nil
        }
        defer { server.stop() }
        let sandbox = try Self.sandbox(server)
        #expect(try sandbox.run("sync", "--advisories", server.url + "all").status == 0)
        let outcome = try sandbox.run("sync", "--advisories", server.url + "all")
        #expect(outcome.status == 3, "\(outcome.output)")
        #expect(outcome.errors.contains("advisories: ") && outcome.errors.contains("/all"), "\(outcome.errors)")
        #expect(outcome.output.contains("2 unchanged"))
        #expect(try sandbox.run("update", "--fresh").status == 0)
        #expect(try sandbox.run("check").output.contains("RUSTSEC-2026-0001"))
    }

    @Test func severalSourcesNeedNames() throws {
        let server = try FaultServer.registry(Self.files)
        defer { server.stop() }
        let outcome = try Self.sandbox(server).run("sync", "--advisories", "a.zip", "--advisories", "b.zip")
        #expect(outcome.status == 2 && outcome.errors.contains("each needs a name"), "\(outcome.errors)")
    }

    // MARK: Secrets

    private func contains(_ bytes: [UInt8], _ text: String) -> Bool {
        String(decoding: bytes, as: UTF8.self).contains(text)
    }

    enum Place: String, CaseIterable { case variable, configuration, credentials, old }

    @Test(arguments: Place.allCases, [0, 401, 403, 500]) func aTokenIsNeverShown(_ place: Place, status: Int) throws {
        let server = try FaultServer.registry(
            Self.files, description: #"{"dl":"x","auth-required":true}"#
        ) { request in
            if request.headers["authorization"] != Self.secret { return .status(401) }
            return status == 0 ? nil : .answer(status, headers: [], body: Array("you said \(Self.secret)".utf8))
        }
        defer { server.stop() }
        let sandbox = try Self.sandbox(server)
        let entry = "\n[registries.near]\ntoken = \"\(Self.secret)\"\n"
        switch place {
        case .variable: sandbox.variables["CARGO_REGISTRIES_NEAR_TOKEN"] = Self.secret
        case .configuration: sandbox.variables["CARGO_REGISTRIES_NEAR_TOKEN"] = Self.secret
        case .credentials: try sandbox.directory.write(entry, to: "cargo/credentials.toml")
        case .old: try sandbox.directory.write(entry, to: "cargo/credentials")
        }
        if place == .configuration {
            sandbox.variables["CARGO_REGISTRIES_NEAR_TOKEN"] = nil
            let text = String(decoding: try sandbox.directory.read("cargo/config.toml"), as: UTF8.self)
            try sandbox.directory.write(
                text.replacing("[registries.near]", with: "[registries.near]\ntoken = \"\(Self.secret)\""),
                to: "cargo/config.toml")
        }
        for arguments in [
            ["sync", "--no-advisories", "-v"], ["sync", "--no-advisories"], ["check"], ["update", "--fresh"],
        ] {
            let outcome = try Program.run(arguments, in: sandbox.workspace, environment: sandbox.variables)
            if arguments[0] == "sync" { #expect(outcome.status == (status == 0 ? 0 : 3), "\(outcome.errors)") }
            #expect(!contains(outcome.stdout + outcome.stderr, Self.secret), "\(arguments): \(outcome.errors)")
        }
        if status == 0 { #expect(!contains(try sandbox.directory.read("lg.db"), Self.secret)) }
    }

    @Test func aCredentialProviderIsNotRun() throws {
        let server = try FaultServer.registry(Self.files) { _ in .status(401) }
        defer { server.stop() }
        let sandbox = try Self.sandbox(server)
        let text = String(decoding: try sandbox.directory.read("cargo/config.toml"), as: UTF8.self)
        try sandbox.directory.write(
            text.replacing(
                "[registries.near]",
                with: "[registries.near]\ncredential-provider = \"cargo:token-from-stdout touch \(sandbox.path)/ran\""),
            to: "cargo/config.toml")
        let outcome = try sandbox.run("sync", "--no-advisories")
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("lockgate does not do; set CARGO_REGISTRIES_NEAR_TOKEN"), "\(outcome.errors)")
        #expect(!Files.exists(sandbox.path + "/ran"))
    }

    // MARK: Killed

    /// `.ci/kill-test` does more of it.
    @Test func aKilledRunLeavesTheOldOrTheNew() throws {
        let changed = Self.files.merging(["3/l/log": Self.line("log", "0.4.22", Self.need)]) { $1 }
        let old = try FaultServer.registry(Self.files)
        defer { old.stop() }
        let new = try FaultServer.registry(changed)
        defer { new.stop() }
        let sandbox = try Self.sandbox(old)
        #expect(try sandbox.run("sync", "--no-advisories").status == 0)
        let before = try sandbox.directory.read("lg.db")
        sandbox.variables["CARGO_REGISTRIES_NEAR_INDEX"] = "sparse+" + new.url
        for round in 0..<10 {
            try sandbox.directory.write(before, to: "lg.db")
            let pause = Double(round) * 0.004
            _ = try Program.shell(
                "'\(Program.path)' sync --no-advisories & p=$!; sleep \(pause); kill -9 $p; wait $p; true", sandbox)
            try verify(sandbox)
            let lock = try sandbox.run("update", "--fresh", "--print")
            #expect(lock.status == 0)
            #expect(lock.output.contains("0.4.21") != lock.output.contains("0.4.22"), "\(lock.output)")
        }
        #expect(try sandbox.run("sync", "--no-advisories").status == 0)
        #expect(!Files.names(in: sandbox.path).contains { $0.contains("draft") })
    }
}
