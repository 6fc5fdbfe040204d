import CargoModel
import Index
import JSON
import SemVer

/// Dependencies and features of an entry as JSON, with the keys of the index; what has its default value is left out.
enum EntryText {
    static func dependencies(_ entry: IndexEntry) -> [UInt8] {
        var writer = JSONWriter(.compact)
        writer.array { writer in for dependency in entry.dependencies { writer.dependency(dependency) } }
        return writer.bytes
    }

    /// Sorted by the bytes of the names; null stands for a feature that an optional dependency implies.
    ///
    /// - Returns: nil if there are none.
    static func features(_ entry: IndexEntry) -> [UInt8]? {
        let names = entry.dependencies.map { (name: $0.name, isOptional: $0.isOptional) }
        guard let map = try? FeatureMap(declared: entry.features, dependencies: names), !map.features.isEmpty else {
            return nil
        }
        let declared = Set(entry.features.map { Array($0.0.utf8) })
        var writer = JSONWriter(.compact)
        writer.object { writer in
            for feature in map.features {
                writer.key(feature.name)
                if declared.contains(Array(feature.name.utf8)) { writer.texts(feature.values) } else { writer.null() }
            }
        }
        return writer.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func dependency(_ dependency: IndexDependency) {
        object { writer in
            writer.member("name", dependency.name)
            if let package = dependency.package { writer.member("package", package) }
            writer.member("req", dependency.requirement)
            if dependency.kind != .normal { writer.member("kind", dependency.kind.rawValue) }
            if dependency.isOptional { writer.member("optional", true) }
            if !dependency.usesDefaultFeatures { writer.member("default_features", false) }
            if !dependency.features.isEmpty {
                writer.key("features")
                writer.array { writer in for feature in dependency.features { writer.string(feature) } }
            }
            if let target = dependency.target { writer.member("target", target) }
            if let registry = dependency.registry { writer.member("registry", registry) }
        }
    }

    fileprivate mutating func texts(_ values: [FeatureValue]) {
        array { writer in for value in values { writer.string(value.description) } }
    }
}

// MARK: - Back

/// Reads what `EntryText` wrote. Requirements and registries repeat, so they are kept.
struct EntryReader {
    private var sources: SummaryMaker

    init(in source: SourceID) {
        sources = SummaryMaker(in: source)
    }

    mutating func dependencies(_ text: UnsafeBufferPointer<UInt8>) throws(JSONError) -> [Dependency] {
        var scanner = JSONScanner(text)
        var list: [Dependency] = []
        try scanner.beginArray()
        while try scanner.nextElement() { list.append(try dependency(&scanner)) }
        return list
    }

    func features(_ text: UnsafeBufferPointer<UInt8>) throws(JSONError) -> FeatureMap {
        var scanner = JSONScanner(text)
        var features: [(name: String, values: [FeatureValue])] = []
        try scanner.beginObject()
        while let key = try scanner.nextKey() {
            let name = try scanner.decode(key)
            let isImplied = try scanner.null()
            features.append((name, isImplied ? [.dependency(name)] : try values(&scanner)))
        }
        return FeatureMap(trusted: features)
    }

    private func values(_ scanner: inout JSONScanner) throws(JSONError) -> [FeatureValue] {
        var values: [FeatureValue] = []
        try scanner.beginArray()
        while try scanner.nextElement() { values.append(FeatureValue(try scanner.string())) }
        return values
    }

    private mutating func dependency(_ scanner: inout JSONScanner) throws(JSONError) -> Dependency {
        var fields = Fields()
        try scanner.beginObject()
        while let key = try scanner.nextKey() { try fields.read(key, &scanner) }
        guard let requirement = fields.requirement else { throw JSONError(.missingKey("req"), at: scanner.offset) }
        return Dependency(
            package: fields.package ?? fields.name, source: sources.source(of: fields.registry),
            requirement: .range(requirement), kind: fields.kind, rename: fields.rename, isOptional: fields.isOptional,
            usesDefaultFeatures: fields.usesDefaultFeatures, features: fields.features, target: fields.target)
    }

    private struct Fields {
        var name = ""
        var package: String?
        var requirement: VersionRequirement?
        var kind = DependencyKind.normal
        var isOptional = false
        var usesDefaultFeatures = true
        var features: [String] = []
        var target: String?
        var registry: String?

        var rename: String? {
            guard let package else { return nil }
            return package.compareBytes(name) == 0 ? nil : name
        }

        mutating func read(_ key: JSONString, _ scanner: inout JSONScanner) throws(JSONError) {
            if scanner.matches(key, "name") {
                name = try scanner.string()
            } else if scanner.matches(key, "req") {
                requirement = try? VersionRequirement(try scanner.string())
            } else if scanner.matches(key, "kind") {
                kind = DependencyKind(rawValue: try scanner.string()) ?? .normal
            } else if scanner.matches(key, "optional") {
                isOptional = try scanner.bool()
            } else if scanner.matches(key, "default_features") {
                usesDefaultFeatures = try scanner.bool()
            } else if scanner.matches(key, "features") {
                try scanner.beginArray()
                while try scanner.nextElement() { features.append(try scanner.string()) }
            } else if scanner.matches(key, "target") {
                target = try scanner.string()
            } else if scanner.matches(key, "package") {
                package = try scanner.string()
            } else if scanner.matches(key, "registry") {
                registry = try scanner.string()
            } else {
                try scanner.skip()
            }
        }
    }
}
