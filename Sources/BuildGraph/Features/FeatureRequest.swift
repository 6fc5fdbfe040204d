package import CargoModel

/// Which features a command line asks of a member.
package struct FeatureRequest: Hashable, Sendable {
    /// Names and `dependency/feature`; never `dep:`.
    package let features: [FeatureValue]
    package let isAll: Bool
    package let usesDefault: Bool

    package static let standard = FeatureRequest()
    package static let all = FeatureRequest(isAll: true)

    package init(_ features: [FeatureValue] = [], isAll: Bool = false, usesDefault: Bool = true) {
        self.features = features
        self.isAll = isAll
        self.usesDefault = usesDefault
    }

    func with(features: [FeatureValue]) -> FeatureRequest {
        FeatureRequest(features, isAll: isAll, usesDefault: usesDefault)
    }
}

/// A member with what is asked of it.
package struct SelectedMember: Hashable, Sendable {
    /// Position in the `PackageGraph`.
    package let package: Int
    package let request: FeatureRequest

    package init(package: Int, request: FeatureRequest) {
        self.package = package
        self.request = request
    }

    /// The values to turn on.
    func values(in graph: PackageGraph) -> [PackageGraph.Value] {
        var values = request.features.map(graph.value)
        if request.usesDefault, graph.hasFeature(graph.defaultFeature, package) {
            values.append(.feature(graph.defaultFeature))
        }
        if request.isAll {
            values += (graph.summaries[package]?.features.features ?? []).map { .feature(graph.name($0.name)) }
        }
        return values
    }
}

/// Why a command line asks for what there is not.
package enum SelectionError: Error, Equatable {
    /// No selected package has these features.
    case unknownFeatures([String], selected: [String], elsewhere: [String])
    /// Features for packages that are no members.
    case featuresOfNonMembers
}

extension SelectionError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .featuresOfNonMembers: return "cannot specify features for packages outside of workspace"
        case .unknownFeatures(let features, let selected, let elsewhere):
            let these = features.count == 1 ? "this feature" : "these features"
            let list = features.joined(separator: ", ")
            let help = elsewhere.isEmpty ? "" : "; a member that has it: " + elsewhere.joined(separator: ", ")
            return selected.count == 1
                ? "the package '\(selected[0])' does not contain \(these): \(list)\(help)"
                : "none of the selected packages contains \(these): \(list)\(help)"
        }
    }
}

/// Spreads what a command line says over the members it selects.
///
/// - SeeAlso: `members_with_features` in src/cargo/core/workspace.rs of rust-lang/cargo.
package struct MemberSelection {
    private let graph: PackageGraph
    /// In Cargo's order of members.
    private let members: [Int]
    private let isSelected: (Int) -> Bool

    /// - Parameters:
    ///   - members: positions in the graph.
    ///   - isSelected: whether a member is meant.
    package init(_ graph: PackageGraph, members: [Int], isSelected: @escaping (Int) -> Bool) {
        self.graph = graph
        self.members = members
        self.isSelected = isSelected
    }

    /// Resolver 2 and later, or a virtual workspace: every selected member takes what it has.
    package func selected(_ request: FeatureRequest) throws(SelectionError) -> [SelectedMember] {
        let chosen = members.filter(isSelected)
        if chosen.isEmpty {
            guard request == .standard else { throw .featuresOfNonMembers }
            return members.map { SelectedMember(package: $0, request: FeatureRequest(isAll: true, usesDefault: false)) }
        }
        var found: Set<FeatureValue> = []
        let result = chosen.map { member in
            SelectedMember(package: member, request: request.with(features: matching(member, request, &found)))
        }
        let unknown = Set(request.features).subtracting(found).map(\.description).sorted { $0.precedesInBytes($1) }
        guard unknown.isEmpty else { throw error(unknown, chosen) }
        return result
    }

    private func error(_ unknown: [String], _ chosen: [Int]) -> SelectionError {
        let others = members.filter { member in
            !chosen.contains(member) && unknown.contains { graph.summaries[member]?.features[$0] != nil }
        }
        return .unknownFeatures(
            unknown, selected: chosen.map { graph.ids[$0].name }, elsewhere: others.map { graph.ids[$0].name })
    }

    private func matching(
        _ member: Int, _ request: FeatureRequest, _ found: inout Set<FeatureValue>
    ) -> [FeatureValue] {
        request.features.compactMap { value in
            guard let meant = meaning(of: value, for: member) else { return nil }
            found.insert(value)
            return meant
        }
    }

    private func meaning(of value: FeatureValue, for member: Int) -> FeatureValue? {
        let dependencies = graph.summaries[member]?.dependencies ?? []
        func has(_ feature: String) -> Bool {
            graph.summaries[member]?.features[feature] != nil
                || dependencies.contains { $0.isOptional && $0.nameInManifest == feature }
        }
        switch value {
        case .feature(let name): return has(name) ? value : nil
        case .dependency: return nil
        case .dependencyFeature(let key, let feature, _):
            if dependencies.contains(where: { $0.nameInManifest == key }) { return value }
            return key == graph.ids[member].name && has(feature) ? .feature(feature) : nil
        }
    }

    /// Resolver 1 in the directory of a package: names are that package's, and it takes part even if not selected.
    package func selectedAsBefore(_ request: FeatureRequest, current: Int?) -> [SelectedMember] {
        var own: [FeatureValue] = []
        var others: [String: [FeatureValue]] = [:]
        for value in request.features {
            if case .dependencyFeature(let key, let feature, _) = value,
                members.contains(where: { $0 != current && graph.ids[$0].name == key && isSelected($0) })
            {
                others[key, default: []].append(.feature(feature))
            } else {
                own.append(value)
            }
        }
        return members.compactMap { member in
            if member == current { return SelectedMember(package: member, request: request.with(features: own)) }
            guard isSelected(member) else { return nil }
            let features = others[graph.ids[member].name] ?? []
            return SelectedMember(package: member, request: FeatureRequest(features, isAll: request.isAll))
        }
    }
}
