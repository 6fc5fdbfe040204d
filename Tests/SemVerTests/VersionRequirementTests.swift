import SemVer
import Testing

@Suite struct VersionRequirementTests {
    @Test(arguments: [
        ("1.2", "^1.2"), (" >= 1 ,<2.0.0-a+b ", ">=1, <2.0.0-a"), ("*", "*"), (" X ", "*"), ("1.x.*", "1.*"),
        ("1.2.*", "1.2.*"), (">1.*", ">1"), ("=1.2.3+b", "=1.2.3"), ("~0", "~0"),
    ])
    func printsTheCanonicalForm(text: String, expected: String) throws {
        let requirement = try VersionRequirement(text)
        #expect(requirement.description == expected)
        #expect(try VersionRequirement(expected) == requirement)
    }

    @Test(arguments: [
        ("", "unexpected end of input while parsing major version number"),
        ("1,", "unexpected end of input while parsing major version number"),
        (">=1 <2", "expected comma after major version number, found '<'"),
        ("1.*.2", "unexpected character after wildcard in version req"),
        ("1, *", "wildcard req (*) must be the only comparator in the version req"),
        ("1.2-a", "expected comma after minor version number, found '-'"),
        ("\t1", #"unexpected character '\t' while parsing major version number"#),
        ("^*", "unexpected character '*' while parsing major version number"),
        ("*.*", "unexpected character after wildcard in version req"),
    ])
    func refusesInCargosWords(text: String, message: String) {
        let error = #expect(throws: VersionRequirementError.self) { try VersionRequirement(text) }
        #expect(error?.description == message)
    }

    @Test func takesNoMoreThanTheLimit() throws {
        let limit = VersionRequirement.comparatorLimit
        let list = Array(repeating: ">=1", count: limit).joined(separator: ",")
        #expect(try VersionRequirement(list).comparators.count == limit)
        #expect(throws: VersionRequirementError(.tooManyComparators)) { try VersionRequirement(list + ",>=1") }
    }

    @Test(arguments: [
        ("^1.2.3", "1.2.3 1.9.0 1.2.4+b", "1.2.2 2.0.0 1.3.0-a"), ("^0.2.3", "0.2.3 0.2.9", "0.3.0 0.2.2"),
        ("^0.0.3", "0.0.3", "0.0.4"), ("0.0", "0.0.9", "0.1.0"), ("0", "0.9.0", "1.0.0"), ("~1.2.3", "1.2.9", "1.3.0"),
        ("~0.0.0", "0.0.9", "0.1.0"), (">1", "2.0.0", "1.9.9"), ("<=1.2", "1.2.9", "1.3.0"), ("=1.2", "1.2.7", "1.3.0"),
        (">=1.0.0, <2.0.0-a", "2.0.0-0 1.5.0", "1.5.0-a 2.0.0-a"), ("*", "0.0.1", "1.0.0-a"),
        ("^1.2.3-alpha", "1.2.3-beta 1.2.3 1.9.0", "1.9.0-alpha 1.2.3-9"), ("=1.2.3, =1.2.3-a", "", "1.2.3 1.2.3-a"),
    ])
    func matches(requirement: String, inside: String, outside: String) throws {
        let requirement = try VersionRequirement(requirement)
        for version in inside.split(separator: " ") { #expect(requirement.matches(try Version(version)), "\(version)") }
        for version in outside.split(separator: " ") {
            #expect(!requirement.matches(try Version(version)), "\(version)")
        }
    }

    @Test func starIsTheEmptyList() throws {
        #expect(try VersionRequirement("*") == .star)
    }
}

@Suite struct RustVersionTests {
    @Test(arguments: [("1", "1"), ("1.60", "1.60"), ("1.60.1", "1.60.1"), (" 1.60 ", "1.60"), ("1.60.0 ", "1.60.0")])
    func reads(text: String, expected: String) throws {
        #expect(try RustVersion(text).description == expected)
    }

    @Test(arguments: [
        ("1.60.0-beta", RustVersionError.prerelease), ("1.60-a", .prerelease), ("1.60.0+b", .build),
        ("^1.60", .requirement),
        (">=1.60", .requirement), ("1.*", .requirement), ("*", .requirement), ("", .malformed), ("v1.60", .malformed),
        ("1.2.3.4", .malformed), ("\t1.60", .malformed), ("1, 2", .requirement),
    ])
    func refuses(text: String, reason: RustVersionError) {
        #expect(throws: reason) { try RustVersion(text) }
    }

    @Test(arguments: [
        ("1.60", "1.60.0", true), ("1.60", "1.95", true), ("1.60.1", "1.60", false), ("1", "1.0.0", true),
        ("1.96", "1.95.0", false), ("1.60", "2.0", false),
    ])
    func isCompatible(needed: String, compiler: String, expected: Bool) throws {
        #expect(try RustVersion(needed).isCompatible(withCompiler: RustVersion(compiler)) == expected)
    }

    @Test func missingNumbersComeFirst() throws {
        let ascending = try ["1", "1.0", "1.0.0", "1.9", "1.10", "2"].map { try RustVersion($0) }
        #expect(ascending.reversed().sorted() == ascending)
    }
}
