import CargoModel

/// The name of a registry's folder in the Cargo home: host and hash of its URL, `index.crates.io-1949cf8c6b5b557f`.
///
/// - SeeAlso: `RegistrySource::short_name` in `src/cargo/sources/registry/mod.rs` of rust-lang/cargo.
package enum RegistryDirectory {
    package enum Kind: UInt8, Sendable {
        case git = 2
        case sparse = 3
    }

    /// Names that Cargo has used for crates.io, today's first: sparse, then git. Since 1.85 the hash is the same on
    /// every platform; before, `6f17…` and `1ecc…` were the usual ones.
    package static let cratesIO = [
        "index.crates.io-1949cf8c6b5b557f", "index.crates.io-6f17d22bba15001f",
        "github.com-25cdd57fae9f0462", "github.com-1ecc6299db9ec823",
    ]

    /// - Parameter url: as in the lock without `registry+`; a sparse one with its `sparse+`.
    package static func name(for url: String, kind: Kind) -> String {
        "\(host(of: url, kind: kind))-\(hash(of: url, kind: kind))"
    }

    /// Sixteen hexadecimal digits.
    package static func hash(of url: String, kind: Kind) -> String {
        let canonical = CanonicalURL.text(of: kind == .git ? completed(url) : url)
        let (first, second) = SipHash128.hash([kind.rawValue] + Array(canonical.utf8) + [0xff])
        return Hexadecimal.text(of: [first &* 3 &+ second])
    }

    /// A special URL always has a path, `/` at least; one that begins `sparse+` stays as it is.
    private static func completed(_ url: String) -> String {
        guard let scheme = url.firstRange(of: "://"), url.hasPrefix("http") else { return url }
        return url[scheme.upperBound...].contains("/") ? url : url + "/"
    }

    private static func host(of url: String, kind: Kind) -> String {
        guard let scheme = url.firstRange(of: "://") else { return "" }
        let authority = url[scheme.upperBound...].prefix { !"/?#".contains($0) }
        let hostAndPort = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        let host = hostAndPort.hasPrefix("[") ? hostAndPort[...] : hostAndPort.prefix { $0 != ":" }
        return kind == .git ? host.lowercased() : String(host)
    }
}
