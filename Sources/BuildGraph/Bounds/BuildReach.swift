import CargoModel

/// What builds of a workspace compile: all members, over all their features, all targets and all kinds of dependencies.
///
/// Features of a dependency that only a command line can ask for (`--features serde/rc`) do not count.
package struct BuildReach {
    private let graph: PackageGraph
    private let space: CaseSpace
    private let flow: FeatureFlow
    /// Per package, at most and at least, with the default features and with all.
    private let possible: (standard: [CaseMask], all: [CaseMask])
    private let certain: (standard: [CaseMask], all: [CaseMask])
    /// Per package, at most, with all features and without a flag.
    private let unflagged: [CaseMask]
    /// Members with one feature of theirs; one request each, after the two for default and all.
    private let single: [(member: Int, feature: String)]

    private static let standard: FeatureFlow.Requests = 1
    private static let all: FeatureFlow.Requests = 2

    package init(_ graph: PackageGraph) {
        self.graph = graph
        space = CaseSpace(graph)
        let features = graph.ids.indices.filter { graph.isMember[$0] }.flatMap { member in
            (graph.summaries[member]?.features.features ?? []).map(\.name).filter { $0 != "default" }
                .map { (member: member, feature: $0) }
        }
        single = Array(features.prefix(62))
        let flow = FeatureFlow(graph, Self.start(graph, single))
        self.flow = flow
        let space = space
        func possible(_ request: FeatureFlow.Requests) -> [CaseMask] {
            PossibleFlow(graph, space) { flow.requests(for: $0) & request != 0 }.cases
        }
        self.possible = (possible(Self.standard), possible(Self.all))
        let holds = graph.platforms.map { !TargetTable.shared.targets(of: $0).isEmpty }
        unflagged =
            PossibleFlow(graph, space) { declaration in
                flow.requests(for: declaration) & Self.all != 0
                    && (graph.declarations[declaration].platform.map { holds[$0] } ?? true)
            }.cases
        certain = (
            CertainFlow(graph, space, allFeatures: false).cases, CertainFlow(graph, space, allFeatures: true).cases
        )
    }

    private static func start(
        _ graph: PackageGraph, _ single: [(member: Int, feature: String)]
    ) -> [(package: Int, value: PackageGraph.Value?, requests: FeatureFlow.Requests)] {
        var start: [(package: Int, value: PackageGraph.Value?, requests: FeatureFlow.Requests)] = []
        for member in graph.ids.indices where graph.isMember[member] {
            start.append((member, nil, .max))
            start.append((member, .feature(graph.defaultFeature), .max))
            for feature in graph.summaries[member]?.features.features ?? [] {
                start.append((member, .feature(graph.name(feature.name)), Self.all))
            }
        }
        for (number, item) in single.enumerated() {
            start.append((item.member, .feature(graph.name(item.feature)), 1 << UInt64(number + 2)))
        }
        return start
    }

    /// - Parameter package: position in the graph.
    package func status(of package: Int) -> BuildStatus {
        guard !possible.all[package].isEmpty else { return .onlyLocked }
        let isStandard = !certain.standard[package].isEmpty
        let isBuilt = isStandard || !certain.all[package].isEmpty
        let mask =
            isStandard
            ? certain.standard[package]
            : isBuilt
                ? certain.all[package]
                : possible.standard[package].isEmpty ? possible.all[package] : possible.standard[package]
        let kind = space.kind(mask) ?? .normal
        let targets = space.targets(mask, kind)
        return BuildStatus(
            state: isBuilt ? .built : .possibly, kind: kind, features: features(of: package),
            targets: targets == TargetTable.shared.all || targets.isEmpty ? nil : targets,
            needsFlags: !isBuilt && unflagged[package].isEmpty)
    }

    private func features(of package: Int) -> BuildStatus.Features {
        if !certain.standard[package].isEmpty { return .standard }
        if !possible.standard[package].isEmpty { return certain.all[package].isEmpty ? .standard : .unknown }
        let names = single.enumerated().filter { flow.reached[package] & 1 << UInt64($0.offset + 2) != 0 }
            .map { graph.ids[$0.element.member].name + "/" + $0.element.feature }
        return names.isEmpty ? .several : .oneOf(names)
    }
}
