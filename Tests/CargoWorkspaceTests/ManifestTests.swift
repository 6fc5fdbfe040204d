import CargoModel
import CargoWorkspace
import SemVer
import TOML
import TestSupport
import Testing

@Suite struct ManifestTests {
    private func manifest(_ rest: String, edition: Int = 2021) throws -> Manifest {
        try Repository(["Cargo.toml": package("root", rest, edition: edition)]).load().rootManifest
    }

    private func reason(_ text: String) throws -> ManifestError.Reason? {
        try Repository(["Cargo.toml": text, "src/lib.rs": ""]).failure()?.manifestReason
    }

    @Test func fillsInDefaults() throws {
        let repository = try Repository(["Cargo.toml": "[package]\nname = \"root\"\n"])
        let section = try #require(try repository.load().rootManifest.package)
        #expect(section.version == Version(major: 0, minor: 0, patch: 0))
        #expect(section.edition == .edition2015)
        #expect(!section.isPublishable)
        #expect(section.hasLibrary && !section.hasBinary && !section.hasBuildScript)
    }

    @Test func listsDependenciesInCargosOrder() throws {
        let manifest = try manifest(
            """
            [target.'cfg(unix)'.dev-dependencies]
            t3 = "1"
            [target.'cfg(unix)'.build-dependencies]
            t2 = "1"
            [target.'cfg(unix)'.dependencies]
            t1 = "1"
            [build-dependencies]
            b = "1"
            [dev-dependencies]
            d = "1"
            [dependencies]
            z = "1"
            a-b = "1"
            a_b = "1"
            A1 = "1"
            """)
        #expect(manifest.dependencies.map(\.name) == ["A1", "a-b", "a_b", "z", "d", "b", "t1", "t2", "t3"])
        #expect(manifest.dependencies[8].kind == .development)
        #expect(manifest.dependencies[8].target == "cfg(unix)")
    }

    @Test func knowsWhereARequirementIsWritten() throws {
        let manifest = try manifest("[dependencies]\naa = { version = \"1.2\", package = \"bb\" }\n")
        let dependency = try #require(manifest.dependencies.first)
        let requirement = try #require(dependency.requirement)
        let text = String(decoding: manifest.file.bytes, as: UTF8.self).utf8
        let span = requirement.location.span
        let slice = text.dropFirst(span.start).prefix(span.length)
        #expect(String(slice) == "\"1.2\"")
        #expect(requirement.text == "1.2")
        #expect(requirement.location.path == "Cargo.toml")
        let position = manifest.file.position(of: dependency.location.span.start)
        #expect(position.line == 6 && position.column == 6)
        #expect(manifest.file.line(6) == "aa = { version = \"1.2\", package = \"bb\" }")
        #expect(dependency.packageName == "bb")
        #expect(dependency.dependency.rename == "aa")
    }

    @Test func findsTheSourceOfADependency() throws {
        let manifest = try manifest(
            """
            [dependencies]
            a = "1"
            b = { git = "https://Example.com/b.git", branch = "x" }
            c = { registry-index = "sparse+https://example.com/", version = "1" }
            d = { path = "x/../d" }
            """)
        let sources = manifest.dependencies.map(\.dependency.source)
        #expect(sources[0] == .cratesIO)
        #expect(sources[1] == SourceID(kind: .git(.branch("x")), url: "https://example.com/b.git"))
        #expect(sources[2] == SourceID(kind: .sparse, url: "sparse+https://example.com/"))
        #expect(sources[3] == .path(manifest.directory + "/d"))
        #expect(manifest.dependencies[3].dependency.requirement == .any)
    }

    @Test(arguments: [
        ("", ManifestError.Reason.neitherPackageNorWorkspace),
        ("[features]\na = []\n", .sectionInVirtualManifest("features")),
        ("[package]\n", .missingField("package.name")),
        ("[package]\nname = 1\n", .invalidType(found: "integer `1`", expected: "a string")),
        ("[package]\nname = \"a\"\nresolver = \"4\"\n", .unknownResolver("4")),
        ("[package]\nname = \"a\"\nlinks = \"z\"\n", .linksWithoutBuildScript("z")),
        ("[package]\nname = \"a\"\n[badges]\nb = \"c\"\n", .invalidType(found: "string \"c\"", expected: "a map")),
        ("[package]\nname = \"a\"\n[dependencies]\nb = {}\n", .dependency("b", .noSource)),
        (
            "[package]\nname = \"a\"\n[dependencies]\nb = { version = \"1\", tag = \"t\" }\n",
            .dependency("b", .keyWithoutGit("tag"))
        ),
        (
            "[package]\nname = \"a\"\n[dev-dependencies]\nb = { version = \"1\", optional = true }\n",
            .dependency("b", .optionalDevelopmentDependency)
        ),
        (
            "[package]\nname = \"a\"\n[dependencies]\nb = { version = \"1\", registry = \"r\" }\n",
            .dependency("b", .unknownRegistry("r"))
        ),
        ("[package]\nname = \"a\"\nedition = \"2027\"\n", .futureEdition("2027")),
        ("[package]\nname = \"a\"\n[dependencies]\nb = { workspace = false }\n", .workspaceFalse),
    ])
    func refuses(text: String, expected: ManifestError.Reason) throws {
        #expect(try reason(text) == expected)
    }

    @Test func pointsAtTheFault() throws {
        let repository = try Repository(["Cargo.toml": package("root", "[dependencies]\na = { version = 1 }\n")])
        let error = try #require(repository.failure())
        #expect(error.place == "6:17")
        #expect(error.location?.path == "Cargo.toml")
    }

    @Test func refusesOldSpellingsSince2024() throws {
        let rest = "[dev_dependencies]\na = \"1\"\n"
        #expect(try manifest(rest).dependencies.count == 1)
        let text = package("root", rest, edition: 2024)
        #expect(try reason(text) == .underscore(key: "dev_dependencies", where: "`root` package"))
    }

    @Test func warnsOfUnknownKeysOnly() throws {
        let manifest = try manifest("[foo]\nx = 1\n[dependencies]\na = { version = \"1\", wersion = \"2\" }\n")
        #expect(
            manifest.warnings.map(\.message) == [
                "unused manifest key: foo", "unused manifest key: dependencies.a.wersion",
            ])
    }

    @Test func needsATarget() throws {
        let repository = try Repository([:])
        try repository.directory.write(package("root"), to: "Cargo.toml")
        #expect(repository.failure()?.manifestReason == .noTargets)
        try repository.directory.write("", to: "tests/t.rs")
        let section = try #require(try repository.load().rootManifest.package)
        #expect(!section.hasLibrary && !section.hasBinary)
    }

    @Test func readsAPackageFromElsewhereWithItsSource() throws {
        let repository = try Repository([
            "v/Cargo.toml": package("v", "[dependencies]\nw = { path = \"../w\", version = \"1\" }\n")
        ])
        let environment = repository.environment()
        let config = try CargoConfig(environment: environment)
        let package = try loadPackage(
            at: repository.path + "/v", source: .cratesIO, config: config, environment: environment)
        #expect(package.summary.id.source == .cratesIO)
        #expect(package.summary.dependencies.map(\.source) == [.cratesIO] && !package.isProcMacro)
    }
}
