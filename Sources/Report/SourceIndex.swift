package import TOML

/// The text of every file a finding may point into, to turn byte offsets into lines.
package struct SourceIndex: Sendable {
    private let files: [String: LineIndex]

    /// - Parameter files: path as findings have it, and content.
    package init(_ files: [(path: String, bytes: [UInt8])]) {
        self.files = Dictionary(files.map { ($0.path, LineIndex($0.bytes)) }, uniquingKeysWith: { first, _ in first })
    }

    /// Line and column, from 1; `nil` for a file that is not here.
    package func position(of location: Location) -> (line: Int, column: Int)? {
        files[location.path]?.position(of: location.span.start)
    }

    /// `Cargo.toml:5:7`.
    package func text(of location: Location) -> String {
        guard let position = position(of: location) else { return location.path }
        return "\(location.path):\(position.line):\(position.column)"
    }

    /// The line a location begins in, and how many columns of it the span covers.
    package func excerpt(of location: Location) -> (line: Int, column: Int, text: String, width: Int)? {
        guard let index = files[location.path] else { return nil }
        let (line, column) = index.position(of: location.span.start)
        let range = index.range(ofLine: line)
        let end = max(min(location.span.end, range.end), location.span.start)
        let width = index.position(of: end).column - column
        return (line, column, String(decoding: index.text(ofLine: line), as: UTF8.self), max(1, width))
    }
}
