import JSON
import TOML

/// toml-test: every valid file of TOML 1.0 and 1.1 must give the values it gives there, every invalid one must be
/// refused.
struct TOMLSuite: Suite {
    static let name = "toml-test"

    /// Files that are invalid in TOML 1.0 and valid in 1.1, which is what Cargo reads. They must be accepted.
    private static let deviations: Set<String> = [
        "invalid/datetime/no-secs.toml",
        "invalid/inline-table/linebreak-01.toml",
        "invalid/inline-table/linebreak-02.toml",
        "invalid/inline-table/linebreak-03.toml",
        "invalid/inline-table/linebreak-04.toml",
        "invalid/inline-table/trailing-comma.toml",
        "invalid/local-datetime/no-secs.toml",
        "invalid/local-time/no-secs.toml",
        "invalid/string/basic-byte-escapes.toml",
    ]

    func run(_ context: Context) throws(SuiteError) -> Outcome {
        var outcome = Outcome("valid", "invalid")
        let directory = context.corpus + "/toml-test/tests/"
        let new = try readLines(directory + "files-toml-1.1.0")
        let known = Set(new)
        let old = try readLines(directory + "files-toml-1.0.0").filter { !known.contains($0) }
        for file in new + old where file.hasSuffix(".toml") {
            if file.hasPrefix("valid/") {
                outcome.note("valid", failure: try checkValid(directory, file))
            } else {
                try checkInvalid(directory, file, &outcome)
            }
        }
        return outcome
    }

    private func checkValid(_ directory: String, _ file: String) throws(SuiteError) -> String? {
        let bytes = try readFile(directory + file)
        let expected = try readJSON(directory + file.dropLast(4) + "json")
        do throws(TOMLError) {
            let document = try parseTOML(bytes)
            return TaggedJSON.difference(.table(document.root), expected, at: "").map { "\(file): \($0)" }
        } catch {
            return "\(file): \(error) at \(error.span)"
        }
    }

    private func checkInvalid(_ directory: String, _ file: String, _ outcome: inout Outcome) throws(SuiteError) {
        let isAccepted = (try? parseTOML(try readFile(directory + file))) != nil
        if isAccepted, Self.deviations.contains(file) {
            outcome.deviations += 1
        } else {
            let isExpected = !isAccepted && !Self.deviations.contains(file)
            outcome.note("invalid", failure: isExpected ? nil : "\(file): \(isAccepted ? "accepted" : "refused")")
        }
    }

    private func readJSON(_ path: String) throws(SuiteError) -> JSONValue {
        let bytes = try readFile(path)
        do throws(JSONError) { return try JSONValue(parsing: bytes) } catch { throw SuiteError("\(path): \(error)") }
    }
}

/// The notation of toml-test: every scalar is an object with its type and its text.
private enum TaggedJSON {
    /// The first difference between a value and what the corpus expects; nil if there is none.
    static func difference(_ value: TOMLValue, _ expected: JSONValue, at path: String) -> String? {
        switch (value, expected) {
        case (.table(let table), .object(let entries)): difference(table, entries, at: path)
        case (.array(let nodes), .array(let elements)): difference(nodes, elements, at: path)
        default:
            isEqual(value, type: expected["type"]?.text ?? "", text: expected["value"]?.text ?? "")
                ? nil : "\(path): \(value), expected \(expected)"
        }
    }

    private static func difference(_ table: TOMLTable, _ entries: [JSONValue.Entry], at path: String) -> String? {
        if table.count != entries.count { return "\(path): \(table.entries.map(\.key)), not \(entries.map(\.key))" }
        for entry in entries {
            guard let node = table[entry.key] else { return "\(path).\(entry.key) is missing" }
            if let difference = difference(node.value, entry.value, at: "\(path).\(entry.key)") { return difference }
        }
        return nil
    }

    private static func difference(_ nodes: [TOMLNode], _ elements: [JSONValue], at path: String) -> String? {
        if nodes.count != elements.count { return "\(path): \(nodes.count) elements, not \(elements.count)" }
        for (index, pair) in zip(nodes, elements).enumerated() {
            if let difference = difference(pair.0.value, pair.1, at: "\(path)[\(index)]") { return difference }
        }
        return nil
    }

    private static func isEqual(_ value: TOMLValue, type: String, text: String) -> Bool {
        switch value {
        case .string(let string): type == "string" && Array(string.utf8) == Array(text.utf8)
        case .integer(let integer): type == "integer" && Int64(text) == integer
        case .boolean(let boolean): type == "bool" && text == "\(boolean)"
        case .float(let float): type == "float" && isEqual(float, Double(text))
        case .datetime(let datetime): type == self.type(of: datetime) && normalised(text) == self.text(of: datetime)
        case .array, .table: false
        }
    }

    private static func isEqual(_ left: Double, _ right: Double?) -> Bool {
        left == right || left.isNaN && right?.isNaN == true
    }
}

// MARK: Dates

extension TaggedJSON {
    private static func type(of datetime: TOMLDateTime) -> String {
        if datetime.date == nil { return "time-local" }
        if datetime.time == nil { return "date-local" }
        return datetime.offset == nil ? "datetime-local" : "datetime"
    }

    private static func text(of datetime: TOMLDateTime) -> String {
        var text = ""
        if let date = datetime.date {
            text = "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
            if datetime.time != nil { text += "T" }
        }
        if let time = datetime.time {
            text += "\(padded(time.hour, 2)):\(padded(time.minute, 2)):\(padded(time.second, 2))"
            if time.nanosecond > 0 { text += trimmed("." + padded(time.nanosecond, 9)) }
        }
        return text + self.text(of: datetime.offset)
    }

    private static func text(of offset: TOMLDateTime.Offset?) -> String {
        switch offset {
        case nil: ""
        case .utc, .minutes(0): "Z"
        case .minutes(let minutes):
            "\(minutes < 0 ? "-" : "+")\(padded(abs(minutes) / 60, 2)):\(padded(abs(minutes) % 60, 2))"
        }
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(width - digits.count, 0)) + digits
    }

    private static func trimmed(_ fraction: String) -> String {
        var fraction = fraction
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return fraction
    }

    /// Without zeros at the end of the fraction, and with `Z` for an offset of nothing.
    private static func normalised(_ text: String) -> String {
        let text = text.hasSuffix("+00:00") ? text.dropLast(6) + "Z" : text
        guard let point = text.firstIndex(of: ".") else { return text }
        let end = text[point...].dropFirst().firstIndex { !$0.isNumber } ?? text.endIndex
        let fraction = trimmed(String(text[point..<end]))
        return text[..<point] + (fraction == "." ? "" : fraction) + text[end...]
    }
}
