/// One part of a key as written.
struct KeyPart {
    let text: String
    let span: Span
}

/// A key with its dots taken apart: `a.b.c` has the path `a`, `b`.
struct Key {
    var path: [KeyPart] = []
    var last: KeyPart
}

/// The tables of a document while it is being read, and the rules on what may define or extend which.
///
/// Tables refer to each other by index, so that a header far down can still add to one near the top. The rules are
/// those of `de/parser/document.rs` and `inline_table.rs` in the `toml` crate.
struct TableBuilder {
    typealias ID = Int

    static let root: ID = 0

    private var tables = [OpenTable()]
    /// The elements of each `[[array]]`.
    private var arrays: [[ID]] = []
}

private struct OpenTable {
    enum Child {
        case table(TableBuilder.ID)
        case arrayOfTables(Int)
    }

    /// Named only on the way to something else; a later header may still define it.
    var isImplicit = false
    /// Made by a dotted key: no header may define it, other dotted keys may add to it.
    var isDotted = false
    /// Children still being built stand here with an empty table as their value.
    var entries: [TOMLTable.Entry] = []
    /// Children still being built, by ascending position in `entries`.
    var children: [(position: Int, child: Child)] = []
    var positions: [String: Int]?
    /// Of an element of an array of tables.
    var headerSpan = Span(start: 0, end: 0)

    func position(of key: String) -> Int? {
        if let positions { positions[key] } else { entries.firstIndex { $0.key == key } }
    }

    func child(at position: Int) -> Child? {
        var low = 0
        var high = children.count
        while low < high {
            let middle = (low + high) / 2
            if children[middle].position < position { low = middle + 1 } else { high = middle }
        }
        return low < children.count && children[low].position == position ? children[low].child : nil
    }

    mutating func append(_ key: KeyPart, _ value: TOMLNode) {
        positions?[key.text] = entries.count
        if entries.isEmpty { entries.reserveCapacity(Self.usualCount) }
        entries.append(TOMLTable.Entry(key: key.text, keySpan: key.span, value: value))
        if positions == nil, entries.count > TOMLTable.indexedCount { index() }
    }

    /// Enough for a `[[package]]` of a lock file, so that its entries are not moved again and again.
    private static let usualCount = 6

    private mutating func index() {
        var positions: [String: Int] = [:]
        for (position, entry) in entries.enumerated() { positions[entry.key] = position }
        self.positions = positions
    }

    mutating func append(_ key: KeyPart, _ child: Child, span: Span) {
        children.append((entries.count, child))
        append(key, TOMLNode(value: .table(TOMLTable()), span: span))
    }

    mutating func replace(at position: Int, with value: TOMLValue) {
        let old = entries[position]
        entries[position] = TOMLTable.Entry(
            key: old.key, keySpan: old.keySpan, value: TOMLNode(value: value, span: old.value.span))
    }
}

// MARK: Adding

extension TableBuilder {
    /// A table that no entry refers to yet.
    mutating func addTable() -> ID {
        tables.append(OpenTable())
        return tables.count - 1
    }

    /// Goes from table to table along `path` and makes those that are missing.
    ///
    /// - Parameter dotted: whether the path comes from `a.b = 1` rather than from a header.
    mutating func descend(_ path: [KeyPart], from start: ID, dotted: Bool) throws(TOMLError) -> ID {
        var table = start
        for part in path { table = try descend(part, from: table, dotted: dotted) }
        return table
    }

    private mutating func descend(_ part: KeyPart, from table: ID, dotted: Bool) throws(TOMLError) -> ID {
        guard let position = tables[table].position(of: part.text) else {
            return addImplicitTable(part, in: table, dotted: dotted)
        }
        switch tables[table].child(at: position) {
        case .table(let child):
            if dotted, !tables[child].isImplicit { throw TOMLError(.duplicateKey(part.text), at: part.span) }
            return child
        case .arrayOfTables(let array): return arrays[array][arrays[array].count - 1]
        case nil:
            let type = Self.typeName(tables[table].entries[position].value.value)
            throw TOMLError(.notExtensible(key: part.text, type: type), at: part.span)
        }
    }

    private mutating func addImplicitTable(_ part: KeyPart, in table: ID, dotted: Bool) -> ID {
        let child = addTable()
        tables[child].isImplicit = true
        tables[child].isDotted = dotted
        tables[table].append(part, .table(child), span: part.span)
        return child
    }

    /// A dotted key adds only to tables made by dotted keys, a plain key only to the table it stands in.
    func checkOpen(_ parent: ID, for key: Key) throws(TOMLError) {
        guard key.path.isEmpty || tables[parent].isDotted else {
            throw TOMLError(.duplicateKey(key.last.text), at: key.last.span)
        }
    }

    mutating func insert(_ key: KeyPart, _ value: TOMLNode, in table: ID) throws(TOMLError) {
        guard tables[table].position(of: key.text) == nil else {
            throw TOMLError(.duplicateKey(key.text), at: key.span)
        }
        tables[table].append(key, value)
    }

    /// Defines the table of a `[header]`.
    mutating func openTable(_ key: KeyPart, span: Span, in parent: ID) throws(TOMLError) -> ID {
        guard let position = tables[parent].position(of: key.text) else {
            let table = addTable()
            tables[parent].append(key, .table(table), span: span)
            return table
        }
        guard case .table(let table) = tables[parent].child(at: position), tables[table].isImplicit,
            !tables[table].isDotted
        else { throw TOMLError(.duplicateKey(key.text), at: key.span) }
        tables[table].isImplicit = false
        tables[parent].entries[position] = TOMLTable.Entry(
            key: key.text, keySpan: key.span, value: TOMLNode(value: .table(TOMLTable()), span: span))
        return table
    }

    /// Adds an element to the array of a `[[header]]`.
    mutating func openArrayElement(_ key: KeyPart, span: Span, in parent: ID) throws(TOMLError) -> ID {
        let table = tables.count
        guard let position = tables[parent].position(of: key.text) else {
            arrays.append([addTable()])
            tables[parent].append(key, .arrayOfTables(arrays.count - 1), span: span)
            tables[table].headerSpan = span
            return table
        }
        guard case .arrayOfTables(let array) = tables[parent].child(at: position) else {
            throw TOMLError(.duplicateKey(key.text), at: key.span)
        }
        arrays[array].append(addTable())
        tables[table].headerSpan = span
        return table
    }

    /// The words of the `toml` crate's messages.
    private static func typeName(_ value: TOMLValue) -> String {
        switch value {
        case .float: "float"
        case .array: "array"
        case .table: "inline table"
        default: value.typeName
        }
    }
}

// MARK: Finishing

extension TableBuilder {
    /// Finishes the inline table made last, together with all tables made since.
    mutating func close(_ table: ID) -> TOMLTable {
        let result = finish(table)
        tables.removeSubrange(table...)
        return result
    }

    /// - Complexity: recursion as deep as a key has parts, which is bounded.
    mutating func finish(_ id: ID) -> TOMLTable {
        var table = OpenTable()
        swap(&table, &tables[id])
        for (position, child) in table.children {
            switch child {
            case .table(let child): table.replace(at: position, with: .table(finish(child)))
            case .arrayOfTables(let array): table.replace(at: position, with: .array(finishElements(array)))
            }
        }
        return TOMLTable(table.entries, positions: table.positions)
    }

    private mutating func finishElements(_ array: Int) -> [TOMLNode] {
        var nodes: [TOMLNode] = []
        nodes.reserveCapacity(arrays[array].count)
        for element in arrays[array] {
            let span = tables[element].headerSpan
            nodes.append(TOMLNode(value: .table(finish(element)), span: span))
        }
        return nodes
    }
}
