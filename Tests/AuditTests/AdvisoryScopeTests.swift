import Audit
import Testing

/// What the options of the advisory rules leave out.
@Suite struct AdvisoryScopeTests {
    private func count(_ options: String) throws -> Int {
        let workspace = try ExampleWorkspace(
            RuleExample(
                "",
                """
                [dependencies]
                http = "1"
                [dev-dependencies]
                bench = "1"
                [build-dependencies]
                gen = "1"
                -- index --
                bench 1.0.0 | shared ^1
                deep 1.0.0
                gen 1.0.0
                http 1.0.0 | deep ^1
                shared 1.0.0
                -- advisories --
                {"id":"RUSTSEC-2024-9001","package":"deep","date":"2024-05-01","patched":[],"cvss":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}
                {"id":"RUSTSEC-2024-9002","package":"shared","date":"2024-05-01","patched":[],"os":["windows"]}
                {"id":"RUSTSEC-2024-9003","package":"gen","date":"2024-05-01","patched":[],"cvss":"CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"}
                {"id":"RUSTSEC-2024-9004","package":"http","date":"2024-05-01","patched":[]}
                -- lockgate.toml --
                [rules.vulnerability]
                \(options)
                """))
        return workspace.findings(of: Vulnerability()).count
    }

    @Test(arguments: [
        ("", 4), ("scope = \"direct\"", 2), ("scope = \"all\"", 4), ("min-severity = \"critical\"", 3),
        ("min-severity = \"low\"", 4), ("dev-dependencies = false", 3), ("build-dependencies = false", 3),
        ("dev-dependencies = false\nbuild-dependencies = false", 2), ("os = [\"linux\"]", 3),
        ("os = [\"linux\", \"Windows\"]", 4), ("arch = [\"x86_64\"]", 4),
        ("scope = \"direct\"\nbuild-dependencies = false", 1),
    ])
    func leavesOut(options: String, expected: Int) throws {
        #expect(try count(options) == expected)
    }
}
