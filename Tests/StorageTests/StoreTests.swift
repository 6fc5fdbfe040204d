import CargoModel
import Index
import SemVer
import Storage
import Testing

@Suite struct StoreTests {
    private let folder = TemporaryFolder()
    private let store: Store

    init() throws {
        writeIndex(folder)
        try importFixture(folder)
        store = try Store(opening: folder.database)
    }

    @Test func listsEveryVersion() throws {
        let versions = try store.versions(of: "demo", in: .cratesIO)
        #expect(versions.map(\.version.description) == ["0.1.0", "1.0.0-rc.1+b.2", "2.0.0", "3.0.0"])
        #expect(versions.map(\.isYanked) == [true, false, false, false])
        #expect(versions[0].checksum == String(repeating: "0f", count: 32))
        #expect(versions[1].checksum == "odd")
        #expect(versions[1].links == "z")
        #expect(versions[1].rustVersion == RustVersion(major: 1, minor: 56))
        #expect(versions[2].unusable == .unsupportedSchema(3))
        guard case .invalid(let reason) = versions[3].unusable else { throw Missing() }
        #expect(reason.contains("`!`"))
    }

    private struct Missing: Error {}

    @Test func tellsAllOfOneVersion() throws {
        let version = try store.versions(of: "demo", in: .cratesIO)[1]
        let summary = try store.summary(of: version, named: "demo", in: .cratesIO)
        let other = SourceID(kind: .sparse, url: "sparse+https://other.example/index/")
        #expect(
            summary.dependencies == [
                Dependency(
                    package: "log", source: .cratesIO, requirement: .range(try VersionRequirement("^0.4")),
                    isOptional: true,
                    usesDefaultFeatures: false, features: ["std"], target: "cfg(unix)"),
                Dependency(
                    package: "real", source: other, requirement: .range(try VersionRequirement("=1.2.3")), kind: .build,
                    rename: "extern"),
                Dependency(package: "mirror", source: .cratesIO, requirement: .range(.star), kind: .development),
            ])
        #expect(summary.features.features.map(\.name) == ["default", "log", "std", "weak"])
        #expect(summary.features["log"] == [.dependency("log")])
        #expect(summary.features["weak"] == [.dependencyFeature(dependency: "log", feature: "y", weak: true)])
    }

    @Test func agreesWithTheFiles() throws {
        let files = IndexRegistry()
        files.add(.tree(try IndexTree(at: folder.path + "/index")), for: .cratesIO)
        for name in ["demo", "log", "Log", "a", "none"] {
            let (stored, read) = (
                try store.versions(of: name, in: .cratesIO), try files.versions(of: name, in: .cratesIO)
            )
            #expect(stored.map(\.version) == read.map(\.version))
            for (one, other) in zip(stored, read) where one.unusable == nil {
                let left = try store.summary(of: one, named: name, in: .cratesIO)
                let right = try files.summary(of: other, named: name, in: .cratesIO)
                #expect(left.id == right.id && left.dependencies == right.dependencies)
                #expect(left.features.features.map(\.values) == right.features.features.map(\.values))
                #expect(left.checksum == right.checksum && left.links == right.links)
            }
        }
    }

    @Test func tellsNamesApartByTheirCase() throws {
        #expect(try store.versions(of: "log", in: .cratesIO).map(\.version.patch) == [1])
        #expect(try store.versions(of: "Log", in: .cratesIO).map(\.version.patch) == [2])
        #expect(try store.versions(of: "none", in: .cratesIO).isEmpty)
    }

    @Test func knowsWhichSourcesItHas() throws {
        #expect(store.sources == [.cratesIO])
        let other = SourceID(kind: .registry, url: "https://other.example/index")
        #expect(throws: RegistryError(.unknownSource("https://other.example/index"))) {
            try store.versions(of: "demo", in: other)
        }
    }

    @Test func keepsSeveralRegistriesApart() throws {
        let other = SourceID(kind: .registry, url: "https://other.example/index")
        folder.write(
            "other/index/1/a", "{\"name\":\"a\",\"vers\":\"7.0.0\",\"deps\":[],\"cksum\":\"\",\"features\":{}}\n")
        let result = try importIndex(folder.path + "/other", registry: other, into: folder.database, at: "")
        #expect((result.crates, result.versions) == (1, 1))
        let both = try Store(opening: folder.database)
        #expect(try both.versions(of: "a", in: other).map(\.version.major) == [7])
        #expect(try both.versions(of: "a", in: .cratesIO).map(\.version.major) == [1])
        #expect(try both.snapshots().map(\.origin) == [SourceID.cratesIO.url, other.url])
    }

    @Test func countsWhatItHolds() throws {
        let counts = try store.counts()
        #expect((counts.registries, counts.crates, counts.versions) == (1, 4, 7))
        #expect((counts.yanked, counts.unusable, counts.advisories) == (1, 2, 0))
    }

    @Test(
        arguments: [
            ("SELECT name, version FROM yanked", ["demo|0.1.0"]),
            ("SELECT checksum FROM versions WHERE version = '0.1.0'", [String(repeating: "0f", count: 32)]),
            (
                "SELECT published, rust_version, links FROM versions WHERE published IS NOT NULL",
                ["2023-05-06T07:08:09Z|1.56|z"]
            ),
            (
                "SELECT package, requirement, kind, optional, default_features, target, name_in_manifest FROM dependencies",
                ["log|^0.4|normal|1|0|cfg(unix)|log", "real|=1.2.3|build|0|1||extern", "mirror|*|dev|0|1||mirror"]
            ),
            (
                "SELECT feature, \"values\" FROM features WHERE version LIKE '1.0.0%'",
                [#"default|["std"]"#, "log|", #"std|["extern/x"]"#, #"weak|["log?/y"]"#]
            ),
            ("SELECT name, versions FROM crates ORDER BY name", ["Log|1", "a|1", "demo|4", "log|1"]),
            ("SELECT version FROM unusable", ["2.0.0", "3.0.0"]),
            ("SELECT place, line FROM set_aside", ["3/l/log|2"]),
            ("SELECT kind, date, imported FROM snapshots", ["index|2023-05-06|2026-01-01T00:00:00Z"]),
        ])
    func answersPeople(sql: String, rows: [String]) {
        #expect(query(folder.database, sql) == rows)
    }
}
