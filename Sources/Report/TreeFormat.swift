/// What stands on a line of a tree for a package: text with `{p}`, `{f}` and `{lib}` in it; `{{` is a brace.
///
/// - SeeAlso: src/cargo/ops/tree/format in rust-lang/cargo.
package struct TreeFormat: Sendable {
    enum Chunk: Equatable, Sendable {
        case text(String)
        case package, features, library
    }

    let chunks: [Chunk]

    package static let standard = TreeFormat(chunks: [.package])

    private init(chunks: [Chunk]) { self.chunks = chunks }

    package init(_ text: String) throws(TreeFormatError) {
        var chunks: [Chunk] = []
        var rest = text[...]
        while let first = rest.first {
            if first == "{" || first == "}" {
                chunks.append(try Self.braced(&rest))
            } else {
                let end = rest.firstIndex { $0 == "{" || $0 == "}" } ?? rest.endIndex
                chunks.append(.text(String(rest[..<end])))
                rest = rest[end...]
            }
        }
        self.init(chunks: chunks)
    }

    private static func braced(_ rest: inout Substring) throws(TreeFormatError) -> Chunk {
        let brace = rest.removeFirst()
        if rest.first == brace {
            rest.removeFirst()
            return .text(String(brace))
        }
        guard brace == "{" else { throw .syntax("unexpected '}'") }
        let end = rest.firstIndex { !$0.isLetter && !$0.isNumber } ?? rest.endIndex
        let name = String(rest[..<end])
        rest = rest[end...]
        guard rest.first == "}" else { throw .syntax("expected '}'") }
        rest.removeFirst()
        return try chunk(name)
    }

    private static func chunk(_ name: String) throws(TreeFormatError) -> Chunk {
        switch name {
        case "p", "package": return .package
        case "f", "features": return .features
        case "lib": return .library
        case "l", "license", "r", "repository": throw .unavailable(name)
        default: throw .unknown(name)
        }
    }
}

package enum TreeFormatError: Error, Equatable {
    case syntax(String)
    case unknown(String)
    /// Cargo knows it, and neither a lock nor an index does.
    case unavailable(String)
}

extension TreeFormatError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .syntax(let text): text
        case .unknown(let name): "unsupported pattern `\(name)`; there are `{p}`, `{f}` and `{lib}`"
        case .unavailable(let name):
            "`{\(name)}`: neither a lock nor an index has it, only the sources of the packages; ask `cargo tree`"
        }
    }
}
