import Audit
import CargoModel
import SemVer
import TOML
import Testing

@Suite struct PolicyTests {
    private func policy(_ text: String) throws(PolicyError) -> Policy {
        try Policy(parsing: Array(text.utf8), path: "lockgate.toml", rules: RuleCatalogue.infos)
    }

    private func info(_ id: String) throws -> RuleInfo { try #require(RuleCatalogue.infos.first { $0.id == id }) }

    @Test func withoutAFileTheBuiltInLevelsHold() throws {
        #expect(Policy().setting(of: try info("yanked")).level == .warn)
        #expect(Policy().setting(of: try info("malicious")).level == .deny)
    }

    @Test func setsLevelsAndOptionsAndSaysWhere() throws {
        let policy = try policy(
            """
            [rules]
            yanked = "deny"
            duplicate-version = { level = "allow", skip = ["syn"] }
            """)
        let setting = policy.setting(of: try info("yanked"))
        #expect(setting.level == .deny)
        #expect(setting.source == "lockgate.toml:2")
        #expect(policy.setting(of: try info("duplicate-version")).level == .allow)
        #expect(policy.options(of: "duplicate-version").strings("skip") == ["syn"])
    }

    @Test func theCommandLineWins() throws {
        let policy = try policy("[rules]\nyanked = \"deny\"").overridden(by: [("yanked", .allow, "-A")])
        #expect(policy.setting(of: try info("yanked")).level == .allow)
    }

    @Test(arguments: [
        ("[rules]\nyankd = \"deny\"", PolicyError.Reason.unknownRule("yankd", nearest: "yanked"), 8),
        (
            "[rule]",
            .unknownKey("rule", nearest: "rules", known: ["rules", "ignore", "data", "preset", "extends", "member"]), 1
        ),
        ("[rules]\nyanked = \"error\"", .unknownLevel("error"), 17),
        ("[rules]\nyanked = 1", .wrongType(key: "yanked", expected: "a level or a table", found: "integer"), 17),
        (
            "[rules]\nyanked = { levl = \"warn\" }",
            .unknownKey("levl", nearest: "level", known: ["level", "skip", "not-built"]), 19
        ),
        ("[[ignore]]\nrule = \"yanked\"", .missingReason, 0),
        ("[[ignore]]\nreason = \"because\"", .missingTarget, 0),
        ("[[ignore]]\ncrate = \"a\"\nreason = \"x\"\nexpires = \"2026-02-30\"", .badDate("2026-02-30"), 46),
        ("[data]\nmax-age-days = -1", .outOfRange("max-age-days"), 22),
    ])
    func refusesWhatItDoesNotKnow(text: String, reason: PolicyError.Reason, offset: Int) {
        let error = #expect(throws: PolicyError.self) { try policy(text) }
        #expect(error?.reason == reason)
        #expect(error?.location.span.start == offset)
    }

    @Test func anIgnoreNeedsEverythingItNames() throws {
        let ignore = try #require(
            policy(
                """
                [[ignore]]
                rule = "yanked"
                crate = "log"
                version = "^0.4"
                reason = "waiting for a release"
                """
            ).ignores.first)
        #expect(ignore.matches(try finding("yanked", "log", "0.4.20")))
        #expect(!ignore.matches(try finding("yanked", "log", "0.5.0")))
        #expect(!ignore.matches(try finding("yanked", "serde", "0.4.20")))
        #expect(!ignore.matches(try finding("unknown-version", "log", "0.4.20")))
    }

    @Test func anIgnoreEndsAfterItsDay() throws {
        let ignore = try #require(
            policy("[[ignore]]\ncrate = \"log\"\nreason = \"x\"\nexpires = 2026-11-21").ignores.first)
        let last = try #require(Day("2026-11-21"))
        #expect(ignore.isInForce(on: last))
        #expect(!ignore.isInForce(on: Day(number: last.number + 1)))
    }

    @Test func anAdvisoryIsIgnoredByAnyOfItsNames() throws {
        let ignore = try #require(
            policy("[[ignore]]\nadvisory = \"CVE-2020-1\"\nreason = \"x\"").ignores.first)
        let named = Finding(
            rule: "vulnerability", subject: .crate("a"), message: "m", at: nil, why: "w", help: "h",
            advisoryIDs: ["RUSTSEC-2020-0001", "CVE-2020-1"])
        #expect(ignore.matches(named))
    }

    // MARK: Presets, members, layers

    @Test func aLibraryHasLevelsOfItsOwn() throws {
        let rule = RuleInfo(
            id: "yanked", summary: "s", rationale: "r", level: .allow, library: .deny, passing: [], failing: [])
        let library = PolicyScope(path: "core", preset: .library)
        #expect(Policy().setting(of: rule).level == .allow)
        #expect(Policy().setting(of: rule, in: library).level == .deny)
        #expect(Policy().setting(of: rule, in: library).source == "the default for libraries")
        #expect(try policy("preset = \"application\"").setting(of: rule, in: library).level == .allow)
    }

    @Test func theLastMemberThatFitsWins() throws {
        let policy = try policy(
            """
            [rules]
            yanked = { level = "warn", skip = ["a"] }
            [[member]]
            path = "crates/*"
            rules = { yanked = { level = "deny", skip = ["b"] } }
            [[member]]
            path = ["crates/old", "fuzz"]
            rules = { yanked = "allow" }
            """)
        let yanked = try info("yanked")
        func scope(_ path: String) -> PolicyScope { PolicyScope(path: path, preset: .application) }
        #expect(policy.setting(of: yanked, in: scope(".")).level == .warn)
        #expect(policy.setting(of: yanked, in: scope("crates/new")).level == .deny)
        #expect(policy.setting(of: yanked, in: scope("crates/old")).level == .allow)
        #expect(policy.options(of: "yanked", in: scope("crates/old")).strings("skip") == ["b"])
        #expect(policy.options(of: "yanked", in: scope("fuzz")).strings("skip") == ["a"])
    }

    @Test func theNearerFileWinsOptionByOption() throws {
        func layer(_ text: String, _ path: String) throws -> PolicyLayer {
            try PolicyLayer(parsing: Array(text.utf8), path: path, rules: RuleCatalogue.infos)
        }
        let policy = Policy(layers: [
            try layer("[rules]\nyanked = { skip = [\"a\"] }\n[data]\nmax-age-days = 3", "own.toml"),
            try layer("preset = \"strict\"\n[rules]\nyanked = \"allow\"\n[data]\nmax-age-days = 9", "org.toml"),
        ])
        #expect(policy.setting(of: try info("yanked")).source == "org.toml:3")
        #expect(policy.options(of: "yanked").strings("skip") == ["a"])
        #expect(policy.setting(of: try info("unsound")).level == .deny)
        #expect(policy.maximumAge == 3)
        #expect(policy.name == "own.toml, extending org.toml")
    }

    @Test(arguments: [
        ("crates/*", "crates/a", true), ("crates/*", "crates/a/b", false), ("crates/**", "crates/a/b", true),
        ("**/fuzz", "fuzz", true), ("**/fuzz", "a/b/fuzz", true), (".", ".", true), (".", "a", false),
        ("./a?", "ab", true), ("*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
    ])
    func matchesPaths(pattern: String, path: String, fits: Bool) {
        #expect(PathPattern(pattern).matches(path) == fits)
    }

    /// A finding that others are concerned by too is not let pass for one of them.
    @Test func anIgnoreWithAPathHoldsOnlyThere() throws {
        let ignore = try #require(policy("[[ignore]]\ncrate = \"log\"\npath = \"fuzz\"\nreason = \"x\"").ignores.first)
        let log = try finding("yanked", "log", "0.4.20")
        #expect(ignore.matches(log, in: ["fuzz"]))
        #expect(!ignore.matches(log, in: ["fuzz", "app"]))
    }

    @Test func everyPresetFileNamesEveryRuleOnce() throws {
        for preset in Preset.allCases {
            let policy = try policy(
                RuleCatalogue.infos.map { "\($0.id) = \"\($0.levels[preset].rawValue)\"" }.reduce("[rules]") {
                    $0 + "\n" + $1
                })
            for info in RuleCatalogue.infos { #expect(policy.setting(of: info).level == info.levels[preset]) }
        }
    }

    @Test(arguments: [
        ("version = \"*\"", PolicyError.Reason.missingKey("name", in: "crates")),
        ("name = \"log\"\nversion = \"<x\"", nil),
    ])
    func aBanThatBansNothingCannotBeRead(entry: String, reason: PolicyError.Reason?) {
        let error = #expect(throws: PolicyError.self) { try policy("[[rules.banned-crate.crates]]\n" + entry) }
        if let reason { #expect(error?.reason == reason) }
    }

    @Test(arguments: [("malicious", false), ("lock-stale", false), ("checksum-mismatch", false), ("yanked", true)])
    func anExceptionForACrateDoesNotHoldForTheGravest(rule: String, holds: Bool) throws {
        let ignores = try policy("[[ignore]]\ncrate = \"log\"\nreason = \"ours\"").ignores
        #expect(ignores[0].matches(try finding(rule, "log", "0.4.20")) == holds)
        let named = try policy("[[ignore]]\nrule = \"\(rule)\"\ncrate = \"log\"\nreason = \"ours\"").ignores
        #expect(named[0].matches(try finding(rule, "log", "0.4.20")))
    }

    // MARK: Baseline

    @Test func aBaselineIsReadAsItIsWritten() throws {
        let identities = ["yanked:log@0.4.20", "duplicate-version:\"odd\\\u{7}\"", "yanked:log@0.4.20"]
        let text = Baseline.text(of: identities)
        let baseline = try Baseline(parsing: Array(text.utf8), path: "b.toml")
        #expect(Set(baseline.entries.map(\.value)) == Set(identities))
        #expect(baseline.entries.count == 2)
        #expect(baseline.contains(try finding("yanked", "log", "0.4.20")))
    }

    @Test func malwareIsNeverInTheBaseline() throws {
        let text = Baseline.text(of: ["malicious:log@0.4.20"])
        let baseline = try Baseline(parsing: Array(text.utf8), path: "b.toml")
        #expect(!baseline.contains(try finding("malicious", "log", "0.4.20")))
    }

    private func finding(_ rule: String, _ name: String, _ version: String) throws -> Finding {
        let id = PackageID(name: name, version: try Version(version), source: .cratesIO)
        return Finding(rule: rule, subject: .package(id), message: "m", at: nil, why: "w", help: "h")
    }
}
