import CargoModel
import CargoWorkspace
import TOML
import TestSupport

/// A small repository on disk.
struct Repository {
    let directory: TemporaryDirectory

    /// - Parameter files: by path; every manifest with a package gets an empty `src/lib.rs` beside it.
    init(_ files: [String: String]) throws {
        directory = try TemporaryDirectory()
        for (name, text) in files {
            try directory.write(text, to: name)
            guard name.hasSuffix("Cargo.toml"), text.contains("[package]") else { continue }
            try directory.write("", to: name.dropLast("Cargo.toml".count) + "src/lib.rs")
        }
    }

    var path: String { directory.path }

    func environment(
        in folder: String = "", variables: [String: String] = [:], config: [String] = []
    ) -> Environment {
        var variables = variables
        variables["CARGO_HOME"] = variables["CARGO_HOME"] ?? path + "/no-home"
        return Environment(
            workingDirectory: folder.isEmpty ? path : path + "/" + folder, variables: variables,
            configArguments: config)
    }

    func load(
        _ folder: String = "", variables: [String: String] = [:], config: [String] = []
    ) throws(WorkspaceError) -> Workspace {
        try loadWorkspace(
            at: ".", environment: environment(in: folder, variables: variables, config: config))
    }

    /// The error of loading, nil if it succeeds.
    func failure(_ folder: String = "", config: [String] = []) -> WorkspaceError? {
        do throws(WorkspaceError) {
            _ = try load(folder, config: config)
            return nil
        } catch { return error }
    }

    func config(_ folder: String = "", variables: [String: String] = [:], arguments: [String] = []) throws(ConfigError)
        -> CargoConfig
    {
        try CargoConfig(environment: environment(in: folder, variables: variables, config: arguments))
    }
}

/// `[package]` with a name, edition 2021, and more keys or tables.
func package(_ name: String, _ rest: String = "", edition: Int = 2021) -> String {
    "[package]\nname = \"\(name)\"\nversion = \"0.1.0\"\nedition = \"\(edition)\"\n" + rest
}

extension Workspace {
    var memberNames: [String] { members.map { $0.package?.name.value ?? "?" } }
}

extension WorkspaceError {
    /// The reason, if it lies in a manifest.
    var manifestReason: ManifestError.Reason? {
        if case .manifest(let error) = reason { error.reason } else { nil }
    }

    /// `line:column` of the place.
    var place: String? { position.map { "\($0.line):\($0.column)" } }
}
