import Audit
import CargoModel
import CargoWorkspace
import JSON
import SemVer
import TOML

/// Small repositories as Cargo read them, from the table `manifest-cases.jsonl`.
struct ManifestSuite: Suite {
    static let name = "manifest"

    func run(_ context: Context) throws(SuiteError) -> Outcome {
        var outcome = Outcome("accepted", "refused", "locked")
        let lines = try readLines(context.spec + "/manifest-cases.jsonl")
        let registries = try CaseRegistries(lines.first ?? "")
        for line in lines.dropFirst() {
            let row: JSONValue
            do { row = try JSONValue(parsing: Array(line.utf8)) } catch { throw SuiteError("\(error) in \(line)") }
            let test = try ManifestCase(row, registries)
            let result = test.run()
            outcome.note(
                result.kind, failure: result.problem.map { "\(test.group)/\(test.name): \($0)" })
        }
        return outcome
    }
}

/// One repository with the command that Cargo ran in it.
struct ManifestCase {
    let group: String
    let name: String
    /// Set up on disk; `$ROOT` of the row.
    let scratch: ScratchDirectory
    let row: JSONValue
    private let registry: TreeRegistry

    init(_ row: JSONValue, _ registries: CaseRegistries) throws(SuiteError) {
        self.row = row
        registry = try registries.registry(row["registry"]?.text ?? "")
        group = row["group"]?.text ?? "?"
        name = row["case"]?.text ?? "?"
        scratch = try ScratchDirectory()
        for file in row["files"]?.entries ?? [] {
            try scratch.write(filled(file.value.text ?? ""), to: file.key)
        }
    }

    private func filled(_ text: String) -> String {
        text.replacing("$ROOT", with: scratch.path).replacing("$BASE", with: scratch.path + "-base")
    }

    private var expectsSuccess: Bool { row["status"]?.integer == 0 }
    private var isResolution: Bool { row["command"]?.text?.hasPrefix("generate-lockfile") ?? false }

    struct Result {
        let kind: String
        /// Nil if all is as Cargo has it.
        let problem: String?
    }

    func run() -> Result {
        let directory = scratch.path + "/" + (row["cwd"]?.text ?? "")
        let environment = Environment(
            workingDirectory: directory, variables: ["CARGO_HOME": scratch.path + "-home"])
        do throws(WorkspaceError) {
            let workspace = try loadWorkspace(at: ".", environment: environment)
            if isResolution { return resolved(workspace) }
            guard expectsSuccess else { return Result(kind: "refused", problem: "accepted; Cargo says \(coreLine)") }
            return Result(kind: "accepted", problem: differences(in: workspace).first)
        } catch {
            guard expectsSuccess else { return Result(kind: "refused", problem: mismatch(error.description)) }
            return Result(kind: isResolution ? "locked" : "accepted", problem: "refused: \(error)")
        }
    }

    /// Path dependencies that lead nowhere come to light here, everything else in the resolver.
    private func resolved(_ workspace: Workspace) -> Result {
        let unavailable = workspace.unavailable.sorted { $0.key < $1.key }.first?.value
        if !expectsSuccess, let unavailable {
            return Result(kind: "refused", problem: mismatch(unavailable.description))
        }
        let assessment: LockAssessment
        do throws(LockfileError) {
            assessment = try LockAssessment(
                of: workspace, bytes: try? readFile(workspace.lockfilePath), path: "Cargo.lock", registry: registry,
                toolchain: try? RustVersion("1.95.0"))
        } catch { return Result(kind: "refused", problem: expectsSuccess ? "refused: \(error)" : nil) }
        if case .unresolvable(let error) = assessment.state {
            return Result(
                kind: expectsSuccess ? "locked" : "refused", problem: expectsSuccess ? "refused: \(error)" : nil)
        }
        guard expectsSuccess else { return Result(kind: "refused", problem: "locked; Cargo says \(coreLine)") }
        let text = String(decoding: assessment.text ?? [], as: UTF8.self)
        let wanted = filled(row["lock"]?.text ?? "")
        return Result(kind: "locked", problem: text == wanted ? nil : "locked as\n\(text)\nnot\n\(wanted)")
    }
}

/// The registries that the table's first line holds, written to disk once.
final class CaseRegistries {
    private let scratch: ScratchDirectory
    private var known: [String: TreeRegistry] = [:]

    init(_ header: String) throws(SuiteError) {
        scratch = try ScratchDirectory()
        guard let json = try? JSONValue(parsing: Array(header.utf8)) else {
            throw SuiteError("the first line is no JSON")
        }
        for registry in json["registries"]?.entries ?? [] {
            for file in registry.value.entries ?? [] {
                var text: [UInt8] = []
                for line in file.value.elements ?? [] {
                    var writer = JSONWriter(.compact)
                    writer.value(line)
                    text += writer.bytes + [UInt8(ascii: "\n")]
                }
                try scratch.write(String(decoding: text, as: UTF8.self), to: registry.key + "/" + file.key)
            }
        }
    }

    func registry(_ name: String) throws(SuiteError) -> TreeRegistry {
        if let registry = known[name] { return registry }
        let registry = try TreeRegistry([(.cratesIO, scratch.path + "/" + name)])
        known[name] = registry
        return registry
    }
}

// MARK: Refused

extension ManifestCase {
    /// What Cargo says last of the cause: the first line of the last `Caused by`, else the first line.
    private var coreLine: String {
        let text = filled(row["stderr"]?.text ?? "")
        let parts = text.components(separatedBy: "Caused by:\n")
        let line = (parts.last ?? "").split(separator: "\n").first ?? ""
        return String(line.replacing("error: ", with: ""))
    }

    /// Nil if our text has Cargo's words. Syntax errors are named differently.
    private func mismatch(_ text: String) -> String? {
        let core = coreLine
        let synonyms = ["unquoted keys cannot be empty": "expected key", "missing field `workspace`": "invalid type"]
        for (theirs, ours) in synonyms where core.hasPrefix(theirs) && text.contains(ours) { return nil }
        let words = Set(words(of: text))
        let missing = self.words(of: core.replacing(" near position 25", with: "")).filter { !words.contains($0) }
        return missing.isEmpty ? nil : "refused with `\(text)`; Cargo says \(core)"
    }

    private func words(of text: String) -> [Substring] {
        text.split { " `'\"\n,;:()".contains($0) }
    }
}

extension String {
    fileprivate func components(separatedBy separator: String) -> [Substring] {
        var parts: [Substring] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(rest[..<range.lowerBound])
            rest = rest[range.upperBound...]
        }
        return parts + [rest]
    }
}

// MARK: Accepted

extension ManifestCase {
    private func differences(in workspace: Workspace) -> [String] {
        let wanted = row["packages"]?.elements ?? []
        var result: [String] = []
        if wanted.count != workspace.members.count {
            return ["\(workspace.members.map { $0.package?.name.value ?? "?" }), Cargo has \(wanted.count)"]
        }
        for (package, manifest) in zip(wanted, workspace.members) { result += differences(package, manifest) }
        if let root = row["workspace_root"]?.text, filled(root) != workspace.rootDirectory {
            result.append("root \(workspace.rootDirectory), Cargo has \(root)")
        }
        let members = workspace.members.map(\.directory)
        result += difference("members", directories("members"), members)
        let defaults = workspace.defaultMembers.map { members[$0] }
        result += difference("default members", directories("default_members"), defaults)
        return result
    }

    private func difference(_ what: String, _ wanted: [String]?, _ found: [String]) -> [String] {
        guard let wanted, wanted != found else { return [] }
        return ["\(what) \(found), Cargo has \(wanted)"]
    }

    /// Package ids without their fragment.
    private func directories(_ key: String) -> [String]? {
        row[key]?.elements?.compactMap(\.text).map { filled(String($0.prefix { $0 != "#" })) }
    }

    private func differences(_ wanted: JSONValue, _ manifest: Manifest) -> [String] {
        guard let package = manifest.package else { return ["virtual"] }
        var result: [String] = []
        let pairs: [(String, String?, String?)] = [
            ("name", wanted["name"]?.text, package.name.value),
            ("version", wanted["version"]?.text, package.version.description),
            ("edition", wanted["edition"]?.text, String(package.edition.rawValue)),
            ("rust_version", wanted["rust_version"]?.text, package.rustVersion?.description),
        ]
        for (what, theirs, ours) in pairs where theirs != ours {
            result.append("\(what) \(ours ?? "nil"), Cargo has \(theirs ?? "nil")")
        }
        result += difference("features", features(wanted), features(manifest))
        let dependencies = (wanted["dependencies"]?.elements ?? []).map(text(of:))
        return result + difference("dependencies", dependencies, manifest.dependencies.map(text(of:)))
    }

    private func features(_ wanted: JSONValue) -> [String] {
        (wanted["features"]?.entries ?? []).map { "\($0.key) \($0.value.elements?.compactMap(\.text) ?? [])" }.sorted()
    }

    private func features(_ manifest: Manifest) -> [String] {
        manifest.features.features.map { "\($0.name) \($0.values.map(\.description))" }.sorted()
    }

    private func text(of wanted: JSONValue) -> String {
        let list: [String?] = [
            wanted["name"]?.text, wanted["rename"]?.text, wanted["req"]?.text, wanted["kind"]?.text ?? "normal",
            wanted["target"]?.text, wanted["optional"]?.flag.map(String.init),
            wanted["default_features"]?.flag.map(String.init),
            (wanted["features"]?.elements ?? []).compactMap(\.text).joined(separator: "+"),
            wanted["source"]?.text, (wanted["path"]?.text).map(filled),
        ]
        return list.map { $0 ?? "-" }.joined(separator: " | ")
    }

    private func text(of manifest: ManifestDependency) -> String {
        let dependency = manifest.dependency
        let list: [String?] = [
            dependency.package, dependency.rename, dependency.requirement.description, dependency.kind.rawValue,
            dependency.target, String(dependency.isOptional), String(dependency.usesDefaultFeatures),
            dependency.features.joined(separator: "+"), Self.text(of: dependency.source),
            dependency.source.isPath ? dependency.source.url : nil,
        ]
        return list.map { $0 ?? "-" }.joined(separator: " | ")
    }

    private static func text(of source: SourceID) -> String? {
        switch source.kind {
        case .path: nil
        case .registry: "registry+" + source.url
        case .git(.defaultBranch): "git+" + source.url
        case .git(.branch(let name)): "git+\(source.url)?branch=\(name)"
        case .git(.tag(let name)): "git+\(source.url)?tag=\(name)"
        case .git(.rev(let name)): "git+\(source.url)?rev=\(name)"
        default: source.url
        }
    }
}
