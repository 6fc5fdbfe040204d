import Advisories
import CargoModel
import CargoWorkspace
import TOML

/// Flags git dependencies that do not name a commit.
package struct GitWithoutRev: Rule {
    package static let info = RuleInfo(
        id: "git-without-rev",
        summary: "a git dependency does not name a commit",
        rationale: """
            A branch moves, and so can a tag. The lock holds the commit until the next `cargo update`, which then takes \
            whatever the repository has by that time, without a version that says what changed. `rev` with a full hash \
            stays what it is.
            """,
        level: .warn,
        options: [RuleOption("accept", .strings, "`tag`, `branch` or both: what is good enough besides `rev`")],
        passing: [
            RuleExample(
                "A commit.",
                """
                [dependencies]
                tool = { git = "https://example.com/tool", rev = "0123456789abcdef0123456789abcdef01234567" }
                -- no Cargo.lock --
                """)
        ],
        failing: [
            RuleExample(
                "The default branch, and a tag.",
                """
                [dependencies]
                tool = ↓{ git = "https://example.com/tool" }
                other = ↓{ git = "https://example.com/other", tag = "v1" }
                -- no Cargo.lock --
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        let accepted = context.options.strings("accept")
        var seen: Set<Location> = []
        return context.workspace.members.flatMap { member in
            member.dependencies.compactMap { dependency in
                guard case .git(let url, let reference) = dependency.origin, let kind = reference.looseness,
                    !accepted.contains(kind.option),
                    seen.insert(dependency.rootLocation ?? dependency.location).inserted
                else { return nil }
                return finding(dependency, of: member, url, kind.text, context)
            }
        }
    }

    private func finding(
        _ dependency: ManifestDependency, of member: Manifest, _ url: String, _ kind: String, _ context: AuditContext
    ) -> Finding {
        let commit = context.lock?.resolve.packages.first { $0.matches(dependency) }?.source.precise
        return Finding(
            rule: Self.info.id, subject: .dependency(dependency.name, of: member.package?.name.value ?? ""),
            message: "`\(dependency.name)` follows \(kind) of \(url)",
            at: dependency.rootLocation ?? dependency.location,
            why: "the next update takes whatever the repository has by then",
            help: commit.map { "name the locked commit: `rev = \"\($0)\"`" }
                ?? "name the commit you reviewed, as `rev = \"…\"`")
    }
}

extension PackageID {
    fileprivate func matches(_ dependency: ManifestDependency) -> Bool {
        name == dependency.packageName && source == dependency.dependency.source
    }
}

extension GitReference {
    /// How it is not a commit; `nil` for one.
    fileprivate var looseness: (option: String, text: String)? {
        switch self {
        case .rev: nil
        case .tag(let name): ("tag", "the tag `\(name)`")
        case .branch(let name): ("branch", "the branch `\(name)`")
        case .defaultBranch: ("branch", "the default branch")
        }
    }
}
