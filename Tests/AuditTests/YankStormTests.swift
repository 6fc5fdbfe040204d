import Audit
import Testing

/// A takeover as it was seen with `arrayref`: all versions that a requirement admits are yanked, and one new version is
/// there to which every update leads.
@Suite struct YankStormTests {
    private static let advisory = """
        {"id":"MAL-2024-0001","package":"arrayref","date":"2024-09-29","categories":["malicious"],"patched":["<0.3.10"]}
        """

    /// Every rule denies, so that every text is seen.
    private func findings(locked: String, advisories: String, requirement: String = "0.3.5") throws -> [Finding] {
        let workspace = try ExampleWorkspace(
            RuleExample(
                "",
                """
                [dependencies]
                arrayref = "\(requirement)"
                -- src/lib.rs --
                -- locked --
                app 0.1.0 | arrayref
                arrayref \(locked)
                -- index --
                arrayref 0.3.5 | yanked | at=2018-10-10
                arrayref 0.3.6 | yanked | at=2020-01-18
                arrayref 0.3.7 | yanked | at=2023-03-10
                arrayref 0.3.8 | yanked | at=2024-06-15
                arrayref 0.3.9 | yanked | at=2024-08-01
                arrayref 0.3.10 | at=2024-09-29
                -- advisories --
                \(advisories)
                """))
        let overrides = RuleCatalogue.infos.map { (rule: $0.id, level: Level.deny, flag: "-D") }
        return audit(
            workspace.context, policy: Policy().overridden(by: overrides),
            basis: Basis(data: [], policy: "test", lockgateVersion: "0")
        ).findings.map(\.finding)
    }

    private func text(_ finding: Finding) -> String {
        ([finding.message, finding.why, finding.help] + finding.notes.map(\.text) + finding.facts.map(\.value))
            .joined(separator: "\n")
    }

    @Test(arguments: ["", advisory], ["0.3.5", ">=0.3.5, <0.5", "*", "=0.3.9", "~0.3.5"])
    func noRuleLeadsToTheSurvivor(advisories: String, requirement: String) throws {
        let findings = try findings(locked: "0.3.9", advisories: advisories, requirement: requirement)
        #expect(findings.contains { $0.rule == "yanked" })
        for finding in findings where finding.rule != "yank-storm" {
            #expect(!text(finding).contains("0.3.10"), "\(finding.rule): \(text(finding))")
        }
        let storm = try #require(findings.first { $0.rule == "yank-storm" })
        #expect(storm.help.hasPrefix("do not update to 0.3.10"))
    }

    @Test func theLockOnTheSurvivorIsNotedToo() throws {
        let findings = try findings(locked: "0.3.10", advisories: "")
        let storm = try #require(findings.first { $0.rule == "yank-storm" })
        #expect(storm.message.contains("all other versions") && storm.help.hasPrefix("go back"))
    }

    @Test func theLockOnTheSurvivorIsMaliciousOnceThatIsKnown() throws {
        let findings = try findings(locked: "0.3.10", advisories: Self.advisory)
        #expect(findings.contains { $0.rule == "malicious" })
        for finding in findings where finding.rule != "yank-storm" {
            #expect(!finding.help.contains("0.3.10"), "\(finding.rule): \(finding.help)")
        }
    }

    @Test func anOldSurvivorIsNoStorm() throws {
        let example = RuleExample(
            "",
            """
            [dependencies]
            log = "0.4"
            -- index-when-locked --
            log 0.4.21
            -- index --
            log 0.4.20 | yanked
            log 0.4.21 | yanked
            log 0.4.22 | at=2020-01-01
            """)
        let workspace = try ExampleWorkspace(example)
        #expect(workspace.findings(of: YankStormRule()).isEmpty)
        #expect(workspace.findings(of: Yanked()).allSatisfy { $0.help.contains("0.4.22") })
    }
}
