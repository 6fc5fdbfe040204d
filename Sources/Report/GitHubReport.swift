/// Workflow commands, which GitHub Actions shows beside the lines of a change. It shows ten of each kind a step: the
/// gravest are commands, and the rest is in the step's summary, or plain lines where there is none.
struct GitHubReport {
    /// Of each kind.
    private static let limit = 10

    static func text(of report: CheckReport, _ style: ReportStyle) -> String {
        var shown: [Kind: Int] = [:]
        var commands = ""
        var rest = ""
        for item in report.itemsBySeverity {
            guard let kind = Kind(item.standing) else { continue }
            let place = style.paths.path(item.place.path)
            if shown[kind, default: 0] < limit {
                shown[kind, default: 0] += 1
                commands += command(kind, item, place)
            } else {
                rest += plain(kind, item, place)
            }
        }
        return commands + (style.hasStepSummary ? "" : rest) + quiet("lockgate: \(report.summaryLine)") + "\n"
    }

    private enum Kind: String {
        case error, warning, notice

        init?(_ standing: ReportItem.Standing) {
            switch standing {
            case .unjudged, .denied: self = .error
            case .warned: self = .warning
            case .note: self = .notice
            case .ignored, .known: return nil
            }
        }
    }

    private static func command(_ kind: Kind, _ item: ReportItem, _ path: String) -> String {
        var properties = [("file", path), ("line", "\(item.place.line)")]
        if let columns = item.place.columns {
            properties.append(("endLine", "\(columns.endLine)"))
            // Columns are shown only where the place is within one line.
            if columns.endLine == item.place.line {
                properties += [("col", "\(columns.start)"), ("endColumn", "\(columns.end)")]
            }
        }
        properties.append(("title", item.rule))
        let list = properties.map { "\($0)=\(escaped($1, inProperty: true))" }.joined(separator: ",")
        let text = printable(item.message) + (item.help.isEmpty ? "" : "\nhelp: " + printable(item.help))
        return "::\(kind.rawValue) \(list)::\(escaped(text))\n"
    }

    private static func plain(_ kind: Kind, _ item: ReportItem, _ path: String) -> String {
        quiet("\(kind.rawValue)[\(item.rule)]: \(path):\(item.place.line): \(item.message)") + "\n"
    }

    /// One line that the runner takes for no command: not even one of the old kind, which may stand anywhere in a line.
    private static func quiet(_ line: String) -> String {
        var result = String.UnicodeScalarView()
        var marks = 0
        for scalar in printable(line).unicodeScalars {
            if scalar == "[", marks > 1 { result.append(" ") }
            marks = scalar == "#" ? marks + 1 : 0
            result.append(scalar)
        }
        return String(result)
    }

    /// - SeeAlso: `escapeData` and `escapeProperty` in `packages/core/src/command.ts` of actions/toolkit.
    private static func escaped(_ text: String, inProperty: Bool = false) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%": result += "%25"
            case "\r": result += "%0D"
            case "\n": result += "%0A"
            case ":" where inProperty: result += "%3A"
            case "," where inProperty: result += "%2C"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
