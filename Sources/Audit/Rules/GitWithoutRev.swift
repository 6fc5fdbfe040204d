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
        var groups: [(source: SourceID, uses: [Use])] = []
        var seen: Set<Location> = []
        for member in context.workspace.members {
            for dependency in member.dependencies {
                guard case .git(let url, let reference) = dependency.origin, let kind = reference.looseness,
                    !accepted.contains(kind.option),
                    seen.insert(dependency.rootLocation ?? dependency.location).inserted
                else { continue }
                let use = Use(
                    dependency: dependency, owner: member.package?.name.value ?? "", url: url, kind: kind.text)
                if let place = groups.firstIndex(where: { $0.source == dependency.dependency.source }) {
                    groups[place].uses.append(use)
                } else {
                    groups.append((dependency.dependency.source, [use]))
                }
            }
        }
        return groups.compactMap { group in group.uses.first.map { finding($0, group.uses.dropFirst(), context) } }
    }

    private struct Use {
        let dependency: ManifestDependency
        let owner: String
        let url: String
        let kind: String

        var location: Location { dependency.rootLocation ?? dependency.location }
    }

    /// One for each repository and reference, however many dependencies share it.
    private func finding(_ first: Use, _ others: ArraySlice<Use>, _ context: AuditContext) -> Finding {
        let commit = context.lock?.resolve.packages.first { $0.matches(first.dependency) }?.source.precise
        let shown = others.prefix(3).map {
            Finding.Note("so does `\($0.dependency.name)` of `\($0.owner)`", at: $0.location)
        }
        let more = others.count > 3 ? [Finding.Note("so do \(others.count - 3) more")] : []
        return Finding(
            rule: Self.info.id, subject: .dependency(first.dependency.name, of: first.owner),
            message: "`\(first.dependency.name)` follows \(first.kind) of \(first.url)", at: first.location,
            why: "the next update takes whatever the repository has by then",
            help: commit.map { "name the locked commit: `rev = \"\($0)\"`" }
                ?? "name the commit you reviewed, as `rev = \"…\"`",
            notes: shown + more)
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
