import CargoModel
import Resolver
import SemVer
import TestSupport
import Testing

/// Each case was run against cargo 1.95; the first ones are those where a plain depth-first search answers differently.
@Suite struct SearchTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let index: String
        let root: String
        let locked: String
    }

    static let cases = [
        Case(
            testDescription: "a missing feature poisons the conflict cache and picks the lowest version",
            index: """
                d 1.0.0
                d 1.1.0
                p 1.0.0 | d ^1 | feat x=d/bar
                a 1.0.0 | p ^1
                a 1.1.0 | p ^1 [x]
                """, root: "a ^1", locked: "a 1.0.0, d 1.0.0, p 1.0.0"),
        Case(
            testDescription: "the conflict cache downgrades a parent",
            index: """
                d 1.0.0
                d 1.1.0
                p 1.0.0 | d ^1
                p 1.1.0 | d ^1 | feat x=d/bar
                a 1.0.0 | p ^1
                a 1.1.0 | p ^1 [x]
                """, root: "a ^1", locked: "a 1.0.0, d 1.1.0, p 1.0.0"),
        Case(
            testDescription: "a jump back skips the guilty choice and fails",
            index: """
                d 1.0.0
                p 1.0.0 | d ^1 | feat x=d/bar
                q 1.0.0 | p ^1
                q 1.1.0 | p ^1 [x]
                """, root: "p ^1 ; q ^1", locked: "error"),
        Case(
            testDescription: "a jump back changes an unrelated earlier choice",
            index: """
                d 1.0.0
                p 1.0.0 | d ^1 | feat x=
                p 1.1.0 | d ^1 | feat x=d/bar
                q 1.0.0 | p ^1
                q 1.1.0 | p ^1 [x]
                q 1.2.0 | p ^1 [x]
                """, root: "p ^1 ; q ^1", locked: "d 1.0.0, p 1.0.0, q 1.2.0"),
        Case(
            testDescription: "a jump back goes past a re-activated optional dependency",
            index: """
                a 1.0.0
                a 1.1.0
                a 1.2.0 | b * [y]
                b 1.3.0 | d =1.2.0 opt | feat y=dep:d
                d 1.2.0
                d 1.3.0
                """, root: "a ^1 ; b ^1 ; d ^1", locked: "a 1.2.0, b 1.3.0, d 1.2.0"),
        Case(
            testDescription: "two compatible ranges take one version each",
            index: "d 1.3.0\nd 2.0.0", root: "d ^1 ; d >=1 as d2", locked: "d 1.3.0, d 2.0.0"),
        Case(
            testDescription: "a yanked version is not chosen",
            index: "d 1.0.0\nd 1.3.0 | yanked", root: "d ^1", locked: "d 1.0.0"),
        Case(
            testDescription: "a weak feature still locks its dependency",
            index: "x 1.0.0 | feat y=\na 1.0.0 | x ^1 opt | feat f=x?/y,o o=dep:x", root: "a ^1 [f]",
            locked: "a 1.0.0, x 1.0.0"),
        Case(
            testDescription: "one claim per native library",
            index: """
                l 1.0.0 | links=z
                m 1.0.0
                m 1.1.0 | links=z
                """, root: "l ^1 ; m ^1", locked: "l 1.0.0, m 1.0.0"),
    ]

    @Test(arguments: cases)
    func choosesWhatCargoChooses(_ example: Case) throws {
        let root = try parseSummary("root 0.1.0 | \(example.root)", source: .path("/root"))
        let registry = try LiteralRegistry(example.index)
        #expect(outcome(ResolveRequest(members: [root]), registry) == example.locked)
    }

    @Test func aCycleIsAnErrorEvenIfAnOlderVersionAvoidsIt() throws {
        let root = try parseSummary("root 0.1.0 | a ^1", source: .path("/root"))
        let registry = try LiteralRegistry("a 1.0.0\na 1.1.0 | b ^1\nb 1.0.0 | a ^1")
        #expect(outcome(ResolveRequest(members: [root]), registry) == "error")
    }

    @Test func aLockedVersionStaysUntilItsRequirementMoves() throws {
        let old = try LiteralRegistry("d 1.0.0")
        let new = try LiteralRegistry("d 1.0.0\nd 1.4.0\nd 1.5.0")
        let root = try parseSummary("root 0.1.0 | d ^1", source: .path("/root"))
        let previous = try resolve(ResolveRequest(members: [root]), from: old)
        #expect(outcome(ResolveRequest(members: [root], previous: previous), new) == "d 1.0.0")
        let tightened = try parseSummary("root 0.1.0 | d ^1.4", source: .path("/root"))
        #expect(outcome(ResolveRequest(members: [tightened], previous: previous), new) == "d 1.5.0")
    }

    @Test func aLockedVersionThatVanishedIsFatal() throws {
        let root = try parseSummary("root 0.1.0 | x ^1", source: .path("/root"))
        let previous = try resolve(
            ResolveRequest(members: [root]), from: LiteralRegistry("d 1.2.9\nx 1.0.0 | d ^1"))
        let error = #expect(throws: ResolveError.self) {
            try resolve(
                ResolveRequest(members: [root], previous: previous), from: LiteralRegistry("d 1.3.0\nx 1.0.0 | d ^1"))
        }
        guard case .noVersion(let chain, let published) = error?.reason, let demand = chain.first else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(demand.dependency.requirement.isLocked)
        #expect(chain.map(\.requirer.name) == ["x", "root"])
        #expect(published == [try Version("1.3.0")])
    }

    @Test func aConflictNamesBothSidesUpToAMember() throws {
        let root = try parseSummary("root 0.1.0 | a ^1 ; b ^1", source: .path("/root"))
        let error = #expect(throws: ResolveError.self) {
            try resolve(
                ResolveRequest(members: [root]),
                from: LiteralRegistry("d 1.0.0\nd 1.1.0\na 1.0.0 | d =1.0.0\nb 1.0.0 | d =1.1.0"))
        }
        #expect(
            error?.explanation.map(\.text) == [
                "`d =1.1.0`, required by `b 1.0.0`", "`b ^1`, required by `root 0.1.0`",
                "`d 1.0.0`: `d =1.0.0`, required by `a 1.0.0`", "`d 1.0.0`: `a ^1`, required by `root 0.1.0`",
            ])
    }

    /// Cargo's own quirk: a replaced source that is opened for a package named on the command line forgets where the
    /// yanked versions that may stay were locked from.
    @Test(arguments: [(true, true, "d 1.3.0"), (true, false, "d 1.0.0"), (false, true, "d 1.0.0")])
    func aYankedVersionMayBeChosenWhereAnotherSourceHasItLocked(
        isReplaced: Bool, isNamed: Bool, expected: String
    ) throws {
        let root = try parseSummary("root 0.1.0 | d ^1", source: .path("/root"))
        let elsewhere = SourceID(kind: .registry, url: "https://example.com/index")
        let previous = Resolve(
            packages: [
                PackageID(name: "d", version: try Version("1.3.0"), source: elsewhere),
                PackageID(name: "root", version: try Version("0.1.0"), source: .path("/root")),
            ], edges: [[], []], checksums: [nil, nil])
        let registry = try LiteralRegistry("d 1.0.0\nd 1.3.0 | yanked", isReplacement: isReplaced)
        var request = ResolveRequest(members: [root], previous: previous)
        if isNamed { request.sourcesOpenedFirst = [.cratesIO] }
        #expect(outcome(request, registry) == expected)
    }

    @Test func theBudgetEndsASearch() throws {
        let root = try parseSummary("root 0.1.0 | a ^1 ; b ^1", source: .path("/root"))
        #expect(throws: ResolveError(.budget(2, [], blamed: []))) {
            try resolve(
                ResolveRequest(members: [root], budget: 2), from: LiteralRegistry("a 1.0.0\nb 1.0.0"))
        }
    }

    /// More pigeons than holes, and each hole fits one: no search that only learns conflicts ends soon.
    @Test func anEndlessSearchNamesTheConflictItKeepsHitting() throws {
        let count = 12
        let pigeons = (0...count).flatMap { pigeon in
            (0..<count).map { "p\(pigeon) 1.\($0).0 | h\($0) =1.\(pigeon).0" }
        }
        let holes = (0..<count).flatMap { hole in (0...count).map { "h\(hole) 1.\($0).0" } }
        let wishes = (0...count).map { "p\($0) ^1" }.joined(separator: " ; ")
        let root = try parseSummary("root 0.1.0 | \(wishes)", source: .path("/root"))
        let registry = try LiteralRegistry((pigeons + holes).joined(separator: "\n"))
        let error = #expect(throws: ResolveError.self) {
            try resolve(ResolveRequest(members: [root], budget: 5_000), from: registry)
        }
        guard case .budget(5_000, let chain, let blamed) = error?.reason else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(chain.last?.requirer.name == "root")
        #expect(!blamed.isEmpty)
    }

    private func outcome(_ request: ResolveRequest, _ registry: LiteralRegistry) -> String {
        do {
            return try resolve(request, from: registry).packages.filter { $0.name != "root" }
                .map(\.description).joined(separator: ", ")
        } catch {
            return "error"
        }
    }
}
