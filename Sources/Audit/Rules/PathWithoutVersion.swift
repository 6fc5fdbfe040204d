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
            published if `publish` does not forbid it and it has the `description` that crates.io asks for.
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
        var seen: Set<Location> = []
        return context.workspace.members.filter(\.isMeantForPublication).flatMap { member in
            member.dependencies.compactMap { dependency in
                guard case .path = dependency.origin, dependency.requirement == nil, dependency.kind != .development,
                    seen.insert(dependency.rootLocation ?? dependency.location).inserted
                else { return nil }
                return finding(dependency, of: member, context)
            }
        }
    }

    private func finding(_ dependency: ManifestDependency, of member: Manifest, _ context: AuditContext) -> Finding {
        let owner = member.package?.name.value ?? ""
        let target = context.workspace.localPackages.first {
            $0.summary.map { $0.id.source == dependency.dependency.source } ?? false
        }
        let version = target?.package.map { "\($0.version)" } ?? "1.2.3"
        return Finding(
            rule: Self.info.id, subject: .dependency(dependency.name, of: owner),
            message: "`\(owner)` depends on `\(dependency.name)` by path alone",
            at: dependency.rootLocation ?? dependency.location, why: "`cargo publish` refuses it",
            help: "add the version, as in `version = \"\(version)\"`, or set `publish = false` in `\(owner)`")
    }
}

extension Manifest {
    /// crates.io refuses packages without a description.
    fileprivate var isMeantForPublication: Bool {
        guard let package, package.isPublishable, package.versionLocation != nil else { return false }
        return package.publish != nil || document.root["package"]?.table?["description"] != nil
    }
}
