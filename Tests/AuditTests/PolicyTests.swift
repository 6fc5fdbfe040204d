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
        ("[rule]", .unknownKey("rule", nearest: "rules", known: ["rules", "ignore", "data"]), 1),
        ("[rules]\nyanked = \"error\"", .unknownLevel("error"), 17),
        ("[rules]\nyanked = 1", .wrongType(key: "yanked", expected: "a level or a table", found: "integer"), 17),
        (
            "[rules]\nyanked = { levl = \"warn\" }",
            .unknownKey("levl", nearest: "level", known: ["level", "skip"]), 19
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

    private func finding(_ rule: String, _ name: String, _ version: String) throws -> Finding {
        let id = PackageID(name: name, version: try Version(version), source: .cratesIO)
        return Finding(rule: rule, subject: .package(id), message: "m", at: nil, why: "w", help: "h")
    }
}
