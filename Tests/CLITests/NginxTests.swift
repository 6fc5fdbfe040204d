import Glibc
import TestSupport
import Testing

/// A real web server: HTTP/2 over TLS with a certificate of its own, as nginx of Debian has it. And real cargo as the
/// peer, where it is installed.
@Suite struct NginxTests {
    static let nginx = ["/usr/sbin/nginx", "/usr/bin/nginx"].first { (path: String) in access(path, X_OK) == 0 }
    static let isInstalled = nginx != nil && access("/usr/bin/openssl", X_OK) == 0
    static let cargo: String? = {
        guard let home = getenv("HOME").map({ String(cString: $0) }) else { return nil }
        return [home + "/.cargo/bin/cargo", "/usr/local/cargo/bin/cargo", "/usr/bin/cargo"]
            .first { (path: String) in access(path, X_OK) == 0 }
    }()

    /// A web server on 127.0.0.1 that ends with its test.
    private final class Server {
        let directory: TemporaryDirectory
        let port: Int

        var certificate: String { directory.path + "/cert.pem" }
        var url: String { "https://localhost:\(port)/" }

        init(_ more: String = "") throws {
            directory = try TemporaryDirectory()
            port = try Self.freePort()
            let folder = directory.path
            chmod(folder, 0o755)
            mkdir(folder + "/index", 0o755)
            try directory.write(
                """
                worker_processes 1; pid \(folder)/pid; error_log \(folder)/error.log;
                events { worker_connections 256; }
                http {
                    access_log \(folder)/access.log combined;
                    client_body_temp_path \(folder)/1; proxy_temp_path \(folder)/2; fastcgi_temp_path \(folder)/3;
                    uwsgi_temp_path \(folder)/4; scgi_temp_path \(folder)/5;
                    gzip on; gzip_types *; gzip_min_length 1; default_type text/plain;
                    server {
                        listen 127.0.0.1:\(port) ssl http2;
                        ssl_certificate cert.pem; ssl_certificate_key key.pem; root \(folder)/index;
                        \(more)
                    }
                }
                """, to: "nginx.conf")
            let script = """
                cd '\(folder)' && openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 \
                -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>openssl.log && \
                '\(nginx ?? "")' -p '\(folder)' -c '\(folder)/nginx.conf' 2>start.log
                """
            guard system(script) == 0 else { throw SystemFailure(call: "nginx", code: ENOENT) }
        }

        deinit {
            guard let text = try? directory.read("pid"),
                let pid = pid_t(String(decoding: text.filter { $0 > 0x20 }, as: UTF8.self))
            else { return }
            kill(pid, SIGTERM)
        }

        private static func freePort() throws -> Int {
            let server = try FaultServer { _ in .silence }
            defer { server.stop() }
            return Int(server.port)
        }

        var log: String { (try? directory.read("access.log")).map { String(decoding: $0, as: UTF8.self) } ?? "" }
    }

    private func sandbox(_ server: Server, secure: Bool = true) throws -> Sandbox {
        let sandbox = try Sandbox()
        unlink(sandbox.path + "/.cargo/config.toml")
        try sandbox.directory.write(
            """
            [source.crates-io]
            replace-with = "near"
            [source.near]
            registry = "sparse+\(server.url)"
            [http]
            timeout = 2
            \(secure ? "cainfo = \"\(server.certificate)\"" : "")
            [net]
            retry = 0
            """, to: "cargo/config.toml")
        sandbox.variables["CARGO_NET_OFFLINE"] = nil
        sandbox.variables["LOCKGATE_DB"] = sandbox.path + "/lg.db"
        sandbox.variables["no_proxy"] = "*"
        return sandbox
    }

    /// Three hundred crates, each needing the two after it.
    private func fill(_ server: Server) throws {
        for number in 0..<300 {
            let needs = [number * 2 + 1, number * 2 + 2].filter { $0 < 300 }.map { name in
                #"{"name":"c\#(name)x","req":"1","features":[],"optional":false,"default_features":true,"#
                    + #""target":null,"kind":"normal"}"#
            }
            let name = "c\(number)x"
            let path =
                name.utf8.count == 3 ? "3/c/\(name)" : "\(name.prefix(2))/\(name.dropFirst(2).prefix(2))/\(name)"
            let sum = String(repeating: "0123456789abcdef", count: 4)
            let lines = (0..<5).map { SyncTests.line(name, "1.\($0).0", needs.joined(separator: ","), sum: sum) }
            try server.directory.write(lines.joined(), to: "index/" + path)
        }
        try server.directory.write(#"{"dl":"https://localhost/"}"#, to: "index/config.json")
    }

    private static let manifest =
        "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nc0x = \"1\"\n"

    @Test(.enabled(if: isInstalled, "nginx or openssl is not installed")) func takesManyRequestsOnOneConnection() throws
    {
        let server = try Server()
        try fill(server)
        let sandbox = try sandbox(server).write(["Cargo.toml": Self.manifest, "src/lib.rs": ""])
        let first = try sandbox.run("sync", "--no-advisories")
        #expect(first.output.contains("300 crates asked for, 300 changed"), "\(first.output)\(first.errors)")
        #expect(server.log.contains("HTTP/2.0\" 200") && !server.log.contains("HTTP/1.1"))
        let second = try sandbox.run("sync", "--no-advisories")
        #expect(second.output.contains("0 changed, 300 unchanged"), "\(second.output)\(second.errors)")
        #expect(server.log.split(separator: "\n").count { $0.contains("\" 304 ") } == 300)
        #expect(second.seconds < 5)
    }

    @Test(.enabled(if: isInstalled && cargo != nil, "nginx, openssl or cargo is not installed"))
    func locksWhatCargoLocks() throws {
        let server = try Server()
        try fill(server)
        let sandbox = try sandbox(server).write(["Cargo.toml": Self.manifest, "src/lib.rs": ""])
        #expect(try sandbox.run("sync", "--no-advisories").status == 0)
        #expect(try sandbox.run("update", "--fresh").status == 0)
        let ours = try sandbox.directory.read("in/Cargo.lock")
        unlink(sandbox.workspace + "/Cargo.lock")
        let cargo = try Program.run(
            ["generate-lockfile"], of: try #require(Self.cargo), in: sandbox.workspace,
            environment: sandbox.variables.merging(["RUSTUP_HOME": Self.rustupHome]) { $1 }, name: "cargo", limit: 60)
        #expect(cargo.status == 0, "\(cargo.errors)")
        #expect(try sandbox.directory.read("in/Cargo.lock") == ours)
    }

    private static var rustupHome: String {
        if let set = getenv("RUSTUP_HOME") { return String(cString: set) }
        return getenv("HOME").map { String(cString: $0) + "/.rustup" } ?? ""
    }

    @Test(.enabled(if: isInstalled, "nginx or openssl is not installed")) func anUnknownCertificateIsRefused() throws {
        let server = try Server()
        try fill(server)
        let sandbox = try sandbox(server, secure: false).write(["Cargo.toml": Self.manifest, "src/lib.rs": ""])
        let outcome = try sandbox.run("sync", "--no-advisories")
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("certificate") && outcome.errors.contains("http.cainfo"), "\(outcome.errors)")
        #expect(server.log.isEmpty)
    }

    @Test(.enabled(if: isInstalled, "nginx or openssl is not installed")) func nothingUnencryptedFollows() throws {
        let open = try FaultServer.registry(["3/c/c0x": SyncTests.line("c0x", "1.0.0")])
        defer { open.stop() }
        let server = try Server("location / { return 302 \(open.url)$uri; }")
        let sandbox = try sandbox(server).write(["Cargo.toml": Self.manifest, "src/lib.rs": ""])
        let outcome = try sandbox.run("sync", "--no-advisories")
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("redirected to where it must not lead"), "\(outcome.errors)")
        #expect(open.requests.isEmpty)
    }
}
