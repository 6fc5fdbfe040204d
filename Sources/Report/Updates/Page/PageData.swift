import Advisories
import Audit
import CargoModel
import JSON
import SemVer

/// Every package of every workspace for the script of the page, small: texts are written once and referred to by number,
/// and so is everything that is the same of a locked version in several workspaces.
///
///     {"workspaces":[path…], "urgencies":[word…], "texts":[text…],
///      "records":[[urgency, traits, name, locked, source, goal, step, above, why, held, days]…],
///      "rows":[[record * 4 + isNew * 2 + isDirect…]…]}
///
/// In a record what is text is the number of one, held has a line for each who holds; `traits` are bits (`PackageUpdate.traits`), days -1 if unknown. Rows are
/// by workspace.
struct PageData {
    private struct Record: Hashable {
        let numbers: [Int]
    }

    private var texts: [String] = []
    private var textNumbers: [String: Int] = [:]
    private var records: [Record] = []
    private var recordNumbers: [Record: Int] = [:]
    private var rows: [[Int]] = []

    static func block(of report: UpdateReport, _ facts: PageFacts) -> Markup {
        let json = Markup.data(PageData(report, facts).json(of: report))
        return "<script type=\"application/json\" id=\"data\">\(json)</script>\n"
    }

    private init(_ report: UpdateReport, _ facts: PageFacts) {
        _ = number(of: "")
        for (number, workspace) in report.workspaces.enumerated() {
            rows.append(
                workspace.packages.map { update in
                    let place = PageFacts.Place(number: number, workspace: workspace, update: update)
                    let flags = (facts.isNew(place) ? 2 : 0) + (update.isDirect ? 1 : 0)
                    return recordNumber(of: update, workspace) * 4 + flags
                })
        }
    }

    private mutating func recordNumber(of update: PackageUpdate, _ workspace: WorkspaceUpdates) -> Int {
        let record = Record(
            numbers: [update.urgency.rawValue, update.traits] + texts(of: update, workspace).map { number(of: $0) }
                + [update.daysBehind ?? -1])
        if let known = recordNumbers[record] { return known }
        recordNumbers[record] = records.count
        records.append(record)
        return records.count - 1
    }

    private func texts(of update: PackageUpdate, _ workspace: WorkspaceUpdates) -> [String] {
        let above = update.offers.map(\.text) + [update.arrivalText].compactMap { $0 }
        return [
            update.id.name, "\(update.id.version)", update.id.source.isCratesIO ? "" : "\(update.id.source)",
            update.goal.map { "\($0)" } ?? "", update.step?.rawValue ?? "", above.joined(separator: "; "),
            ([update.gap].compactMap { $0 } + update.reasons).joined(separator: "; "),
            update.holders(workspace).map(printable).joined(separator: "\n"),
        ]
    }

    /// - Parameter text: of lines that hold no line ends themselves.
    private mutating func number(of text: String) -> Int {
        if let known = textNumbers[text] { return known }
        textNumbers[text] = texts.count
        texts.append(text.split(separator: "\n").map { HTMLText.plain(String($0)) }.joined(separator: "\n"))
        return texts.count - 1
    }

    private func json(of report: UpdateReport) -> [UInt8] {
        var writer = JSONWriter(.compact)
        writer.object { writer in
            Self.strings("workspaces", report.workspaces.map { HTMLText.plain($0.path) }, &writer)
            Self.strings("urgencies", PackageUpdate.Urgency.allCases.map(\.name), &writer)
            Self.strings("texts", texts, &writer)
            Self.numbers("records", records.map(\.numbers), &writer)
            Self.numbers("rows", rows, &writer)
        }
        return writer.bytes
    }

    private static func strings(_ key: String, _ texts: [String], _ writer: inout JSONWriter) {
        writer.key(key)
        writer.array { writer in
            for text in texts { writer.string(text) }
        }
    }

    private static func numbers(_ key: String, _ lists: [[Int]], _ writer: inout JSONWriter) {
        writer.key(key)
        writer.array { writer in
            for list in lists {
                writer.array { writer in
                    for number in list { writer.number(number) }
                }
            }
        }
    }
}

extension PackageUpdate {
    /// What filters ask for, a bit each.
    fileprivate var traits: Int {
        let kinds = Set(advisories.map(\.kind))
        let all = [
            hasCompatibleUpdate, hasOnlyBreakingUpdate,
            kinds.contains(.malicious) || kinds.contains(.vulnerability), isYanked, !pins.isEmpty && newest != nil,
            kinds.contains(.unsound), kinds.contains(.unmaintained),
        ]
        return all.enumerated().reduce(0) { $0 | ($1.element ? 1 << $1.offset : 0) }
    }

    /// Why it is in the list; how old it is has a column of its own.
    var reasons: [String] {
        advisories.map(\.text) + (isYanked ? ["yanked"] : []) + [build?.phrase].compactMap { $0 }
            + (newest == nil ? [] : pins.map { "pinned to `\($0.text)`\($0.since.map { " since \($0)" } ?? "")" })
    }

    /// Who is in the way, a line each.
    func holders(_ workspace: WorkspaceUpdates) -> [String] {
        (hold?.blockers ?? []).map { blocker in
            let place = blocker.location.map { " (\(workspace.place($0)))" } ?? ""
            return blocker.text + place + (blocker.chain.isEmpty ? "" : ", by way of \(blocker.chain)")
        }
    }
}
