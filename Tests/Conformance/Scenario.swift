import Audit
import CargoModel
import Glibc
import SemVer

/// A workspace with a registry of its own on disk, where cargo can be asked as well as we.
final class Scenario {
    private let scratch: ScratchDirectory
    /// The versions in the registry, in the notation of `IndexNotation`.
    var index: [String] = []
    /// Manifests, by their path in the workspace.
    var manifests: [String: String] = [:]
    var lock: [UInt8]?

    init() throws(SuiteError) {
        scratch = try ScratchDirectory()
    }

    var lockText: String {
        get { lock.map { String(decoding: $0, as: UTF8.self) } ?? "" }
        set { lock = Array(newValue.utf8) }
    }

    /// What we do with this; the lock stays.
    func ours(_ operation: Operation) throws(SuiteError) -> Operation.Answer {
        try writeAll()
        let registry = try TreeRegistry([(.cratesIO, scratch.path + "/registry/index")])
        return operation.perform(
            at: scratch.path + "/workspace", cargoHome: scratch.path + "/home", registry: registry,
            toolchain: RustVersion(major: 1, minor: 95, patch: 0))
    }

    /// What cargo does with this; the lock stays.
    func cargos(_ operation: Operation) throws(SuiteError) -> Operation.Answer {
        try writeAll()
        let log = scratch.path + "/log"
        let isFine =
            system(
                "cd \(scratch.path)/workspace && CARGO_HOME=\(scratch.path)/home cargo \(operation.commandLine)"
                    + " >\(log) 2>&1 </dev/null") == 0
        let message = String(decoding: try readFile(log), as: UTF8.self)
        if isFine { return .ok(try readFile(scratch.path + "/workspace/Cargo.lock")) }
        return message.contains("because --locked was passed") ? .stale : .error(message)
    }

    static let hasCargo = system("cargo --version >/dev/null 2>&1") == 0

    private func writeAll() throws(SuiteError) {
        scratch.empty()
        for (path, text) in try IndexNotation.files(index) { try scratch.write(text, to: "registry/index/" + path) }
        _ = mkdir(scratch.path + "/registry", 0o755)
        _ = mkdir(scratch.path + "/registry/index", 0o755)
        for (path, text) in manifests {
            let folder = "workspace/" + path.split(separator: "/").dropLast().map { $0 + "/" }.joined()
            try scratch.write(text, to: "workspace/" + path)
            try scratch.write("", to: folder + "src/lib.rs")
            if text.contains("links =") { try scratch.write("fn main() {}", to: folder + "build.rs") }
        }
        if lock != nil { try scratch.write(lockText, to: "workspace/Cargo.lock") }
        try scratch.write(
            """
            [source.crates-io]
            replace-with = "local"
            [source.local]
            local-registry = "\(scratch.path)/registry"
            """, to: "home/config.toml")
    }
}

extension Operation {
    var commandLine: String {
        switch self {
        case .locked: "update --workspace --locked"
        case .update(.afresh): "generate-lockfile"
        case .update(.workspace): "update --workspace"
        case .update(.everything): "update"
        case .update(.packages(let specs, let recursively)):
            "update " + specs.joined(separator: " ") + (recursively ? " --recursive" : "")
        case .update(.precise(let spec, let version)): "update \(spec) --precise \(version)"
        }
    }
}
