/// A JSON value in memory, for records that are small and read once.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// The digits as written; `JSONValue.integer` reads them.
    case number(String)
    case string(String)
    case array([JSONValue])
    /// Entries in the order written; a repeated key is kept.
    case object([Entry])

    package struct Entry: Hashable, Sendable {
        package let key: String
        package let value: JSONValue

        package init(_ key: String, _ value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// Levels of arrays and objects that are read before giving up.
    package static let depthLimit = 128

    /// Reads one document.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        let result = bytes.withUnsafeBufferPointer { buffer in
            Result<JSONValue, JSONError> { () throws(JSONError) in
                var scanner = JSONScanner(buffer)
                let value = try scanner.value(levels: Self.depthLimit)
                try scanner.end()
                return value
            }
        }
        self = try result.get()
    }
}

extension JSONValue {
    /// The value of a key; of the last one if the key is repeated. Nil for anything but an object.
    package subscript(key: String) -> JSONValue? {
        guard case .object(let entries) = self else { return nil }
        return entries.last { $0.key == key }?.value
    }

    package var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    package var flag: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }

    /// Nil for a number with a fraction, an exponent, or beyond 64 bits.
    package var integer: Int? {
        if case .number(let digits) = self { Int(digits) } else { nil }
    }

    package var elements: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    package var entries: [Entry]? {
        if case .object(let entries) = self { entries } else { nil }
    }
}

extension JSONScanner {
    /// The next value with all it contains.
    ///
    /// - Parameter levels: how many containers may still be opened.
    package mutating func value(levels: Int = JSONValue.depthLimit) throws(JSONError) -> JSONValue {
        switch try kind() {
        case .null:
            try expect("null")
            return .null
        case .bool: return .bool(try bool())
        case .number: return .number(try number())
        case .string: return .string(try string())
        case .array: return .array(try elements(levels: levels))
        case .object: return .object(try entries(levels: levels))
        }
    }

    private mutating func elements(levels: Int) throws(JSONError) -> [JSONValue] {
        try checkDepth(levels)
        try beginArray()
        var elements: [JSONValue] = []
        while try nextElement() { elements.append(try value(levels: levels - 1)) }
        return elements
    }

    private mutating func entries(levels: Int) throws(JSONError) -> [JSONValue.Entry] {
        try checkDepth(levels)
        try beginObject()
        var entries: [JSONValue.Entry] = []
        while let key = try nextKey() {
            let name = try decode(key)
            entries.append(JSONValue.Entry(name, try value(levels: levels - 1)))
        }
        return entries
    }

    private func checkDepth(_ levels: Int) throws(JSONError) {
        if levels <= 0 { throw JSONError(.tooDeep(limit: JSONValue.depthLimit), at: offset) }
    }
}
