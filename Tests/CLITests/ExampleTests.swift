import JSON
import TestSupport
import Testing

/// The example that `make run` shows.
@Suite struct ExampleTests {
    /// Its promise is one finding of each rule, so a new rule has to find its way in.
    @Test func hasOneFindingOfEachRule() throws {
        let sandbox = try Sandbox()
        let example = Files.here + "/../Fixtures/example"
        func ids(_ outcome: Program.Outcome) -> Set<String> {
            Set(outcome.output.split(separator: "\n").compactMap { $0.split(separator: " ").first.map(String.init) })
        }
        let known = try ids(sandbox.run("rules")).subtracting(ids(sandbox.run("rules", "--review")))
        var found: Set<String> = []
        let database = try TemporaryDirectory()
        let environment = sandbox.variables.merging(
            ["LOCKGATE_SHARE": Files.here + "/../..", "LOCKGATE_DB": database.path + "/example.db"],
            uniquingKeysWith: { $1 })
        for state in ["registry-before", "registry"] {
            let imported = try Program.run(
                ["import", "index", state], in: example, environment: environment, name: "lockgate")
            #expect(imported.status == 0)
        }
        for (workspace, status) in [(".", 4), ("never-locked", 4), ("current", 1), ("sources", 3)] {
            let outcome = try Program.run(
                ["check", "--format", "json", workspace], in: example, environment: environment, name: "lockgate")
            #expect(outcome.status == status, "\(workspace)")
            let json = try JSONValue(parsing: outcome.stdout)
            for finding in json["findings"]?.elements ?? [] { found.insert(finding["rule"]?.text ?? "") }
        }
        #expect(known.count > 10)
        #expect(found == known)
    }
}
