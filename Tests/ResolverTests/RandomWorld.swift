import CargoModel
import Resolver
import SemVer
import TestSupport

/// A small registry and a few members, made up from a seed.
///
/// Crates only need crates of a later letter, so that there are no cycles; each needs another one at most once.
struct RandomWorld {
    let lines: [String]
    let members: [Summary]

    private static let versions = [
        "0.1.0", "0.1.1", "0.2.0", "1.0.0-rc.1", "1.0.0", "1.1.0", "1.2.0", "2.0.0", "2.1.0",
    ]
    private static let requirements = [
        "^1", "^1", "^1", "*", "*", "*", ">=1", ">=1", "<2", "<2", "^1.1", "=1.0.0", "=1.1.0", "^2", "~1.0", ">=0.1.1",
    ]

    init(seed: UInt64) throws {
        var random = Randomness(seed: seed)
        let names = Array("abcdef".prefix(3 + random.below(4))).map(String.init)
        var lines: [String] = []
        for (index, name) in names.enumerated() {
            let later = Array(names[(index + 1)...])
            for version in Self.versions where random.chance(65) {
                lines.append(Self.line("\(name) \(version)", needing: later, isMember: false, &random))
            }
        }
        self.lines = lines
        members = try (0..<(1 + random.below(3))).map { number in
            try parseSummary(
                Self.line("m\(number) 0.1.0", needing: names, isMember: true, &random), source: .path("/m\(number)"))
        }
    }

    var registry: LiteralRegistry {
        get throws { try LiteralRegistry(lines.joined(separator: "\n")) }
    }

    /// The same versions, told in another order.
    func shuffled(seed: UInt64) throws -> LiteralRegistry {
        var random = Randomness(seed: seed)
        return try LiteralRegistry(lines.shuffled(using: &random).joined(separator: "\n"))
    }

    private static func line(
        _ id: String, needing names: [String], isMember: Bool, _ random: inout Randomness
    ) -> String {
        var dependencies: [String] = []
        var features = ["f="]
        for name in names where random.chance(isMember ? 60 : 35) {
            var text = "\(name) \(random.pick(requirements))"
            if random.chance(20) { text += " [f]" }
            if random.chance(20) {
                text += " opt"
                features.append(random.chance(50) ? "o\(name)=dep:\(name)" : "o\(name)=\(name)?/f,dep:\(name)")
                if random.chance(30) { features[0] = "f=o\(name)" }
            } else if random.chance(10) {
                text += " dev"
            } else if random.chance(20) {
                features.append("g\(name)=\(name)/f")
                if random.chance(30) { features[0] = "f=g\(name)" }
            }
            dependencies.append(text)
        }
        if random.chance(20) { features.append("default=f") }
        // Some have nothing to offer.
        if random.chance(15), features.count == 1 { features = [] }
        var line = id
        if !dependencies.isEmpty { line += " | " + dependencies.joined(separator: " ; ") }
        if !features.isEmpty { line += " | feat " + features.joined(separator: " ") }
        if !isMember, random.chance(8) { line += " | links=z" }
        if !isMember, random.chance(8) { line += " | yanked" }
        return line
    }
}

/// Which features and dependencies a choice of versions turns on; the definition, without any search.
struct Closure {
    /// An enabled dependency of one package.
    struct Need: Hashable {
        let parent: PackageID
        let dependency: Dependency
    }

    private let summaries: [PackageID: Summary]
    private(set) var needs: [Need] = []
    /// A package lacks a feature asked of it.
    private(set) var isImpossible = false

    private var features: [PackageID: Set<String>] = [:]

    /// - Parameter target: the package that serves a dependency; `nil` while it is open.
    init(members: [Summary], summaries: [PackageID: Summary], target: (Need) -> PackageID?) {
        self.summaries = summaries
        for member in members { ask(member.id, for: member.features.features.map(\.name)) }
        var isChanging = true
        while isChanging, !isImpossible {
            let before = features
            needs = []
            for (id, _) in before.sorted(by: { $0.key < $1.key }) { visit(id, members, target) }
            isChanging = features != before
        }
    }

    private mutating func ask(_ id: PackageID, for names: [String]) {
        features[id, default: []].formUnion([])
        for name in names where !(features[id]?.contains(name) ?? false) {
            guard let values = summaries[id]?.features[name] else {
                isImpossible = true
                continue
            }
            features[id, default: []].insert(name)
            for value in values { if case .feature(let next) = value { ask(id, for: [next]) } }
        }
    }

    private mutating func visit(_ id: PackageID, _ members: [Summary], _ target: (Need) -> PackageID?) {
        guard let summary = summaries[id] else { return }
        let isMember = members.contains { $0.id == id }
        for dependency in summary.dependencies where isMember || dependency.kind != .development {
            var sent = Set(dependency.features)
            var isOn = !dependency.isOptional
            for name in features[id] ?? [] {
                for value in summary.features[name] ?? [] {
                    switch value {
                    case .dependency(dependency.nameInManifest): isOn = true
                    case .dependencyFeature(dependency.nameInManifest, let feature, _):
                        isOn = true
                        sent.insert(feature)
                    default: break
                    }
                }
            }
            guard isOn else { continue }
            let need = Need(parent: id, dependency: dependency)
            needs.append(need)
            guard let chosen = target(need) else { continue }
            if dependency.usesDefaultFeatures, summaries[chosen]?.features["default"] != nil { sent.insert("default") }
            ask(chosen, for: sent.sorted())
        }
    }
}

extension Version {
    /// Versions of one range exclude each other.
    var range: [UInt64] {
        if major != 0 { return [major] }
        return minor != 0 ? [0, minor] : [0, 0, patch]
    }
}
