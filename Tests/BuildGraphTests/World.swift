import BuildGraph
import CargoModel
import Resolver
import SemVer
import TestSupport
import Testing

/// A workspace in the notation of `LiteralRegistry`, locked by the resolver.
struct World {
    let graph: PackageGraph
    let members: [Int]

    /// - Parameters:
    ///   - members: a line each.
    ///   - index: what is published.
    ///   - macros: names of procedural macros; `nil` where it is not known of published packages.
    init(_ members: [String], _ index: String, macros: Set<String>? = []) throws {
        let registry = try LiteralRegistry(index)
        let summaries = try members.map { text in
            try parseSummary(text, source: .path("/w/" + (text.split(separator: " ").first ?? "")))
        }
        let locked = try resolve(ResolveRequest(members: summaries, localPackages: summaries), from: registry)
        let ids = Set(summaries.map(\.id))
        let known = try locked.packages.map { id in
            if let member = summaries.first(where: { $0.id == id }) { return member }
            let versions = try registry.versions(of: id.name, in: id.source)
            let place = try #require(versions.position(of: id.version))
            return try registry.summary(of: versions[place], named: id.name, in: id.source)
        }
        let graph = PackageGraph(
            locked, summaries: known, members: ids,
            isProcMacro: locked.packages.map { id in
                macros?.contains(id.name) ?? (ids.contains(id) ? false : nil)
            })
        self.graph = graph
        self.members = summaries.compactMap { graph.index(of: $0.id) }.sorted()
    }

    func index(_ name: String) -> Int? { graph.ids.firstIndex { $0.name == name } }

    struct Build {
        var resolver = 2
        var packages: Set<String>?
        var request = FeatureRequest.standard
        var host = "x86_64-unknown-linux-gnu"
        var targets: [String] = []
        var isAll = false
        var kinds = Set(DependencyKind.allCases)
    }

    struct Built {
        let features: ResolvedFeatures
        let tree: DependencyTree
    }

    func build(_ build: Build = Build()) throws -> Built {
        let table = TargetTable.shared
        let targets = BuildTargets(
            host: table.targets(of: .name(build.host)), requested: build.targets.map { table.targets(of: .name($0)) },
            isAll: build.isAll)
        let choice = MemberSelection(graph, members: members) { member in
            build.packages?.contains(graph.ids[member].name) ?? true
        }
        let selection = try choice.selected(build.request)
        let targeted = TargetedGraph(graph, selection)
        let features = FeatureResolver.resolve(
            graph, targeted, selection,
            FeatureResolver.Options(
                separatesContexts: build.resolver > 1, buildsDevelopment: build.kinds.contains(.development),
                targets: targets))
        let tree = DependencyTree(
            graph, targeted, features, selection,
            TreeRequest(kinds: build.kinds, targets: targets, namesTargets: !build.targets.isEmpty))
        return Built(features: features, tree: tree)
    }

    /// `name feature,feature`, once for each distinct set, in the order of nodes.
    func features(of name: String, _ built: Built) -> String {
        let sets = built.tree.nodes.compactMap { node -> String? in
            guard case .package(let package, let features, _) = node, graph.ids[package].name == name else {
                return nil
            }
            return features.joined(separator: ",")
        }
        return Set(sets).sorted().joined(separator: " | ")
    }

    func packages(_ built: Built) -> Set<Int> {
        Set(
            built.tree.nodes.compactMap { node in
                if case .package(let package, _, _) = node { package } else { nil }
            })
    }
}
