import Audit
import CargoModel
import SemVer
import TOML
import Testing

/// What other tools' files say, as a policy of ours.
@Suite struct PeerPolicyTests {
    private func carried(_ text: String, _ path: String) throws -> (policy: Policy, losses: [String]) {
        let peer = try PeerPolicy(parsing: Array(text.utf8), path: path)
        var draft = PolicyDraft()
        draft.add(peer)
        let file = Array(draft.text(rules: RuleCatalogue.infos).utf8)
        return (
            try Policy(parsing: file, path: "lockgate.toml", rules: RuleCatalogue.infos), peer.losses.map(\.text)
        )
    }

    private func level(_ policy: Policy, _ id: String) throws -> Level {
        policy.setting(of: try #require(RuleCatalogue.infos.first { $0.id == id })).level
    }

    @Test func anEmptyDraftChangesNothing() throws {
        let text = PolicyDraft().text(rules: RuleCatalogue.infos)
        let policy = try Policy(parsing: Array(text.utf8), path: "lockgate.toml", rules: RuleCatalogue.infos)
        for info in RuleCatalogue.infos { #expect(policy.setting(of: info).level == info.levels[.application]) }
        #expect(policy.ignores.isEmpty && policy.maximumAge == nil)
    }

    @Test func takesLevelsAndExceptionsFromDeny() throws {
        let (policy, losses) = try carried(
            """
            [advisories]
            ignore = ["RUSTSEC-2020-0071", { id = "RUSTSEC-2021-0139", reason = "only in tests" }, "memmap@0.7.0"]
            yanked = "deny"
            [bans]
            multiple-versions = "deny"
            skip = [{ name = "syn", version = "=1.0.109" }]
            [licenses]
            """, "deny.toml")
        #expect(try level(policy, "yanked") == .deny)
        #expect(try level(policy, "duplicate-version") == .deny)
        #expect(policy.ignores.map(\.advisory) == ["RUSTSEC-2020-0071", "RUSTSEC-2021-0139", nil, nil])
        #expect(policy.ignores.map(\.reason)[1] == "only in tests")
        #expect(policy.ignores[2].crate == "memmap" && policy.ignores[2].version?.description == "=0.7.0")
        #expect(losses.count == 1 && losses[0].contains("licences"))
    }

    @Test func anOSVExceptionEndsTheDayBeforeItsDate() throws {
        let (policy, _) = try carried(
            "[[IgnoredVulns]]\nid = \"GHSA-1\"\nignoreUntil = 2027-03-01\nreason = \"soon\"", "osv-scanner.toml")
        #expect(policy.ignores.first?.expires?.description == "2027-02-28")
    }

    @Test func auditsWarningsBecomeLevels() throws {
        let (policy, _) = try carried(
            "[advisories]\ninformational_warnings = [\"unsound\"]\n[output]\ndeny = [\"unsound\"]", ".cargo/audit.toml")
        #expect(try level(policy, "unsound") == .deny)
        #expect(try level(policy, "unmaintained") == .allow)
    }

    @Test(arguments: ["[x", "", "a = 1"])
    func refusesWhatIsNoPeersFile(text: String) {
        #expect(throws: PolicyError.self) { try PeerPolicy(parsing: Array(text.utf8), path: "some.toml") }
    }

    /// One entry that cannot be read costs itself only, and is told.
    @Test(arguments: [
        ("deny.toml", "[advisories]\nignore = [\"a@\", \"RUSTSEC-2020-0071\"]", "no version requirement", 1),
        ("deny.toml", "[bans]\nskip = [{ name = \"x\", version = \"odd\" }]", "no version requirement", 0),
        ("deny.toml", "[[bans.deny]]\nname = \"x\"\nversion = \"odd\"", "no version requirement", 0),
        ("deny.toml", "[advisories]\nseverity-threshold = \"huge\"", "no severity", 0),
        ("deny.toml", "advisories = 3", "should be a table", 0),
        ("deny.toml", "[advisories]\nignore = \"RUSTSEC-2020-0071\"", "should be a list", 0),
        ("audit.toml", "[advisories]\nseverity_threshold = \"huge\"", "no severity", 0),
        (
            "osv-scanner.toml", "[[PackageOverrides]]\nname = \"x\"\nversion = \"1 || 2\"\nignore = true",
            "requirement", 0
        ),
        ("osv-scanner.toml", "[[IgnoredVulns]]\nid = \"A\"\nignoreUntil = 0000-01-01", "date", 1),
    ])
    func whatCannotBeReadIsLeftBehind(path: String, text: String, loss: String, exceptions: Int) throws {
        let (policy, losses) = try carried(text, path)
        #expect(losses.contains { $0.contains(loss) }, "\(losses)")
        #expect(policy.ignores.count == exceptions)
    }

    @Test func anEmptyVersionOrReasonIsNone() throws {
        let (policy, _) = try carried(
            "[[PackageOverrides]]\nname = \"x\"\nversion = \"\"\nreason = \" \"\nignore = true", "osv-scanner.toml")
        #expect(policy.ignores.count == 4)
        #expect(policy.ignores.allSatisfy { $0.version == nil && $0.reason.contains("carried over") })
    }
}
