package import TOML

/// The text of every file a finding may point into, to turn byte offsets into lines.
package struct SourceIndex: Sendable {
    private let files: [String: LineIndex]
    /// What has been looked up before the files were let go.
    private let excerpts: [Location: Excerpt]

    /// - Parameter files: path as findings have it, and content.
    package init(_ files: [(path: String, bytes: [UInt8])]) {
        self.files = Dictionary(files.map { ($0.path, LineIndex($0.bytes)) }, uniquingKeysWith: { first, _ in first })
        excerpts = [:]
    }

    private init(excerpts: [Location: Excerpt]) {
        files = [:]
        self.excerpts = excerpts
    }

    /// The same for these locations alone, without the files.
    package func restricted(to locations: [Location]) -> SourceIndex {
        var excerpts: [Location: Excerpt] = [:]
        for location in locations where excerpts[location] == nil { excerpts[location] = excerpt(of: location) }
        return SourceIndex(excerpts: excerpts)
    }

    /// Line and column, from 1; `nil` for a file that is not here.
    package func position(of location: Location) -> (line: Int, column: Int)? {
        if let known = excerpts[location] { return (known.line, known.column) }
        return files[location.path]?.position(of: location.span.start)
    }

    /// `Cargo.toml:5:7`.
    package func text(of location: Location) -> String {
        guard let position = position(of: location) else { return location.path }
        return "\(location.path):\(position.line):\(position.column)"
    }

    /// The line a location begins in, and where it ends.
    package func excerpt(of location: Location) -> Excerpt? {
        if let known = excerpts[location] { return known }
        return files[location.path].map { Excerpt(of: location.span, in: $0) }
    }
}

/// A place in a file, in lines and columns, with the line it begins in.
package struct Excerpt: Sendable {
    /// From 1; columns count Unicode scalars; the end is the first column after it.
    package let line: Int
    package let column: Int
    package let endLine: Int
    package let endColumn: Int
    /// At most 160 columns of the line, around `column`.
    package let text: String
    /// Where in `text` the place begins, from 1.
    package let textColumn: Int
    /// How many columns of the line it covers, at least one.
    package let width: Int

    fileprivate init(of span: Span, in index: LineIndex) {
        (line, column) = index.position(of: span.start)
        (endLine, endColumn) = index.position(of: max(span.start, span.end))
        let range = index.range(ofLine: line)
        let end = max(min(span.end, range.end), span.start)
        width = max(1, index.position(of: end).column - column)
        (text, textColumn) = Self.window(String(decoding: index.text(ofLine: line), as: UTF8.self), column: column)
    }

    private static func window(_ text: String, column: Int) -> (String, Int) {
        guard text.utf8.count > 160 else { return (text, column) }
        let scalars = Array(text.unicodeScalars)
        guard scalars.count > 160 else { return (text, column) }
        let start = max(0, min(column - 40, scalars.count - 160))
        let part = scalars[start..<min(scalars.count, start + 160)]
        return (String(String.UnicodeScalarView(part)), column - start)
    }

    /// The text of the place itself; `nil` if it is empty, spans lines, or is cut.
    package var snippet: String? {
        let scalars = Array(text.unicodeScalars)
        let end = textColumn - 1 + width
        guard endLine == line, endColumn > column, end <= scalars.count else { return nil }
        return String(String.UnicodeScalarView(scalars[(textColumn - 1)..<end]))
    }
}
