import CargoModel
import Resolver
import SemVer
import TestSupport
import Testing

/// The forms of `cargo update`; each outcome is cargo 1.95's.
@Suite struct ReleaseTests {
    @Test func anUpdatedPackageKeepsItsDependenciesUnlessRecursive() throws {
        let old = "a 1.0.0 | b ^1\nb 1.0.0"
        let new = old + "\na 1.1.0 | b ^1\nb 1.1.0"
        #expect(try update("a ^1", from: old, to: new) { try $0.release([PackageIDSpec("a")]) } == "a 1.1.0, b 1.0.0")
        #expect(
            try update("a ^1", from: old, to: new) { try $0.release([PackageIDSpec("root")]) } == "a 1.0.0, b 1.0.0")
        #expect(
            try update("a ^1", from: old, to: new) { try $0.release([PackageIDSpec("root")], recursively: true) }
                == "a 1.1.0, b 1.1.0")
        #expect(try update("a ^1", from: old, to: new) { $0.releaseEverything() } == "a 1.1.0, b 1.1.0")
    }

    @Test func anUpdateIsSilentlyDroppedIfAnotherPackageHoldsItsDependency() throws {
        let old = "a 1.0.0\nk 1.0.0\nz 1.0.0 | k ^1"
        let new = old + "\na 1.1.0 | k ^1.1\nk 1.1.0"
        #expect(
            try update("a ^1 ; z ^1", from: old, to: new) { try $0.release([PackageIDSpec("a")]) }
                == "a 1.0.0, k 1.0.0, z 1.0.0")
        #expect(
            try update("a ^1 ; z ^1", from: old, to: new) { request in
                let id = try #require(try request.release([PackageIDSpec("a")]).first)
                request.precise = PreciseUpdate(of: id, to: try Version("1.1.0"))
            } == "error")
    }

    @Test func preciseTakesAYankedVersion() throws {
        let index = "d 1.0.0\nd 1.3.0 | yanked"
        #expect(
            try update("d ^1", from: index, to: index) { request in
                let id = try #require(try request.release([PackageIDSpec("d")]).first)
                request.precise = PreciseUpdate(of: id, to: try Version("1.3.0"))
            } == "d 1.3.0")
    }

    @Test(arguments: [("1.0.0", "1.0.0+10"), ("1.0.0+9", "1.0.0+9")])
    func preciseIsExactOnlyInWhatItSays(version: String, locked: String) throws {
        let index = "a 1.0.0\na 1.0.0+9\na 1.0.0+10"
        #expect(
            try update("a =1.0.0", from: index, to: index) { request in
                let id = try #require(try request.release([PackageIDSpec("a")]).first)
                request.precise = PreciseUpdate(of: id, to: try Version(version))
            } == "a " + locked)
    }

    /// Cargo keeps one spelling per registry, and the manifests are read before the lock.
    @Test func aRegistryIsSpeltAsTheManifestsSpellIt() throws {
        let odd = SourceID(kind: .registry, url: "https://GitHub.com/rust-lang/crates.io-index/")
        let root = try parseSummary("root 0.1.0 | a ^1", source: .path("/root"))
        let previous = Resolve(
            packages: [PackageID(name: "a", version: try Version("1.0.0"), source: odd), root.id], edges: [[], [0]],
            checksums: ["a-1.0.0", nil])
        let now = try resolve(ResolveRequest(members: [root], previous: previous), from: LiteralRegistry("a 1.0.0"))
        #expect(now.packages[0].source.url == SourceID.cratesIO.url)
    }

    private func update(
        _ root: String, from old: String, to new: String, _ prepare: (inout ResolveRequest) throws -> Void
    ) throws -> String {
        let root = try parseSummary("root 0.1.0 | \(root)", source: .path("/root"))
        let previous = try resolve(ResolveRequest(members: [root]), from: LiteralRegistry(old))
        var request = ResolveRequest(members: [root], previous: previous)
        try prepare(&request)
        let registry = try LiteralRegistry(new)
        do {
            return try resolve(request, from: registry).packages.filter { $0.name != "root" }
                .map(\.description).joined(separator: ", ")
        } catch { return "error" }
    }
}

@Suite struct PackageIDSpecTests {
    static let lock = [
        ("a", "1.2.0", SourceID.cratesIO), ("b", "2.0.0-rc.1", .cratesIO), ("c", "1.0.0+7", .cratesIO),
        ("d", "0.1.0", .path("/repo/d")), ("e", "1.0.0", .cratesIO), ("e", "2.0.0", .cratesIO),
    ]

    @Test(arguments: [
        ("a", "a"), ("a@1", "a"), ("a:1.2", "a"), ("a@1.2.0", "a"), ("a@1.3", nil), ("a@", nil), ("@1", nil),
        ("b", "b"), ("b@2", nil), ("b@2.0.0-rc.1", "b"), ("c@1.0.0", "c"), ("c@1.0.0+7", "c"), ("c@1.0.0+8", nil),
        ("registry+https://github.com/rust-lang/crates.io-index#a@1.2.0", "a"),
        ("https://github.com/rust-lang/crates.io-index#a", "a"), ("https://example.com/other#a", nil),
        ("sparse+https://github.com/rust-lang/crates.io-index#a", nil), ("foo+https://example.com#a", nil),
        ("https://github.com/rust-lang/crates.io-index?x#a", nil), ("path+file:///repo/d#0.1.0", "d"),
        ("path+file:///repo/d", "d"), ("e", nil), ("e@1", "e"), ("a@^1", nil), ("a@=1", nil), ("a@1.*", nil),
    ])
    func namesWhatCargoNames(text: String, name: String?) throws {
        let packages = try Self.lock.map { PackageID(name: $0.0, version: try Version($0.1), source: $0.2) }
        let lock = Resolve(
            packages: packages, edges: packages.map { _ in [] }, checksums: packages.map { _ in nil })
        #expect((try? lock.packages[lock.index(named: PackageIDSpec(text))].name) == name)
    }

    @Test func saysBetweenWhichItCannotChoose() throws {
        let packages = try Self.lock.map { PackageID(name: $0.0, version: try Version($0.1), source: $0.2) }
        let lock = Resolve(
            packages: packages, edges: packages.map { _ in [] }, checksums: packages.map { _ in nil })
        #expect(throws: PackageIDSpecError.ambiguous("e", [packages[4], packages[5]])) {
            try lock.index(named: PackageIDSpec("e"))
        }
        #expect(throws: PackageIDSpecError.unknown("z")) { try lock.index(named: PackageIDSpec("z")) }
    }
}
