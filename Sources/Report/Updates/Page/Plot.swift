import CargoModel

/// Small pictures in SVG, each with its numbers in a table beneath. Lengths are in pixels.
enum Plot {
    struct Bar {
        let label: String
        /// One number, or one of each part.
        let parts: [Int]
        /// What to write beside it instead of the sum.
        var text: String?

        var total: Int { parts.reduce(0, +) }
    }

    struct Series {
        let name: String
        let values: [Double]
    }

    private static let width = 340

    private static func figure(_ title: String, _ description: String, height: Int, _ content: Markup, _ table: Markup)
        -> Markup
    {
        """
        <figure><figcaption>\(title)</figcaption>\
        <svg class="plot" role="img" width="\(width)" height="\(height)" viewBox="0 0 \(width) \(height)">\
        <title>\(title)</title><desc>\(description)</desc>\(content)</svg>
        \(PageWords.folded("Numbers", table))</figure>

        """
    }

    private static func table(_ title: String, _ columns: [String], _ rows: [[String]]) -> Markup {
        let heads = columns.map { "<th scope=\"col\">\($0)</th>" as Markup }
        let lines = rows.map { row -> Markup in
            let cells = row.dropFirst().map { "<td>\($0)</td>" as Markup }
            return "<tr><th scope=\"row\">\(row.first ?? "")</th>\(cells)</tr>"
        }
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="\(title)"><table class="small">\
            <caption class="unseen">\(title)</caption><thead><tr>\(heads)</tr></thead><tbody>\(lines)</tbody></table></div>
            """
    }

    // MARK: Bars

    /// - Parameter parts: the names of the parts of each bar; empty for bars of one part.
    static func bars(_ title: String, _ bars: [Bar], parts: [String] = [], unit: String) -> Markup {
        let longest = max(1, bars.map(\.total).max() ?? 1)
        let start = min(150, (bars.map { $0.label.count }.max() ?? 0) * 7 + 12)
        let room = width - start - 44
        let rows = bars.enumerated().map { row($1, y: $0 * 26, start, room, longest) }
        let top = bars.count * 26
        let description = bars.map { "\($0.label): \($0.text ?? "\($0.total)")" }.joined(separator: ", ") + " \(unit)"
        let columns = [""] + (parts.isEmpty ? [unit] : parts)
        return figure(
            title, description, height: top + (parts.isEmpty ? 2 : 26),
            "\(rows)\(legend(parts, y: top + 16))",
            table(
                title, columns, bars.map { bar in [bar.label] + (bar.text.map { [$0] } ?? bar.parts.map { "\($0)" }) }))
    }

    private static func row(_ bar: Bar, y: Int, _ start: Int, _ room: Int, _ longest: Int) -> Markup {
        var x = start
        let parts = bar.parts.enumerated().map { index, number -> Markup in
            let length = number == 0 ? 0 : max(3, number * room / longest)
            defer { x += length }
            let tone = bar.parts.count > 1 ? "part\(index)" : "part"
            return length == 0
                ? "" : "<rect class=\"\(tone)\" x=\"\(x)\" y=\"\(y + 3)\" width=\"\(length)\" height=\"18\"/>"
        }
        let label = bar.label.count > 20 ? bar.label.prefix(19) + "…" : bar.label
        return """
            <text x="\(start - 8)" y="\(y + 16)" text-anchor="end">\(label)</text>\(parts)\
            <text class="number" x="\(x + 6)" y="\(y + 16)">\(bar.text ?? "\(bar.total)")</text>
            """
    }

    private static func legend(_ parts: [String], y: Int) -> Markup {
        var x = 1
        let items = parts.enumerated().map { index, name -> Markup in
            defer { x += name.count * 7 + 26 }
            return """
                <rect class="part\(index)" x="\(x)" y="\(y - 9)" width="10" height="10"/>\
                <text x="\(x + 14)" y="\(y)">\(name)</text>
                """
        }
        return "\(items)"
    }

    // MARK: Lines

    private static let height = 170
    private static let left = 40
    private static let bottom = 140

    /// One point a day; the days ascend.
    static func lines(_ title: String, days: [Day], _ series: [Series]) -> Markup {
        let top = scale(series.flatMap(\.values).max() ?? 0)
        let xs = days.map { day in
            guard let first = days.first, let last = days.last, last > first else { return left }
            return left + day.days(since: first) * (width - left - 14) / last.days(since: first)
        }
        let content = series.enumerated().map { line($1, $0, xs, top) }
        let rows = zip(days.indices, days).map { index, day in
            ["\(day)"] + series.map { decimal($0.values[index], whole: isWhole(series)) }
        }
        let names = series.map(\.name)
        let description = series.map {
            "\($0.name) from \(decimal($0.values.first ?? 0)) to \(decimal($0.values.last ?? 0))"
        }
        return figure(
            title,
            description.joined(separator: ", ")
                + ", \(days.first.map { "\($0)" } ?? "") to \(days.last.map { "\($0)" } ?? "")",
            height: height + (names.count > 1 ? 20 : 0),
            "\(axes(days, top))\(content)\(names.count > 1 ? keys(names) : "")",
            table(title, ["day"] + names, Array(rows)))
    }

    private static func isWhole(_ series: [Series]) -> Bool {
        series.allSatisfy { $0.values.allSatisfy { $0 == $0.rounded() } }
    }

    private static func decimal(_ number: Double, whole: Bool = false) -> String {
        let text = Report.decimal(number)
        return whole || text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// The next of 1, 2, 5, 10, 20, … that nothing exceeds.
    private static func scale(_ largest: Double) -> Double {
        var unit = 1.0
        while unit < 1e12 {
            for step in [1.0, 2, 5] where unit * step >= largest { return unit * step }
            unit *= 10
        }
        return largest
    }

    private static func y(_ value: Double, _ top: Double) -> Int {
        bottom - Int((value / top * Double(bottom - 12)).rounded())
    }

    private static func axes(_ days: [Day], _ top: Double) -> Markup {
        let ticks = [0, top / 2, top].map { value -> Markup in
            let line = y(value, top)
            return """
                <path class="grid" d="M\(left) \(line)H\(width - 14)"/>\
                <text class="axis" x="\(left - 6)" y="\(line + 4)" text-anchor="end">\(decimal(value))</text>
                """
        }
        return """
            \(ticks)<text class="axis" x="\(left)" y="\(bottom + 18)">\(days.first.map { "\($0)" } ?? "")</text>\
            <text class="axis" x="\(width - 14)" y="\(bottom + 18)" text-anchor="end">\(days.last.map { "\($0)" } ?? "")</text>
            """
    }

    private static func line(_ series: Series, _ index: Int, _ xs: [Int], _ top: Double) -> Markup {
        let points = zip(xs, series.values).map { "\($0),\(y($1, top))" }
        let marks = points.count > 40 ? [points.last ?? ""] : points
        let dots = marks.map { mark(index, at: $0) }
        return "<polyline class=\"line\(index)\" points=\"\(points.joined(separator: " "))\"/>\(dots)"
    }

    /// Told apart by shape as well: a dot, a square, a diamond.
    private static func mark(_ index: Int, at point: String) -> Markup {
        let parts = point.split(separator: ",").compactMap { Int($0) }
        guard parts.count == 2 else { return "" }
        let (x, y) = (parts[0], parts[1])
        return switch index {
        case 0: "<circle class=\"mark0\" cx=\"\(x)\" cy=\"\(y)\" r=\"3\"/>"
        case 1: "<rect class=\"mark1\" x=\"\(x - 3)\" y=\"\(y - 3)\" width=\"6\" height=\"6\"/>"
        default: "<path class=\"mark2\" d=\"M\(x) \(y - 4)l4 4l-4 4l-4 -4z\"/>"
        }
    }

    private static func keys(_ names: [String]) -> Markup {
        var x = left
        let items = names.enumerated().map { index, name -> Markup in
            defer { x += name.count * 7 + 44 }
            return """
                <path class="line\(index)" d="M\(x) \(height + 8)h22"/>\(mark(index, at: "\(x + 11),\(height + 8)"))\
                <text x="\(x + 28)" y="\(height + 12)">\(name)</text>
                """
        }
        return "\(items)"
    }
}
