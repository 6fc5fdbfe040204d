import Advisories
import SemVer
import Testing

@Suite struct AffectedVersionsTests {
    private func affected(
        patched: [String] = [], unaffected: [String] = []
    ) throws -> AffectedVersions {
        try AffectedVersions(
            patched: patched.map { try VersionRequirement($0) },
            unaffected: unaffected.map { try VersionRequirement($0) })
    }

    private func isAffected(_ versions: AffectedVersions, _ texts: String...) throws -> [Bool] {
        try texts.map { versions.contains(try Version($0)) }
    }

    @Test func coversEverythingWithoutRequirements() throws {
        #expect(try isAffected(affected(), "0.0.0-0", "1.0.0", "99.0.0") == [true, true, true])
    }

    @Test func coversNothingWhenAllIsUnaffected() throws {
        #expect(try isAffected(affected(unaffected: ["*"]), "0.0.0-0", "1.0.0") == [false, false])
    }

    @Test func judgesPrereleasesByOrderAlone() throws {
        let versions = try affected(patched: [">= 1.2.3"], unaffected: ["< 1.0.0"])
        #expect(
            try isAffected(versions, "0.9.9", "1.0.0-rc.1", "1.0.0", "1.2.3-alpha", "1.2.3", "1.2.4-alpha")
                == [false, false, true, true, false, false])
    }

    @Test func endsCaretAndTildeBeforeThePrereleasesOfTheNext() throws {
        let caret = try affected(patched: ["^1.2.3"])
        #expect(
            try isAffected(caret, "1.2.2", "1.2.3", "1.99.0-beta", "2.0.0-alpha", "2.0.0") == [
                true, false, false, true, true,
            ])
        #expect(try isAffected(affected(patched: ["^0.2.3"]), "0.2.9", "0.3.0-0", "0.3.0") == [false, true, true])
        #expect(try isAffected(affected(patched: ["^0.0.3"]), "0.0.3", "0.0.4") == [false, true])
        #expect(try isAffected(affected(patched: ["^0"]), "0.9.0", "1.0.0-0") == [false, true])
        #expect(try isAffected(affected(patched: ["~1.2"]), "1.1.9", "1.2.7", "1.3.0-0") == [true, false, true])
        #expect(try isAffected(affected(patched: ["~1"]), "1.9.0", "2.0.0") == [false, true])
    }

    @Test func closesAndOpensBounds() throws {
        let versions = try affected(patched: ["> 1.0.0, <= 2.0.0"])
        #expect(
            try isAffected(versions, "1.0.0", "1.0.1-0", "2.0.0", "2.0.1-0", "2.0.1") == [
                true, false, false, true, true,
            ])
        #expect(try isAffected(affected(patched: ["= 1.2.3-a"]), "1.2.3-a", "1.2.3-a.0") == [false, true])
    }

    @Test func takesBuildMetadataForNoDifference() throws {
        #expect(try isAffected(affected(patched: ["> 1.2.3"]), "1.2.3+b") == [true])
        #expect(try isAffected(affected(patched: [">= 1.2.3"]), "1.2.3+b") == [false])
        #expect(try isAffected(affected(patched: ["= 1.2.3"]), "1.2.3+b") == [false])
    }

    @Test func leavesTheGapBetweenBranches() throws {
        let versions = try affected(patched: ["^1.5.2", ">= 2.1.0"], unaffected: ["< 1.1.0"])
        #expect(versions.ranges.count == 2)
        #expect(
            try isAffected(versions, "1.0.9", "1.1.0", "1.5.2", "2.0.0-rc", "2.0.9", "2.1.0") == [
                false, true, false, true, true, false,
            ])
    }

    @Test func takesOverlappingRequirementsTogether() throws {
        let versions = try affected(patched: [">= 1.0.0", "^1.2.0"])
        #expect(versions.ranges == [AffectedRange(introduced: nil, fixed: try Version("1.0.0"))])
    }

    @Test(arguments: [">= 1, >= 2", "< 1, < 2", "^1, < 2", "1.*", "> 2, < 1", "> 1.0.18446744073709551615"])
    func refusesWhatIsNoRange(requirement: String) throws {
        let parsed = try VersionRequirement(requirement)
        #expect(throws: AdvisoryFault.self) { try AffectedVersions(patched: [parsed], unaffected: []) }
    }

    @Test func joinsRangesThatTouch() throws {
        let ranges = [
            AffectedRange(introduced: try Version("2.0.0"), fixed: nil),
            AffectedRange(introduced: nil, fixed: try Version("1.0.0")),
            AffectedRange(introduced: try Version("1.0.0"), fixed: try Version("1.5.0")),
            AffectedRange(introduced: try Version("3.0.0"), fixed: try Version("3.0.0")),
        ]
        #expect(
            AffectedVersions(ranges: ranges, versions: []).ranges == [
                AffectedRange(introduced: nil, fixed: try Version("1.5.0")),
                AffectedRange(introduced: try Version("2.0.0"), fixed: nil),
            ])
    }
}
