import Audit
import CargoModel
import SemVer

/// Who keeps a package where it is, as a picture: a line per requirement, from a member on the left by way of packages
/// to the one that requires it, and on the right the package with the version that is wanted.
struct HoldGraph {
    static func picture(of hold: Hold, _ id: PackageID) -> Markup { HoldGraph(hold, id).markup }

    private let lines: [Line]
    private let locked: String
    private let wanted: String
    private let more: Int

    /// A requirement and the way to it.
    private struct Line {
        let boxes: [String]
        let requirement: String

        var width: Int { boxes.reduce(0) { $0 + HoldGraph.width($1) } + (boxes.count - 1) * HoldGraph.gap }
    }

    private static let gap = 26
    private static let height = 26
    private static let pitch = 46
    /// As many as anybody follows.
    private static let lineLimit = 8
    private static let boxLimit = 6

    private init(_ hold: Hold, _ id: PackageID) {
        lines = hold.blockers.prefix(Self.lineLimit).map { blocker in
            Line(boxes: Self.boxes(blocker.path), requirement: Self.cut(blocker.demand, 24))
        }
        more = hold.blockers.count - lines.count
        locked = Self.cut("\(id)", 34)
        wanted = Self.cut("\(hold.wanted)", 24)
    }

    /// A long way without its middle.
    private static func boxes(_ path: [PackageID]) -> [String] {
        let names = path.map { cut("\($0)", 28) }
        guard names.count > boxLimit else { return names }
        return names.prefix(3) + ["… \(names.count - boxLimit + 1) more"] + names.suffix(boxLimit - 4)
    }

    private static func cut(_ text: String, _ limit: Int) -> String {
        let text = HTMLText.plain(text)
        return text.count > limit ? text.prefix(limit - 1) + "…" : text
    }

    /// In pixels, of letters that are all equally wide.
    private static func width(_ text: String) -> Int { text.count * 73 / 10 + 16 }

    // MARK: Drawing

    private var markup: Markup {
        let start = lines.map(\.width).max() ?? 0
        let label = (lines.map { Self.width($0.requirement) }.max() ?? 0) + 30
        let target = start + label
        let width = target + max(Self.width(locked), Self.width("wanted: " + wanted)) + 2
        let height = max(lines.count * Self.pitch, Self.pitch + 14) + (more > 0 ? 18 : 0)
        let rows = lines.enumerated().map { row($1, at: $0 * Self.pitch + 20, target) }
        let note: Markup = more > 0 ? "<text x=\"1\" y=\"\(height - 4)\">and \(more) more</text>" : ""
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="Who holds \(locked)">\
            <svg class="graph" role="img" width="\(width)" height="\(height)" viewBox="0 0 \(width) \(height)">\
            <title>Who holds \(locked) back from \(wanted)</title><desc>\(description)</desc>\(rows)\
            \(box(locked, x: target, y: 20, "held"))\
            <text class="wish" x="\(target + 8)" y="54">wanted: \(wanted)</text>\(note)</svg></div>
            """
    }

    private var description: String {
        lines.map { $0.boxes.joined(separator: " → ") + " requires " + $0.requirement }.joined(separator: "; ") + "."
    }

    private func row(_ line: Line, at y: Int, _ target: Int) -> Markup {
        var content: Markup = ""
        var x = 1
        for (index, text) in line.boxes.enumerated() {
            let isLast = index == line.boxes.count - 1
            content += box(text, x: x, y: y, isLast ? "owner" : "")
            x += Self.width(text)
            if !isLast { content += arrow(from: x, y, to: x + Self.gap, y) }
            x += isLast ? 0 : Self.gap
        }
        return content + arrow(from: x, y, to: target, 20)
            + "<text class=\"requirement\" x=\"\(x + 8)\" y=\"\(y - 6 + (y == 20 ? 0 : 22))\">\(line.requirement)</text>"
    }

    private func box(_ text: String, x: Int, y: Int, _ kind: String) -> Markup {
        """
        <rect class="\(kind)" x="\(x)" y="\(y - Self.height / 2)" width="\(Self.width(text))" height="\(Self.height)" \
        rx="5"/><text x="\(x + 8)" y="\(y + 4)">\(text)</text>
        """
    }

    /// To another height by way of a line that all share.
    private func arrow(from x: Int, _ y: Int, to end: Int, _ endY: Int) -> Markup {
        let turn: Markup = y == endY ? "" : "H\(end - 18)V\(endY)"
        return """
            <path d="M\(x) \(y)\(turn)H\(end - 3)"/>\
            <path class="head" d="M\(end - 1) \(endY)l-7 -4v8z"/>
            """
    }
}

extension Blocker {
    /// What is written on its line.
    fileprivate var demand: String {
        if case .feature(let name) = reason { "feature \(name)" } else { requirement }
    }
}
