import CargoModel
import CargoWorkspace
import Disk
import Sync

/// How registries are reached, from Cargo's configuration.
struct SyncServers {
    private let config: CargoConfig

    init(_ config: CargoConfig) { self.config = config }

    /// Nil for what is not served over HTTP: registries in git, local registries and vendored sources.
    func server(for source: SourceID) -> RegistryServer? {
        guard source.isRegistry, case .sparse(let url) = try? config.replacement(for: source) else { return nil }
        let config = config
        let place = SourceID(kind: .sparse, url: url)
        let isCratesIO = url == "sparse+https://index.crates.io/"
        return RegistryServer(source: source, url: url) {
            Self.credential(of: isCratesIO ? "crates-io" : config.name(of: place), in: config)
        }
    }

    /// A registry whose index is a git repository, which is not fetched here.
    func isInGit(_ source: SourceID) -> Bool {
        guard source.isRegistry, case .registry = try? config.replacement(for: source) else { return false }
        return true
    }

    private static func credential(of name: String?, in config: CargoConfig) -> RegistryCredential {
        guard let name else { return .unnamed }
        let letters = name.uppercased().map { $0 == "-" || $0 == "." ? "_" : $0 }
        let variable = name == "crates-io" ? "CARGO_REGISTRY_TOKEN" : "CARGO_REGISTRIES_\(String(letters))_TOKEN"
        do {
            if let token = try config.token(for: name) { return .token(token, variable: variable) }
        } catch {
            return .unreadable(error.description)
        }
        if let program = config.credentialProgram(for: name) { return .program(program, variable: variable) }
        return .missing(variable: variable)
    }

    /// - Throws: if `[http]` or `[net]` has a value of the wrong type, or forbids the network.
    func settings(_ process: Process) throws(Failure) -> NetworkSettings {
        let network: NetworkConfig
        do { network = try config.network() } catch { throw .usage(error.description) }
        if network.isOffline {
            throw .usage("the network is switched off by `net.offline` or CARGO_NET_OFFLINE; nothing was fetched")
        }
        var settings = NetworkSettings()
        settings.proxy = network.proxy
        settings.certificates = network.certificates ?? process["SSL_CERT_FILE"]
        if let timeout = network.timeout { settings.timeout = max(1, timeout) }
        if let limit = network.lowSpeedLimit { settings.lowSpeedLimit = limit }
        if let multiplexing = network.multiplexing { settings.multiplexing = multiplexing }
        if let retries = network.retries { settings.retries = min(retries, 100) }
        settings.userAgent = network.userAgent ?? "lockgate/\(CLI.version)"
        return settings
    }
}
