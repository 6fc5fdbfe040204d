import Audit
import CargoModel
import CargoWorkspace
import TOML

/// Cargo's surprises, each a short story: a registry, a manifest, and what cargo then does, step by step.
///
/// Every command is also given to the cargo on the path, if there is one, and the locks are compared byte by byte.
struct GotchasSuite: Suite {
    static let name = "gotchas"

    func run(_ context: Context) throws(SuiteError) -> Outcome {
        var outcome = Outcome("observed", "cargo-agrees", "not-covered")
        let text = String(decoding: try readFile(context.spec + "/gotchas.md"), as: UTF8.self)
        for section in Self.sections(of: text) {
            do throws(SuiteError) {
                var story = try GotchaStory(section)
                try story.tell(&outcome)
            } catch {
                outcome.note("observed", failure: "\(section[0]): \(error)")
            }
        }
        return outcome
    }

    private static func sections(of text: String) -> [[String]] {
        var sections: [[String]] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line.hasPrefix("## ") { sections.append([]) }
            if !sections.isEmpty { sections[sections.count - 1].append(line) }
        }
        return sections
    }
}

/// One numbered case.
private struct GotchaStory {
    private let title: String
    private let observations: [String]
    private let scenario: Scenario
    private var version = "0.1.0"
    private var manifest = ""
    /// The last command failed in a way that leaves nothing to look at.
    private var isOver = false

    init(_ lines: [String]) throws(SuiteError) {
        title = lines[0]
        observations = lines.filter { $0.hasPrefix("- ") }.map { String($0.dropFirst(2)) }
        scenario = try Scenario()
        var label = ""
        var block: [String]?
        for line in lines {
            if line.hasPrefix("```") {
                if let text = block { note(label, text) }
                block = block == nil ? [] : nil
            } else if block != nil {
                block?.append(line)
            } else if line.hasSuffix(":") {
                label = line
            }
        }
        writeManifest()
    }

    private mutating func note(_ label: String, _ block: [String]) {
        switch label {
        case "Index:": scenario.index = block
        case "Manifest:": manifest = block.joined(separator: "\n")
        default:
            scenario.manifests[String(label.dropFirst().prefix { $0 != "`" })] =
                block.joined(separator: "\n") + "\n"
        }
    }

    /// The keys before the first table belong to the package.
    private func writeManifest() {
        let lines = manifest.split(separator: "\n").map(String.init)
        let keys = lines.prefix { !$0.hasPrefix("[") }
        let edition = keys.contains { $0.hasPrefix("edition") } ? [] : [#"edition = "2021""#]
        let package = ["[package]", #"name = "root""#, "version = \"\(version)\""] + edition + keys
        scenario.manifests["Cargo.toml"] =
            (package + lines.dropFirst(keys.count)).joined(separator: "\n") + "\n"
    }

    mutating func tell(_ outcome: inout Outcome) throws(SuiteError) {
        for line in observations where !isOver {
            let halves = line.pieces(separatedBy: " → ")
            if let operation = Self.operation(halves[0]), halves.count > 1 {
                try run(operation, expecting: halves.dropFirst().joined(separator: " → "), line, &outcome)
            } else if try change(line) {
                continue
            } else if line.hasPrefix("lock shows") {
                let shown = line.firstCode.replacing("[ name", with: "[ ⏎ name").pieces(separatedBy: " ⏎ ")
                note(line, Self.isFound(shown, in: scenario.lockText), &outcome)
            } else if line.hasPrefix("dependencies of ") {
                note(line, dependencies(of: line), &outcome)
            } else {
                outcome.note("not-covered", failure: nil)
            }
        }
    }

    private func note(_ line: String, _ isRight: Bool, _ outcome: inout Outcome) {
        outcome.note("observed", failure: isRight ? nil : "\(title): \(line)")
    }

    private static func operation(_ text: String) -> Operation? {
        switch text {
        case "generate", "`cargo generate-lockfile`": return .update(.afresh)
        case "check": return .locked
        case "`cargo update -w`": return .update(.workspace)
        case "`cargo update`": return .update(.everything)
        default: break
        }
        guard text.hasPrefix("`cargo update "), text.hasSuffix("`") else { return nil }
        let words = text.dropFirst(14).dropLast().split(separator: " ").map(String.init)
        switch words.count {
        case 1: return .update(.packages(words, recursively: false))
        case 2 where words[1] == "--recursive": return .update(.packages([words[0]], recursively: true))
        case 3 where words[1] == "--precise": return .update(.precise(words[0], version: words[2]))
        default: return nil
        }
    }

    private func run(
        _ operation: Operation, expecting expected: String, _ line: String, _ outcome: inout Outcome
    ) throws(SuiteError) {
        let answer = try scenario.ours(operation)
        if Scenario.hasCargo {
            let cargos = try scenario.cargos(operation)
            let isSame =
                answer.name == cargos.name
                && (operation.commandLine.hasSuffix("--locked") || answer.text == cargos.text)
            outcome.note(
                "cargo-agrees",
                failure: isSame
                    ? nil
                    : "\(title): \(line): cargo \(cargos.name) \(cargos.message), not \(answer.name) \(answer.message)")
        }
        let isRight: Bool
        if case .locked = operation {
            isRight = expected.hasPrefix(answer.name == "stale" ? "fails" : answer.name == "ok" ? "OK" : "`error")
        } else if let text = answer.text {
            isRight = expected == "`" + Self.packages(in: text) + "`"
            scenario.lock = text
        } else {
            isRight = expected.hasPrefix("`error")
        }
        outcome.note(
            "observed", failure: isRight ? nil : "\(title): \(line): \(answer.name) \(answer.message)")
    }

    /// `a 1.0.0, b 2.0.0`: what a lock holds, without the package itself.
    private static func packages(in text: [UInt8]) -> String {
        guard let lockfile = try? Lockfile(parsing: text, path: "Cargo.lock") else { return "?" }
        return lockfile.packages.filter { $0.name.value != "root" }
            .map { "\($0.name.value) \($0.version.value)" }.joined(separator: ", ")
    }

    private func dependencies(of line: String) -> Bool {
        let halves = line.pieces(separatedBy: ": `")
        let name = String(halves[0].dropFirst("dependencies of ".count))
        let expected = halves[1].dropLast().pieces(separatedBy: ",").map { $0.trimmed }.filter { !$0.isEmpty }
        guard let lockfile = try? Lockfile(parsing: scenario.lock ?? [], path: "Cargo.lock"),
            let entry = lockfile.packages.first(where: { $0.name.value == name })
        else { return false }
        return entry.dependencies.map { "\"\($0.value)\"" } == expected
    }

    /// Whether the lock has these lines in this order, list items apart.
    private static func isFound(_ shown: [String], in text: String) -> Bool {
        var rest = text.pieces(separatedBy: "\n")[...]
        for line in shown {
            guard let place = rest.firstIndex(of: line) else { return false }
            rest = rest[(place + 1)...]
        }
        return true
    }

    // MARK: Changes

    /// Does what a line says; false if it is no change.
    private mutating func change(_ line: String) throws(SuiteError) -> Bool {
        if line.hasPrefix("manifest becomes") {
            manifest = line.firstCode.lines
            writeManifest()
        } else if line.hasPrefix("index becomes") {
            scenario.index = line.allCode
        } else if line.hasPrefix("package version becomes ") {
            version = String(line.dropFirst("package version becomes ".count))
            writeManifest()
        } else if line.hasPrefix("`"), line.contains("` becomes `") {
            scenario.manifests[line.firstCode] = line.allCode[1].lines + "\n"
        } else {
            return try changeLock(line)
        }
        return true
    }

    private func changeLock(_ line: String) throws(SuiteError) -> Bool {
        if let edit = GotchaEdits.all[line] {
            scenario.lockText = edit(scenario.lockText)
            return true
        }
        return false
    }
}

extension String {
    /// What stands between the first two backticks.
    fileprivate var firstCode: String { allCode.first ?? "" }

    fileprivate var allCode: [String] {
        pieces(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    }

    fileprivate var lines: String { replacing(" ⏎ ", with: "\n") }

    fileprivate var trimmed: String {
        var text = self[...]
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    func pieces(separatedBy separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}

extension Substring {
    fileprivate func pieces(separatedBy separator: String) -> [String] {
        String(self).pieces(separatedBy: separator)
    }
}
