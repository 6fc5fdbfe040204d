import Advisories
import CargoModel
import CargoWorkspace
import TOML

/// Flags path dependencies without a version in packages that are meant to be published.
package struct PathWithoutVersion: Rule {
    package static let info = RuleInfo(
        id: "path-without-version",
        summary: "a package to be published depends on a path without a version",
        rationale: """
            `cargo publish` replaces the path by the version, and refuses a dependency that has none. Development \
            dependencies are exempt: without a version they are left out of what is published. A package counts as to be \
            published if `publish` does not forbid it and it has the `description` and the licence that crates.io asks \
            for.
            """,
        level: .allow, library: .warn, strict: .warn,
        passing: [
            RuleExample(
                "With a version; and in a package that is not published.",
                """
                -- Cargo.toml --
                [package]
                name = "app"
                version = "0.1.0"
                description = "Something"
                license = "MIT"
                [dependencies]
                local = { path = "local", version = "0.1.0" }
                [dev-dependencies]
                helper = { path = "helper" }
                -- local/Cargo.toml --
                [package]
                name = "local"
                version = "0.1.0"
                publish = false
                description = "Something"
                license = "MIT"
                [dependencies]
                helper = { path = "../helper" }
                -- helper/Cargo.toml --
                [package]
                name = "helper"
                version = "0.1.0"
                """)
        ],
        failing: [
            RuleExample(
                "Only a path.",
                """
                -- Cargo.toml --
                [package]
                name = "app"
                version = "0.1.0"
                description = "Something"
                license = "MIT"
                [dependencies]
                local = ↓{ path = "local" }
                -- local/Cargo.toml --
                [package]
                name = "local"
                version = "0.1.0"
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        context.workspace.members.filter(\.isMeantForPublication).compactMap { member in
            var seen: Set<Location> = []
            let bare = member.dependencies.filter { dependency in
                guard case .path = dependency.origin else { return false }
                return dependency.requirement == nil && dependency.kind != .development
                    && seen.insert(dependency.rootLocation ?? dependency.location).inserted
            }
            return bare.first.map { finding($0, others: bare.dropFirst(), of: member, context) }
        }
    }

    /// One for each member, however many such dependencies it has.
    private func finding(
        _ first: ManifestDependency, others: ArraySlice<ManifestDependency>, of member: Manifest,
        _ context: AuditContext
    ) -> Finding {
        let owner = member.package?.name.value ?? ""
        let target = context.workspace.localPackages.first {
            $0.summary.map { $0.id.source == first.dependency.source } ?? false
        }
        let version = target?.package.map { "\($0.version)" } ?? "1.2.3"
        return Finding(
            rule: Self.info.id, subject: .crate(owner),
            message: "`\(owner)` depends on `\(first.name)` by path alone"
                + (others.isEmpty ? "" : ", and on \(others.count) more"),
            at: first.rootLocation ?? first.location, why: "`cargo publish` refuses it",
            help: "add the version, as in `version = \"\(version)\"`, or set `publish = false` in `\(owner)`",
            notes: others.map { Finding.Note("`\($0.name)`", at: $0.rootLocation ?? $0.location) })
    }
}

extension Manifest {
    /// crates.io refuses packages without a description and a licence.
    fileprivate var isMeantForPublication: Bool {
        guard let package, package.isPublishable, package.versionLocation != nil else { return false }
        let table = document.root["package"]?.table
        let hasLicense = table?["license"] != nil || table?["license-file"] != nil
        return package.publish != nil || table?["description"] != nil && hasLicense
    }
}
