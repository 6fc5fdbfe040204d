import CargoModel
import CargoWorkspace
import TestSupport
import Testing

@Suite struct ConfigTests {
    @Test func deeperFilesComeFirst() throws {
        let repository = try Repository([
            ".cargo/config.toml": "[registries]\na.index = \"https://top.example\"\nb.index = \"https://b.example\"\n",
            "sub/.cargo/config.toml": "[registries.a]\nindex = \"https://deep.example\"\n",
        ])
        let config = try repository.config("sub")
        #expect(try config.registry(named: "a")?.url == "https://deep.example/")
        #expect(try config.registry(named: "b")?.url == "https://b.example/")
        #expect(try config.registry(named: "c") == nil)
        #expect(config.files.count == 2)
    }

    @Test func theEnvironmentComesBeforeFiles() throws {
        let repository = try Repository([
            ".cargo/config.toml": "[registries.my-alt]\nindex = \"https://file.example\"\n"
        ])
        let config = try repository.config(variables: ["CARGO_REGISTRIES_MY_ALT_INDEX": "sparse+https://env.example/"])
        #expect(try config.registry(named: "my-alt")?.kind == .sparse)
    }

    @Test func argumentsComeBeforeFiles() throws {
        let repository = try Repository([".cargo/config.toml": "[registries.a]\nindex = \"https://file.example\"\n"])
        let config = try repository.config(arguments: [
            "registries.a.index=\"https://one.example\"", "registries.a.index=\"https://two.example\"",
        ])
        #expect(try config.registry(named: "a")?.url == "https://two.example/")
        #expect(throws: ConfigError.self) { try repository.config(arguments: ["a={b=1}"]) }
    }

    @Test func includesFiles() throws {
        let repository = try Repository([
            ".cargo/config.toml": "include = [\"a.toml\", { path = \"none.toml\", optional = true }]\n",
            ".cargo/a.toml": "[registries.a]\nindex = \"https://a.example\"\n",
        ])
        #expect(try repository.config().registry(named: "a")?.url == "https://a.example/")
        try repository.directory.write("include = [\"config.toml\"]\n", to: ".cargo/a.toml")
        #expect(
            reason { () throws(ConfigError) in _ = try repository.config() }
                == .includeCycle(repository.path + "/.cargo/config.toml"))
    }

    @Test func refusesTypesThatDoNotMeet() throws {
        let repository = try Repository([".cargo/config.toml": "x = 1\n", "s/.cargo/config.toml": "x = [1]\n"])
        #expect(
            reason { () throws(ConfigError) in _ = try repository.config("s") }
                == .merge(key: "x", expected: "array", found: "integer"))
    }

    @Test func refusesAnUnknownPolicy() throws {
        let repository = try Repository([:])
        let variables = ["CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS": "never"]
        #expect(
            reason { () throws(ConfigError) in _ = try repository.config(variables: variables) }
                == .unknownVariant(
                    key: "resolver.incompatible-rust-versions", value: "never", expected: "`allow` or `fallback`"))
    }

    private func reason(_ body: () throws(ConfigError) -> Void) -> ConfigError.Reason? {
        do throws(ConfigError) {
            try body()
            return nil
        } catch { return error.reason }
    }
}

@Suite struct SourceReplacementTests {
    private func location(of source: SourceID = .cratesIO, _ config: String, hasLock: Bool = true) throws
        -> Result<ResolvedSource, ConfigError>
    {
        let repository = try Repository([".cargo/config.toml": config])
        return Result { () throws(ConfigError) in
            try repository.config().replacement(for: source, hasLock: hasLock)
        }
    }

    @Test func cratesIOIsSparseUnlessToldOtherwise() throws {
        #expect(try location("").get() == .sparse("sparse+https://index.crates.io/"))
        let git = try location("[registries.crates-io]\nprotocol = \"git\"\n").get()
        #expect(git == .registry("https://github.com/rust-lang/crates.io-index"))
    }

    @Test func followsTheChain() throws {
        let repository = try Repository([
            ".cargo/config.toml": """
            [source.crates-io]
            replace-with = "mirror"
            [source.mirror]
            registry = "https://mirror.example"
            replace-with = "vendored"
            [source.vendored]
            directory = "vendor"
            """
        ])
        let found = try repository.config().replacement(for: .cratesIO)
        #expect(found == .directory(repository.path + "/vendor"))
    }

    @Test func aNameMayBeThatOfARegistry() throws {
        let text = "[source.crates-io]\nreplace-with = \"r\"\n[registries.r]\nindex = \"sparse+https://r.example/\"\n"
        #expect(try location(text).get() == .sparse("sparse+https://r.example/"))
    }

    @Test(arguments: [
        "a", "crates-io",
    ])
    func endsEveryCircle(last: String) throws {
        let text = """
            [source.crates-io]
            replace-with = "a"
            [source.a]
            registry = "https://a.example"
            replace-with = "b"
            [source.b]
            registry = "https://b.example"
            replace-with = "\(last)"
            """
        guard case .failure(let error) = try location(text) else {
            Issue.record("no error")
            return
        }
        #expect(error.reason == .replacementCycle("crates-io"))
    }

    @Test(arguments: [
        ("[source.a]\n", ConfigError.Reason.noSourceLocation("a")),
        ("[source.a]\nregistry = \"https://a.example\"\ndirectory = \"d\"\n", .severalSourceLocations("a")),
        ("[source.a]\ndirectory = \"d\"\nbranch = \"x\"\n", .referenceWithoutGit(source: "a", key: "branch")),
        ("[source.crates-io]\nreplace-with = \"x\"\n", .unknownReplacement("x", lookingUp: "crates-io")),
    ])
    func refuses(text: String, reason: ConfigError.Reason) throws {
        guard case .failure(let error) = try location(text) else {
            Issue.record("no error")
            return
        }
        #expect(error.reason == reason)
    }

    @Test func gitMatchesWithItsReference() throws {
        let text = """
            [source.g]
            git = "https://g.example/x"
            branch = "main"
            replace-with = "v"
            [source.v]
            directory = "v"
            """
        let plain = SourceID(kind: .git(.defaultBranch), url: "https://g.example/x")
        let main = SourceID(kind: .git(.branch("main")), url: "https://g.example/x")
        #expect(try location(of: plain, text).get() == .git(url: "https://g.example/x", .defaultBranch))
        guard case .directory = try location(of: main, text).get() else {
            Issue.record("not replaced")
            return
        }
        #expect(throws: ConfigError.self) { try location(of: main, text, hasLock: false).get() }
    }
}
