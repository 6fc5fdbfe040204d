package import CargoModel
package import CargoWorkspace

/// How to reach a registry that is served over HTTP.
package struct RegistryServer: Sendable {
    /// What packages from it are called in locks; for a mirror the registry that it mirrors.
    package let source: SourceID
    /// Without `sparse+`; ends in a slash.
    package let url: String
    /// Asked only once the server wants to know who is there.
    package let credential: @Sendable () -> RegistryCredential

    package init(
        source: SourceID, url: String, credential: @escaping @Sendable () -> RegistryCredential = { .unnamed }
    ) {
        let plain = url.hasPrefix("sparse+") ? String(url.dropFirst("sparse+".count)) : url
        self.source = source
        self.url = plain.hasSuffix("/") ? plain : plain + "/"
        self.credential = credential
    }
}

/// What there is to show to a registry.
package enum RegistryCredential: Sendable {
    /// - Parameter variable: the environment variable a token can be in.
    case token(RegistryToken, variable: String)
    case missing(variable: String)
    /// The registry has no name in the configuration that a token could be under.
    case unnamed
    /// A program would have to be run for the token.
    case program(String, variable: String)
    /// The file of tokens cannot be read; the text shows nothing of it.
    case unreadable(String)
}

/// What a registry says of itself in `config.json`.
///
/// - SeeAlso: `RegistryConfig` in src/cargo/sources/registry/mod.rs of rust-lang/cargo.
struct RegistryDescription {
    let needsToken: Bool
}
