import CargoModel
import SemVer
import TOML

/// One table of dependencies and what standing in it means.
private struct DependencySection {
    let table: TOMLTable
    let kind: DependencyKind
    /// X of `[target.X]`, as written and as Cargo prints it.
    let target: (written: String, printed: String)?
}

extension ManifestBuilder {
    mutating func dependencies(edition: Edition, package: String) throws(WorkspaceError) -> [ManifestDependency] {
        var result: [ManifestDependency] = []
        for section in try sections(edition: edition, package: package) {
            for entry in section.table.entries.sorted(by: { $0.key.precedesInBytes($1.key) }) {
                result.append(try dependency(entry, in: section, edition: edition))
            }
        }
        return result
    }

    private func sections(edition: Edition, package: String) throws(WorkspaceError) -> [DependencySection] {
        try located { () throws(ManifestFault) in
            var sections = try sections(
                of: raw.root, kinds: [.normal, .development, .build], target: nil, edition: edition,
                place: "`\(package)` package")
            let targets = raw.root["target"]?.table?.entries ?? []
            for entry in targets.sorted(by: { $0.key.precedesInBytes($1.key) }) {
                let platform = try Self.platform(entry)
                sections += try self.sections(
                    of: entry.value.table ?? TOMLTable(), kinds: [.normal, .build, .development],
                    target: (entry.key, platform.description), edition: edition,
                    place: "`\(entry.key)` platform target")
            }
            return sections
        }
    }

    private static func platform(_ entry: TOMLTable.Entry) throws(ManifestFault) -> Platform {
        do throws(PlatformError) { return try Platform(entry.key) } catch {
            throw ManifestFault(.platform(error), at: entry.keySpan)
        }
    }

    private func sections(
        of table: TOMLTable, kinds: [DependencyKind], target: (String, String)?, edition: Edition, place: String
    ) throws(ManifestFault) -> [DependencySection] {
        var sections: [DependencySection] = []
        for kind in kinds {
            guard let found = try Self.table(of: kind, in: table, edition: edition, place: place) else { continue }
            sections.append(DependencySection(table: found, kind: kind, target: target))
        }
        return sections
    }

    /// The spelling with a hyphen replaces the old one with an underscore.
    private static func table(
        of kind: DependencyKind, in table: TOMLTable, edition: Edition, place: String
    ) throws(ManifestFault) -> TOMLTable? {
        if kind == .normal { return table["dependencies"]?.table }
        let prefix = kind == .build ? "build" : "dev"
        let old = table.entry(prefix + "_dependencies")
        if let old, edition >= .edition2024 {
            throw ManifestFault(.underscore(key: old.key, where: place), at: old.keySpan)
        }
        return (table[prefix + "-dependencies"] ?? old?.value)?.table
    }
}

// MARK: One entry

extension ManifestBuilder {
    private mutating func dependency(
        _ written: TOMLTable.Entry, in section: DependencySection, edition: Edition
    ) throws(WorkspaceError) -> ManifestDependency {
        let member = try located { () throws(ManifestFault) in try DependencyEntry(written, inherits: true) }
        if member.isInherited { return try inherited(member, in: section, edition: edition) }
        return try located { () throws(ManifestFault) in
            try member.checkSpelling(edition)
            return try dependency(member, site: Site(entry: member, builder: self), section)
        }
    }

    private mutating func inherited(
        _ member: DependencyEntry, in section: DependencySection, edition: Edition
    ) throws(WorkspaceError) -> ManifestDependency {
        let from = "workspace.dependencies.\(member.key)"
        let failure = { [self] (fault: ManifestError.InheritanceFault) in
            self.failure(.inheritance(key: member.key, from: from, fault), at: member.span)
        }
        guard let inheritance = try inheritance() else { throw failure(.noWorkspaceRoot) }
        let root: DependencyEntry
        let merged: (entry: DependencyEntry, warning: String?)
        do throws(InheritanceReason) {
            let found = try inheritance.dependency(member.key)
            root = try Self.rootEntry(found)
            merged = try DependencyMerge(member: member, root: root, edition: edition).merged()
        } catch { throw failure(error.fault) }
        if let warning = merged.warning { warn(warning, at: member.span) }
        return try located(in: inheritance.root.file) { () throws(ManifestFault) in
            try merged.entry.checkSpelling(edition)
            let site = Site(member: member, root: root, inheritance: inheritance, builder: self)
            return try dependency(merged.entry, site: site, section)
        }
    }

    private static func rootEntry(_ entry: TOMLTable.Entry) throws(InheritanceReason) -> DependencyEntry {
        do throws(ManifestFault) { return try DependencyEntry(entry, inherits: false) } catch {
            throw InheritanceReason(fault: .notFound(dependency: entry.key))
        }
    }

    private func dependency(
        _ entry: DependencyEntry, site: Site, _ section: DependencySection
    ) throws(ManifestFault) -> ManifestDependency {
        let context = ManifestContext(directory: site.directory, source: source, config: config)
        let found = try DependencySource(entry: entry, context: context).find()
        let dependency = try entry.dependency(
            source: found.source, kind: section.kind, target: section.target?.printed)
        if section.kind == .development, dependency.isOptional {
            throw ManifestFault(.dependency(entry.key, .optionalDevelopmentDependency), at: entry.span)
        }
        return ManifestDependency(
            name: entry.key, keySpan: site.keySpan, kind: section.kind, target: section.target?.written,
            origin: found.origin, isInherited: site.rootLocation != nil,
            requirement: entry.version.map {
                WrittenRequirement(text: $0.value, location: Location(path: site.path, span: $0.span))
            },
            location: site.location, rootLocation: site.rootLocation, dependency: dependency)
    }
}

/// Where an entry and its parts are written.
private struct Site {
    /// Relative paths in the entry start here.
    let directory: String
    /// The file that has the requirement.
    let path: String
    let keySpan: Span
    let location: Location
    let rootLocation: Location?

    init(entry: DependencyEntry, builder: ManifestBuilder) {
        directory = builder.raw.directory
        path = builder.raw.file.path
        keySpan = entry.keySpan
        location = builder.location(entry.span)
        rootLocation = nil
    }

    init(member: DependencyEntry, root: DependencyEntry, inheritance: Inheritance, builder: ManifestBuilder) {
        directory = inheritance.root.directory
        path = inheritance.root.file.path
        keySpan = member.keySpan
        location = builder.location(member.span)
        rootLocation = Location(path: inheritance.root.file.path, span: root.span)
    }
}

extension DependencyEntry {
    /// The dependency as the resolver sees it.
    func dependency(
        source: SourceID, kind: DependencyKind = .normal, target: String? = nil
    ) throws(ManifestFault) -> Dependency {
        Dependency(
            package: package?.value ?? key, source: source, requirement: try requirement(), kind: kind,
            rename: package.map { _ in key }, isOptional: optional?.value ?? false,
            usesDefaultFeatures: usesDefaultFeatures?.value ?? true, features: features.map(\.value), target: target)
    }

    private func requirement() throws(ManifestFault) -> Requirement {
        guard let version else { return .any }
        do throws(VersionRequirementError) { return .range(try VersionRequirement(version.value)) } catch {
            throw ManifestFault(.versionRequirement(version.value, dependency: key, error), at: version.span)
        }
    }
}
