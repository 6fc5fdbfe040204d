import BuildGraph
import CargoModel
import Testing

/// Each case was run against cargo 1.95.
@Suite struct FeatureResolverTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let members: [String]
        let index: String
        var macros: Set<String> = []
        /// Features of `common` as nodes have them: with resolver 1, then 2.
        let old: String
        let new: String
    }

    static let index = """
        common 1.0.0 | feat a= b= c=
        """

    static let cases = [
        Case(
            testDescription: "resolver 1 unites kinds, macros and platforms",
            members: [
                "m 0.1.0 | common * [normal] ; common * [build] build ; common * [dev] dev ; pm * ; w * on:cfg(windows)"
            ],
            index: """
                common 1.0.0 | feat normal= build= dev= pm= win=
                pm 1.0.0 | common * [pm]
                w 1.0.0 | common * [win]
                """,
            macros: ["pm"], old: "build,dev,normal,pm,win", new: "build,pm | dev,normal"),
        Case(
            testDescription: "a feature of an optional dependency turns the dependency's own feature on",
            members: ["m 0.1.0 | p * [s]"],
            index: index + "\np 1.0.0 | common * [] opt | feat s=common/b",
            old: "b", new: "b"),
        Case(
            testDescription: "a weak feature alone turns nothing on",
            members: ["m 0.1.0 | p * [w]"],
            index: index + "\np 1.0.0 | common * opt | feat w=common?/a",
            old: "", new: ""),
        Case(
            testDescription: "a weak feature waits for the dependency",
            members: ["m 0.1.0 | p * [w,z]"],
            index: index + "\np 1.0.0 | common * opt | feat w=common?/a z=dep:common",
            old: "a", new: "a"),
        Case(
            testDescription: "a weak feature finds the dependency on already",
            members: ["m 0.1.0 | p * [a,w]"],
            index: index + "\np 1.0.0 | common * opt | feat a=dep:common w=common?/b",
            old: "b", new: "b"),
        Case(
            testDescription: "a dependency of a build script does not turn its optional namesake on",
            members: ["m 0.1.0 | common * opt [a] ; common * [b] build | feat f=dep:common"],
            index: index, old: "b", new: "b"),
        Case(
            testDescription: "a default feature that does not exist is not asked for",
            members: ["m 0.1.0 | common * nodefault [c] ; p *"],
            index: index + "\np 1.0.0 | common *", old: "c", new: "c"),
    ]

    @Test(arguments: cases) func agrees(_ example: Case) throws {
        let world = try World(example.members, example.index, macros: example.macros)
        #expect(try world.features(of: "common", world.build(World.Build(resolver: 1))) == example.old)
        #expect(try world.features(of: "common", world.build()) == example.new)
    }

    @Test func aSelectedMacroUnitesItsFeatures() throws {
        let world = try World(
            ["x 0.1.0 | common * [a]", "y 0.1.0 | common * [b]"], Self.index, macros: ["y"])
        #expect(try world.features(of: "common", world.build()) == "a,b | b")
        #expect(try world.features(of: "common", world.build(World.Build(packages: ["y"]))) == "b")
        #expect(try world.features(of: "common", world.build(World.Build(packages: ["x"]))) == "a")
    }

    @Test func severalTargetsUniteTheirFeatures() throws {
        let world = try World(["m 0.1.0 | common * [a] ; p * on:cfg(windows)"], Self.index + "\np 1.0.0 | common * [b]")
        let linux = "x86_64-unknown-linux-gnu"
        #expect(try world.features(of: "common", world.build(World.Build(targets: [linux]))) == "a")
        let both = try world.build(World.Build(targets: [linux, "x86_64-pc-windows-msvc"]))
        #expect(world.features(of: "common", both) == "a,b")
    }

    @Test func developmentDependenciesGoOnlyWithTheirKind() throws {
        let world = try World(["m 0.1.0 | common * [a] ; common * [b] dev"], Self.index)
        #expect(try world.features(of: "common", world.build()) == "a,b")
        #expect(try world.features(of: "common", world.build(World.Build(kinds: [.normal, .build]))) == "a")
        #expect(try world.features(of: "common", world.build(World.Build(resolver: 1, kinds: [.normal]))) == "a,b")
    }

    @Test func aCommandLineNamesFeaturesOfMembersAndTheirDependencies() throws {
        let world = try World(
            ["x 0.1.0 | common * opt | feat on=dep:common", "y 0.1.0 | common * opt"], Self.index)
        func features(_ names: String...) throws -> String {
            let request = FeatureRequest(names.map { FeatureValue($0) })
            return try world.features(of: "common", world.build(World.Build(request: request)))
        }
        #expect(try features() == "")
        #expect(try features("on", "common/a") == "a")
        #expect(try features("x/on", "y/common") == "")
        #expect(throws: SelectionError.unknownFeatures(["zzz"], selected: ["x", "y"], elsewhere: [])) {
            try features("zzz")
        }
    }
}
