import CargoModel
import CargoWorkspace
import Disk
package import TOML

/// What a change did to one line of a manifest that a lock depends on.
package struct ManifestChange: Sendable {
    /// Lower case, the fact first.
    package let text: String
    /// In the manifest as it is now; `nil` where the line is gone.
    package let location: Location?
    /// The manifest, from the root of the tree.
    package let path: String
    /// The crate it is about, if it is about one.
    package let crate: String?
    /// Whether it changed where a dependency comes from.
    package let movesSource: Bool
}

/// Compares the manifests of two workspaces.
struct ManifestDifferences {
    private let base: Workspace
    private let head: Workspace
    private(set) var changes: [ManifestChange] = []

    init(from base: Workspace, to head: Workspace) {
        self.base = base
        self.head = head
        let old = Dictionary(base.localPackages.map { (place(of: $0, base), $0) }) { first, _ in first }
        let new = Dictionary(head.localPackages.map { (place(of: $0, head), $0) }) { first, _ in first }
        for manifest in head.localPackages {
            let path = place(of: manifest, head)
            guard let before = old[path] else {
                add(manifest, "package `\(manifest.package?.name.value ?? path)` is new", manifest.package?.name.span)
                continue
            }
            compare(before, manifest)
        }
        for manifest in base.localPackages where new[place(of: manifest, base)] == nil {
            addGone(manifest, "package `\(manifest.package?.name.value ?? "")` is no longer part of it")
        }
        comparePatches()
    }

    /// The folder, from the root of the workspace.
    private func place(of manifest: Manifest, _ workspace: Workspace) -> String {
        Path.relative(manifest.directory, to: workspace.rootDirectory)
    }

    private mutating func add(
        _ manifest: Manifest, _ text: String, _ span: Span?, crate: String? = nil, movesSource: Bool = false
    ) {
        changes.append(
            ManifestChange(
                text: text, location: span.map { Location(path: manifest.file.path, span: $0) },
                path: manifest.file.path, crate: crate, movesSource: movesSource))
    }

    private mutating func addGone(_ manifest: Manifest, _ text: String, crate: String? = nil) {
        changes.append(
            ManifestChange(text: text, location: nil, path: manifest.file.path, crate: crate, movesSource: false))
    }

    // MARK: One manifest

    private mutating func compare(_ old: Manifest, _ new: Manifest) {
        guard
            old.file.bytes != new.file.bytes || old.dependencies.contains(where: \.isInherited)
                || new.dependencies.contains(where: \.isInherited)
        else { return }
        if let before = old.package, let now = new.package {
            if before.version != now.version {
                add(new, "package `\(now.name.value)` is \(now.version), was \(before.version)", now.name.span)
            }
            if before.rustVersion != now.rustVersion {
                let texts = [before.rustVersion, now.rustVersion].map { $0.map { "\($0)" } ?? "none" }
                add(new, "the `rust-version` of `\(now.name.value)` is \(texts[1]), was \(texts[0])", now.name.span)
            }
        }
        let known = Dictionary(old.dependencies.map { (key($0), $0) }) { first, _ in first }
        var seen: Set<String> = []
        for dependency in new.dependencies {
            seen.insert(key(dependency))
            compare(known[key(dependency)], dependency, new)
        }
        for dependency in old.dependencies where !seen.contains(key(dependency)) {
            addGone(old, "\(name(dependency)) is no longer required", crate: dependency.packageName)
        }
        compareFeatures(old, new)
    }

    private func key(_ dependency: ManifestDependency) -> String {
        "\(dependency.kind.rawValue) \(dependency.target ?? "") \(dependency.name)"
    }

    private func name(_ dependency: ManifestDependency) -> String {
        let kind = dependency.kind == .normal ? "" : " (\(dependency.kind.rawValue))"
        return "`\(dependency.name)`\(kind)"
    }

    private mutating func compare(_ old: ManifestDependency?, _ new: ManifestDependency, _ manifest: Manifest) {
        let place = new.requirement?.location ?? new.rootLocation ?? new.location
        let crate = new.packageName
        func note(_ text: String, movesSource: Bool = false) {
            changes.append(
                ManifestChange(
                    text: "\(name(new)) \(text)", location: place, path: place.path, crate: crate,
                    movesSource: movesSource))
        }
        guard let old else { return note("is required now: \(written(new))") }
        if origin(old, base) != origin(new, head) {
            return note("comes from \(origin(new, head)), came from \(origin(old, base))", movesSource: true)
        }
        if old.packageName != crate { note("is the package `\(crate)`, was `\(old.packageName)`") }
        if old.dependency.requirement != new.dependency.requirement {
            note("is required as \(written(new)), was \(written(old))")
        }
        let features = (Set(old.dependency.features), Set(new.dependency.features))
        let gained = features.1.subtracting(features.0).sorted { $0.precedesInBytes($1) }
        let lost = features.0.subtracting(features.1).sorted { $0.precedesInBytes($1) }
        if !gained.isEmpty { note("has the features \(list(gained)) as well") }
        if !lost.isEmpty { note("no longer has the features \(list(lost))") }
        if old.dependency.usesDefaultFeatures != new.dependency.usesDefaultFeatures {
            note(new.dependency.usesDefaultFeatures ? "has its default features" : "has no default features any more")
        }
        if old.dependency.isOptional != new.dependency.isOptional {
            note(new.dependency.isOptional ? "is optional now" : "is no longer optional")
        }
    }

    private func list(_ words: [String]) -> String { words.map { "`\($0)`" }.joined(separator: ", ") }

    private func written(_ dependency: ManifestDependency) -> String {
        dependency.requirement.map { "`\($0.text)`" } ?? "whatever is there"
    }

    /// Where a dependency comes from; paths from the root of the workspace.
    private func origin(_ dependency: ManifestDependency, _ workspace: Workspace) -> String {
        let source = dependency.dependency.source
        switch source.kind {
        case .path: return "`\(Path.relative(source.url, to: workspace.rootDirectory))`"
        case .git(let reference):
            return source.url + (reference.name.isEmpty ? "" : " at `\(reference.name)`")
        default: return source.description
        }
    }

    private mutating func compareFeatures(_ old: Manifest, _ new: Manifest) {
        guard let before = old.document.root["features"]?.table, let now = new.document.root["features"]?.table else {
            return
        }
        for entry in now.entries {
            let texts = [before[entry.key], entry.value].map { $0?.array?.compactMap(\.string) }
            if texts[0] != texts[1] {
                let list = (texts[1] ?? []).map { "`\($0)`" }.joined(separator: ", ")
                add(new, "feature `\(entry.key)` turns on \(list.isEmpty ? "nothing" : list)", entry.keySpan)
            }
        }
    }

    private mutating func comparePatches() {
        func entries(_ workspace: Workspace) -> [(key: String, dependency: Dependency)] {
            workspace.patches.flatMap { table in
                table.entries.map { ("\(table.source.canonicalURL) \($0.nameInManifest)", $0) }
            }
        }
        func target(_ dependency: Dependency, _ workspace: Workspace) -> String {
            dependency.source.isPath
                ? Path.relative(dependency.source.url, to: workspace.rootDirectory)
                : "\(dependency.source) \(dependency.source.kind)"
        }
        let old = Dictionary(entries(base).map { ($0.key, target($0.dependency, base)) }) { first, _ in first }
        for (key, dependency) in entries(head) where old[key] != target(dependency, head) {
            let table = head.rootManifest.document.root.entry("patch")
            add(
                head.rootManifest, "`[patch]` takes `\(dependency.package)` from \(dependency.source)",
                table?.keySpan, crate: dependency.package, movesSource: true)
        }
        let now = Set(entries(head).map(\.key))
        for (key, dependency) in entries(base) where !now.contains(key) {
            changes.append(
                ManifestChange(
                    text: "`[patch]` no longer replaces `\(dependency.package)`", location: nil,
                    path: head.rootManifest.file.path, crate: dependency.package, movesSource: true))
        }
    }
}
