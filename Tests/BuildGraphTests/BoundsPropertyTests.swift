import BuildGraph
import CargoModel
import TestSupport
import Testing

/// The bounds against the exact resolver, over every choice of procedural macros, features, targets and kinds.
@Suite struct BoundsPropertyTests {
    private static let targets = [
        "x86_64-unknown-linux-gnu", "x86_64-pc-windows-msvc", "aarch64-apple-darwin", "wasm32-unknown-unknown",
    ]

    @Test(arguments: 0..<200) func holdOnRandomWorlds(seed: Int) throws {
        var random = Randomness(seed: UInt64(seed))
        let (members, index) = Self.world(&random)
        guard let unknown = try? World(members, index, macros: nil) else { return }
        let reach = BuildReach(unknown.graph)
        for _ in 0..<6 {
            let macros = Set("abcdefg".map(String.init).filter { _ in random.chance(30) })
            let world = try World(members, index, macros: macros)
            let resolver = random.chance(50) ? 1 : 2
            try Self.checkLower(reach, world, resolver, seed)
            for _ in 0..<8 {
                let built = try world.packages(world.build(Self.build(resolver, &random)))
                for package in built {
                    #expect(
                        reach.status(of: package).state != .onlyLocked,
                        "seed \(seed): \(world.graph.ids[package]) is built with \(macros)\n\(members)\n\(index)")
                }
            }
        }
    }

    /// What is said to be built with default features is, on a target that is named, with those kinds.
    private static func checkLower(_ reach: BuildReach, _ world: World, _ resolver: Int, _ seed: Int) throws {
        let table = TargetTable.shared
        for (number, name) in targets.enumerated() {
            for kinds in [[DependencyKind.normal], [.normal, .build], [.normal, .build, .development]] {
                let built = try world.packages(
                    world.build(World.Build(resolver: resolver, host: name, kinds: Set(kinds))))
                for package in world.graph.ids.indices where !built.contains(package) {
                    let status = reach.status(of: package)
                    guard status.state == .built, status.features == .standard, status.kind == kinds.last else {
                        continue
                    }
                    let isHere = try status.targets?.contains(#require(table.index(of: name))) ?? true
                    #expect(!isHere, "seed \(seed): \(world.graph.ids[package]) on \(targets[number]) as \(kinds)")
                }
            }
        }
    }

    private static func build(_ resolver: Int, _ random: inout Randomness) -> World.Build {
        var build = World.Build(resolver: resolver)
        build.request = FeatureRequest(isAll: random.chance(50), usesDefault: random.chance(80))
        build.host = random.pick(Array(targets.prefix(3)))
        build.targets = random.chance(60) ? targets.filter { _ in random.chance(40) } : []
        build.isAll = build.targets.isEmpty && random.chance(20)
        if random.chance(30) { build.kinds = [.normal, .build] }
        return build
    }

    // MARK: Worlds

    private static func world(_ random: inout Randomness) -> (members: [String], index: String) {
        let names = Array("abcdefg".prefix(4 + random.below(4))).map(String.init)
        let index = names.enumerated().map { number, name in
            line("\(name) 1.0.0", needing: Array(names[(number + 1)...]), isMember: false, &random)
        }
        let members = (0..<1 + random.below(2)).map { line("m\($0) 0.1.0", needing: names, isMember: true, &random) }
        return (members, index.joined(separator: "\n"))
    }

    private static func line(
        _ id: String, needing names: [String], isMember: Bool, _ random: inout Randomness
    ) -> String {
        var dependencies: [String] = []
        var features = ["f=", "g=f", random.chance(40) ? "default=f" : "h=g"]
        for name in names where random.chance(isMember ? 40 : 45) {
            var text = "\(name) *" + (random.chance(40) ? " [\(random.pick(["f", "g", "f,g"]))]" : "")
            if random.chance(35) { text += " on:" + random.pick(["cfg(windows)", "cfg(unix)", "cfg(not(windows))"]) }
            if random.chance(40) {
                text += " opt"
                let on = random.pick(["dep:\(name)", "\(name)/f", "\(name)?/g", "\(name)?/f,dep:\(name)"])
                features[random.below(2)] += (features[0] == "f=" ? "" : ",") + on
                features.append("o\(name)=dep:\(name)")
            } else if random.chance(20) {
                text += isMember ? random.pick([" dev", " build"]) : " build"
            }
            dependencies.append(text)
        }
        features = features.map { $0.replacingFirst("=,", with: "=") }
        let needs = dependencies.isEmpty ? "" : " | " + dependencies.joined(separator: " ; ")
        return id + needs + " | feat " + features.joined(separator: " ")
    }
}

extension String {
    fileprivate func replacingFirst(_ text: String, with other: String) -> String {
        guard let range = firstRange(of: text) else { return self }
        return String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
    }
}
