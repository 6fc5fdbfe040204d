import CargoModel
import Disk
import TOML

/// Where a manifest stands: what its relative paths and registry names mean.
struct ManifestContext {
    /// Relative paths start here.
    let directory: String
    /// Of the package the manifest describes.
    let source: SourceID
    let config: CargoConfig
}

/// Finds the source of one dependency.
/// - SeeAlso: `dep_to_dependency` and `to_dependency_source_id` in `src/cargo/util/toml/mod.rs` of rust-lang/cargo.
struct DependencySource {
    let entry: DependencyEntry
    let context: ManifestContext

    typealias Found = (origin: ManifestDependency.Origin, source: SourceID)

    func find() throws(ManifestFault) -> Found {
        try check()
        if let git = entry.git { return try gitSource(git) }
        if let path = entry.path { return try pathSource(path) }
        return try registrySource()
    }

    private func fault(_ fault: ManifestError.DependencyFault, at span: Span? = nil) -> ManifestFault {
        ManifestFault(.dependency(entry.key, fault), at: span ?? entry.span)
    }

    private func check() throws(ManifestFault) {
        if entry.version == nil, entry.path == nil, entry.git == nil { throw fault(.noSource) }
        if entry.git == nil {
            for (key, value) in [("branch", entry.branch), ("tag", entry.tag), ("rev", entry.rev)] {
                if let value { throw fault(.keyWithoutGit(key), at: value.span) }
            }
        }
        try checkFeatures()
        try checkExclusions()
        if let base = entry.base { throw fault(entry.path == nil ? .baseWithoutPath : .pathBase, at: base.span) }
        if let artifact = entry.artifact { throw fault(.artifact, at: artifact) }
        if let lib = entry.lib { throw fault(.keyWithoutArtifact("lib"), at: lib) }
        if let target = entry.target { throw fault(.keyWithoutArtifact("target"), at: target) }
    }

    private func checkFeatures() throws(ManifestFault) {
        for feature in entry.features {
            if feature.value.utf8.contains(UInt8(ascii: "/")) {
                throw fault(.featureWithSlash(feature.value), at: feature.span)
            }
            if feature.value.hasPrefix("dep:") { throw fault(.featureWithPrefix(feature.value), at: feature.span) }
        }
    }

    private func checkExclusions() throws(ManifestFault) {
        if entry.git != nil, let other = entry.registry ?? entry.registryIndex {
            throw fault(.ambiguous("`git` or `registry`"), at: other.span)
        }
        if entry.registry != nil, let other = entry.registryIndex {
            throw fault(.ambiguous("`registry` or `registry-index`"), at: other.span)
        }
        if entry.git != nil, let other = entry.path { throw fault(.ambiguous("`git` or `path`"), at: other.span) }
        let references = [entry.branch, entry.tag, entry.rev].compactMap(\.self)
        if references.count > 1 { throw fault(.ambiguous("`branch`, `tag` or `rev`"), at: references[1].span) }
    }

    private func gitSource(_ git: Spanned<String>) throws(ManifestFault) -> Found {
        let url = try parse(git)
        let reference: GitReference =
            entry.branch.map { .branch($0.value) } ?? entry.tag.map { .tag($0.value) }
            ?? entry.rev.map { .rev($0.value) } ?? .defaultBranch
        return (.git(url: git.value, reference), SourceID(kind: .git(reference), url: url))
    }

    /// In a package that itself came from a registry or repository, a path leads to the same place.
    private func pathSource(_ path: Spanned<String>) throws(ManifestFault) -> Found {
        if let name = entry.registry { _ = try registry(name) }
        guard context.source.isPath else { return (.path(path.value), context.source) }
        return (.path(path.value), .path(Path.normalize(Path.join(context.directory, path.value))))
    }

    private func registrySource() throws(ManifestFault) -> Found {
        if let name = entry.registry { return (.registry(name.value), try registry(name)) }
        guard let index = entry.registryIndex else {
            do throws(ConfigError) { try context.config.checkRegistryIndex() } catch {
                throw ManifestFault(.config(error), at: entry.span)
            }
            return (.registry(nil), .cratesIO)
        }
        return (.registryIndex(index.value), RegistryURL.source(try parse(index)))
    }

    private func registry(_ name: Spanned<String>) throws(ManifestFault) -> SourceID {
        let found: SourceID?
        do throws(ConfigError) { found = try context.config.registry(named: name.value) } catch {
            throw ManifestFault(.config(error), at: name.span)
        }
        guard let found else { throw fault(.unknownRegistry(name.value), at: name.span) }
        return found
    }

    private func parse(_ url: Spanned<String>) throws(ManifestFault) -> String {
        do throws(URLReason) { return try URLText.parse(url.value) } catch {
            throw fault(.invalidURL(url.value, error.fault), at: url.span)
        }
    }
}

/// Registries by the URL of their index.
enum RegistryURL {
    /// - Parameter url: parsed; a sparse one begins `sparse+`.
    static func source(_ url: String) -> SourceID {
        SourceID(kind: url.hasPrefix("sparse+") ? .sparse : .registry, url: url)
    }
}
