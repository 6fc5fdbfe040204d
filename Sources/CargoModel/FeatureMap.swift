/// One item in the list of a feature.
package enum FeatureValue: Hashable, Sendable {
    /// Another feature of the same package.
    case feature(String)
    /// `dep:name`: turns on an optional dependency.
    case dependency(String)
    /// `name/feature`, or `name?/feature` when weak: turns on a feature of a dependency.
    case dependencyFeature(dependency: String, feature: String, weak: Bool)

    /// Every text means something; whether it makes sense is for `FeatureMap` to say.
    package init(_ text: String) {
        if let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")) {
            let left = text[..<slash]
            let isWeak = left.utf8.last == UInt8(ascii: "?")
            let feature = String(text[text.utf8.index(after: slash)...])
            let dependency = isWeak ? String(left.unicodeScalars.dropLast()) : String(left)
            self = .dependencyFeature(dependency: dependency, feature: feature, weak: isWeak)
        } else if text.utf8.starts(with: "dep:".utf8) {
            self = .dependency(String(text.unicodeScalars.dropFirst(4)))
        } else {
            self = .feature(text)
        }
    }
}

extension FeatureValue: CustomStringConvertible {
    package var description: String {
        switch self {
        case .feature(let name): name
        case .dependency(let name): "dep:\(name)"
        case .dependencyFeature(let dependency, let feature, let weak): "\(dependency)\(weak ? "?" : "")/\(feature)"
        }
    }
}

/// The features of a package, those implied by optional dependencies included; checked.
///
/// - SeeAlso: `build_feature_map` in `src/cargo/core/summary.rs` of rust-lang/cargo.
package struct FeatureMap: Sendable {
    /// Sorted by the bytes of the name, each name once; values in written order.
    package let features: [(name: String, values: [FeatureValue])]

    package static let empty = FeatureMap()

    private init() {
        features = []
    }

    /// Features that were checked before, the implicit ones among them.
    ///
    /// - Parameter features: sorted by the bytes of the name, each name once.
    package init(trusted features: [(name: String, values: [FeatureValue])]) {
        self.features = features
    }

    /// Adds the implicit features and checks the whole.
    ///
    /// - Parameters:
    ///   - declared: names with their values as written; of a repeated name the last counts.
    ///   - dependencies: of every kind and target, under the name the manifest uses; names may repeat.
    /// - Throws: the first fault in the order of feature names, as Cargo reports it.
    /// - Complexity: O(n log n) in the number of features, values and dependencies.
    package init(
        declared: [(String, [String])], dependencies: [(name: String, isOptional: Bool)]
    ) throws(FeatureMapError) {
        if declared.isEmpty, !dependencies.contains(where: \.isOptional) {
            features = []
            return
        }
        let declared = Self.sorted(declared)
        let builder = FeatureMapBuilder(declared: declared, dependencies: dependencies)
        features = builder.merged
        try builder.validate()
    }

    /// The values of a feature; nil if there is none of this name.
    package subscript(name: String) -> [FeatureValue]? {
        features.position(of: name).map { features[$0].values }
    }

    private static func sorted(_ declared: [(String, [String])]) -> [(name: String, values: [FeatureValue])] {
        var list = declared.enumerated().map { (order: $0.offset, name: $0.element.0, texts: $0.element.1) }
        list.sort { left, right in
            let names = left.name.compareBytes(right.name)
            return names == 0 ? left.order < right.order : names < 0
        }
        var result: [(name: String, values: [FeatureValue])] = []
        result.reserveCapacity(list.count)
        for item in list {
            if let last = result.last, last.name.compareBytes(item.name) == 0 { result.removeLast() }
            result.append((item.name, item.texts.map { FeatureValue($0) }))
        }
        return result
    }
}

extension [(name: String, values: [FeatureValue])] {
    /// Bisection; the array is sorted by the bytes of the names.
    func position(of name: String) -> Int? {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            let order = self[middle].name.compareBytes(name)
            if order == 0 { return middle }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return nil
    }
}
