import Audit
import BuildGraph
import CargoModel
import CargoWorkspace
import SemVer
import Testing

@Suite struct ExplainerTests {
    /// - Parameter needs: per package what it needs; the first is the member.
    private func explanation(of name: String, _ needs: [(String, [String])], limit: Int = 10) throws -> Explanation {
        let workspace = try ExampleWorkspace(RuleExample("", "[dependencies]\n")).context.workspace
        let member = try #require(workspace.members.first?.summary?.id)
        let version = try Version("1.0.0")
        let ids = Dictionary(
            uniqueKeysWithValues: needs.enumerated().map { index, item in
                (item.0, index == 0 ? member : PackageID(name: item.0, version: version, source: .cratesIO))
            })
        let sorted = ids.values.sorted()
        let place = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, $0) })
        var edges = Array(repeating: [Int](), count: sorted.count)
        for (owner, targets) in needs {
            let index = try #require(ids[owner].flatMap { place[$0] })
            edges[index] = targets.compactMap { ids[$0].flatMap { place[$0] } }.sorted()
        }
        let resolve = Resolve(
            packages: sorted, edges: edges, checksums: Array(repeating: nil, count: sorted.count))
        let summaries = sorted.map { id in
            Summary(
                id: id,
                dependencies: edges[place[id] ?? 0].map { target in
                    Dependency(package: sorted[target].name, source: sorted[target].source, requirement: .any)
                }, features: .empty)
        }
        let graph = PackageGraph(
            resolve, summaries: summaries, members: [member],
            isProcMacro: Array(repeating: false, count: sorted.count))
        let explainer = Explainer(workspace, resolve, graph, lock: nil, pathLimit: limit)
        return explainer.explanation(of: try #require(ids[name].flatMap { place[$0] }))
    }

    @Test func namesTheShortestPathsFirstAndCountsTheRest() throws {
        let found = try explanation(
            of: "x", [("app", ["a", "b", "x"]), ("a", ["x"]), ("b", ["a", "x"]), ("x", [])], limit: 3)
        #expect(found.paths.map { $0.map(\.name) } == [["app", "x"], ["app", "a", "x"], ["app", "b", "x"]])
        #expect(found.pathCount == 4)
        #expect(found.needs.map(\.owner.name) == ["a", "app", "b"])
    }

    /// Two ways at each of 60 steps.
    @Test func comesToAnEndHoweverManyPathsThereAre() throws {
        var needs: [(String, [String])] = [("app", ["l0", "r0"])]
        for step in 0..<60 {
            let next = step == 59 ? ["x"] : ["l\(step + 1)", "r\(step + 1)"]
            needs += [("l\(step)", next), ("r\(step)", next)]
        }
        let found = try explanation(of: "x", needs + [("x", [])])
        #expect(found.paths.count == 10)
        #expect(found.pathCount == Explanation.countLimit)
    }

    @Test func survivesACircle() throws {
        let found = try explanation(of: "a", [("app", ["a"]), ("a", ["b"]), ("b", ["a"])])
        #expect(found.paths.map { $0.map(\.name) } == [["app", "a"]])
    }
}
