import CargoModel
import CargoWorkspace
import Glibc
import SemVer
import Storage
import Sync
import TestSupport
import Testing

/// Registries: their description, tokens, conditional requests, and what is asked for.
@Suite struct FetcherTests {
    private let folder: TemporaryDirectory
    private var database: String { folder.path + "/db" }

    init() throws { folder = try TemporaryDirectory() }

    private static func line(_ name: String, _ version: String, _ deps: String = "", yanked: Bool = false) -> String {
        #"{"name":"\#(name)","vers":"\#(version)","deps":[\#(deps)],"cksum":"aa","features":{},"yanked":\#(yanked)}"#
            + "\n"
    }

    private static func need(_ name: String, _ requirement: String = "1", _ more: String = "") -> String {
        #"{"name":"\#(name)","req":"\#(requirement)","features":[],"optional":false,"default_features":true,"#
            + #""target":null,"kind":"normal"\#(more)}"#
    }

    private func fetcher(
        _ server: FaultServer, store: Store? = nil, age: Int = 0, now: Int = 1000,
        _ credential: @escaping @Sendable () -> RegistryCredential = { .unnamed }
    ) throws -> Fetcher {
        var settings = NetworkSettings()
        settings.timeout = 1
        settings.retries = 1
        settings.firstPause = 10
        settings.proxy = ""
        let url = server.url
        return try Fetcher(settings, Fetcher.Policy(now: now, maximumAge: age), store: store) { source in
            source == .cratesIO ? RegistryServer(source: source, url: "sparse+" + url, credential: credential) : nil
        }
    }

    private func crate(_ name: String) -> CrateKey { CrateKey(name: name, source: .cratesIO) }

    private func reason(_ fetcher: Fetcher, _ name: String) -> FetchError.Reason? {
        if case .failure(let error) = fetcher.answers[crate(name)] { error.reason } else { nil }
    }

    private func file(_ fetcher: Fetcher, _ name: String) -> FetchedFile.Answer? {
        if case .success(.file(let answer)) = fetcher.answers[crate(name)] { answer } else { nil }
    }

    // MARK: config.json

    @Test func theDescriptionComesFirst() throws {
        let server = try FaultServer.registry(["3/l/log": Self.line("log", "1.0.0")])
        defer { server.stop() }
        let fetcher = try fetcher(server)
        fetcher.run([crate("log"), crate("none")])
        #expect(server.paths.first == "/config.json" && Set(server.paths).count == 3)
        #expect(server.requests[0].headers["cargo-protocol"] == "version=1")
        guard case .contents(let bytes, let validator) = file(fetcher, "log") else {
            Issue.record("\(fetcher.answers)")
            return
        }
        #expect(bytes == Array(Self.line("log", "1.0.0").utf8) && validator?.hasPrefix("etag: \"") == true)
        guard case .absent = file(fetcher, "none") else {
            Issue.record("\(fetcher.answers)")
            return
        }
    }

    @Test(arguments: [
        ("[]", FetchError.Reason.configuration("what the server sends is no JSON object")),
        ("<html>", .configuration("what the server sends is no JSON object")),
        ("{}", .configuration("`dl` is missing")),
        (#"{"dl":"x","auth-required":1}"#, .configuration("`auth-required` is neither true nor false")),
    ]) func aDescriptionThatIsNone(text: String, reason: FetchError.Reason) throws {
        let server = try FaultServer.registry([:], description: text)
        defer { server.stop() }
        let fetcher = try fetcher(server)
        fetcher.run([crate("log"), crate("serde")])
        #expect(self.reason(fetcher, "log") == reason)
        #expect(server.paths == ["/config.json"])
        #expect(fetcher.failedServers.count == 1)
    }

    @Test(arguments: [(404, FetchError.Reason.noConfiguration), (403, .status(403)), (204, .status(204))])
    func aServerWithoutDescription(status: Int, reason: FetchError.Reason) throws {
        let server = try FaultServer { _ in .status(status) }
        defer { server.stop() }
        let fetcher = try fetcher(server)
        fetcher.run([crate("log")])
        #expect(self.reason(fetcher, "log") == reason)
    }

    // MARK: Tokens

    private func guarded(isRequired: Bool = true, accepting: String = Secret.text) throws -> FaultServer {
        try FaultServer.registry(
            ["3/l/log": Self.line("log", "1.0.0")],
            description: #"{"dl":"x","auth-required":\#(isRequired)}"#
        ) { request in
            request.headers["authorization"] == accepting ? nil : .status(401)
        }
    }

    @Test func aTokenIsShownOnlyWhenAskedFor() throws {
        let server = try guarded()
        defer { server.stop() }
        let token = try Secret.token()
        let fetcher = try fetcher(server) { .token(token, variable: "V") }
        fetcher.run([crate("log")])
        #expect(server.paths == ["/config.json", "/config.json", "/3/l/log"])
        #expect(server.requests.map { $0.headers["authorization"] } == [nil, Secret.text, Secret.text])
        #expect(file(fetcher, "log") != nil)
    }

    @Test func anOpenServerGetsNoToken() throws {
        let server = try FaultServer.registry(["3/l/log": Self.line("log", "1.0.0")])
        defer { server.stop() }
        let token = try Secret.token()
        try fetcher(server) { .token(token, variable: "V") }.run([crate("log")])
        #expect(server.requests.allSatisfy { $0.headers["authorization"] == nil })
    }

    @Test func anOpenDescriptionThatAsksForATokenIsObeyed() throws {
        let server = try FaultServer.registry(
            ["3/l/log": Self.line("log", "1.0.0")], description: #"{"dl":"x","auth-required":true}"#)
        defer { server.stop() }
        let token = try Secret.token()
        try fetcher(server) { .token(token, variable: "V") }.run([crate("log")])
        #expect(server.requests.map { $0.headers["authorization"] } == [nil, Secret.text])
    }

    @Test func withoutATokenTheVariableIsNamed() throws {
        let server = try guarded()
        defer { server.stop() }
        let fetcher = try fetcher(server) { .missing(variable: "CARGO_REGISTRIES_PRIVATE_TOKEN") }
        fetcher.run([crate("log")])
        #expect(reason(fetcher, "log") == .tokenMissing(variable: "CARGO_REGISTRIES_PRIVATE_TOKEN"))
        #expect("\(fetcher.failedServers[0].error)".contains("set CARGO_REGISTRIES_PRIVATE_TOKEN"))
        #expect(server.paths == ["/config.json"])
    }

    @Test func aRejectedTokenIsTriedOnce() throws {
        let server = try guarded(accepting: "another")
        defer { server.stop() }
        let token = try Secret.token()
        let fetcher = try fetcher(server) { .token(token, variable: "V") }
        fetcher.run([crate("log")])
        #expect(reason(fetcher, "log") == .tokenRejected(variable: "V"))
        #expect(server.paths == ["/config.json", "/config.json"])
        #expect(!"\(fetcher.failedServers)".contains(Secret.text))
    }

    @Test func aProgramIsNotRun() throws {
        let server = try guarded()
        defer { server.stop() }
        let fetcher = try fetcher(server) { .program("cargo:token-from-stdout x", variable: "V") }
        fetcher.run([crate("log")])
        #expect(reason(fetcher, "log") == .program("cargo:token-from-stdout x", variable: "V"))
        #expect("\(fetcher.failedServers[0].error)".contains("does not do; set V"))
    }

    // MARK: What was fetched before

    @discardableResult
    private func keep(_ fetcher: Fetcher, at seconds: Int) throws -> Store {
        let files = fetcher.answers.compactMap { crate, answer -> FetchedFile? in
            guard case .success(.file(let content)) = answer else { return nil }
            return FetchedFile(name: crate.name, answer: content)
        }
        _ = try storeFetched(
            files, of: .cratesIO, into: database, at: seconds,
            Snapshot(id: 0, kind: .index, origin: "x", revision: nil, date: nil, imported: "then"))
        return try Store(opening: database)
    }

    @Test func asksOnlyForWhatHasChanged() throws {
        let server = try FaultServer.registry(["3/l/log": Self.line("log", "1.0.0")])
        defer { server.stop() }
        let first = try fetcher(server)
        first.run([crate("log")])
        let second = try fetcher(server, store: keep(first, at: 1000))
        second.run([crate("log")])
        guard case .unchanged = file(second, "log") else {
            Issue.record("\(second.answers)")
            return
        }
    }

    @Test func whatIsYoungEnoughIsNotAskedFor() throws {
        let server = try FaultServer.registry(["3/l/log": Self.line("log", "1.0.0")])
        defer { server.stop() }
        let first = try fetcher(server)
        first.run([crate("log")])
        let store = try keep(first, at: 1000)
        let second = try fetcher(server, store: store, age: 60, now: 1060)
        second.run([crate("log")])
        #expect(server.paths.count == 2)
        try fetcher(server, store: store, age: 60, now: 1061).run([crate("log")])
        #expect(server.paths.count == 4)
        // A clock that was set back makes nothing young.
        try fetcher(server, store: store, age: 60, now: 900).run([crate("log")])
        #expect(server.paths.count == 6)
    }

    @Test func nothingIsUnchangedThatWasNeverHad() throws {
        let server = try FaultServer { $0.path == "/config.json" ? .text(#"{"dl":""}"#) : .status(304) }
        defer { server.stop() }
        let fetcher = try fetcher(server)
        fetcher.run([crate("log")])
        #expect(reason(fetcher, "log") == .unchangedUnknown)
    }

    /// Known crates are asked for together with `config.json`, and count only if that is good.
    @Test(arguments: [true, false]) func whatComesBeforeABadDescriptionDoesNotCount(isSlow: Bool) throws {
        let files = ["3/l/log": Self.line("log", "1.0.0"), "se/rd/serde": Self.line("serde", "1.0.0")]
        let good = try FaultServer.registry(files)
        defer { good.stop() }
        let first = try fetcher(good)
        first.run(["log", "serde"].map(crate))
        let store = try keep(first, at: 1000)
        let bad = try FaultServer.registry(files) { request in
            if isSlow == (request.path == "/config.json") { usleep(100_000) }
            return request.path == "/config.json" ? .status(404) : nil
        }
        defer { bad.stop() }
        let second = try fetcher(bad, store: store)
        second.run(["log", "serde"].map(crate))
        #expect(reason(second, "log") == .noConfiguration && reason(second, "serde") == .noConfiguration)
        let registry = FetchingRegistry(second, base: NoRegistry())
        #expect(throws: RegistryError.self) { try registry.versions(of: "log", in: .cratesIO) }
    }

    @Test func aTokenIsNotLeftOutForSpeed() throws {
        let server = try guarded()
        defer { server.stop() }
        let token = try Secret.token()
        let first = try fetcher(server) { .token(token, variable: "V") }
        first.run([crate("log")])
        let count = server.paths.count
        try fetcher(server, store: keep(first, at: 1000)) { .token(token, variable: "V") }.run([crate("log")])
        #expect(Array(server.paths.dropFirst(count)) == ["/config.json", "/config.json", "/3/l/log"])
    }

    // MARK: Contents

    @Test(arguments: [
        ("<html>not found</html>\n", FetchError.Reason.foreignContent), ("\u{0}\u{1}\n", .foreignContent),
        (line("evil", "1.0.0"), .foreignContent),
        (line("log", "1.0.0") + String(line("log", "1.0.1").dropLast(9)), .cutOff),
    ]) func contentsThatCannotBe(text: String, reason: FetchError.Reason) throws {
        let server = try FaultServer.registry(["3/l/log": text])
        defer { server.stop() }
        let fetcher = try fetcher(server)
        fetcher.run([crate("log")])
        #expect(self.reason(fetcher, "log") == reason)
    }

    @Test func oneBadCrateDoesNotSpoilTheOthers() throws {
        let server = try FaultServer.registry([
            "3/l/log": Self.line("log", "1.0.0"), "3/b/bad": "no\n",
        ]) { $0.path == "/4/im/time" ? .reset(after: []) : nil }
        defer { server.stop() }
        let fetcher = try fetcher(server)
        fetcher.run(["log", "bad", "time"].map(crate))
        #expect(file(fetcher, "log") != nil)
        #expect(reason(fetcher, "bad") == .foreignContent)
    }

    /// Each would wait for its time to run out.
    @Test func aServerThatDiesIsNotAskedForHundreds() throws {
        let server = try FaultServer.registry([:]) { $0.path == "/config.json" ? nil : .reset(after: []) }
        defer { server.stop() }
        let fetcher = try fetcher(server)
        fetcher.run((0..<600).map { crate("crate\($0)") })
        #expect(fetcher.answers.count == 600)
        #expect(server.paths.count < 400, "\(server.paths.count)")
    }

    // MARK: What follows

    private func plan(_ dependencies: [Dependency], locked: [PackageID] = []) throws -> PrefetchPlan {
        let member = Summary(
            id: PackageID(name: "app", version: try Version("0.1.0"), source: .path("/app")),
            dependencies: dependencies,
            features: .empty)
        return PrefetchPlan(
            members: [member], localPackages: [member], patches: [], replacements: [], locked: locked, rustVersions: nil
        )
    }

    private func dependency(_ name: String, _ requirement: String, features: [String] = []) throws -> Dependency {
        Dependency(
            package: name, source: .cratesIO, requirement: .range(try VersionRequirement(requirement)),
            features: features)
    }

    private final class NoRegistry: Registry {
        func versions(of name: String, in source: SourceID) throws(RegistryError) -> [PublishedVersion] {
            throw RegistryError(.unknownSource(source.description))
        }
        func summary(
            of version: PublishedVersion, named name: String, in source: SourceID
        ) throws(RegistryError) -> Summary { throw RegistryError(.unknownSource(source.description)) }
    }

    @Test func followsWhatTheNewestFittingVersionNeeds() throws {
        let optional =
            #"{"name":"extra","req":"1","features":[],"optional":true,"default_features":true,"#
            + #""target":null,"kind":"normal"}"#
        let root =
            Self.line("root", "1.0.0", Self.need("old"))
            + Self.line("root", "1.2.0", Self.need("next") + "," + optional)
            + Self.line("root", "1.3.0", Self.need("bad"), yanked: true) + Self.line("root", "2.0.0", Self.need("two"))
        let server = try FaultServer.registry([
            "ro/ot/root": root,
            "ne/xt/next": Self.line(
                "next", "1.0.0", Self.need("last") + "," + Self.need("dev", "1", "").replacing("normal", with: "dev")),
            "la/st/last": Self.line("last", "1.0.0"), "ex/tr/extra": Self.line("extra", "1.0.0"),
        ])
        defer { server.stop() }
        let fetcher = try fetcher(server)
        let registry = FetchingRegistry(fetcher, base: NoRegistry())
        registry.prefetch(try plan([dependency("root", "1")]))
        #expect(fetcher.answers.keys.map(\.name).sorted() == ["last", "next", "root"])
        // What the resolve asks for besides is fetched while it waits.
        #expect(try registry.versions(of: "extra", in: .cratesIO).map { "\($0.version)" } == ["1.0.0"])
        #expect(try registry.versions(of: "nobody", in: .cratesIO).isEmpty)
    }

    @Test func featuresTurnOptionalDependenciesOn() throws {
        let line =
            #"{"name":"root","vers":"1.0.0","deps":[{"name":"extra","req":"1","features":["f"],"optional":true,"#
            + #""default_features":false,"target":"cfg(windows)","kind":"build"}],"cksum":"aa","#
            + #""features":{"default":["std"],"std":["extra/g"]},"yanked":false}"# + "\n"
        let extra =
            #"{"name":"extra","vers":"1.0.0","deps":[\#(Self.need("far").replacing("false,\"default", with: "true,\"default")),"#
            + #"\#(Self.need("near").replacing("false,\"default", with: "true,\"default"))],"cksum":"aa","features":{"g":["far"]},"yanked":false}"#
            + "\n"
        let server = try FaultServer.registry(["ro/ot/root": line, "ex/tr/extra": extra])
        defer { server.stop() }
        let fetcher = try fetcher(server)
        FetchingRegistry(fetcher, base: NoRegistry()).prefetch(try plan([dependency("root", "1")]))
        #expect(fetcher.answers.keys.map(\.name).sorted() == ["extra", "far", "root"])
    }

    @Test func theLockedVersionDecides() throws {
        let root =
            Self.line("root", "1.0.0", Self.need("old"), yanked: true) + Self.line("root", "1.2.0", Self.need("next"))
        let server = try FaultServer.registry(["ro/ot/root": root])
        defer { server.stop() }
        let fetcher = try fetcher(server)
        let id = PackageID(name: "root", version: try Version("1.0.0"), source: .cratesIO)
        FetchingRegistry(fetcher, base: NoRegistry()).prefetch(try plan([dependency("root", "1")], locked: [id]))
        #expect(fetcher.answers.keys.map(\.name).sorted() == ["old", "root"])
    }

    /// An error and no old answer: a check must not pass on yesterday's yanks without saying so.
    @Test func whatFailsIsAnError() throws {
        let server = try FaultServer.registry([:]) { $0.path == "/3/l/log" ? .status(403) : nil }
        defer { server.stop() }
        let registry = FetchingRegistry(try fetcher(server), base: NoRegistry())
        let error = #expect(throws: RegistryError.self) { try registry.versions(of: "log", in: .cratesIO) }
        #expect("\(error!)".contains("`log` could not be fetched: \(server.url)3/l/log"))
    }

    /// Each crate needs one that nobody has heard of.
    @Test func anEndlessRegistryEnds() throws {
        let server = try FaultServer { request in
            if request.path == "/config.json" { return .text(#"{"dl":""}"#) }
            let name = String(request.path.split(separator: "/").last ?? "")
            return .text(Self.line(name, "1.0.0", Self.need(name + "a")))
        }
        defer { server.stop() }
        let url = server.url
        var policy = Fetcher.Policy(now: 0, maximumAge: 0)
        policy.crateLimit = 50
        let fetcher = try Fetcher(NetworkSettings(), policy, store: nil) { RegistryServer(source: $0, url: url) }
        FetchingRegistry(fetcher, base: NoRegistry()).prefetch(try plan([dependency("root", "1")]))
        #expect(fetcher.answers.count == 51)
    }
}
