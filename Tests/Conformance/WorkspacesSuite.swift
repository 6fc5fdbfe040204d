import Audit
import CargoModel
import CargoWorkspace
import Glibc
import JSON
import SemVer

/// Real workspaces with cargo's verdict, the lock after `cargo update --workspace` and after `cargo generate-lockfile`.
struct WorkspacesSuite: Suite {
    static let name = "workspaces"

    func run(_ context: Context) throws(SuiteError) -> Outcome {
        var outcome = Outcome("verdict", "updated-lock", "fresh-lock", "round-trip", "read")
        let registry = try TreeRegistry([(.cratesIO, context.corpus + "/index")])
        let root = context.corpus + "/workspaces-dev"
        for name in try listDirectory(root) {
            let example = try WorkspaceCase(directory: root + "/" + name)
            example.judge(name, registry, &outcome)
        }
        return outcome
    }
}

/// One workspace of the corpus.
private struct WorkspaceCase {
    let directory: String
    private let verdict: String
    private let lockPath: String
    private let message: String

    init(directory: String) throws(SuiteError) {
        self.directory = directory
        let bytes = try readFile(directory + "/case.json")
        guard let json = try? JSONValue(parsing: bytes), let verdict = json["verdict"]?.text,
            let lockPath = json["lock_path"]?.text
        else { throw SuiteError("\(directory)/case.json cannot be read") }
        self.verdict = verdict
        self.lockPath = directory + "/tree/" + lockPath
        message = json["message"]?.text ?? ""
        for stub in (try? readLines(directory + "/stubs.txt")) ?? [] { touch(directory + "/tree/" + stub) }
    }

    func judge(_ name: String, _ registry: TreeRegistry, _ outcome: inout Outcome) {
        guard verdict != "git" else { return }
        let root = lockPath.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let old = try? readFile(lockPath)
        let environment = Environment(workingDirectory: root)
        let workspace: Workspace
        do {
            workspace = try loadWorkspace(at: root, environment: environment)
        } catch {
            outcome.note(
                "verdict", failure: verdict == "error" ? nil : "\(name): \(verdict), but \(error)")
            return
        }
        roundTrip(name, old, workspace, &outcome)
        do {
            let assessment = try LockAssessment(of: workspace, bytes: old, path: lockPath, registry: registry)
            compare(name, assessment, &outcome)
            if let updated = try? readFile(directory + "/updated.lock") {
                outcome.note(
                    "updated-lock", failure: assessment.text == updated ? nil : "\(name): the updated lock differs")
            }
            let fresh = try LockAssessment(of: workspace, bytes: nil, path: lockPath, registry: registry)
            let expected = try? readFile(directory + "/fresh.lock")
            outcome.note(
                "fresh-lock", failure: fresh.text == expected ? nil : "\(name): the fresh lock differs\(why(fresh))")
        } catch {
            outcome.note("verdict", failure: verdict == "error" ? nil : "\(name): \(verdict), but \(error)")
        }
    }

    private func why(_ assessment: LockAssessment) -> String {
        if case .unresolvable(let error) = assessment.state { ": \(error)" } else { "" }
    }

    private func compare(_ name: String, _ assessment: LockAssessment, _ outcome: inout Outcome) {
        let ours = assessment.state.name == "missing" ? "stale" : assessment.state.name
        outcome.note(
            "verdict",
            failure: ours == verdict ? nil : "\(name): cargo says \(verdict) \(message), not \(ours)\(why(assessment))")
    }

    /// A lock that Cargo wrote survives reading and writing byte for byte; which ones are canonical, Cargo's own
    /// `updated.lock` tells.
    private func roundTrip(_ name: String, _ old: [UInt8]?, _ workspace: Workspace, _ outcome: inout Outcome) {
        let paths = workspace.localPackages.compactMap { $0.summary?.id }
        if let old {
            outcome.note(
                "read",
                failure: (try? Lockfile(parsing: old, path: "Cargo.lock").graph(pathPackages: paths)) == nil
                    ? "\(name): the lock cannot be read" : nil)
        }
        for file in ["updated.lock", "fresh.lock"] {
            guard let bytes = try? readFile(directory + "/" + file) else { continue }
            guard let graph = try? Lockfile(parsing: bytes, path: file).graph(pathPackages: paths) else {
                outcome.note("round-trip", failure: "\(name): \(file) cannot be read")
                continue
            }
            let written = LockfileEncoder.encode(graph.resolve, version: graph.version, previous: bytes)
            outcome.note("round-trip", failure: written == bytes ? nil : "\(name): \(file) changes when rewritten")
        }
    }
}

/// The names in a directory, sorted.
func listDirectory(_ path: String) throws(SuiteError) -> [String] {
    guard let stream = opendir(path) else { throw SuiteError("cannot list \(path)") }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
}

/// Makes an empty file, with the directories above it, unless it is there.
func touch(_ path: String) {
    var partial = ""
    for part in path.split(separator: "/").dropLast() {
        partial += "/" + part
        mkdir(partial, 0o755)
    }
    let descriptor = open(path, O_CREAT | O_WRONLY, 0o644)
    if descriptor >= 0 { close(descriptor) }
}
