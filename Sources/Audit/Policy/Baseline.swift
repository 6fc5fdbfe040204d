import CargoModel
package import TOML

/// The findings that were there when lockgate was adopted: they count for nothing until they are gone, and then they
/// have to leave the file. By identity, rule and subject, so that edits elsewhere do not matter.
///
/// Shape: TOML, `findings = ["rule:subject", …]`, one a line in byte order, so that two branches merge.
package struct Baseline: Sendable {
    package let path: String
    /// In file order.
    package let entries: [Spanned<String>]
    private let identities: Set<String>

    package init(parsing bytes: [UInt8], path: String) throws(PolicyError) {
        self.path = path
        entries = try Self.read(bytes, path)
        identities = Set(entries.map(\.value))
    }

    private static func read(_ bytes: [UInt8], _ path: String) throws(PolicyError) -> [Spanned<String>] {
        func fail(_ reason: PolicyError.Reason, _ span: Span) -> PolicyError {
            PolicyError(reason, at: Location(path: path, span: span))
        }
        let root: TOMLTable
        do { root = try parseTOML(bytes).root } catch { throw fail(.syntax(error.reason), error.span) }
        for entry in root.entries where entry.key != "findings" {
            throw fail(.unknownKey(entry.key, nearest: nil, known: ["findings"]), entry.keySpan)
        }
        guard let node = root["findings"] else { return [] }
        let wrong = { (found: TOMLNode) in
            fail(.wrongType(key: "findings", expected: "a list of strings", found: found.typeName), found.span)
        }
        guard let list = node.array else { throw wrong(node) }
        var entries: [Spanned<String>] = []
        for item in list {
            guard let text = item.string else { throw wrong(item) }
            entries.append(Spanned(text, at: item.span))
        }
        return entries
    }

    package func contains(_ finding: Finding) -> Bool {
        identities.contains(finding.identity) && Self.mayHold(finding.rule)
    }

    /// What is never let pass for being old: a lock that is stale, malware, a lock that is not what was published, and
    /// the state of the policy itself.
    private static let excluded: Set<String> = [
        "lock-missing", "lock-stale", "malicious", "checksum-mismatch", "checksum-missing", "unknown-version",
        "lock-edges-mismatch", "registry-changed", "unused-ignore", "expired-ignore", "unused-baseline",
        "misplaced-config", "checksum-changed", "source-changed", "unexplained-drift", "downgrade", "unrelated-update",
    ]

    package static func mayHold(_ rule: String) -> Bool { !excluded.contains(rule) }

    /// The file for these findings.
    ///
    /// - Parameter identities: in any order, doubles allowed.
    package static func text(of identities: [String]) -> String {
        let lines = Set(identities).sorted { $0.precedesInBytes($1) }.map { "    \(TOMLText.quoted($0)),\n" }
        return """
            # Findings that were there when this file was written by `lockgate baseline`. They are let pass; new ones are
            # judged. One that is gone has to leave: `lockgate baseline --prune`.
            findings = [
            \(lines.joined())]

            """
    }
}

/// Writing TOML.
package enum TOMLText {
    /// A basic string.
    package static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
