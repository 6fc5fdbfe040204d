import Audit
import JSON

/// SARIF 2.1.0 within the limits of GitHub's code scanning: one run a lock, the last of twenty for all that are left;
/// 25,000 results a run, the gravest first.
enum SARIFReport {
    private static let runLimit = 20
    private static let resultLimit = 25_000

    static func bytes(of report: CheckReport) -> [UInt8] {
        var writer = JSONWriter(.pretty)
        writer.object { writer in
            writer.member("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
            writer.member("version", "2.1.0")
            writer.key("runs")
            writer.array { writer in
                for run in runs(of: report) { write(run, report, &writer) }
            }
        }
        return writer.bytes
    }

    /// The locks that share a run.
    private struct Run {
        let category: String
        let workspaces: [WorkspaceReport]
    }

    private static func runs(of report: CheckReport) -> [Run] {
        let alone = report.workspaces.count <= runLimit ? runLimit : runLimit - 1
        let runs = report.workspaces.prefix(alone).map { workspace in
            Run(category: workspace.path == "." ? "" : SARIFText.uri(workspace.path) + "/", workspaces: [workspace])
        }
        let rest = Array(report.workspaces.dropFirst(alone))
        return rest.isEmpty ? runs : runs + [Run(category: "others/", workspaces: rest)]
    }

    private static func write(_ run: Run, _ report: CheckReport, _ writer: inout JSONWriter) {
        let part = CheckReport(run.workspaces, isCollection: true, lockgateVersion: report.lockgateVersion)
        let items = part.itemsBySeverity
        let results = items.filter { $0.standing != .unjudged }.prefix(resultLimit)
        let rules = SARIFRules(Array(results))
        writer.object { writer in
            rules.writeTool(version: report.lockgateVersion, &writer)
            writer.key("automationDetails")
            writer.object { $0.member("id", "lockgate/\(run.category)") }
            writer.member("columnKind", "unicodeCodePoints")
            writeInvocation(part, items, cut: items.count { $0.standing != .unjudged } - results.count, &writer)
            writer.key("results")
            writer.array { writer in
                for item in results { SARIFResult.write(item, rules, &writer) }
            }
        }
    }

    // MARK: What could not be told

    private static func writeInvocation(
        _ run: CheckReport, _ items: [ReportItem], cut: Int, _ writer: inout JSONWriter
    ) {
        let unjudged = items.filter { $0.standing == .unjudged }
        writer.key("invocations")
        writer.array { writer in
            writer.object { writer in
                writer.member("executionSuccessful", unjudged.isEmpty)
                writer.member("exitCode", Int(run.exitStatus))
                writer.key("toolExecutionNotifications")
                writer.array { writer in
                    for item in unjudged { write(item, &writer) }
                    if run.workspaces.count > 1 {
                        let number = run.workspaces.count
                        note("this run is of \(number) locks, since a file may have no more than \(runLimit)", &writer)
                    }
                    if cut > 0 { note("\(count(cut, "result")) left out: a run may have \(resultLimit)", &writer) }
                }
            }
        }
    }

    private static func write(_ item: ReportItem, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("level", "error")
            let notes = item.notes.map { "note: \($0.text)" }
            let lines = [item.message] + (item.help.isEmpty ? [] : ["help: " + item.help]) + notes
            SARIFText.message(lines.map(printable).joined(separator: "\n"), &writer)
            writer.key("locations")
            writer.array { SARIFText.location(item.place, &$0) }
        }
    }

    private static func note(_ text: String, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("level", "note")
            SARIFText.message(text, &writer)
        }
    }
}

/// Parts that results and notifications share.
enum SARIFText {
    static func message(_ text: String, key: String = "message", _ writer: inout JSONWriter) {
        writer.key(key)
        writer.object { $0.member("text", text) }
    }

    /// A location object.
    ///
    /// - Parameter text: what it has to do with the result.
    static func location(_ place: Place, id: Int? = nil, text: String? = nil, _ writer: inout JSONWriter) {
        writer.object { writer in
            if let id { writer.member("id", id) }
            if let text { message(text, &writer) }
            writer.key("physicalLocation")
            writer.object { writer in
                writer.key("artifactLocation")
                writer.object { $0.member("uri", uri(place.path)) }
                writer.key("region")
                writer.object { region(place, &$0) }
            }
        }
    }

    private static func region(_ place: Place, _ writer: inout JSONWriter) {
        writer.member("startLine", place.line)
        guard let columns = place.columns else { return }
        writer.member("startColumn", columns.start)
        writer.member("endLine", columns.endLine)
        writer.member("endColumn", columns.end)
        if let snippet = place.snippet { message(snippet, key: "snippet", &writer) }
    }

    /// A relative path stays one; an absolute one is a `file:` URI.
    static func uri(_ path: String) -> String {
        var result = path.utf8.first == UInt8(ascii: "/") ? "file://" : ""
        for byte in path.utf8 {
            if isPlain(byte) {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                result += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"): true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: false
        }
    }
}
