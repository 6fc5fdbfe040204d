import SemVer
import Testing

@testable import Advisories

@Suite struct OSVTests {
    private func read(_ affected: String, _ more: String = "") throws -> [Advisory] {
        var warnings = FieldWarnings()
        return try OSVRecord(Array("{\"id\": \"GHSA-x\", \"affected\": [\(affected)]\(more)}".utf8)).advisories(
            &warnings)
    }

    private func entry(_ name: String, _ events: String, ecosystem: String = "crates.io", _ more: String = "") -> String
    {
        """
        {"package": {"ecosystem": "\(ecosystem)", "name": "\(name)"},
         "ranges": [{"type": "SEMVER", "events": [\(events)]}]\(more)}
        """
    }

    private func isAffected(_ advisory: Advisory, _ texts: String...) throws -> [Bool] {
        try texts.map { advisory.affects(try Version($0)) }
    }

    @Test func replaysEventsInTheOrderOfVersions() throws {
        let events = #"{"fixed": "2.5.0"}, {"introduced": "2.0.0"}, {"fixed": "1.1.0"}, {"introduced": "0"}"#
        let advisory = try #require(try read(entry("a", events)).first)
        #expect(
            try isAffected(advisory, "0.0.0-0", "1.0.9", "1.1.0", "2.0.0-rc", "2.0.0", "2.5.0") == [
                true, true, false, false, true, false,
            ])
        #expect(advisory.fixed.map(\.description) == [">=1.1.0", ">=2.5.0"])
        #expect(advisory.fixes(try Version("1.1.0")))
    }

    @Test func includesTheLastAffectedVersion() throws {
        let advisory = try #require(try read(entry("a", #"{"introduced": "1.0"}, {"last_affected": "1.4.2"}"#)).first)
        #expect(
            try isAffected(advisory, "0.9.9", "1.0.0", "1.4.2", "1.4.2+b", "1.4.3-a") == [
                false, true, true, true, false,
            ])
    }

    @Test func knowsSingleVersions() throws {
        let list = #"{"package": {"ecosystem": "crates.io", "name": "a"}, "versions": ["1.0.1", "1.0.3"]}"#
        let advisory = try #require(try read(list).first)
        #expect(try isAffected(advisory, "1.0.1", "1.0.2", "1.0.3") == [true, false, true])
        #expect(advisory.fixed.isEmpty)
        let line = AdvisoryFacts.line(advisory, withProse: false)
        #expect(try line.withUnsafeBufferPointer { try AdvisoryFacts.advisory($0) } == advisory)
    }

    @Test func makesOneAdvisoryForEachPackage() throws {
        let all = #"{"introduced": "0"}"#
        let old = entry("a", #"{"introduced": "0"}, {"fixed": "1.0.0"}"#)
        let new = entry("a", #"{"introduced": "2.0.0"}"#)
        let found = try read([old, entry("b", all), new, entry("c", all, ecosystem: "npm")].joined(separator: ","))
        #expect(found.map(\.package) == ["a", "b"])
        #expect(try isAffected(found[0], "0.5.0", "1.0.0", "2.0.0") == [true, false, true])
    }

    @Test func takesGitHubsWordForALevelWithoutAVector() throws {
        let word = #", "database_specific": {"severity": "MODERATE"}"#
        let advisory = try #require(try read(entry("a", #"{"introduced": "0"}"#), word).first)
        #expect(advisory.severity == Severity(level: .medium))
        #expect(advisory.origin == .ghsa)
        let line = AdvisoryFacts.line(advisory, withProse: false)
        #expect(try line.withUnsafeBufferPointer { try AdvisoryFacts.advisory($0) } == advisory)
    }

    @Test func refusesWhatItCannotJudge() {
        let all = #"{"introduced": "0"}"#
        #expect(throws: AdvisoryFault.foreignEcosystem) { try read(entry("a", all, ecosystem: "npm")) }
        #expect(throws: AdvisoryFault.noVersions) { try read(#"{"package": {"ecosystem": "crates.io", "name": "a"}}"#) }
        #expect(throws: AdvisoryFault.version("x")) { try read(entry("a", #"{"introduced": "x"}"#)) }
        #expect(throws: AdvisoryFault.missing("package")) { try read(#"{"package": {"ecosystem": "crates.io"}}"#) }
        #expect(throws: AdvisoryFault.missing("affected")) { try read("") }
    }
}

@Suite struct MergingTests {
    private func advisory(_ id: String, _ aliases: [String], package: String = "a") throws -> Advisory {
        let names = aliases.map { "\"\($0)\"" }.joined(separator: ",")
        let line = #"{"id":"\#(id)","aliases":[\#(names)],"package":"\#(package)","patched":[]}"#
        return try Array(line.utf8).withUnsafeBufferPointer { try AdvisoryFacts.advisory($0) }
    }

    @Test func putsAliasesTogetherAcrossSeveralSteps() throws {
        let list = [
            try advisory("GHSA-1", ["CVE-1"]), try advisory("CVE-9", []), try advisory("RUSTSEC-1", ["CVE-2"]),
            try advisory("OSV-1", ["CVE-1", "CVE-2"]), try advisory("RUSTSEC-1", ["CVE-2"]),
        ]
        #expect(Advisory.merged(list).map { $0.map(\.id) } == [["CVE-9"], ["RUSTSEC-1", "GHSA-1", "OSV-1"]])
    }

    @Test func keepsPackagesApart() throws {
        let list = [try advisory("GHSA-1", ["CVE-1"], package: "b"), try advisory("GHSA-1", ["CVE-1"])]
        #expect(Advisory.merged(list).map { $0.map(\.package) } == [["a"], ["b"]])
    }
}
