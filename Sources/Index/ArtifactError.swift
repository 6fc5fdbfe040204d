/// Why the `artifact` of a dependency makes no sense.
package enum ArtifactError: Error, Hashable, Sendable {
    case unknownKind(String)
    case repeatedKind(String)
    /// `bin` says all binaries, `bin:name` says one.
    case allAndSelectedBinaries
    /// `bindep_target` is blank or names a file.
    case target(String)
}

extension ArtifactError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownKind(let kind): "'\(kind)' is not a valid artifact specifier"
        case .repeatedKind(let kind): "artifact '\(kind)' is listed twice"
        case .allAndSelectedBinaries: "cannot specify both 'bin' and 'bin:<name>' as artifact"
        case .target(let target): "artifact target `\(target)` is empty or a file"
        }
    }
}

extension ArtifactError {
    /// Finds the fault Cargo would find, if any. A target specification file is refused without looking for it.
    ///
    /// - SeeAlso: `Artifact::parse` in `src/cargo/core/dependency.rs` of rust-lang/cargo.
    static func fault(inKinds kinds: [String], target: String?) -> ArtifactError? {
        if let unknown = kinds.first(where: { !isKnown($0) }) { return .unknownKind(unknown) }
        if kinds.contains("bin"), kinds.contains(where: { $0.utf8.starts(with: "bin:".utf8) }) {
            return .allAndSelectedBinaries
        }
        var seen: Set<String> = []
        for kind in kinds where !seen.insert(kind).inserted { return .repeatedKind(kind) }
        guard let target else { return nil }
        let isBlank = target.unicodeScalars.allSatisfy(\.properties.isWhitespace)
        return isBlank || target.hasSuffix(".json") ? .target(target) : nil
    }

    private static func isKnown(_ kind: String) -> Bool {
        kind == "bin" || kind == "cdylib" || kind == "staticlib" || kind.utf8.starts(with: "bin:".utf8)
    }
}
