/// A range of UTF-8 bytes in one file, half open, counted from the first byte of the file (a BOM included).
package struct Span: Hashable, Sendable {
    package let start: Int
    package let end: Int

    package init(start: Int, end: Int) {
        self.start = start
        self.end = end
    }

    package init(_ range: Range<Int>) {
        self.init(start: range.lowerBound, end: range.upperBound)
    }

    package var length: Int { end - start }
}

/// A value together with the place it was read from.
package struct Spanned<Value> {
    package let value: Value
    package let span: Span

    package init(_ value: Value, at span: Span) {
        self.value = value
        self.span = span
    }
}

extension Spanned: Sendable where Value: Sendable {}
extension Spanned: Equatable where Value: Equatable {}
extension Spanned: Hashable where Value: Hashable {}

/// A place in a file. Lines and columns are for reports only; see `LineIndex`.
package struct Location: Hashable, Sendable {
    /// As the user would type it; relative to the working directory where that is shorter.
    package let path: String
    package let span: Span

    package init(path: String, span: Span) {
        self.path = path
        self.span = span
    }
}
