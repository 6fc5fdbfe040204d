import Advisories
import Audit
import CargoModel
import CargoWorkspace
import Glibc
import SemVer
import TOML
import TestSupport

/// A `RuleExample` put on disk and loaded, with the places its arrows point at.
struct ExampleWorkspace {
    /// File name, and byte offset in it.
    struct Place: Hashable, Comparable, CustomStringConvertible {
        let file: String
        let offset: Int
        var description: String { "\(file)@\(offset)" }
        static func < (left: Self, right: Self) -> Bool { (left.file, left.offset) < (right.file, right.offset) }
    }

    let context: AuditContext
    let assessment: LockAssessment
    let marked: [Place]
    /// The index, as it is now.
    let registry: LiteralRegistry?
    private let policy: Policy

    init(_ example: RuleExample, today: Day = Day(number: 20_000)) throws {
        var files = Self.files(in: example.text)
        if let short = files.removeValue(forKey: "locked") { files["Cargo.lock"] = ShortLock.text(of: short) }
        marked = files.flatMap { name, text in Self.places(in: text, of: name) }.sorted()
        files = files.mapValues { $0.replacing("↓", with: "") }
        let directory = try TemporaryDirectory()
        for (name, text) in files where !Self.special.contains(name) { try directory.write(text, to: name) }
        for name in files.keys where name.hasSuffix("Cargo.toml") {
            let library = name.replacing("Cargo.toml", with: "src/lib.rs")
            if files[library] == nil { try directory.write("", to: name.replacing("Cargo.toml", with: "src/main.rs")) }
        }
        policy = try Self.policy(files)
        registry = try LiteralRegistry(files["index"] ?? "")
        (context, assessment) = try Self.load(directory, files, policy, today)
    }

    /// What a rule says of it under the example's policy, whatever level the rule has.
    func findings(of rule: any Rule) -> [Finding] {
        let id = type(of: rule).info.id
        let verdict = audit(
            context, policy: policy.overridden(by: [(id, .deny, "-D")]),
            basis: Basis(data: [], policy: "example", lockgateVersion: "0"))
        return verdict.findings.map(\.finding).filter { $0.rule == id }
    }

    private static let special: Set<String> = [
        "index", "index-when-locked", "advisories", "popular", "changes", "no Cargo.lock",
    ]

    /// One name a line, with the number of crates that depend on it.
    private static func popularity(_ lines: String) -> [SourceID: Popularity] {
        let counts = lines.split(separator: "\n").map { line in
            let words = line.split(separator: " ")
            return (name: String(words[0]), dependents: Int(words[1]) ?? 0)
        }
        let dependents = Dictionary(uniqueKeysWithValues: counts.map { ($0.name, $0.dependents) })
        return [.cratesIO: Popularity(ranking: counts.sorted { $0.dependents > $1.dependents }, dependents: dependents)]
    }

    /// `lockgate.toml`, `lockgate-baseline.toml`, and any other `lockgate.toml` as misplaced.
    private static func policy(_ files: [String: String]) throws -> Policy {
        var policy = Policy()
        if let text = files["lockgate.toml"] {
            policy = try Policy(parsing: Array(text.utf8), path: "lockgate.toml", rules: RuleCatalogue.infos)
        }
        if let text = files["lockgate-baseline.toml"] {
            policy.baseline = try Baseline(parsing: Array(text.utf8), path: "lockgate-baseline.toml")
        }
        policy.misplaced = files.keys.filter { $0.hasSuffix("/lockgate.toml") }.sorted().map {
            MisplacedConfig(
                location: Location(path: $0, span: Span(start: 0, end: 1)), fact: "nothing reads it", help: "move it")
        }
        return policy
    }

    private static func load(
        _ directory: TemporaryDirectory, _ files: [String: String], _ policy: Policy, _ today: Day
    ) throws -> (AuditContext, LockAssessment) {
        let workspace = try loadWorkspace(
            at: directory.path, environment: Environment(workingDirectory: directory.path))
        let index = files["index"] ?? ""
        let registry = try LiteralRegistry(index)
        var bytes = files["Cargo.lock"].map { Array($0.utf8) }
        if bytes == nil, files["no Cargo.lock"] == nil {
            let before = try LiteralRegistry(files["index-when-locked"] ?? index)
            bytes = try LockAssessment(of: workspace, bytes: nil, path: "Cargo.lock", registry: before).text
        }
        let assessment = try LockAssessment(of: workspace, bytes: bytes, path: "Cargo.lock", registry: registry)
        let facts = AuditFacts(
            about: assessment.lock, in: workspace, from: registry, policy: policy,
            popularity: popularity(files["popular"] ?? ""), today: today)
        var context = facts.context(
            workspace: workspace, assessment: assessment,
            advisories: try advisories(files["advisories"] ?? "", in: directory), policy: policy, today: today)
        context.changes = (files["changes"] ?? "").split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 6, let version = try? Version(words[1]),
                let kind = RegistryChange.Kind(rawValue: words[2])
            else { return nil }
            return RegistryChange(
                registry: SourceID.cratesIO.url, name: words[0], version: version, kind: kind, old: words[3],
                new: words[4], noticed: words[5])
        }
        context.proposals = .find(for: context, under: policy, assessment.request, from: registry)
        return (context, assessment)
    }

    private static func advisories(
        _ lines: String, in directory: TemporaryDirectory
    ) throws -> [String: [Advisory]] {
        let header = "{\"source\":\"test\",\"revision\":\"0\",\"date\":\"2024-01-01\"}\n"
        try directory.write(header + lines + "\n", to: "advisories.jsonl")
        let batch = try readAdvisories(at: directory.path + "/advisories.jsonl")
        guard batch.setAside.isEmpty else { throw NotationError(text: "\(batch.setAside)") }
        return Dictionary(grouping: batch.advisories, by: \.package)
    }

    /// The parts of an example; one without `-- name --` lines is the body of a manifest.
    private static func files(in text: String) -> [String: String] {
        var files: [String: String] = [:]
        var name = "Cargo.toml"
        var isFirst = true
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("-- "), line.hasSuffix(" --") {
                name = String(line.dropFirst(3).dropLast(3))
                files[name] = ""
            } else {
                if isFirst { files[name] = "[package]\nname = \"app\"\nversion = \"0.1.0\"\n" }
                files[name, default: ""] += line + "\n"
            }
            isFirst = false
        }
        return files
    }

    private static func places(in text: String, of file: String) -> [Place] {
        var offset = 0
        var places: [Place] = []
        for character in text {
            if character == "↓" {
                places.append(Place(file: file, offset: offset))
            } else {
                offset += character.utf8.count
            }
        }
        return places
    }
}
