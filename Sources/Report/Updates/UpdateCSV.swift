import Audit
import CargoModel

/// One line per package, for a spreadsheet: RFC 4180, lines end in CRLF, the first names the columns.
enum UpdateCSV {
    static func text(of report: UpdateReport) -> String {
        var text = row(columns)
        for workspace in report.workspaces {
            if case .failure(let failure) = workspace.result {
                text += row(
                    [workspace.path, "error"] + Array(repeating: "", count: columns.count - 3) + [failure.message])
            }
            for update in workspace.packages { text += row(cells(update, workspace)) }
        }
        return text
    }

    private static let columns = [
        "workspace", "urgency", "package", "locked", "source", "direct", "goal", "step", "compatible", "newest",
        "allowed", "cargo_update", "days_behind", "libyears", "yanked", "advisories", "pins", "held_by", "note",
    ]

    private static func cells(_ update: PackageUpdate, _ workspace: WorkspaceUpdates) -> [String] {
        [
            workspace.path, update.urgency.name, update.id.name, "\(update.id.version)",
            "\(update.id.source)", update.isDirect ? "yes" : "no", text(update.goal), update.step?.rawValue ?? "",
            text(update.compatible?.version), text(update.newest?.version), text(update.allowed?.version),
            text(update.arrival?.version), text(update.daysBehind),
            update.libyearDays.map { decimal(Double($0) / 365.25) } ?? "", update.isYanked ? "yes" : "no",
            update.advisories.map(\.id).joined(separator: " "), update.pins.map(\.text).joined(separator: " "),
            (update.hold?.blockers ?? []).map { "\($0.owner) requires \($0.crate) \($0.requirement)" }
                .joined(separator: "; "), update.gap ?? objections(update),
        ]
    }

    /// What speaks against versions that other cells name.
    private static func objections(_ update: PackageUpdate) -> String {
        var offers = update.offers
        if let arrival = update.arrival, !offers.contains(where: { $0.version == arrival.version }) {
            offers.append(arrival)
        }
        return offers.compactMap { offer in offer.objection.map { "\(offer.version): \($0.text)" } }
            .joined(separator: "; ")
    }

    private static func text(_ value: (some CustomStringConvertible)?) -> String { value?.description ?? "" }

    private static func row(_ cells: [String]) -> String {
        cells.map(cell).joined(separator: ",") + "\r\n"
    }

    /// A cell that begins like a formula would be run by some spreadsheets: it gets a quote in front.
    private static func cell(_ text: String) -> String {
        let text = printable(text)
        let safe = text.utf8.first.map { formulaStarts.contains($0) } == true ? "'" + text : text
        guard safe.utf8.contains(where: { [0x2C, 0x22].contains($0) }) else { return safe }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }

    private static let formulaStarts = Array("=+-@".utf8)
}
