/// Keys and their values in the order in which the keys first appear in the file. No key occurs twice.
package struct TOMLTable: Sendable {
    package struct Entry: Sendable, Equatable {
        /// Decoded: without quotes and escapes.
        package let key: String
        /// One part of a dotted key or header; quotes included.
        package let keySpan: Span
        package let value: TOMLNode

        package init(key: String, keySpan: Span, value: TOMLNode) {
            self.key = key
            self.keySpan = keySpan
            self.value = value
        }
    }

    package let entries: [Entry]
    /// Positions by key; only for tables too large to be searched one by one.
    private let positions: [String: Int]?

    /// - Parameter entries: must not hold a key twice.
    package init(_ entries: [Entry] = []) {
        self.init(entries, positions: Self.positions(of: entries))
    }

    init(_ entries: [Entry], positions: [String: Int]?) {
        self.entries = entries
        self.positions = positions
    }
}

extension TOMLTable {
    package var count: Int { entries.count }
    package var isEmpty: Bool { entries.isEmpty }

    /// The value of `key`, nil if the table has none.
    package subscript(key: String) -> TOMLNode? {
        entry(key)?.value
    }

    /// The entry of `key`, for when the place of the key matters.
    package func entry(_ key: String) -> Entry? {
        position(of: key).map { entries[$0] }
    }

    private func position(of key: String) -> Int? {
        if let positions { positions[key] } else { entries.firstIndex { $0.key == key } }
    }
}

extension TOMLTable {
    /// Above this many entries a table is searched through a dictionary.
    static let indexedCount = 16

    private static func positions(of entries: [Entry]) -> [String: Int]? {
        guard entries.count > indexedCount else { return nil }
        var positions = [String: Int](minimumCapacity: entries.count)
        for (position, entry) in entries.enumerated() { positions[entry.key] = position }
        return positions
    }
}

extension TOMLTable: Equatable {
    /// Entries in the same order with the same spans.
    package static func == (left: Self, right: Self) -> Bool {
        left.entries == right.entries
    }
}
