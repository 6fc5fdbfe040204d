import TOML

/// The key `cargo-features`: names of features of Cargo itself.
/// - SeeAlso: `src/cargo/core/features.rs` in rust-lang/cargo.
enum CargoFeatures {
    private static let stable: Set<String> = [
        "test-dummy-stable", "alternative-registries", "edition", "rename-dependency", "profile-overrides",
        "default-run", "named-profiles", "resolver", "strip", "rust-version", "edition2021", "workspace-inheritance",
        "edition2024",
    ]

    private static let removed: Set<String> = ["publish-lockfile"]

    private static let unstable: Set<String> = [
        "test-dummy-unstable", "metabuild", "public-dependency", "per-package-target", "codegen-backend",
        "different-binary-name", "profile-rustflags", "trim-paths", "open-namespaces", "path-bases",
        "unstable-editions", "multiple-build-scripts", "panic-immediate-abort",
    ]

    static func check(_ node: TOMLNode?) throws(ManifestFault) {
        for item in node?.array ?? [] {
            guard let name = item.string, !stable.contains(name) else { continue }
            if unstable.contains(name) { throw ManifestFault(.unstableCargoFeature(name), at: item.span) }
            if removed.contains(name) { throw ManifestFault(.removedCargoFeature(name), at: item.span) }
            throw ManifestFault(.unknownCargoFeature(name), at: item.span)
        }
    }
}
