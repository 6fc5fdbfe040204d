import CargoModel
import SemVer
import TOML

/// Makes a `Manifest` of a parsed file: inheritance, defaults, checks.
///
/// The order of the checks is Cargo's only roughly; where a file has several faults, another may be reported first.
/// - SeeAlso: `normalize_toml` and `to_real_manifest` in `src/cargo/util/toml/mod.rs` of rust-lang/cargo.
struct ManifestBuilder {
    let raw: RawManifest
    /// Of the package itself.
    let source: SourceID
    let config: CargoConfig
    /// The root to inherit from; asked only if something is inherited.
    let findRoot: () throws(WorkspaceError) -> RawManifest?
    var warnings: [ManifestWarning] = []
    var hasTargets = true
    private var foundRoot: Inheritance??

    init(
        raw: RawManifest, source: SourceID, config: CargoConfig,
        findRoot: @escaping () throws(WorkspaceError) -> RawManifest?
    ) {
        self.raw = raw
        self.source = source
        self.config = config
        self.findRoot = findRoot
    }

    mutating func build() throws(WorkspaceError) -> Manifest {
        for key in raw.unusedKeys { warn("unused manifest key: \(key.value)", at: key.span) }
        try located { () throws(ManifestFault) in try CargoFeatures.check(raw.root["cargo-features"]) }
        try located { () throws(ManifestFault) in try ProfileTable.check(raw.root["profile"]) }
        try checkLints()
        guard let table = raw.package else { return try virtualManifest() }
        let package = try packageSection(table)
        let dependencies = try dependencies(edition: package.edition, package: package.name.value)
        try located { () throws(ManifestFault) in try Self.checkSources(dependencies) }
        return try finish(package: package, dependencies: dependencies)
    }

    private mutating func finish(
        package: PackageSection, dependencies: [ManifestDependency]
    ) throws(WorkspaceError) -> Manifest {
        let features = try located { () throws(ManifestFault) in try featureMap(dependencies) }
        let patches = try patchTables()
        let replacements = try replacementTable()
        if !hasTargets { throw failure(.noTargets, at: raw.package?.span ?? Span(start: 0, end: 0)) }
        let id = PackageID(name: package.name.value, version: package.version, source: source)
        let summary = Summary(
            id: id, dependencies: dependencies.map(\.dependency), features: features, links: package.links?.value,
            rustVersion: package.rustVersion)
        return Manifest(
            directory: raw.directory, file: raw.file, document: raw.document, package: package,
            workspace: raw.workspace, dependencies: dependencies, features: features, patches: patches,
            replacements: replacements, warnings: warnings, summary: summary)
    }

    private mutating func virtualManifest() throws(WorkspaceError) -> Manifest {
        try located { () throws(ManifestFault) in try checkVirtual() }
        let patches = try patchTables()
        let replacements = try replacementTable()
        return Manifest(
            directory: raw.directory, file: raw.file, document: raw.document, package: nil, workspace: raw.workspace,
            dependencies: [], features: .empty, patches: patches, replacements: replacements, warnings: warnings,
            summary: nil)
    }

    private static let packageSections = [
        "badges", "features", "lib", "bin", "example", "test", "bench", "dependencies", "dev-dependencies",
        "dev_dependencies", "build-dependencies", "build_dependencies", "target", "lints", "hints",
    ]

    private func checkVirtual() throws(ManifestFault) {
        for section in Self.packageSections {
            guard let entry = raw.root.entry(section) else { continue }
            let name = section.split(separator: "_").joined(separator: "-")
            throw ManifestFault(.sectionInVirtualManifest(name), at: entry.keySpan)
        }
        if let workspace = raw.workspace {
            if let resolver = workspace.resolver { _ = try ResolverVersion(resolver) }
            return
        }
        throw ManifestFault(.neitherPackageNorWorkspace, at: Span(start: 0, end: 0))
    }

    /// A key must lead to one source, whatever tables it occurs in.
    private static func checkSources(_ dependencies: [ManifestDependency]) throws(ManifestFault) {
        var sources: [String: SourceID] = [:]
        for dependency in dependencies {
            let previous = sources.updateValue(dependency.dependency.source, forKey: dependency.name)
            if let previous, previous != dependency.dependency.source {
                throw ManifestFault(.differentSources(dependency.name), at: dependency.location.span)
            }
        }
    }

    private func featureMap(_ dependencies: [ManifestDependency]) throws(ManifestFault) -> FeatureMap {
        let table = raw.root["features"]?.table
        let declared = (table?.entries ?? []).map { ($0.key, $0.value.array?.compactMap(\.string) ?? []) }
        let names = dependencies.map { (name: $0.name, isOptional: $0.dependency.isOptional) }
        do throws(FeatureMapError) { return try FeatureMap(declared: declared, dependencies: names) } catch {
            throw ManifestFault(.feature(error), at: span(of: error, in: table))
        }
    }

    private func span(of error: FeatureMapError, in table: TOMLTable?) -> Span {
        guard let entry = table?.entry(error.feature) else { return Span(start: 0, end: 0) }
        let item = entry.value.array?.first { $0.string == error.value?.description }
        return item?.span ?? entry.keySpan
    }
}

// MARK: Errors and warnings

extension ManifestBuilder {
    func located<Result>(
        in file: SourceFile? = nil, _ body: () throws(ManifestFault) -> Result
    ) throws(WorkspaceError) -> Result {
        do throws(ManifestFault) { return try body() } catch {
            throw WorkspaceError(error.located(in: file ?? raw.file))
        }
    }

    func failure(_ reason: ManifestError.Reason, at span: Span) -> WorkspaceError {
        WorkspaceError(ManifestFault(reason, at: span).located(in: raw.file))
    }

    mutating func warn(_ message: String, at span: Span) {
        warnings.append(ManifestWarning(message: message, location: location(span)))
    }

    func location(_ span: Span) -> Location { Location(path: raw.file.path, span: span) }

    mutating func inheritance() throws(WorkspaceError) -> Inheritance? {
        if let foundRoot { return foundRoot }
        let found = try findRoot().map { Inheritance(root: $0) }
        foundRoot = .some(found)
        return found
    }
}
