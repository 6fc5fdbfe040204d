import CargoModel
import JSON
import SemVer

/// Random workspaces with what cargo made of them; the format is that of `diffcargo`.
struct GeneratedSuite: Suite {
    static let name = "generated"

    func run(_ context: Context) throws(SuiteError) -> Outcome {
        var outcome = Outcome(Operation.names)
        let root = context.corpus + "/generated-dev"
        for name in try listDirectory(root) {
            let example = try GeneratedCase(directory: root + "/" + name)
            outcome.note(example.operation, failure: example.failure().map { "\(name): \($0)" })
        }
        return outcome
    }
}

private struct GeneratedCase {
    let directory: String
    let operation: String
    private let arguments: [String]
    private let toolchain: RustVersion?
    private let registry: TreeRegistry
    private let expectedClass: String

    init(directory: String) throws(SuiteError) {
        self.directory = directory
        guard let json = try? JSONValue(parsing: readFile(directory + "/case.json")),
            let result = try? JSONValue(parsing: readFile(directory + "/expected/result.json")),
            let operation = json["op"]?.text, let expected = result["class"]?.text
        else { throw SuiteError("\(directory) cannot be read") }
        self.operation = operation
        expectedClass = expected
        arguments = (json["args"]?.elements ?? []).compactMap(\.text)
        toolchain = (json["toolchain"]?.text).flatMap { try? RustVersion($0) }
        registry = try TreeRegistry(
            (json["registries"]?.elements ?? []).compactMap { entry in
                guard let index = entry["index"]?.text else { return nil }
                return (entry["url"]?.text.map(SourceID.registry(at:)) ?? .cratesIO, directory + "/" + index)
            })
    }

    /// What differs from cargo; `nil` if nothing does.
    func failure() -> String? {
        guard let command = Operation(operation, arguments: arguments) else { return "no operation \(operation)" }
        let answer = command.perform(
            at: directory + "/workspace", cargoHome: directory + "/cargo-home", registry: registry,
            toolchain: toolchain)
        if answer.name != expectedClass { return "cargo says \(expectedClass), not \(answer.name) \(answer.message)" }
        guard let text = answer.text, operation != "locked" else { return nil }
        let expected = try? readFile(directory + "/expected/Cargo.lock")
        return text == expected ? nil : "the lock differs (\(operation))"
    }
}

extension SourceID {
    /// The registry whose index has this URL, `sparse+` included.
    static func registry(at url: String) -> SourceID {
        SourceID(kind: url.hasPrefix("sparse+") ? .sparse : .registry, url: url)
    }
}
