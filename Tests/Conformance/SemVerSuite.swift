import SemVer

/// Versions and requirements as Cargo itself judged them, from the table `semver-cases.tsv`.
struct SemVerSuite: Suite {
    static let name = "semver"

    func run(_ context: Context) throws(SuiteError) -> Outcome {
        var outcome = Outcome("req-parse", "version-parse", "match", "order")
        for line in try readLines(context.spec + "/semver-cases.tsv") where !line.hasPrefix("#") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map { unescape($0) }
            guard fields.count >= 4 else { throw SuiteError("a line with \(fields.count) fields: \(line)") }
            let problem = Case(fields).problem
            outcome.note(fields[0], failure: problem.map { "\(line): \($0)" })
        }
        return outcome
    }

    /// `\\`, `\t`, `\n`, `\r` and `\u{hex}`.
    private func unescape(_ field: Substring) -> String {
        var result = String.UnicodeScalarView()
        var rest = field.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "\\", let letter = rest.popFirst() else {
                result.append(scalar)
                continue
            }
            switch letter {
            case "t": result.append("\t")
            case "n": result.append("\n")
            case "r": result.append("\r")
            case "u":
                let digits = rest.dropFirst().prefix { $0 != "}" }
                rest = rest.dropFirst(digits.count + 2)
                result.append(UInt32(String(digits), radix: 16).flatMap(Unicode.Scalar.init) ?? "?")
            default: result.append(letter)
            }
        }
        return String(result)
    }
}

/// One row: the kind, two inputs, the expected result and, for parsing, the canonical form or the reason.
private struct Case {
    let kind: String
    let first: String
    let second: String
    let expected: String
    let detail: String

    init(_ fields: [String]) {
        kind = fields[0]
        first = fields[1]
        second = fields[2]
        expected = fields[3]
        detail = fields.count > 4 ? fields[4] : ""
    }

    /// Nil if the case passes.
    var problem: String? {
        let actual = result
        if actual.verdict != expected { return "got \(actual.verdict) \(actual.detail)" }
        let isSilent = detail.isEmpty || detail == "generated" || kind == "match" || kind == "order"
        return isSilent || actual.detail == detail ? nil : "got \(actual.detail)"
    }

    private var result: (verdict: String, detail: String) {
        switch kind {
        case "req-parse":
            do throws(VersionRequirementError) { return ("accept", try VersionRequirement(first).description) } catch {
                return ("reject", error.description)
            }
        case "version-parse":
            do throws(VersionError) { return ("accept", try Version(trimmed).description) } catch {
                return ("reject", error.description)
            }
        case "match": return (matches.map { $0 ? "yes" : "no" } ?? "unreadable", "")
        default: return (greater ?? "unreadable", "")
        }
    }

    /// The table has what Cargo makes of `package.version`, where it removes white space first.
    private var trimmed: String {
        var scalars = first.unicodeScalars[...]
        while scalars.first?.properties.isWhitespace == true { scalars.removeFirst() }
        while scalars.last?.properties.isWhitespace == true { scalars.removeLast() }
        return String(scalars)
    }

    private var matches: Bool? {
        guard let requirement = try? VersionRequirement(first), let version = try? Version(second) else { return nil }
        return requirement.matches(version)
    }

    private var greater: String? {
        guard let left = try? Version(first), let right = try? Version(second) else { return nil }
        return left == right ? "equal" : left < right ? "second" : "first"
    }
}
