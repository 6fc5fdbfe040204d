import CargoModel
import CargoWorkspace
import Disk
import SemVer
import TOML
import TestSupport
import Testing

@Suite struct WorkspaceTests {
    @Test func collectsMembersDepthFirst() throws {
        let repository = try Repository([
            "Cargo.toml": package(
                "root", "[workspace]\nmembers = [\"b\"]\n[dependencies]\nd = { path = \"d\" }\n"),
            "b/Cargo.toml": package("b", "[dev-dependencies]\nc = { path = \"../c\" }\n"),
            "c/Cargo.toml": package("c"), "d/Cargo.toml": package("d"), "e/Cargo.toml": package("e"),
        ])
        let workspace = try repository.load("b")
        #expect(workspace.memberNames == ["b", "c", "root", "d"])
        #expect(workspace.rootDirectory == repository.path)
        #expect(workspace.defaultMembers == [0])
        #expect(workspace.lockfilePath == repository.path + "/Cargo.lock")
    }

    @Test func expandsGlobsInByteOrder() throws {
        let repository = try Repository([
            "Cargo.toml": "[workspace]\nmembers = [\"x/*\"]\nexclude = [\"x/c\"]\nresolver = \"2\"\n",
            "x/b/Cargo.toml": package("b"), "x/a/Cargo.toml": package("a"), "x/c/Cargo.toml": package("c"),
            "x/.h/Cargo.toml": package("h"), "x/README": "",
        ])
        #expect(try repository.load().memberNames == ["h", "a", "b"])
    }

    @Test func leavesPathDependenciesOutsideAlone() throws {
        let repository = try Repository([
            "w/Cargo.toml": package("root", "[workspace]\n[dependencies]\no = { path = \"../o\" }\n"),
            "o/Cargo.toml": package("o", "[dependencies]\nmissing = { path = \"nowhere\" }\n"),
        ])
        let workspace = try repository.load("w")
        #expect(workspace.memberNames == ["root"])
        #expect(workspace.localPackages.count == 2)
        #expect(Array(workspace.unavailable.keys) == [repository.path + "/o/nowhere"])
    }

    @Test func inheritsFromTheRoot() throws {
        let repository = try Repository([
            "Cargo.toml": """
            [workspace]
            members = ["a"]
            [workspace.package]
            version = "1.2.3"
            rust-version = "1.70"
            [workspace.dependencies]
            x = { version = "1", default-features = false, features = ["p"], package = "xx" }
            y = { path = "y" }
            """,
            "a/Cargo.toml": """
            [package]
            name = "a"
            version.workspace = true
            rust-version.workspace = true
            [dependencies]
            x = { workspace = true, features = ["q"], optional = true }
            y.workspace = true
            """,
            "y/Cargo.toml": package("y"),
        ])
        let member = try #require(try repository.load().members.first)
        #expect(member.package?.version == Version(major: 1, minor: 2, patch: 3))
        #expect(member.package?.versionLocation?.path == "Cargo.toml")
        let inherited = try #require(member.dependencies.first)
        #expect(inherited.isInherited)
        #expect(inherited.requirement?.location.path == "Cargo.toml")
        #expect(inherited.location.path == "a/Cargo.toml")
        #expect(inherited.dependency.features == ["p", "q"])
        #expect(inherited.dependency.isOptional && !inherited.dependency.usesDefaultFeatures)
        #expect(inherited.dependency.package == "xx")
        #expect(member.dependencies[1].dependency.source == .path(repository.path + "/y"))
        #expect(member.features["x"] == [.dependency("x")])
    }

    @Test(arguments: [
        (2021, "\"1\"", "false", true), (2021, "{ version = \"1\", default-features = false }", "true", true),
        (2024, "{ version = \"1\", default-features = false }", "false", false),
    ])
    func joinsDefaultFeatures(edition: Int, root: String, member: String, expected: Bool) throws {
        let repository = try Repository([
            "Cargo.toml": "[workspace]\nmembers = [\"a\"]\n[workspace.dependencies]\nx = \(root)\n",
            "a/Cargo.toml": package(
                "a", "[dependencies]\nx = { workspace = true, default-features = \(member) }\n", edition: edition),
        ])
        let dependency = try repository.load().members.first?.dependencies.first?.dependency
        #expect(dependency?.usesDefaultFeatures == expected)
    }

    @Test func cannotTurnOffDefaultFeaturesSince2024() throws {
        let repository = try Repository([
            "Cargo.toml": "[workspace]\nmembers = [\"a\"]\n[workspace.dependencies]\nx = \"1\"\n",
            "a/Cargo.toml": package(
                "a", "[dependencies]\nx = { workspace = true, default-features = false }\n", edition: 2024),
        ])
        let expected = ManifestError.Reason.inheritance(
            key: "x", from: "workspace.dependencies.x", .cannotTurnOffDefaultFeatures)
        #expect(repository.failure()?.manifestReason == expected)
    }

    @Test func namesTheMemberThatIsMissing() throws {
        let repository = try Repository(["Cargo.toml": "[workspace]\nmembers = [\"nope\"]\n"])
        let error = try #require(repository.failure())
        guard case .unreadable(let path, let cause) = error.reason else {
            Issue.record("\(error)")
            return
        }
        #expect(path == repository.path + "/nope/Cargo.toml")
        #expect(cause.isMissing)
        #expect(error.place == "2:12")
    }

    @Test func refusesANestedRoot() throws {
        let repository = try Repository([
            "Cargo.toml": "[workspace]\nmembers = [\"a\"]\n", "a/Cargo.toml": package("a", "[workspace]\n"),
        ])
        #expect(repository.failure()?.reason == .multipleRoots([repository.path + "/a", repository.path]))
    }

    @Test func refusesAStranger() throws {
        let repository = try Repository([
            "Cargo.toml": "[workspace]\nmembers = []\n", "b/Cargo.toml": package("b"),
        ])
        let root = repository.path + "/Cargo.toml"
        let current = repository.path + "/b/Cargo.toml"
        #expect(repository.failure("b")?.reason == .notAMember(current: current, root: root, hint: .addMember("b")))
    }

    @Test func takesTheResolverFromTheRootAlone() throws {
        let repository = try Repository([
            "Cargo.toml": "[workspace]\nmembers = [\"a\"]\n", "a/Cargo.toml": package("a", edition: 2024),
        ])
        let workspace = try repository.load()
        #expect(workspace.resolverVersion == .v1)
        #expect(workspace.incompatibleRustVersions == .allow)
        #expect(workspace.warnings.map(\.message).contains { $0.hasPrefix("virtual workspace defaulting") })
        let alone = try Repository(["Cargo.toml": package("a", edition: 2024)]).load()
        #expect(alone.resolverVersion == .v3)
        #expect(alone.incompatibleRustVersions == .fallback)
    }

    @Test func joinsPatchesOfManifestAndConfiguration() throws {
        let repository = try Repository([
            "Cargo.toml": package("root", "[patch.crates-io]\na = { path = \"a\" }\nb = { path = \"b\" }\n"),
            "a/Cargo.toml": package("a"), "b/Cargo.toml": package("b"), "c/Cargo.toml": package("a"),
            ".cargo/config.toml": "[patch.crates-io]\na = { path = \"c\" }\n",
        ])
        let workspace = try repository.load()
        let paths = workspace.patches.map { $0.entries.map { String($0.source.url.dropFirst(repository.path.count)) } }
        #expect(paths == [["/c", "/b"]])
        #expect(workspace.localPackages.count == 3)
    }

    @Test func readsReplacements() throws {
        let repository = try Repository([
            "Cargo.toml": package("root", "[replace]\n\"a:1.2.3\" = { path = \"a\" }\n"),
            "a/Cargo.toml": package("a"),
        ])
        let replacement = try #require(try repository.load().replacements.first)
        #expect(replacement.name == "a" && replacement.source == .cratesIO)
        #expect(replacement.version == Version(major: 1, minor: 2, patch: 3))
        #expect(replacement.dependency.source == .path(repository.path + "/a"))
    }
}
