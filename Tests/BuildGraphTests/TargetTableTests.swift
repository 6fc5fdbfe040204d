import BuildGraph
import CargoModel
import Testing

@Suite struct TargetTableTests {
    @Test func knowsTheTargetsOfTheCompiler() {
        let table = TargetTable.shared
        #expect(table.names.count == 320)
        #expect(table.names == table.names.sorted { $0.precedesInBytes($1) })
        #expect(table.names.indices.allSatisfy { table.index(of: table.names[$0]) == $0 })
        #expect(table.index(of: "x86_64-unknown-linux") == nil)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let condition: String
        let holds: Bool
        var testDescription: String { condition }
    }

    /// On x86_64 Linux; each was run against cargo 1.95.
    static let cases =
        [
            "cfg(debug_assertions)", "cfg(panic=\"unwind\")", "cfg(true)", "cfg(all())",
            "cfg(target_has_atomic=\"ptr\")",
            "cfg(target_feature=\"sse2\")", "cfg(target_env=\"gnu\")", "cfg(r#unix)", "x86_64-unknown-linux-gnu",
            "cfg(not(windows))",
        ].map { Case(condition: $0, holds: true) }
        + [
            "cfg(test)", "cfg(proc_macro)", "cfg(feature=\"f\")", "cfg(any())", "cfg(target_has_atomic)",
            "cfg(overflow_checks)", "cfg(UNIX)", "cfg(target_os=\"Linux\")", "X86_64-unknown-linux-gnu",
            "x86_64-unknown-linux", "",
        ].map { Case(condition: $0, holds: false) }

    @Test(arguments: cases) func evaluates(_ example: Case) throws {
        let table = TargetTable.shared
        let linux = try #require(table.index(of: "x86_64-unknown-linux-gnu"))
        #expect(try table.targets(of: Platform(example.condition)).contains(linux) == example.holds)
    }

    @Test func evaluatesForAllTargetsAtOnce() throws {
        let table = TargetTable.shared
        let unix = try table.targets(of: Platform("cfg(unix)"))
        let windows = try table.targets(of: Platform("cfg(windows)"))
        #expect(unix.intersection(windows).isEmpty)
        #expect(try table.targets(of: Platform("cfg(any(unix, windows))")).count == unix.count + windows.count)
        #expect(table.values(of: "target_os", in: windows).contains("windows"))
    }
}
