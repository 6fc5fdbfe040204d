import CargoModel
import Testing

/// Builds a map from `name: values` and dependencies, where `?` marks an optional one.
private func map(_ features: [(String, [String])], _ dependencies: String...) throws(FeatureMapError) -> FeatureMap {
    try FeatureMap(
        declared: features,
        dependencies: dependencies.map { text in
            text.hasSuffix("?") ? (name: String(text.dropLast()), isOptional: true) : (name: text, isOptional: false)
        })
}

private func reason(_ features: [(String, [String])], _ dependency: String...) -> FeatureMapError.Reason? {
    do throws(FeatureMapError) {
        _ = try FeatureMap(
            declared: features,
            dependencies: dependency.map { ($0.hasSuffix("?") ? String($0.dropLast()) : $0, $0.hasSuffix("?")) })
        return nil
    } catch { return error.reason }
}

@Suite struct FeatureValueTests {
    @Test(arguments: [
        ("a", FeatureValue.feature("a")), ("", .feature("")), ("dep:a", .dependency("a")), ("dep:", .dependency("")),
        ("a/b", .dependencyFeature(dependency: "a", feature: "b", weak: false)),
        ("a?/b", .dependencyFeature(dependency: "a", feature: "b", weak: true)),
        ("a/b/c", .dependencyFeature(dependency: "a", feature: "b/c", weak: false)),
        ("dep:a/b", .dependencyFeature(dependency: "dep:a", feature: "b", weak: false)),
        ("/", .dependencyFeature(dependency: "", feature: "", weak: false)),
        ("?/x", .dependencyFeature(dependency: "", feature: "x", weak: true)), ("a?", .feature("a?")),
    ])
    func readsAndPrints(text: String, value: FeatureValue) {
        #expect(FeatureValue(text) == value)
        #expect(value.description == text)
    }
}

@Suite struct FeatureMapTests {
    @Test func addsImplicitFeatures() throws {
        let map = try map([("default", ["b"])], "b?", "a?", "c")
        #expect(map.features.map(\.name) == ["a", "b", "default"])
        #expect(map["b"] == [.dependency("b")])
        #expect(map["c"] == nil)
    }

    @Test func depSuppressesTheImplicitFeature() throws {
        let map = try map([("x", ["dep:b"])], "b?")
        #expect(map.features.map(\.name) == ["x"])
        #expect(reason([("x", ["dep:b"]), ("y", ["b"])], "b?") == .noImplicitFeature("b"))
    }

    @Test func sortsByBytes() throws {
        let map = try map([("a", []), ("_", []), ("B", []), ("é", []), ("e\u{301}", []), ("a-", []), ("a+", [])])
        #expect(map.features.map(\.name) == ["B", "_", "a", "a+", "a-", "e\u{301}", "é"])
    }

    @Test func ofARepeatedNameTheLastCounts() throws {
        let map = try map([("a", ["nope"]), ("b", []), ("a", ["b"])])
        #expect(map["a"] == [.feature("b")])
        #expect(map.features.count == 2)
    }

    @Test func anyOptionalEntryMakesADependencyOptional() throws {
        #expect(try map([], "a", "a?", "a").features.map(\.name) == ["a"])
    }

    @Test func allowsCyclesAndDuplicates() throws {
        #expect(reason([("a", ["a", "b", "b"]), ("b", ["a"])]) == nil)
        #expect(reason([("a", ["d/x", "d/"])], "d") == nil)
        #expect(reason([("d", ["d/x"])], "d?") == nil)
    }

    @Test(arguments: [
        (["nope"], FeatureMapError.Reason.unknownFeature("nope")), ([""], .unknownFeature("")),
        (["need"], .notOptional("need")), (["dep:nope"], .unknownDependency("nope")),
        (["dep:need"], .notOptional("need")), (["need/x/y"], .multipleSlashes), (["dep:need/x"], .prefixAndSlash),
        (["nope/x"], .notADependency("nope")), (["/x"], .notADependency("")),
        (["need?/x"], .weakOnRequiredDependency("need")), (["nope?/x"], .notADependency("nope")),
        (["need/x", "nope", "dep:nope"], .unknownFeature("nope")),
    ])
    func refusesValues(values: [String], expected: FeatureMapError.Reason) {
        #expect(reason([("a", values)], "need", "maybe?") == expected)
    }

    @Test func refusesADependencyNothingTurnsOn() {
        #expect(reason([("zz", [])], "zz?") == .unusedOptionalDependency("zz"))
        #expect(reason([("zz", ["zz?/x"])], "zz?") == nil)
    }

    @Test func reportsTheFirstFeatureInOrder() {
        #expect(reason([("b", ["one"]), ("a", ["two"])]) == .unknownFeature("two"))
    }

    @Test(arguments: ["c++", "1x", "a.b", "_", "é", "X", "a-b", "1", "日本"])
    func allowsNames(name: String) {
        #expect(reason([(name, [])]) == nil)
    }

    @Test(arguments: [
        ("", FeatureMapError.Reason.emptyName), ("dep:x", .nameStartsWithPrefix), ("a/b", .nameContainsSlash),
        ("a b", .invalidCharacter(" ")), ("+x", .invalidFirstCharacter("+")), ("-x", .invalidFirstCharacter("-")),
        (".x", .invalidFirstCharacter(".")), ("@x", .invalidFirstCharacter("@")), ("x?", .invalidCharacter("?")),
        ("a:b", .invalidCharacter(":")), ("½", .invalidFirstCharacter("½")),
    ])
    func refusesNames(name: String, expected: FeatureMapError.Reason) {
        #expect(reason([(name, [])]) == expected)
    }

    @Test func implicitFeaturesNeedGoodNamesToo() {
        #expect(reason([], "a b!?") == .invalidCharacter(" "))
        #expect(reason([], "a b!") == nil)
    }

    @Test func quotesCargosMessage() {
        let error = #expect(throws: FeatureMapError.self) { try map([("b", ["dep:z"]), ("c", ["z"])], "z?") }
        #expect(
            error?.description == """
                feature `c` includes `z`, but `z` is an optional dependency without an implicit feature
                Use `dep:z` to enable the dependency.
                """)
    }

    @Test func isFastForManyNames() throws {
        let names = (0..<20_000).map { "feature-\($0)" }
        let features = names.map { ($0, names.prefix(3).map { "dep:" + $0 } + ["feature-0"]) }
        let dependencies = names.reversed().map { (name: $0, isOptional: true) }
        #expect(throws: FeatureMapError.self) { try FeatureMap(declared: features, dependencies: dependencies) }
    }
}
