/// Markdown up to a size: what does not fit is counted, and the last line says so.
struct MarkdownPage {
    private var content = ""
    private var cut = 0
    private let limit: Int
    /// Where the rest is, for the last line.
    private let elsewhere: String

    /// What the last line may take.
    private static let tailSize = 120

    /// - Parameters:
    ///   - limit: in bytes, which are never fewer than characters.
    ///   - elsewhere: where the rest is: `; … has them`.
    init(limit: Int, elsewhere: String = "") {
        self.limit = max(0, limit - Self.tailSize)
        self.elsewhere = elsewhere
    }

    var text: String {
        content + (cut == 0 ? "" : "\n**\(count(cut, "row")) left out here for want of room\(elsewhere).**\n")
    }

    /// All of it or nothing.
    mutating func add(_ part: String) {
        if content.utf8.count + part.utf8.count <= limit { content += part }
    }

    /// As many rows as there is room for.
    ///
    /// - Parameter needsRows: without any there is neither head nor end.
    mutating func add(_ rows: [String], head: String, end: String, needsRows: Bool = true) {
        let room = limit - end.utf8.count
        let start = content.utf8.count + head.utf8.count + (rows.first?.utf8.count ?? 0)
        guard start <= room, !needsRows || !rows.isEmpty else {
            cut += rows.count
            return
        }
        content += head
        for (number, row) in rows.enumerated() {
            guard content.utf8.count + row.utf8.count <= room else {
                cut += rows.count - number
                break
            }
            content += row
        }
        content += end
    }
}
