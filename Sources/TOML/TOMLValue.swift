/// A value and where it stands in the file.
///
/// The span of a string includes its quotes, that of an array or inline table its brackets. A table made by a header
/// has the span of the header, brackets included; one that only appears inside dotted keys or longer headers has the
/// span of the key part that first named it; an array of tables that of its first header.
package struct TOMLNode: Sendable, Equatable {
    package let value: TOMLValue
    package let span: Span

    package init(value: TOMLValue, span: Span) {
        self.value = value
        self.span = span
    }
}

/// What a key can hold.
package enum TOMLValue: Sendable, Equatable {
    case string(String)
    case integer(Int64)
    case float(Double)
    case boolean(Bool)
    indirect case datetime(TOMLDateTime)
    /// Also `[[array.of.tables]]`, whose elements are all tables.
    case array([TOMLNode])
    case table(TOMLTable)
}

extension TOMLValue {
    package var string: String? {
        if case .string(let string) = self { string } else { nil }
    }

    package var integer: Int64? {
        if case .integer(let integer) = self { integer } else { nil }
    }

    package var float: Double? {
        if case .float(let float) = self { float } else { nil }
    }

    package var boolean: Bool? {
        if case .boolean(let boolean) = self { boolean } else { nil }
    }

    package var datetime: TOMLDateTime? {
        if case .datetime(let datetime) = self { datetime } else { nil }
    }

    package var array: [TOMLNode]? {
        if case .array(let array) = self { array } else { nil }
    }

    package var table: TOMLTable? {
        if case .table(let table) = self { table } else { nil }
    }

    /// The kind of value in the words of Cargo's messages (`invalid type: integer …`), which are serde's.
    package var typeName: String {
        switch self {
        case .string: "string"
        case .integer: "integer"
        case .float: "floating point"
        case .boolean: "boolean"
        case .datetime: "datetime"
        case .array: "sequence"
        case .table: "map"
        }
    }
}

extension TOMLNode {
    package var string: String? { value.string }
    package var integer: Int64? { value.integer }
    package var boolean: Bool? { value.boolean }
    package var array: [TOMLNode]? { value.array }
    package var table: TOMLTable? { value.table }
    package var typeName: String { value.typeName }
}
