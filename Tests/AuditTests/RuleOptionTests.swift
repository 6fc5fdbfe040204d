import Audit
import Testing

/// What the options of single rules change.
@Suite struct RuleOptionTests {
    private func findings(_ rule: any Rule, _ text: String, _ options: String) throws -> [Finding] {
        try ExampleWorkspace(RuleExample("", text + "\n-- lockgate.toml --\n" + options)).findings(of: rule)
    }

    private let fresh = """
        [dependencies]
        log = "0.4"
        -- index --
        log 0.4.20 | at=2024-01-01
        log 0.4.21 | at=2024-09-30
        -- advisories --
        {"id":"RUSTSEC-2024-9001","package":"log","date":"2024-05-01","patched":[">= 0.4.21"]}
        """

    @Test(arguments: [
        ("", 0), ("min-age-days = 14", 1), ("min-age-days = 1", 0), ("min-age-days = 14\nexcept = [\"log\"]", 0),
        ("min-age-days = 14\nallow-fixes = true", 0),
    ])
    func tooNew(options: String, count: Int) throws {
        #expect(try findings(TooNew(), fresh, "[rules.too-new]\n" + options).count == count)
    }

    @Test func anUnknownAgeIsANoteAndManyAreOne() throws {
        let names = ["a", "b", "c", "d"]
        let text =
            "[dependencies]\n" + names.map { "\($0) = \"1\"\n" }.joined() + "-- index --\n"
            + names.map { "\($0) 1.0.0\n" }.joined()
        let found = try findings(TooNew(), text, "[rules.too-new]\nmin-age-days = 14")
        #expect(found.map(\.isNote) == [true])
        #expect(found[0].message.contains("4 of the locked packages"))
    }

    private let patch = """
        [dependencies]
        http = "1"
        -- index --
        log 0.4.20 | at=2020-01-01
        http 1.0.0 | at=2023-01-01
        http 1.0.1 | log ^0.4 | at=2024-09-01
        """

    @Test(arguments: [("", 0), ("always = true", 1), ("always = true\nskip = [\"http\"]", 0)])
    func newDependencyInPatch(options: String, count: Int) throws {
        let found = try findings(NewDependencyInPatch(), patch, "[rules.new-dependency-in-patch]\n" + options)
        #expect(found.count == count)
    }

    private let git = """
        [dependencies]
        one = { git = "https://example.com/one" }
        two = { git = "https://example.com/two", tag = "v1" }
        -- no Cargo.lock --
        """

    @Test(arguments: [("", 2), ("accept = [\"tag\"]", 1), ("accept = [\"tag\", \"branch\"]", 0)])
    func gitWithoutRev(options: String, count: Int) throws {
        #expect(try findings(GitWithoutRev(), git, "[rules.git-without-rev]\n" + options).count == count)
    }

    @Test(arguments: [
        ("name = \"openssl\"", 1), ("name = \"openssl\"\nwrappers = [\"tls\"]", 1),
        ("name = \"openssl\"\nwrappers = [\"tls\", \"http\"]", 0), ("name = \"openssl\"\nversion = \"<0.10\"", 0),
        ("name = \"open-ssl\"", 0),
    ])
    func bannedCrate(ban: String, count: Int) throws {
        let text = """
            [dependencies]
            http = "1"
            tls = "1"
            -- index --
            openssl 0.10.0
            tls 1.0.0 | openssl ^0.10
            http 1.0.0 | openssl ^0.10
            """
        #expect(try findings(BannedCrate(), text, "[[rules.banned-crate.crates]]\n" + ban).count == count)
    }

    @Test(arguments: [("", 0), ("\n", 1), ("# a comment\n", 1)])
    func aLockIsCanonicalToTheLastLine(tail: String, count: Int) throws {
        let info = try #require(RuleCatalogue.infos.first { $0.id == "lock-noncanonical" })
        let example = info.failing[1].text.replacing("↓", with: "")
            .replacing(" \"log\",\n \"itoa\",\n", with: " \"itoa\",\n \"log\",\n")
            .replacing("-- index --", with: tail + "-- index --")
        #expect(try ExampleWorkspace(RuleExample("", example)).findings(of: LockNoncanonical()).count == count)
    }

    /// The oldest promise of the members that reach a package counts, and only theirs.
    @Test func eachMemberAnswersForWhatItReaches() throws {
        let text = """
            -- Cargo.toml --
            [workspace]
            members = ["old", "new"]
            -- old/Cargo.toml --
            [package]
            name = "old"
            version = "0.1.0"
            rust-version = "1.60"
            [dependencies]
            log = "0.4"
            -- new/Cargo.toml --
            [package]
            name = "new"
            version = "0.1.0"
            rust-version = "1.80"
            [dependencies]
            http = "1"
            log = "0.4"
            -- index --
            http 1.0.0 | rv=1.75
            log 0.4.20 | rv=1.70
            """
        let found = try findings(RustVersionRule(), text, "")
        #expect(found.map(\.message) == ["`log 0.4.20` needs Rust 1.70, and `old` promises 1.60"])
    }

    /// What one member's policy calls too young is named to nobody.
    @Test(arguments: [
        "[[member]]\npath = \"tool\"\nrules = { too-new = { min-age-days = 60 } }",
        "[rules]\nyank-storm = { max-age-days = 60 }",
        "[[member]]\npath = \"tool\"\nrules = { yank-storm = { max-age-days = 60 } }",
    ])
    func aYoungVersionIsNeverNamed(policy: String) throws {
        let workspace = try ExampleWorkspace(
            RuleExample(
                "",
                """
                -- Cargo.toml --
                [package]
                name = "app"
                version = "0.1.0"
                [workspace]
                members = ["tool"]
                -- tool/Cargo.toml --
                [package]
                name = "tool"
                version = "0.1.0"
                [dependencies]
                log = "0.4"
                -- locked --
                app 0.1.0
                log 0.4.20
                tool 0.1.0 | log
                -- index --
                log 0.4.19 | yanked | at=2024-01-01
                log 0.4.20 | yanked | at=2024-01-02
                log 0.4.22 | at=2024-08-20
                -- lockgate.toml --
                \(policy)
                """))
        let findings = workspace.findings(of: Yanked())
        #expect(findings.count == 1)
        #expect(findings.allSatisfy { !$0.help.contains("0.4.22") }, "\(findings.map(\.help))")
    }
}
