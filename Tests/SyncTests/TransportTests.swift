import CargoWorkspace
import Glibc
import Sync
import TestSupport
import Testing

/// One request at a time against a server that misbehaves.
@Suite struct TransportTests {
    private static let body = "hello\n"
    private static let field = Array("X-Y: z\r\n".utf8)

    private static var settings: NetworkSettings {
        var settings = NetworkSettings()
        settings.timeout = 1
        settings.longest = 3
        settings.retries = 2
        settings.firstPause = 10
        settings.longestPause = 1
        settings.proxy = ""
        return settings
    }

    private func fetch(
        _ url: String, limit: Int = 1000, authorization: RegistryToken? = nil,
        _ change: (inout NetworkSettings) -> Void = { _ in }
    ) throws -> Result<HTTPResponse, TransportError> {
        var settings = Self.settings
        change(&settings)
        var result: Result<HTTPResponse, TransportError>?
        try Transport(settings).run([HTTPRequest(url, authorization: authorization, limit: limit)]) { _, answer in
            result = answer
            return []
        }
        return try #require(result)
    }

    private func reason(_ result: Result<HTTPResponse, TransportError>) -> TransportError.Reason? {
        if case .failure(let error) = result { error.reason } else { nil }
    }

    /// A server for the time of a test.
    private struct Serving {
        let respond: @Sendable (FaultServer.Request) -> FaultServer.Reply

        init(_ respond: @escaping @Sendable (FaultServer.Request) -> FaultServer.Reply) { self.respond = respond }

        func use<T>(_ body: (FaultServer) throws -> T) throws -> T {
            let server = try FaultServer(respond)
            defer { server.stop() }
            return try body(server)
        }
    }

    @Test func anAnswerArrives() throws {
        try Serving { _ in .text(Self.body, ("ETag", "\"1\""), ("X-Odd", "  a b ")) }.use { server throws in
            let response = try fetch(server.url + "x").get()
            #expect(response.status == 200)
            #expect(response.body == Array(Self.body.utf8))
            #expect(response["etag"] == "\"1\"" && response["x-odd"] == "a b")
            #expect(server.requests[0].headers["user-agent"] == "lockgate")
        }
    }

    @Test func aThousandAnswersArriveOverAFewConnections() throws {
        try Serving { request in .text(request.path) }.use { server throws in
            var seen: Set<String> = []
            let transport = try Transport(Self.settings)
            transport.run((0..<500).map { HTTPRequest(server.url + "\($0)", tag: $0, limit: 100) }) { request, result in
                guard case .success(let response) = result else { return [] }
                seen.insert(String(decoding: response.body, as: UTF8.self))
                return request.tag < 500 ? [HTTPRequest(request.url + "b", tag: 500, limit: 100)] : []
            }
            #expect(seen.count == 1000)
        }
    }

    // MARK: Servers in trouble

    @Test(arguments: [500, 502, 503, 429, 408]) func aServerInTroubleIsAskedAgain(status: Int) throws {
        try Serving { $0.attempt < 3 ? .status(status) : .text(Self.body) }.use { server throws in
            #expect(try fetch(server.url + "x").get().status == 200)
            #expect(server.requests.count == 3)
        }
    }

    @Test func troubleThatStaysIsAnError() throws {
        try Serving { _ in .status(503) }.use { server throws in
            let result = try fetch(server.url + "x")
            #expect(reason(result) == .status(503))
            guard case .failure(let error) = result else { return }
            #expect(error.attempts == 3 && "\(error)".contains("503 (3 attempts)"), "\(error)")
        }
    }

    @Test func waitsAsLongAsTheServerAsks() throws {
        try Serving { $0.attempt < 2 ? .status(429, ("Retry-After", "1")) : .text(Self.body) }.use { server throws in
            let start = clock()
            #expect(try fetch(server.url + "x").get().status == 200)
            #expect(clock() - start > 0.9)
        }
    }

    @Test func doesNotWaitForHours() throws {
        try Serving { _ in .status(429, ("Retry-After", "3600")) }.use { server throws in
            #expect(reason(try fetch(server.url + "x")) == .pause(seconds: 3600))
            #expect(server.requests.count == 1)
        }
    }

    @Test(arguments: [400, 401, 403, 404, 410, 451]) func otherStatusesAreAnswers(status: Int) throws {
        try Serving { _ in .status(status) }.use { server throws in
            #expect(try fetch(server.url + "x").get().status == status)
            #expect(server.requests.count == 1)
        }
    }

    // MARK: Broken connections

    @Test(arguments: [
        FaultServer.Reply.raw(.head(length: 1000) + Array("short".utf8)), .raw([]),
        .raw(Array("nonsense\r\n\r\n".utf8)),
        .reset(after: .head(length: 100)), .reset(after: []),
    ]) func aBrokenAnswerIsNone(reply: FaultServer.Reply) throws {
        try Serving { _ in reply }.use { server throws in
            let result = try fetch(server.url + "x")
            guard case .failure(let error) = result, case .connection = error.reason else {
                Issue.record("\(reply): \(result)")
                return
            }
            #expect(error.attempts == 3)
        }
    }

    @Test func aConnectionThatComesBackIsFine() throws {
        try Serving { $0.attempt < 2 ? .reset(after: .head(length: 100)) : .text(Self.body) }.use { server throws in
            #expect(try fetch(server.url + "x").get().body == Array(Self.body.utf8))
        }
    }

    @Test func silenceEndsAfterTheTimeAllowed() throws {
        try Serving { _ in .silence }.use { server throws in
            let start = clock()
            guard case .connection = reason(try fetch(server.url + "x") { $0.retries = 0 }) else {
                Issue.record("an answer")
                return
            }
            #expect(clock() - start < 3.5)
        }
    }

    @Test func aTrickleEndsAfterTheTimeAllowed() throws {
        try Serving { _ in .endless(.head(length: 1000), unit: [0x61], pause: 200) }.use { server throws in
            guard case .connection = reason(try fetch(server.url + "x") { $0.retries = 0 }) else {
                Issue.record("an answer")
                return
            }
        }
    }

    @Test func nobodyListening() throws {
        let server = try FaultServer { _ in .silence }
        server.stop()
        let result = try fetch(server.url + "x")
        guard case .failure(let error) = result, case .connection(let words) = error.reason else {
            Issue.record("\(result)")
            return
        }
        #expect(words.contains("onnect"), "\(words)")
        #expect(error.url == server.url + "x")
    }

    // MARK: Too much

    @Test func anEndlessBodyIsCutOff() throws {
        try Serving { _ in .endless(.head(), unit: Array(repeating: 0x61, count: 4096), pause: 0) }.use {
            server throws in
            #expect(reason(try fetch(server.url + "x", limit: 100_000)) == .tooLarge(limit: 100_000))
            #expect(server.requests.count == 1)
        }
    }

    @Test func aLongBodyIsCutOff() throws {
        try Serving { _ in .answer(200, headers: [], body: Array(repeating: 0x61, count: 1001)) }.use { server throws in
            #expect(reason(try fetch(server.url + "x")) == .tooLarge(limit: 1000))
        }
    }

    /// A megabyte of zeros in a kilobyte.
    @Test func aSmallAnswerThatSwellsIsCutOff() throws {
        let folder = try TemporaryDirectory()
        #expect(system("head -c 1000000 /dev/zero | gzip -9 > '\(folder.path)/bomb'") == 0)
        let bomb = try folder.read("bomb")
        try Serving { _ in .answer(200, headers: [("Content-Encoding", "gzip")], body: bomb) }.use { server throws in
            #expect(reason(try fetch(server.url + "x", limit: 100_000)) == .tooLarge(limit: 100_000))
            #expect(try fetch(server.url + "x", limit: 2_000_000).get().body.count == 1_000_000)
        }
    }

    @Test func allTogetherIsCutOff() throws {
        try Serving { _ in .answer(200, headers: [], body: Array(repeating: 0x61, count: 900)) }.use { server throws in
            var settings = Self.settings
            settings.totalLimit = 2000
            var count = 0
            let requests = (0..<9).map { HTTPRequest(server.url + "\($0)", limit: 1000) }
            try Transport(settings).run(requests) { _, result in
                if case .success = result { count += 1 }
                return []
            }
            #expect(count <= 2)
        }
    }

    @Test func endlessHeadersEnd() throws {
        try Serving { _ in .endless(Array("HTTP/1.1 200 X\r\n".utf8), unit: Self.field, pause: 0) }.use {
            server throws in
            let result = try fetch(server.url + "x") { $0.retries = 0 }
            #expect(reason(result) != nil)
        }
    }

    // MARK: Redirects

    @Test(arguments: [301, 302, 303, 307, 308]) func redirectsAreFollowed(status: Int) throws {
        try Serving { $0.path == "/x" ? .status(status, ("Location", "/y")) : .text($0.path) }.use { server throws in
            #expect(try fetch(server.url + "x").get().body == Array("/y".utf8))
        }
    }

    @Test func circlesEnd() throws {
        try Serving { _ in .status(302, ("Location", "/x")) }.use { server throws in
            #expect(reason(try fetch(server.url + "x")) == .endlessRedirect)
            #expect(server.requests.count == 6)
        }
    }

    @Test(arguments: ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/"])
    func otherSchemesAreRefused(target: String) throws {
        try Serving { _ in .status(302, ("Location", target)) }.use { server throws in
            #expect(reason(try fetch(server.url + "x")) == .unsafeRedirect)
        }
    }

    @Test func anotherServerDoesNotGetTheToken() throws {
        let token = try Secret.token()
        try Serving { _ in .text("there") }.use { other throws in
            try Serving { $0.path == "/x" ? .status(302, ("Location", other.url + "z")) : .text("here") }.use {
                server throws in
                #expect(try fetch(server.url + "x", authorization: token).get().body == Array("there".utf8))
                #expect(server.requests[0].headers["authorization"] == Secret.text)
                #expect(other.requests[0].headers["authorization"] == nil)
            }
        }
    }

    /// Nor when the other one sends it back.
    @Test func aTokenIsNotPickedUpAgain() throws {
        let token = try Secret.token()
        let home = try FaultServer { _ in .text("home") }
        defer { home.stop() }
        let back = home.url + "back"
        try Serving { _ in .status(302, ("Location", back)) }.use { other throws in
            try Serving { _ in .status(302, ("Location", other.url)) }.use { server throws in
                #expect(try fetch(server.url + "x", authorization: token).get().status == 200)
                #expect(home.requests[0].headers["authorization"] == nil)
            }
        }
    }

    @Test func theSameServerGetsTheTokenAgain() throws {
        let token = try Secret.token()
        try Serving { $0.path == "/x" ? .status(302, ("Location", "/y")) : .text("here") }.use { server throws in
            #expect(try fetch(server.url + "x", authorization: token).get().status == 200)
            #expect(server.requests.map { $0.headers["authorization"] } == [Secret.text, Secret.text])
        }
    }

    // MARK: Secrets

    @Test func nothingSecretIsShown() throws {
        let token = try Secret.token()
        let server = try FaultServer { _ in .silence }
        server.stop()
        let url = "http://user:\(Secret.text)@127.0.0.1:\(server.port)/x?key=\(Secret.text)#\(Secret.text)"
        let result = try fetch(url, authorization: token)
        let request = HTTPRequest(url, authorization: token, limit: 1)
        var text = "\(result) \(token) \(String(reflecting: token)) \(request.shownURL)"
        dump(token, to: &text)
        #expect(!text.contains(Secret.text), "\(text)")
        #expect(request.shownURL == "http://127.0.0.1:\(server.port)/x")
    }

    @Test(arguments: [
        ("https://a.b/", "https://a.b/"), ("HTTPS://A.b:443/x?y", "https://A.b:443/x"),
        ("http://u:p@h:1/", "http://h:1/"),
        ("http://h?k=v/w", "http://h"), ("http://h#f/w", "http://h"),
    ]) func whatIsShownOfAURL(url: String, shown: String) {
        #expect(WebAddress(url)?.shown == shown)
    }

    @Test(arguments: ["", "x", "ftp://a/", "http:///x", "file:///x", "http://a b/", "http://a/\n", "https:/a/b"])
    func whatIsNoWebAddress(url: String) {
        #expect(WebAddress(url) == nil)
    }

    private func clock() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// A token of the registry `private`.
enum Secret {
    static let text = "s3cr3t-0123456789abcdef"

    static func token() throws -> RegistryToken {
        let environment = Environment(
            workingDirectory: "/", variables: ["CARGO_REGISTRIES_PRIVATE_TOKEN": text, "HOME": "/nonexistent"])
        return try #require(try CargoConfig(environment: environment).token(for: "private"))
    }
}
