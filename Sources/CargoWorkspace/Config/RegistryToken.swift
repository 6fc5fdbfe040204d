package import CargoModel
import Disk
import TOML

/// A secret. It prints as nothing but the word that it is one.
package struct RegistryToken: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let secret: String

    init(_ secret: String) { self.secret = secret }

    /// For the `Authorization` header and nothing else.
    package var header: String { secret }

    package var description: String { "(a token)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension CargoConfig {
    /// The name under which a registry is configured: `crates-io`, or a key of `[registries]`, in byte order the first.
    package func name(of registry: SourceID) -> String? {
        if registry == .cratesIO { return "crates-io" }
        let configured = value("registries")?.table?.sortedKeys ?? []
        return (configured + namesInEnvironment).first { (try? self.registry(named: $0)) == registry }
    }

    /// `CARGO_REGISTRIES_<NAME>_INDEX` configures a registry as well; its name is taken to be in lower case.
    private var namesInEnvironment: [String] {
        let (prefix, suffix) = ("CARGO_REGISTRIES_", "_INDEX")
        return environment.variables.keys.filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }.map {
            String($0.dropFirst(prefix.count).dropLast(suffix.count)).lowercased()
        }.sorted { $0.precedesInBytes($1) }.flatMap { [$0.replacing("_", with: "-"), $0] }
    }

    /// The token of a registry: from the environment, the configuration, or `credentials.toml` in Cargo's home.
    ///
    /// - Throws: if the credentials file cannot be read; what is in it is not shown.
    package func token(for name: String) throws(ConfigError) -> RegistryToken? {
        let letters = name.uppercased().map { $0 == "-" || $0 == "." ? "_" : $0 }
        let variable = name == "crates-io" ? "CARGO_REGISTRY_TOKEN" : "CARGO_REGISTRIES_\(String(letters))_TOKEN"
        if let text = environment.variables[variable], !text.isEmpty { return RegistryToken(text) }
        let written =
            name == "crates-io" ? value("registry", "token")?.string : value("registries", name, "token")?.string
        if let written, !written.isEmpty { return RegistryToken(written) }
        return try storedToken(name)
    }

    private func storedToken(_ name: String) throws(ConfigError) -> RegistryToken? {
        guard let home = environment.cargoHome else { return nil }
        for file in ["credentials.toml", "credentials"] {
            let path = Path.join(home, file)
            let bytes: [UInt8]?
            do { bytes = try FileSystem.readIfPresent(path, limit: 1 << 20) } catch {
                throw ConfigError(.unreadable(path: path, error))
            }
            guard let bytes else { continue }
            let root: TOMLTable
            do { root = try parseTOML(bytes).root } catch {
                throw ConfigError(.syntax(error.reason), at: Location(path: path, span: error.span))
            }
            let table = name == "crates-io" ? root["registry"]?.table : root["registries"]?.table?[name]?.table
            return table?["token"]?.string.flatMap { $0.isEmpty ? nil : RegistryToken($0) }
        }
        return nil
    }

    /// A program that would have to be run for the token; lockgate runs none.
    package func credentialProgram(for name: String) -> String? {
        let own = value("registries", name, "credential-provider")
        let words = own?.string.map { [$0] } ?? own?.array?.compactMap(\.string) ?? []
        return words.first.flatMap { $0.hasPrefix("cargo:token") && $0 == "cargo:token" ? nil : $0 }
    }
}
