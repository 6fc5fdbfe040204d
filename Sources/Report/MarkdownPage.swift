/// Markdown up to a size: what does not fit is counted, and the last line says so.
struct MarkdownPage {
    private var content = ""
    private var cut = 0
    private let limit: Int

    /// What the last line may take.
    private static let tailSize = 80

    /// - Parameter limit: in bytes, which are never fewer than characters.
    init(limit: Int) { self.limit = max(0, limit - Self.tailSize) }

    var text: String {
        content + (cut == 0 ? "" : "\n**\(count(cut, "row")) left out here for want of room.**\n")
    }

    /// All of it or nothing.
    mutating func add(_ part: String) {
        if content.utf8.count + part.utf8.count <= limit { content += part }
    }

    /// As many rows as there is room for; without any neither head nor end.
    mutating func add(_ rows: [String], head: String, end: String) {
        let room = limit - end.utf8.count
        guard let first = rows.first, content.utf8.count + head.utf8.count + first.utf8.count <= room else {
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
