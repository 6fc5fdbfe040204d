import CargoModel
import Disk
import TOML

/// What `[http]` and `[net]` say, environment variables first.
///
/// - SeeAlso: the Cargo Book on configuration, and `CargoHttpConfig` in src/cargo/util/context/mod.rs of rust-lang/cargo.
package struct NetworkConfig: Sendable {
    /// `http.proxy`.
    package let proxy: String?
    /// `http.cainfo`, absolute.
    package let certificates: String?
    /// `http.timeout`, seconds.
    package let timeout: Int?
    /// `http.low-speed-limit`, bytes per second.
    package let lowSpeedLimit: Int?
    /// `http.multiplexing`.
    package let multiplexing: Bool?
    /// `http.user-agent`.
    package let userAgent: String?
    /// `net.retry`.
    package let retries: Int?
    /// `net.offline`.
    package let isOffline: Bool
}

extension CargoConfig {
    /// - Throws: if a value has the wrong type.
    package func network() throws(ConfigError) -> NetworkConfig {
        NetworkConfig(
            proxy: try text("http", "proxy")?.text, certificates: try certificates(),
            timeout: try number("http", "timeout") ?? environment.variables["HTTP_TIMEOUT"].flatMap(Int.init),
            lowSpeedLimit: try number("http", "low-speed-limit"), multiplexing: try flag("http", "multiplexing"),
            userAgent: try text("http", "user-agent")?.text, retries: try number("net", "retry"),
            isOffline: try flag("net", "offline") ?? false)
    }

    private func certificates() throws(ConfigError) -> String? {
        guard let (text, base) = try text("http", "cainfo") else { return nil }
        return Path.normalize(Path.join(base, text))
    }

    /// `CARGO_HTTP_LOW_SPEED_LIMIT`.
    private func variable(_ section: String, _ key: String) -> String? {
        let name = "CARGO_\(section)_\(key)".uppercased().map { $0 == "-" ? "_" : $0 }
        return environment.variables[String(name)].flatMap { $0.isEmpty ? nil : $0 }
    }

    private func text(_ section: String, _ key: String) throws(ConfigError) -> (text: String, base: String)? {
        if let text = variable(section, key) { return (text, environment.workingDirectory) }
        guard let written = value(section, key) else { return nil }
        guard let text = written.string else { throw wrongType(section, key, "a string", written) }
        return text.isEmpty ? nil : (text, written.definition.base)
    }

    private func number(_ section: String, _ key: String) throws(ConfigError) -> Int? {
        if let text = variable(section, key) {
            guard let number = Int(text), number >= 0 else {
                throw ConfigError(.wrongType(key: "\(section).\(key)", expected: "an integer", found: "`\(text)`"))
            }
            return number
        }
        guard let written = value(section, key) else { return nil }
        guard case .integer(let number, _) = written, (0...86_400_000).contains(number) else {
            throw wrongType(section, key, "an integer", written)
        }
        return Int(number)
    }

    private func flag(_ section: String, _ key: String) throws(ConfigError) -> Bool? {
        if let text = variable(section, key) {
            guard text == "true" || text == "false" else {
                throw ConfigError(.wrongType(key: "\(section).\(key)", expected: "true or false", found: "`\(text)`"))
            }
            return text == "true"
        }
        guard let written = value(section, key) else { return nil }
        guard let flag = written.boolean else { throw wrongType(section, key, "true or false", written) }
        return flag
    }

    private func wrongType(
        _ section: String, _ key: String, _ expected: String, _ found: ConfigValue
    ) -> ConfigError {
        ConfigError(
            .wrongType(key: "\(section).\(key)", expected: expected, found: "a \(found.typeName)"), found.definition)
    }
}
