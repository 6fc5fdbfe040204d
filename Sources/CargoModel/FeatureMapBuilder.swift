/// Works out the implicit features of a package and checks what its features name.
struct FeatureMapBuilder {
    private typealias Table = [(name: String, values: [FeatureValue])]

    private let declared: [(name: String, values: [FeatureValue])]
    /// Declared and implicit features, sorted by bytes.
    let merged: [(name: String, values: [FeatureValue])]
    private let dependencies: DependencyNames

    init(declared: [(name: String, values: [FeatureValue])], dependencies: [(name: String, isOptional: Bool)]) {
        self.declared = declared
        self.dependencies = DependencyNames(dependencies)
        merged = Self.merge(declared, self.dependencies)
    }

    /// An optional dependency is a feature of its own name unless a feature has that name or some value says `dep:`.
    private static func merge(
        _ declared: [(name: String, values: [FeatureValue])], _ dependencies: DependencyNames
    ) -> [(name: String, values: [FeatureValue])] {
        guard dependencies.hasOptional else { return declared }
        var isExplicit = [Bool](repeating: false, count: dependencies.count)
        for case .dependency(let name) in declared.lazy.flatMap(\.values) {
            if let position = dependencies.position(of: name) { isExplicit[position] = true }
        }
        var merged = declared
        for position in 0..<dependencies.count where dependencies.isOptional(position) && !isExplicit[position] {
            let name = dependencies.name(position)
            if declared.position(of: name) == nil { merged.append((name, [.dependency(name)])) }
        }
        if merged.count > declared.count { merged.sort { $0.name.precedesInBytes($1.name) } }
        return merged
    }
}

// MARK: - Checks

extension FeatureMapBuilder {
    func validate() throws(FeatureMapError) {
        var isUsed = [Bool](repeating: false, count: dependencies.count)
        for (name, values) in merged {
            try FeatureMapError.checkName(name)
            for value in values {
                if let reason = fault(in: value, usedDependencies: &isUsed) {
                    throw FeatureMapError(reason: reason, feature: name, value: value)
                }
            }
        }
        guard let unused = dependencies.firstOptional(whereNot: isUsed) else { return }
        throw FeatureMapError(reason: .unusedOptionalDependency(unused), feature: unused, value: nil)
    }

    private func fault(in value: FeatureValue, usedDependencies: inout [Bool]) -> FeatureMapError.Reason? {
        switch value {
        case .feature(let name):
            return declared.position(of: name) == nil ? faultOfFeature(name) : nil
        case .dependency(let name):
            guard let position = dependencies.position(of: name) else { return .unknownDependency(name) }
            usedDependencies[position] = true
            return dependencies.isOptional(position) ? nil : .notOptional(name)
        case .dependencyFeature(let name, let feature, let weak):
            if feature.utf8.contains(UInt8(ascii: "/")) { return .multipleSlashes }
            if name.utf8.starts(with: "dep:".utf8) { return .prefixAndSlash }
            guard let position = dependencies.position(of: name) else { return .notADependency(name) }
            usedDependencies[position] = true
            return weak && !dependencies.isOptional(position) ? .weakOnRequiredDependency(name) : nil
        }
    }

    private func faultOfFeature(_ name: String) -> FeatureMapError.Reason? {
        guard let position = dependencies.position(of: name) else { return .unknownFeature(name) }
        guard dependencies.isOptional(position) else { return .notOptional(name) }
        return merged.position(of: name) == nil ? .noImplicitFeature(name) : nil
    }
}

/// The dependencies' names, sorted by bytes, each once; optional if any entry of the name is.
private struct DependencyNames {
    private let names: [(name: String, isOptional: Bool)]
    let hasOptional: Bool

    init(_ dependencies: [(name: String, isOptional: Bool)]) {
        var names: [(name: String, isOptional: Bool)] = []
        names.reserveCapacity(dependencies.count)
        for item in dependencies.sorted(by: { $0.name.precedesInBytes($1.name) }) {
            if let last = names.last, last.name.compareBytes(item.name) == 0 {
                names[names.count - 1].isOptional = last.isOptional || item.isOptional
            } else {
                names.append(item)
            }
        }
        self.names = names
        hasOptional = names.contains { $0.isOptional }
    }

    var count: Int { names.count }
    func name(_ position: Int) -> String { names[position].name }
    func isOptional(_ position: Int) -> Bool { names[position].isOptional }

    func position(of name: String) -> Int? {
        var low = 0
        var high = names.count
        while low < high {
            let middle = (low + high) / 2
            let order = names[middle].name.compareBytes(name)
            if order == 0 { return middle }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    func firstOptional(whereNot isUsed: [Bool]) -> String? {
        names.indices.first { names[$0].isOptional && !isUsed[$0] }.map { names[$0].name }
    }
}
