/// Text from elsewhere, for one cell of a Markdown table or one line, as a code host renders it.
enum MarkdownText {
    /// Names in backticks become code; everything else is shown as it is: no markup, HTML, links or mentions.
    ///
    /// - Parameter limit: of the text, in scalars; what is cut off is shown as `…`.
    static func inline(_ text: String, limit: Int = 600) -> String {
        let parts = cut(printable(text), limit).split(separator: "`", omittingEmptySubsequences: false)
        var result = ""
        for (number, part) in parts.enumerated() {
            // Odd parts are between two backticks, unless the last one is never closed.
            if number % 2 == 1, number < parts.count - 1 {
                result += part.isEmpty ? "" : code(String(part))
            } else {
                result += (number % 2 == 1 ? "&#96;" : "") + escaped(String(part), isCode: false)
            }
        }
        return result
    }

    static func code(_ text: String, limit: Int = 200) -> String {
        "<code>\(escaped(cut(printable(text), limit), isCode: true))</code>"
    }

    private static func cut(_ text: String, _ limit: Int) -> String {
        guard text.utf8.count > limit, text.unicodeScalars.count > limit else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit))) + "…"
    }

    /// Everything that could begin markup or a link is a character reference. Mentions and references to issues are looked
    /// for in what is shown, so those are taken apart by a character without width; code is left alone there.
    private static func escaped(_ text: String, isCode: Bool) -> String {
        var result = ""
        var last: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            let isOfLink = scalar == "/" && (last == ":" || last == "/") || scalar == "." && last == "w"
            if isOfLink || markup.contains(scalar) {
                result += "&#\(scalar.value);"
            } else {
                result.unicodeScalars.append(scalar)
            }
            if !isCode, scalar == "@" || scalar == "#" { result += "\u{200B}" }
            last = scalar
        }
        return result
    }

    private static let markup = Set("&<>\"'|`*_[]~#@\\$^{}".unicodeScalars)
}
