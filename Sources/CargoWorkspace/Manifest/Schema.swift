import TOML

/// The form a value must have. Cargo reads a manifest into typed structures before it looks at any of it, so a wrong
/// type anywhere is fatal, even where the value would not matter.
indirect enum Shape: Sendable {
    case any
    case string
    case boolean
    case integer
    /// One of several kinds of value; `expected` is for the message.
    case oneOf([Kind], expected: String)
    case array(Shape, expected: String = "a sequence")
    /// Any keys. The check is of the keys.
    case map(Shape, key: TextCheck? = nil)
    /// Known keys; unknown ones are collected, not refused.
    case record(String, [String: Shape])
    case text(expected: String, TextCheck)
    /// A value, or a table `{ workspace = true }`.
    case inheritable(Shape, expected: String)
    /// A string, or a table of this form.
    case stringOrRecord(expected: String, [String: Shape])
    /// For forms that contain themselves.
    case lazy(@Sendable () -> Shape)
    /// Whatever this accepts.
    case custom(@Sendable (TOMLNode) throws(ManifestFault) -> Void)
    /// Either of two, by what the value is.
    case choice(@Sendable (TOMLNode) -> Shape)
    /// Never right.
    case refused(ManifestError.Reason)

    typealias TextCheck = @Sendable (String) throws(ManifestReason) -> Void

    enum Kind: Sendable {
        case string
        case boolean
        case integer
        case strings
    }
}

/// A reason on its way to a `ManifestFault`.
struct ManifestReason: Error {
    let reason: ManifestError.Reason

    init(_ reason: ManifestError.Reason) { self.reason = reason }
}

/// Compares a document with its schema.
struct SchemaChecker {
    /// Keys nobody reads, as `a.b.c`, in file order.
    private(set) var unused: [Spanned<String>] = []
    private var path: [String] = []

    mutating func check(_ node: TOMLNode, _ shape: Shape) throws(ManifestFault) {
        switch shape {
        case .any: return
        case .string: try require(node.string != nil, node, "a string")
        case .boolean: try require(node.boolean != nil, node, "a boolean")
        case .integer: try require(node.integer != nil, node, "an integer")
        case .oneOf(let kinds, let expected):
            try require(kinds.contains { Self.isKind(node, $0) }, node, expected)
        case .array(let element, let expected): try checkArray(node, element, expected)
        case .map(let element, let key): try checkMap(node, element, key)
        case .record(let name, let fields): try checkRecord(node, fields, expected: name)
        case .text(let expected, let textCheck): try checkText(node, expected, textCheck)
        case .inheritable(let own, let expected): try checkInheritable(node, own, expected)
        case .stringOrRecord(let expected, let fields):
            if node.string == nil { try checkRecord(node, fields, expected: expected) }
        case .lazy(let make): try check(node, make())
        case .custom(let body): try body(node)
        case .choice(let choose): try check(node, choose(node))
        case .refused(let reason): throw ManifestFault(reason, at: node.span)
        }
    }

    private static func isKind(_ node: TOMLNode, _ kind: Shape.Kind) -> Bool {
        switch kind {
        case .string: node.string != nil
        case .boolean: node.boolean != nil
        case .integer: node.integer != nil
        case .strings: node.array?.allSatisfy { $0.string != nil } ?? false
        }
    }

    private func require(_ holds: Bool, _ node: TOMLNode, _ expected: String) throws(ManifestFault) {
        if !holds { throw Self.mismatch(node, expected) }
    }

    static func mismatch(_ node: TOMLNode, _ expected: String) -> ManifestFault {
        ManifestFault(.invalidType(found: described(node), expected: expected), at: node.span)
    }

    private static func described(_ node: TOMLNode) -> String {
        switch node.value {
        case .string(let text): "string \"\(text)\""
        case .integer(let number): "integer `\(number)`"
        case .float(let number): "floating point `\(number)`"
        case .boolean(let flag): "boolean `\(flag)`"
        default: node.typeName
        }
    }

    private mutating func checkArray(_ node: TOMLNode, _ element: Shape, _ expected: String) throws(ManifestFault) {
        guard let array = node.array else { throw Self.mismatch(node, expected) }
        for item in array { try check(item, element) }
    }

    private mutating func checkMap(
        _ node: TOMLNode, _ element: Shape, _ key: Shape.TextCheck?
    ) throws(ManifestFault) {
        guard let table = node.table else { throw Self.mismatch(node, "a map") }
        for entry in table.entries {
            if let key { try Self.run(key, entry.key, at: entry.keySpan) }
            try nested(entry) { (checker, node) throws(ManifestFault) in try checker.check(node, element) }
        }
    }

    private mutating func checkRecord(
        _ node: TOMLNode, _ fields: [String: Shape], expected: String
    ) throws(ManifestFault) {
        guard let table = node.table else { throw Self.mismatch(node, expected) }
        for entry in table.entries {
            if let shape = fields[entry.key] {
                try nested(entry) { (checker, node) throws(ManifestFault) in try checker.check(node, shape) }
            } else {
                unused.append(Spanned((path + [entry.key]).joined(separator: "."), at: entry.keySpan))
            }
        }
    }

    private mutating func nested(
        _ entry: TOMLTable.Entry, _ body: (inout SchemaChecker, TOMLNode) throws(ManifestFault) -> Void
    ) throws(ManifestFault) {
        path.append(entry.key)
        try body(&self, entry.value)
        path.removeLast()
    }

    private func checkText(
        _ node: TOMLNode, _ expected: String, _ textCheck: Shape.TextCheck
    ) throws(ManifestFault) {
        guard let text = node.string else { throw Self.mismatch(node, expected) }
        try Self.run(textCheck, text, at: node.span)
    }

    private static func run(_ check: Shape.TextCheck, _ text: String, at span: Span) throws(ManifestFault) {
        do throws(ManifestReason) { try check(text) } catch { throw ManifestFault(error.reason, at: span) }
    }

    /// Extra keys beside `workspace` are ignored without a word.
    private mutating func checkInheritable(
        _ node: TOMLNode, _ own: Shape, _ expected: String
    ) throws(ManifestFault) {
        guard let table = node.table else {
            if case .text(_, let check) = own { return try checkText(node, expected, check) }
            do throws(ManifestFault) { try check(node, own) } catch { throw Self.mismatch(node, expected) }
            return
        }
        guard let flag = table["workspace"] else { throw ManifestFault(.missingField("workspace"), at: node.span) }
        guard let inherits = flag.boolean else { throw Self.mismatch(flag, "a boolean") }
        if !inherits { throw ManifestFault(.workspaceFalse, at: flag.span) }
    }
}
