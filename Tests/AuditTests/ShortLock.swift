/// Writes out the lock of an example, `name 1.0.0 | checksum … | dependency, dependency 2.0.0`, one package a line.
///
/// The first package is the workspace's own; the others are from crates.io, and their checksums, where none is given,
/// are those of `LiteralRegistry`. Arrows stay before what they point at.
enum ShortLock {
    static func text(of notation: String) -> String {
        let lines = notation.split(separator: "\n").filter { $0.contains { !$0.isWhitespace } }
        return "version = 4\n\n"
            + lines.enumerated().map { package(String($1), isOwn: $0 == 0) }.joined(separator: "\n")
    }

    private static func package(_ line: String, isOwn: Bool) -> String {
        let parts = line.split(separator: "|").map { trimmed($0) }
        let head = parts[0].split(separator: " ").map(String.init)
        var checksum = "\(head[0])-\(head[1].replacing("↓", with: ""))"
        var dependencies: [String] = []
        for part in parts.dropFirst() {
            if part.hasPrefix("checksum ") {
                checksum = String(part.dropFirst("checksum ".count))
            } else {
                dependencies = part.split(separator: ",").map { trimmed($0) }
            }
        }
        var text = "[[package]]\nname = \(quoted(head[0]))\nversion = \(quoted(head[1]))\n"
        if !isOwn {
            text +=
                "source = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \(quoted(checksum))\n"
        }
        guard !dependencies.isEmpty else { return text }
        return text + "dependencies = [\n" + dependencies.map { " \(quoted($0)),\n" }.joined() + "]\n"
    }

    /// The arrow belongs before the quote.
    private static func quoted(_ text: String) -> String {
        text.hasPrefix("↓") ? "↓\"\(text.dropFirst())\"" : "\"\(text)\""
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
