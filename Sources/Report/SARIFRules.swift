import Audit
import JSON

/// The rules of a SARIF run: the whole catalogue, so that a dashboard can tell a rule without findings from none.
struct SARIFRules {
    private let infos = RuleCatalogue.infos
    private let positions: [String: Int]
    /// The worst score among the findings of a rule.
    private let worst: [String: Double]

    init(_ items: [ReportItem]) {
        positions = Dictionary(infos.enumerated().map { ($1.id, $0) }) { first, _ in first }
        var worst: [String: Double] = [:]
        for item in items {
            guard let score = item.score.flatMap(Double.init), (0...10).contains(score) else { continue }
            worst[item.rule] = max(score, worst[item.rule] ?? 0)
        }
        self.worst = worst
    }

    func index(of rule: String) -> Int? { positions[rule] }

    static func level(of info: RuleInfo) -> String {
        switch info.levels[.application] {
        case .deny: "error"
        case .warn: "warning"
        case .allow: "note"
        }
    }

    /// What a finding of these rules stands for, out of ten, where nothing says it better. Rules that are not here are not
    /// about security.
    private static let severities = [
        "malicious": "10.0", "checksum-mismatch": "9.0", "registry-changed": "9.0", "yank-storm": "8.0",
        "lookalike-name": "8.0",
        "source-not-allowed": "7.0", "source-ambiguous": "7.0", "vulnerability": "7.0", "unknown-version": "7.0",
        "checksum-missing": "5.0", "new-dependency-in-patch": "5.0", "too-new": "4.0", "pin-blocks-fix": "4.0",
        "unsound": "4.0", "yanked": "3.0", "unmaintained": "2.0", "notice": "2.0",
    ]

    // MARK: Writing

    func writeTool(version: String, _ writer: inout JSONWriter) {
        writer.key("tool")
        writer.object { writer in
            writer.key("driver")
            writer.object { writer in
                writer.member("name", "lockgate")
                writer.member("semanticVersion", version)
                writer.key("rules")
                writer.array { writer in
                    for info in infos { write(info, &writer) }
                }
            }
        }
    }

    private func write(_ info: RuleInfo, _ writer: inout JSONWriter) {
        let level = Self.level(of: info)
        writer.object { writer in
            writer.member("id", info.id)
            SARIFText.message(RulePage.sentence(info.summary), key: "shortDescription", &writer)
            SARIFText.message(info.rationale, key: "fullDescription", &writer)
            writer.key("help")
            writer.object { writer in
                writer.member("text", "\(info.rationale)\n\nThe page of the rule: lockgate rules \(info.id)")
                writer.member("markdown", "\(info.rationale)\n\nThe page of the rule: `lockgate rules \(info.id)`")
            }
            writer.key("defaultConfiguration")
            writer.object { $0.member("level", level) }
            writer.key("properties")
            writer.object { writeProperties(info.id, level, &$0) }
        }
    }

    private func writeProperties(_ rule: String, _ level: String, _ writer: inout JSONWriter) {
        let severity = worst[rule].map { "\($0)" } ?? Self.severities[rule]
        writer.key("tags")
        writer.array { writer in
            for tag in severity == nil ? ["dependencies"] : ["dependencies", "security"] { writer.string(tag) }
        }
        writer.member("precision", "very-high")
        writer.member("problem.severity", level == "note" ? "recommendation" : level)
        if let severity { writer.member("security-severity", severity) }
    }
}
