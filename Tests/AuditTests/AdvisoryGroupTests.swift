import Audit
import Testing

/// Several records about one fault.
@Suite struct AdvisoryGroupTests {
    private func findings(_ advisories: String) throws -> [String] {
        let workspace = try ExampleWorkspace(
            RuleExample(
                "",
                """
                [dependencies]
                log = "0.4"
                -- index --
                log 0.4.21
                -- advisories --
                \(advisories)
                """))
        return audit(
            workspace.context, policy: Policy(), basis: Basis(data: [], policy: "test", lockgateVersion: "0")
        ).findings.map { "\($0.finding.rule) \($0.finding.advisoryIDs.joined(separator: " "))" }
    }

    private func record(_ id: String, _ extra: String) -> String {
        #"{"id":"\#(id)","collection":"crates","package":"log","date":"2024-01-01","patched":[],"unaffected":[]\#(extra)}"#
    }

    @Test func aFlawAndTheWordThatACrateIsGivenUpCountBoth() throws {
        let found = try findings(
            record("RUSTSEC-2024-0001", #","aliases":["CVE-2024-1"]"#) + "\n"
                + record("RUSTSEC-2024-0002", #","aliases":["CVE-2024-1"],"informational":"unmaintained""#))
        #expect(found == ["vulnerability RUSTSEC-2024-0001 CVE-2024-1", "unmaintained RUSTSEC-2024-0002 CVE-2024-1"])
    }

    @Test func anotherDatabasesRecordGoesWithRustSecs() throws {
        let found = try findings(
            record("RUSTSEC-2024-0001", #","informational":"unsound""#) + "\n"
                + record("GHSA-aaaa-bbbb-cccc", #","aliases":["RUSTSEC-2024-0001"]"#))
        #expect(found == ["unsound RUSTSEC-2024-0001 GHSA-aaaa-bbbb-cccc"])
    }

    @Test func malwareIsNeverHiddenBehindAnotherRecord() throws {
        let found = try findings(
            record("RUSTSEC-2024-0001", #","informational":"notice""#) + "\n"
                + record("MAL-2024-1", #","aliases":["RUSTSEC-2024-0001"]"#))
        #expect(found == ["malicious MAL-2024-1 RUSTSEC-2024-0001", "notice RUSTSEC-2024-0001"])
    }
}
