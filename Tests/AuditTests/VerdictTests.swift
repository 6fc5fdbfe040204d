import Audit
import CargoModel
import Testing

@Suite struct VerdictTests {
    private let basis = Basis(data: [], policy: "test", lockgateVersion: "0")

    private func verdict(
        _ example: RuleExample, _ overrides: [(rule: String, level: Level, flag: String)] = [],
        unjudged: [Unjudged] = []
    ) throws -> Verdict {
        let workspace = try ExampleWorkspace(example)
        return audit(
            workspace.context, policy: Policy().overridden(by: overrides), basis: basis, unjudged: unjudged)
    }

    private func failing(_ id: String) throws -> RuleExample {
        try #require(RuleCatalogue.infos.first { $0.id == id }?.failing.first)
    }

    @Test func aWorkspaceWithoutFindingsPasses() throws {
        let example = try #require(RuleCatalogue.infos.first { $0.id == "yanked" }?.passing.first)
        #expect(try verdict(example).outcome == .passed)
    }

    @Test func aWarningPasses() throws {
        let verdict = try verdict(failing("yanked"))
        #expect(verdict.warned.count == 1)
        #expect(verdict.outcome == .passed)
    }

    @Test func aDeniedFindingIsDenied() throws {
        #expect(try verdict(failing("yanked"), [("yanked", .deny, "-D")]).outcome == .denied)
    }

    @Test func aStaleLockWinsOverDeniedFindings() throws {
        #expect(try verdict(failing("lock-stale")).outcome == .stale)
        #expect(try verdict(failing("lock-missing")).outcome == .stale)
    }

    @Test func aPolicyMayTolerateAStaleLock() throws {
        #expect(try verdict(failing("lock-stale"), [("lock-stale", .warn, "-W")]).outcome == .passed)
    }

    @Test func whatCouldNotBeJudgedIsNeverAPass() throws {
        let example = try #require(RuleCatalogue.infos.first { $0.id == "yanked" }?.passing.first)
        let gap = Unjudged(what: "something", help: "do something")
        #expect(try verdict(example, unjudged: [gap]).outcome == .unjudged)
        #expect(try verdict(failing("lock-stale"), unjudged: [gap]).outcome == .unjudged)
    }

    /// Cargo fails on a deleted version; the finding says why, unless the policy switched it off.
    @Test func aFailedResolveIsExplainedByItsFindingOrLeftUnjudged() throws {
        #expect(try verdict(failing("unknown-version")).outcome == .denied)
        #expect(try verdict(failing("checksum-mismatch")).outcome == .denied)
        #expect(try verdict(failing("unknown-version"), [("unknown-version", .allow, "-A")]).outcome == .unjudged)
    }

    @Test func aPinInAnApplicationIsANote() throws {
        let example = RuleExample(
            "",
            """
            [dependencies]
            log = "=0.4.20"
            -- index --
            log 0.4.20
            """)
        let verdict = try verdict(example, [("exact-pin", .deny, "-D")])
        #expect(verdict.findings.map(\.standing) == [.note])
        #expect(verdict.outcome == .passed)
    }

    /// A rule that is off is asked with the options of each member.
    @Test func anExceptionForAMembersOptionsIsInUse() throws {
        let example = RuleExample(
            "",
            """
            [dependencies]
            log = "0.4"
            -- index --
            log 0.4.20
            -- lockgate.toml --
            [rules]
            banned-crate = "allow"
            [[member]]
            path = "."
            [[member.rules.banned-crate.crates]]
            name = "log"
            [[ignore]]
            rule = "banned-crate"
            crate = "log"
            reason = "on its way out"
            """)
        #expect(try ExampleWorkspace(example).findings(of: UnusedIgnore()).isEmpty)
    }
}
