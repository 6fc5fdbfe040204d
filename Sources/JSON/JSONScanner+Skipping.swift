extension JSONScanner {
    /// Passes over one value of any type without interpreting it.
    ///
    /// The grammar is checked, the contents are not: numbers may be of any size, strings may hold unpaired surrogates
    /// and bytes that are not UTF-8, and nesting has no limit. One bit is kept per level.
    ///
    /// - SeeAlso: `Deserializer::ignore_value` of the `serde_json` crate.
    package mutating func skip() throws(JSONError) {
        var nesting = Nesting()
        repeat {
            try skipScalarOrOpen(&nesting)
            while let isObject = nesting.innermostIsObject {
                if isObject ? try nextKey() != nil : try nextElement() { break }
                nesting.close()
            }
        } while nesting.innermostIsObject != nil
    }

    private mutating func skipScalarOrOpen(_ nesting: inout Nesting) throws(JSONError) {
        switch try kind() {
        case .null: try expect("null")
        case .bool: _ = try bool()
        case .number: try skipNumber()
        case .string: _ = try rawString()
        case .array:
            try beginArray()
            nesting.open(isObject: false)
        case .object:
            try beginObject()
            nesting.open(isObject: true)
        }
    }
}

/// The containers around the current position: a stack of bits, whose first 64 need no allocation.
private struct Nesting {
    private var depth = 0
    private var current: UInt64 = 0
    private var outer: [UInt64] = []

    /// Nil outside of any container.
    var innermostIsObject: Bool? {
        depth == 0 ? nil : current & 1 == 1
    }

    mutating func open(isObject: Bool) {
        if depth > 0, depth & 63 == 0 {
            outer.append(current)
            current = 0
        }
        current = current << 1 | (isObject ? 1 : 0)
        depth += 1
    }

    mutating func close() {
        current >>= 1
        depth -= 1
        if depth > 0, depth & 63 == 0 { current = outer.removeLast() }
    }
}
