import CargoModel

// The features that packages turn on in each other, between their packages in the tree.
extension TreeBuilder {
    /// What was asked for on the command line, without anything above it.
    mutating func addCommandLine(_ member: SelectedMember, _ root: Int) {
        var values = member.request.features.map(graph.value)
        if member.request.isAll {
            values += (graph.summaries[member.package]?.features.features ?? []).map { .feature(graph.name($0.name)) }
        }
        if member.request.usesDefault { values.append(.feature(graph.defaultFeature)) }
        for value in values {
            switch value {
            case .feature(let name): markCommandLine(feature(name, of: root).node)
            case .dependency: continue
            case .dependencyFeature(let key, let name, _):
                for connection in connections[root][key] ?? [] {
                    if connection.isOptional { markCommandLine(feature(key, of: root).node) }
                    markCommandLine(feature(name, of: connection.node).node)
                }
            }
        }
    }

    /// One thing that a feature turns on.
    private struct Step {
        let name: PackageGraph.Name
        /// The node of the package that has it.
        let package: Int
        /// Whether what it turns on in turn is followed. Cargo does not for the feature of an optional dependency.
        let isFollowed: Bool
    }

    private struct Frame {
        let node: Int
        let steps: [Step]
        var next = 0
    }

    /// Follows the features table of each package from the features that are there already, depth first as Cargo does:
    /// where a feature is met first decides whether it is followed.
    mutating func addInternalFeatures() {
        var frames: [Frame] = []
        for (node, content) in tree.nodes.enumerated() {
            guard case .feature(let package, let name) = content else { continue }
            frames.append(Frame(node: node, steps: steps(of: graph.name(name), package)))
            while let frame = frames.last {
                guard frame.next < frame.steps.count else {
                    frames.removeLast()
                    continue
                }
                frames[frames.count - 1].next += 1
                let step = frame.steps[frame.next]
                let (target, isNew) = feature(step.name, of: step.package)
                connect(frame.node, target)
                guard isNew, step.isFollowed else { continue }
                frames.append(Frame(node: target, steps: steps(of: step.name, step.package)))
            }
        }
    }

    private func steps(of name: PackageGraph.Name, _ package: Int) -> [Step] {
        (graph.values(of: name, in: packageOf[package]) ?? []).flatMap { value -> [Step] in
            switch value {
            case .feature(let other): return [Step(name: other, package: package, isFollowed: true)]
            case .dependency: return []
            case .dependencyFeature(let key, let other, let isWeak):
                return (connections[package][key] ?? []).flatMap { connection in
                    let own = Step(name: key, package: package, isFollowed: false)
                    return (connection.isOptional && !isWeak ? [own] : [])
                        + [Step(name: other, package: connection.node, isFollowed: true)]
                }
            }
        }
    }
}
