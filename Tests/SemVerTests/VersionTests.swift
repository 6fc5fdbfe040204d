import SemVer
import Testing

@Suite struct VersionTests {
    @Test func readsAllParts() throws {
        let version = try Version("1.2.3-rc.1+b.01")
        #expect(version == Version(major: 1, minor: 2, patch: 3, prerelease: "rc.1", build: "b.01"))
        #expect(version.isPrerelease)
        #expect(version.description == "1.2.3-rc.1+b.01")
    }

    @Test(arguments: [
        ("", "empty string, expected a semver version"),
        ("1.2", "unexpected end of input while parsing minor version number"),
        ("01.2.3", "invalid leading zero in major version number"),
        ("v1.2.3", "unexpected character 'v' while parsing major version number"),
        ("1.2.3 ", "unexpected character ' ' after patch version number"),
        ("1.2.3-\u{E9}", "empty identifier segment in pre-release identifier"),
        ("1.2.3-a.01", "invalid leading zero in pre-release identifier"),
        ("1.2.3+a_b", "unexpected character '_' after build metadata"),
        ("0.0.18446744073709551616", "value of patch version number exceeds u64::MAX"),
        ("1.\u{A0}", #"unexpected character '\u{a0}' while parsing minor version number"#),
    ])
    func refusesInCargosWords(text: String, message: String) {
        let error = #expect(throws: VersionError.self) { try Version(text) }
        #expect(error?.description == message)
    }

    @Test func numbersMayBeAsLargeAsCargoAllows() throws {
        #expect(try Version("18446744073709551615.0.0").major == .max)
    }
}

@Suite struct VersionOrderTests {
    private static let ascending = [
        "0.9.9", "1.0.0-0", "1.0.0-9", "1.0.0-10", "1.0.0-99999999999999999999", "1.0.0-100000000000000000000",
        "1.0.0--", "1.0.0-Z", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.a", "1.0.0-beta", "1.0.0", "1.0.0+0",
        "1.0.0+00", "1.0.0+1", "1.0.0+1.1", "1.0.0+01", "1.0.0+2", "1.0.0+a", "1.0.0+a.1", "1.0.1-a", "1.0.1", "1.1.0",
        "2.0.0-a", "2.0.0", "10.0.0",
    ]

    @Test func isTotalAndAgreesWithCargo() throws {
        let versions = try Self.ascending.map { try Version($0) }
        for (left, lower) in versions.enumerated() {
            for (right, higher) in versions.enumerated() {
                #expect((lower < higher) == (left < right), "\(lower) < \(higher)")
                #expect((lower == higher) == (left == right))
            }
        }
        #expect(versions.reversed().sorted() == versions)
    }

    @Test func shuffledVersionsSortTheSame() throws {
        let versions = try Self.ascending.map { try Version($0) }
        for _ in 0..<20 { #expect(versions.shuffled().sorted() == versions) }
    }
}
