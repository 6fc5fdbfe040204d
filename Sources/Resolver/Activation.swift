import CargoModel

/// How an activation ended.
enum ActivationOutcome {
    /// The package was active with all that was asked.
    case nothingNew
    case frame(WaitingFrame)
    case conflict(Package, ConflictReason)
}

// Making one candidate part of the graph. The reference is `activate` and `flag_activated` in
// src/cargo/core/resolver/{mod,context}.rs of rust-lang/cargo.
extension Search {
    /// Activates `candidate`, asked for by `parent` through `dependency` (both absent for a member).
    func activate(
        _ candidate: Package, for parent: Package?, through dependency: DependencyIndex?, _ request: ActivationRequest
    ) throws(ResolveError) -> ActivationOutcome {
        state.age += 1
        attempts += 1
        if attempts > budget { throw exhausted() }
        if let parent, let dependency { state.addParent(parent, through: dependency, to: candidate) }
        let flagged = try flag(candidate, request, through: dependency)
        if case .conflict = flagged { return flagged.outcome }
        let replacement = universe.replacementOf[candidate]
        var chosen = candidate
        if let replacement {
            let replaced = try flag(replacement, request, through: nil)
            if case .conflict = replaced { return replaced.outcome }
            if flagged.isActive, replaced.isActive { return .nothingNew }
            chosen = replacement
        } else if flagged.isActive {
            return .nothingNew
        }
        return try open(chosen, for: parent, request)
    }

    private enum Flagged {
        case fresh
        case active
        case conflict(Package, ConflictReason)

        var isActive: Bool { if case .active = self { true } else { false } }
        var outcome: ActivationOutcome {
            if case .conflict(let package, let reason) = self { .conflict(package, reason) } else { .nothingNew }
        }
    }

    /// Whether the package was already active with everything this request asks; it is active afterwards.
    private func flag(
        _ package: Package, _ request: ActivationRequest, through dependency: DependencyIndex?
    ) throws(ResolveError) -> Flagged {
        guard state.active(at: universe.packages[Int(package)].key) != nil else {
            return try activateFirst(package, through: dependency)
        }
        if request.isRoot { return .fresh }
        let used = state.features[package] ?? []
        guard request.features.allSatisfy(used.contains) else { return .fresh }
        if !request.usesDefaultFeatures || used.contains(universe.defaultFeature) { return .active }
        return try universe.detail(of: package).features["default"] == nil ? .active : .fresh
    }

    private func activateFirst(
        _ package: Package, through dependency: DependencyIndex?
    ) throws(ResolveError) -> Flagged {
        let links = universe.packages[Int(package)].links
        if links != none {
            if let holder = state.holder(of: links) {
                throw ResolveError(
                    .links(universe.names[Int(links)], universe.id(of: holder), universe.id(of: package)))
            }
            state.hold(links, by: package)
        }
        state.activate(package, at: universe.packages[Int(package)].key)
        guard let dependency else { return .fresh }
        let asked = universe.dependencies[Int(dependency)].source
        if asked != universe.packages[Int(package)].source {
            let record = universe.packages[Int(package)]
            let second = universe.activationKey(name: record.name, source: asked, version: record.version)
            if let holder = state.active(at: second) { return .conflict(holder, .version) }
            state.activate(package, at: second)
        }
        return .fresh
    }

    /// The frame of everything the package needs under this request.
    private func open(
        _ package: Package, for parent: Package?, _ request: ActivationRequest
    ) throws(ResolveError) -> ActivationOutcome {
        let detail = try universe.detail(of: package)
        var walk = RequirementWalk(detail, universe)
        let selected: [SelectedDependency]
        do {
            selected = try walk.grant(request)
        } catch {
            return try refuse(package, for: parent, error)
        }
        state.use(walk.used, in: package)
        return .frame(WaitingFrame(parent: package, siblings: try siblings(selected)))
    }

    private func refuse(
        _ package: Package, for parent: Package?, _ failure: FeatureFailure
    ) throws(ResolveError) -> ActivationOutcome {
        let reason: ConflictReason =
            switch failure {
            case .cyclic(let name):
                throw ResolveError(.cyclicFeature(universe.names[Int(name)], universe.id(of: package)))
            case .missing(let name): .missingFeature(universe.names[Int(name)])
            case .notAFeature(let name): .dependencyIsNotAFeature(universe.names[Int(name)])
            }
        guard let parent else { throw ResolveError(.memberFeature(universe.id(of: package), reason)) }
        return .conflict(parent, reason)
    }

    /// Fewest candidates first; the sort is stable.
    private func siblings(_ selected: [SelectedDependency]) throws(ResolveError) -> [WaitingFrame.Sibling] {
        var siblings: [WaitingFrame.Sibling] = []
        siblings.reserveCapacity(selected.count)
        for one in selected {
            let list = try universe.candidates(of: one.dependency)
            siblings.append(
                WaitingFrame.Sibling(dependency: one.dependency, candidates: list, features: one.features))
        }
        let counts = siblings.map { universe.candidateLists[Int($0.candidates)].count }
        let order = siblings.indices.sorted { (counts[$0], $0) < (counts[$1], $1) }
        return order.map { siblings[$0] }
    }
}
