import CargoModel
import JSON

/// Reads the form of an index line as `serde` does for `IndexPackage`: required and optional fields, doubled keys,
/// where `null` is allowed, unknown keys passed over, and an array with the fields in declared order for an object.
struct LineReader {
    private var scanner: JSONScanner

    init(_ line: UnsafeBufferPointer<UInt8>) {
        scanner = JSONScanner(line)
    }

    mutating func read() throws(JSONError) -> LineFields {
        var fields = LineFields()
        try readFields(.line) { (reader, key) throws(JSONError) in try reader.read(key, into: &fields) }
        try scanner.end()
        return fields
    }

    mutating func readNameAndVersion() throws(JSONError) -> (name: String, version: String) {
        var texts = ["", ""]
        try readFields(.nameAndVersion) { (reader, key) throws(JSONError) in
            texts[key] = try reader.scanner.string()
        }
        try scanner.end()
        return (texts[0], texts[1])
    }

    mutating func readSchema() throws(JSONError) -> UInt32 {
        var schema: UInt32 = 1
        try readFields(.schema) { (reader, _) throws(JSONError) in schema = try reader.schema() }
        try scanner.end()
        return schema
    }

    mutating func readRustVersion() throws(JSONError) -> String? {
        var text: String?
        try readFields(.rustVersion) { (reader, _) throws(JSONError) in text = try reader.optionalString() }
        try scanner.end()
        return text
    }

    private mutating func read(_ key: Int, into fields: inout LineFields) throws(JSONError) {
        switch key {
        case 0: fields.name = try scanner.string()
        case 1: fields.version = try scanner.string()
        case 2: try readDependencies(into: &fields)
        case 3: fields.features = try features()
        case 4: fields.features2 = try scanner.null() ? [] : try features()
        case 5: fields.checksum = try scanner.string()
        case 6: fields.isYanked = try scanner.null() ? false : try scanner.bool()
        case 7: fields.links = try optionalString()
        case 8: fields.rustVersion = try optionalString()
        case 9: fields.published = try optionalString()
        default: fields.schema = try schema()
        }
    }
}

// MARK: - Dependencies

extension LineReader {
    private struct PartialDependency {
        var name = ""
        var requirement = ""
        var features: [String] = []
        var isOptional = false
        var usesDefaultFeatures = true
        var target: String?
        var kind = DependencyKind.normal
        var registry: String?
        var package: String?
        var artifact: [String]?
        var artifactTarget: String?

        var dependency: IndexDependency {
            IndexDependency(
                name: name, requirement: requirement, features: features, isOptional: isOptional,
                usesDefaultFeatures: usesDefaultFeatures, target: target, kind: kind, registry: registry,
                package: package)
        }
    }

    private mutating func readDependencies(into fields: inout LineFields) throws(JSONError) {
        try scanner.beginArray()
        while try scanner.nextElement() {
            var partial = PartialDependency()
            try readFields(.dependency) { (reader, key) throws(JSONError) in try reader.read(key, into: &partial) }
            fields.dependencies.append(partial.dependency)
            if let kinds = partial.artifact {
                fields.artifacts.append((kinds: kinds, target: partial.artifactTarget, dependency: partial.name))
            }
        }
    }

    private mutating func read(_ key: Int, into partial: inout PartialDependency) throws(JSONError) {
        switch key {
        case 0: partial.name = try scanner.string()
        case 1: partial.requirement = try scanner.string()
        case 2: partial.features = try strings(keepingEmpty: false)
        case 3: partial.isOptional = try scanner.bool()
        case 4: partial.usesDefaultFeatures = try scanner.bool()
        case 5: partial.target = try optionalString()
        case 6: partial.kind = try kind()
        case 7: partial.registry = try optionalString()
        case 8: partial.package = try optionalString()
        case 9: _ = try scanner.null() ? false : try scanner.bool()
        case 10: partial.artifact = try scanner.null() ? nil : try strings(keepingEmpty: true)
        case 11: partial.artifactTarget = try optionalString()
        default: _ = try scanner.bool()
        }
    }

    /// Any word but `dev` and `build` means a normal dependency.
    private mutating func kind() throws(JSONError) -> DependencyKind {
        if try scanner.null() { return .normal }
        let word = try scanner.unread()
        if scanner.matches(word, "dev") { return .development }
        if scanner.matches(word, "build") { return .build }
        if !scanner.matches(word, "normal") { _ = try scanner.decode(word) }
        return .normal
    }
}

// MARK: - Values

extension LineReader {
    private mutating func optionalString() throws(JSONError) -> String? {
        try scanner.null() ? nil : try scanner.string()
    }

    private mutating func strings(keepingEmpty: Bool) throws(JSONError) -> [String] {
        var list: [String] = []
        try scanner.beginArray()
        while try scanner.nextElement() {
            let text = try scanner.string()
            if keepingEmpty || !text.isEmpty { list.append(text) }
        }
        return list
    }

    private mutating func features() throws(JSONError) -> [(String, [String])] {
        var list: [(String, [String])] = []
        try scanner.beginObject()
        while let key = try scanner.nextKey() {
            let name = try scanner.decode(key)
            list.append((name, try strings(keepingEmpty: true)))
        }
        return LineFields.withoutRepetitions(list)
    }

    /// Digits only, at most 32 bits: `-0`, `2.0` and `2e0` are numbers of another type.
    private mutating func schema() throws(JSONError) -> UInt32 {
        if try scanner.null() { return 1 }
        let start = scanner.offset
        let digits = try scanner.number()
        guard digits.utf8.first != UInt8(ascii: "-"), let value = UInt32(digits) else {
            throw JSONError(.invalidNumber, at: start)
        }
        return value
    }
}

// MARK: - Objects with known keys

/// The keys of a record in declared order, and which must be there.
private struct Keys {
    let names: [StaticString]
    /// One bit per key.
    let required: UInt16
    /// How many elements an array in place of the object must have; the rest have defaults.
    let arrayMinimum: Int

    static let line = Keys(
        names: [
            "name", "vers", "deps", "features", "features2", "cksum", "yanked", "links", "rust_version", "pubtime", "v",
        ], required: 0b10_0111, arrayMinimum: 11)
    static let dependency = Keys(
        names: [
            "name", "req", "features", "optional", "default_features", "target", "kind", "registry", "package",
            "public", "artifact", "bindep_target", "lib",
        ], required: 0b11, arrayMinimum: 12)
    static let nameAndVersion = Keys(names: ["name", "vers"], required: 0b11, arrayMinimum: 2)
    static let schema = Keys(names: ["v"], required: 0, arrayMinimum: 1)
    static let rustVersion = Keys(names: ["rust_version"], required: 0, arrayMinimum: 1)

    /// The position of a key, trying `hint` first: lines repeat one order.
    func position(of key: JSONString, in scanner: JSONScanner, hint: Int) -> Int? {
        if hint < names.count, scanner.matches(key, names[hint]) { return hint }
        return names.indices.first { scanner.matches(key, names[$0]) }
    }
}

extension LineReader {
    private mutating func readFields(
        _ keys: Keys, _ read: (inout LineReader, Int) throws(JSONError) -> Void
    ) throws(JSONError) {
        if try scanner.kind() == .array { return try readArray(keys, read) }
        try scanner.beginObject()
        var seen: UInt16 = 0
        var hint = 0
        while let key = try scanner.nextKey() {
            guard let position = keys.position(of: key, in: scanner, hint: hint) else {
                _ = try scanner.decode(key)
                try scanner.skip()
                continue
            }
            if seen >> position & 1 == 1 { throw error(.duplicateKey("\(keys.names[position])")) }
            seen |= 1 << position
            hint = position + 1
            try read(&self, position)
        }
        let missing = keys.required & ~seen
        if missing != 0 { throw error(.missingKey("\(keys.names[missing.trailingZeroBitCount])")) }
    }

    private mutating func readArray(
        _ keys: Keys, _ read: (inout LineReader, Int) throws(JSONError) -> Void
    ) throws(JSONError) {
        try scanner.beginArray()
        var count = 0
        while try scanner.nextElement() {
            guard count < keys.names.count else { throw error(.trailingContent) }
            try read(&self, count)
            count += 1
        }
        if count < keys.arrayMinimum { throw error(.missingKey("\(keys.names[count])")) }
    }

    private func error(_ reason: JSONError.Reason) -> JSONError {
        JSONError(reason, at: scanner.offset)
    }
}
