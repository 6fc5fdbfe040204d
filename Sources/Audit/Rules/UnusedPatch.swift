import Advisories
import CargoModel
import CargoWorkspace
import TOML

/// Flags patches that nothing uses.
package struct UnusedPatch: Rule {
    package static let info = RuleInfo(
        id: "unused-patch",
        summary: "a patch is not used",
        rationale: """
            A patch stands in for a published version only if a requirement admits its version. If it is not used, the \
            build has the published crate in it, which somebody wanted to replace; often the dependency moved on and the \
            patch was forgotten. Cargo notes it in the lock and warns, but goes on.
            """,
        level: .warn,
        passing: [
            RuleExample(
                "The patch is used.",
                """
                [dependencies]
                log = "0.4"
                [patch.crates-io]
                log = { path = "log" }
                -- log/Cargo.toml --
                [package]
                name = "log"
                version = "0.4.20"
                -- index --
                log 0.4.20
                """)
        ],
        failing: [
            RuleExample(
                "The patch has a version that nobody asks for.",
                """
                [dependencies]
                log = "0.4"
                [patch.crates-io]
                ↓log = { path = "log" }
                -- log/Cargo.toml --
                [package]
                name = "log"
                version = "0.3.0"
                -- index --
                log 0.4.20
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        guard let lock = context.lock else { return [] }
        return lock.resolve.unusedPatches.enumerated().map { position, id in
            let used = lock.resolve.packages.filter { $0.name == id.name }.map { "\($0.version)" }
            return Finding(
                rule: Self.info.id, subject: .crate(id.name), message: "the patch `\(id)` is not used",
                at: Self.place(of: id, in: context.workspace.rootManifest)
                    ?? Self.place(at: position, in: lock.lockfile),
                why: used.isEmpty
                    ? "nothing depends on `\(id.name)` any more"
                    : "the build has \(used.joined(separator: ", ")) in it instead, as published",
                help: used.isEmpty
                    ? "remove it"
                    : "give the patch a version that the requirements admit, or remove it")
        }
    }

    /// The key of the entry in `[patch]`.
    private static func place(of id: PackageID, in manifest: Manifest) -> Location? {
        for table in manifest.document.root["patch"]?.table?.entries ?? [] {
            for entry in table.value.table?.entries ?? [] {
                let name = entry.value.table?["package"]?.string ?? entry.key
                if name == id.name { return Location(path: manifest.file.path, span: entry.keySpan) }
            }
        }
        return nil
    }

    private static func place(at position: Int, in lockfile: Lockfile) -> Location? {
        guard lockfile.unusedPatches.indices.contains(position) else { return nil }
        return lockfile.location(lockfile.unusedPatches[position].name.span)
    }
}
