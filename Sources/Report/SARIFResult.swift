import Audit
import JSON

/// One result of a SARIF run.
enum SARIFResult {
    static func write(_ item: ReportItem, _ rules: SARIFRules, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("ruleId", item.rule)
            if let index = rules.index(of: item.rule) { writer.member("ruleIndex", index) }
            writer.member("level", level(of: item))
            SARIFText.message(text(of: item), &writer)
            writer.key("locations")
            writer.array { SARIFText.location(item.place, &$0) }
            writeRelated(item, &writer)
            writer.key("partialFingerprints")
            writer.object { $0.member("lockgate/finding-v1", item.fingerprint) }
            writeSuppression(item, &writer)
            writeProperties(item, &writer)
        }
    }

    /// Message, reason, help, and the notes that have no place of their own.
    private static func text(of item: ReportItem) -> String {
        var lines = [item.message]
        if let finding = item.finding { lines.append("why: " + finding.why) }
        if !item.help.isEmpty { lines.append("help: " + item.help) }
        lines += item.notes.filter { $0.location == nil }.map { "note: " + $0.text }
        return lines.map { SARIFText.plain(printable($0)) }.joined(separator: "\n")
    }

    /// What is let pass has the level its rule starts with.
    private static func level(of item: ReportItem) -> String {
        switch item.standing {
        case .unjudged, .denied: "error"
        case .warned: "warning"
        case .note: "note"
        case .ignored, .known:
            RuleCatalogue.infos.first { $0.id == item.rule }.map(SARIFRules.level) ?? "warning"
        }
    }

    private static func writeRelated(_ item: ReportItem, _ writer: inout JSONWriter) {
        guard !item.related.isEmpty else { return }
        writer.key("relatedLocations")
        writer.array { writer in
            for (number, (text, place)) in item.related.enumerated() {
                SARIFText.location(place, id: number + 1, text: SARIFText.plain(printable(text)), &writer)
            }
        }
    }

    private static func writeSuppression(_ item: ReportItem, _ writer: inout JSONWriter) {
        guard let reason = item.reason else { return }
        writer.key("suppressions")
        writer.array { writer in
            writer.object { writer in
                writer.member("kind", "external")
                writer.member("justification", printable(reason))
            }
        }
    }

    private static func writeProperties(_ item: ReportItem, _ writer: inout JSONWriter) {
        let facts = item.finding?.facts ?? []
        if let score = item.score.flatMap(Double.init), (0...10).contains(score) {
            writer.key("rank")
            writer.number(digits: "\((score * 10).rounded())")
        }
        writer.key("properties")
        writer.object { writer in
            if let score = item.score { writer.member("security-severity", score) }
            writer.member("subject", item.subject)
            writer.key("facts")
            writer.object { writer in
                for (key, value) in facts { writer.member(key, value) }
            }
            BuildJSON.write(item.finding?.build, &writer)
        }
    }
}

extension SARIFText {
    /// In a message `[text](target)` is a link, unless its brackets are escaped.
    static func plain(_ text: String) -> String {
        guard text.contains("](") else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if scalar == "[" || scalar == "]" || scalar == "\\" { result += "\\" }
            result.unicodeScalars.append(scalar)
        }
        return result
    }
}
