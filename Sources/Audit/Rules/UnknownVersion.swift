import Advisories
import CargoModel
import CargoWorkspace
import TOML

/// Flags a locked version its registry does not list.
package struct UnknownVersion: Rule {
    package static let info = RuleInfo(
        id: "unknown-version",
        summary: "a locked version is not in the registry",
        rationale: """
            Registries yank but hardly ever delete. A version that is gone was removed as malware, came from another \
            registry, or never existed: the lock was edited by hand. It may also be newer than the index data, whose \
            date every report shows.
            """,
        level: .deny,
        passing: [
            RuleExample(
                "A yanked version is still listed.",
                """
                [dependencies]
                log = "0.4"
                -- index-when-locked --
                log 0.4.20
                -- index --
                log 0.4.20 | yanked
                """)
        ],
        failing: [
            RuleExample(
                "The version was deleted.",
                """
                [dependencies]
                log = "0.4"
                -- locked --
                app 0.1.0 | log
                log ↓0.4.21
                -- index --
                log 0.4.20
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        guard let lock = context.lock else { return [] }
        return lock.resolve.packages.indices.compactMap { index in
            let id = lock.resolve.packages[index]
            guard let published = context.published(id), !published.contains(where: { $0.version == id.version })
            else { return nil }
            if let folder = context.vendored(id.source) { return notVendored(id, folder, at: lock.location(of: index)) }
            let known =
                published.filter { context.maySuggest($0, of: CrateKey(name: id.name, source: id.source)) }
                .map(\.version).max().map { "; the newest listed is \($0)" } ?? ""
            return Finding(
                rule: Self.info.id, subject: .package(id),
                message: "`\(id)` is not in \(id.source)\(known)",
                at: lock.location(of: index),
                why: "a version that vanished was removed for a reason, or never existed",
                help: "check that the index data is newer than the lock; if it is, treat the version as removed malware"
            )
        }
    }

    /// A vendored directory holds what somebody put there; what is missing says nothing about the registry.
    private func notVendored(_ id: PackageID, _ folder: String, at location: Location) -> Finding {
        Finding(
            rule: Self.info.id, subject: .package(id), message: "`\(id)` is not vendored in \(folder)", at: location,
            why: "no build finds it where Cargo's configuration points",
            help: "run `cargo vendor`, and commit what it changes")
    }
}

extension AuditContext {
    /// The directory that Cargo's configuration puts in the place of a registry, relative to the workspace if below.
    fileprivate func vendored(_ source: SourceID) -> String? {
        guard case .directory(let path)? = try? workspace.config.replacement(for: source) else { return nil }
        let root = workspace.rootDirectory + "/"
        return path.hasPrefix(root) ? String(path.dropFirst(root.count)) : path
    }
}
