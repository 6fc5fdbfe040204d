import Audit
import Testing

/// What passes for an allowed server, and what only looks like one.
@Suite struct SourceNotAllowedTests {
    private func isAllowed(_ url: String, by entry: String) throws -> Bool {
        let workspace = try ExampleWorkspace(
            RuleExample(
                "",
                """
                -- Cargo.toml --
                [package]
                name = "app"
                version = "0.1.0"
                -- Cargo.lock --
                version = 4

                [[package]]
                name = "app"
                version = "0.1.0"

                [[package]]
                name = "tool"
                version = "1.0.0"
                source = "git+\(url)#0123456789abcdef0123456789abcdef01234567"
                -- lockgate.toml --
                [rules.source-not-allowed]
                git = ["\(entry)"]
                """))
        return workspace.findings(of: SourceNotAllowed()).isEmpty
    }

    @Test(arguments: [
        ("https://github.com/acme/tool", "github.com"), ("https://GitHub.com/acme/tool.git", "github.com/acme"),
        ("https://user@github.com/acme/tool", "github.com/acme"), ("ssh://git@github.com/acme/tool", "github.com/acme"),
        ("https://github.com/acme/tool?branch=x", "https://github.com/acme/tool"),
        ("https://github.com/acme/tool", "https://github.com/acme/"),
        ("https://git.example.org:8443/x", "git.example.org:8443"),
    ])
    func allows(url: String, entry: String) throws {
        #expect(try isAllowed(url, by: entry))
    }

    @Test(arguments: [
        ("https://github.com.evil.org/acme/tool", "github.com"),
        ("https://github.com@evil.org/acme/tool", "github.com"),
        ("https://evil.org/github.com/acme", "github.com"), ("https://github.com/acme-evil/tool", "github.com/acme"),
        ("https://github.com/acme/../evil/tool", "github.com/acme"),
        ("https://github.com/acme/%2e%2e/evil", "github.com/acme"),
        ("http://github.com/acme/tool", "https://github.com"),
        ("ssh://git@github.com/acme/tool", "https://github.com/acme"), ("https://evilgithub.com/acme", "github.com"),
        ("https://github.com:8443/acme/tool", "github.com"), ("https://github.com/acme", "github.com/acme/tool"),
    ])
    func refuses(url: String, entry: String) throws {
        #expect(try !isAllowed(url, by: entry))
    }

    @Test func restrictsNothingUnlessAsked() throws {
        let lock = """
            -- Cargo.toml --
            [package]
            name = "app"
            version = "0.1.0"
            -- Cargo.lock --
            version = 4

            [[package]]
            name = "app"
            version = "0.1.0"

            [[package]]
            name = "tool"
            version = "1.0.0"
            source = "registry+https://registry.example.org/index"
            checksum = "00"

            """
        let policies = [
            ("", 0), ("preset = \"strict\"", 1), ("[rules.source-not-allowed]\nregistries = []", 1),
            ("[rules.source-not-allowed]\nregistries = [\"https://registry.example.org/index\"]", 0),
            ("[rules.source-not-allowed]\nregistries = [\"https://registry.example.org/\"]", 1),
            ("[rules.source-not-allowed]\nregistries = [\"crates-io\"]", 1),
        ]
        for (policy, count) in policies {
            let workspace = try ExampleWorkspace(RuleExample("", lock + "-- lockgate.toml --\n" + policy))
            #expect(workspace.findings(of: SourceNotAllowed()).count == count, "\(policy)")
        }
    }
}
