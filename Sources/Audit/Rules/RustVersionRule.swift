import Advisories
import CargoModel
import CargoWorkspace
import SemVer
import TOML

/// Flags locked packages that need a newer Rust than a member that uses them declares.
package struct RustVersionRule: Rule {
    package static let info = RuleInfo(
        id: "rust-version",
        summary: "a locked package needs a newer Rust than the workspace declares",
        rationale: """
            With the oldest Rust that `rust-version` promises the build fails. Each member answers for what it reaches \
            through normal and build dependencies; what only its tests need is left out, and so is a member that \
            declares nothing. The package's own `rust-version` is what its authors say, and older packages say nothing, \
            so silence proves little. The rule names the newest version that fits and that every requirement admits.
            """,
        level: .warn,
        options: [RuleOption("skip", .strings, "crates that may need a newer Rust")],
        passing: [
            RuleExample(
                "An older Rust is enough.",
                """
                -- Cargo.toml --
                [package]
                name = "app"
                version = "0.1.0"
                rust-version = "1.70"
                [dependencies]
                log = "0.4"
                -- index --
                log 0.4.20 | rv=1.60
                """)
        ],
        failing: [
            RuleExample(
                "A newer one is needed.",
                """
                -- Cargo.toml --
                [package]
                name = "app"
                version = "0.1.0"
                rust-version = "1.60"
                [dependencies]
                log = "0.4"
                -- locked --
                app 0.1.0 | log
                log ↓0.4.22
                -- index --
                log 0.4.20 | rv=1.60
                log 0.4.22 | rv=1.71
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        guard let lock = context.lock else { return [] }
        let skipped = context.options.strings("skip")
        let promises = Self.promises(context)
        return lock.resolve.packages.indices.compactMap { index in
            let id = lock.resolve.packages[index]
            guard let promise = promises[index], let needed = context.summaries[id]?.rustVersion,
                !needed.isCompatible(withCompiler: promise.version), !skipped.contains(id.name)
            else { return nil }
            return Finding(
                rule: Self.info.id, subject: .package(id),
                message: "`\(id)` needs Rust \(needed), and `\(promise.member)` promises \(promise.version)",
                at: lock.location(of: index), why: "with Rust \(promise.version) the build fails",
                help: Self.help(id, promise.version, context),
                facts: [("needs", needed.description), ("declared", promise.version.description)])
        }
    }

    private struct Promise {
        let version: RustVersion
        let member: String
    }

    /// By position in the lock: the oldest Rust that a member which reaches the package declares.
    private static func promises(_ context: AuditContext) -> [Int: Promise] {
        var result: [Int: Promise] = [:]
        let declared = Dictionary(
            grouping: context.workspace.members.filter { $0.package?.rustVersion != nil },
            by: { $0.package?.rustVersion ?? RustVersion(major: 1) })
        for (version, members) in declared.sorted(by: { $0.key < $1.key }) {
            for member in members {
                let promise = Promise(version: version, member: member.package?.name.value ?? "")
                for index in context.reached(by: [.normal, .build], from: [member]) where result[index] == nil {
                    result[index] = promise
                }
            }
        }
        return result
    }

    private static func help(_ id: PackageID, _ promised: RustVersion, _ context: AuditContext) -> String {
        let requirers = context.requirers(of: id)
        let fitting = context.suggestible(CrateKey(name: id.name, source: id.source)).last { candidate in
            candidate.version < id.version && (candidate.rustVersion?.isCompatible(withCompiler: promised) ?? true)
                && requirers.allSatisfy { $0.dependency.requirement.written.matches(candidate.version) }
        }
        guard let fitting else { return "no version that fits is admitted; raise `rust-version`" }
        let doubt = fitting.rustVersion == nil ? ", which declares no Rust version" : ""
        return "raise `rust-version`, or take \(fitting.version), the newest version that fits\(doubt): "
            + "`cargo update -p \(id.name)@\(id.version) --precise \(fitting.version)`"
    }
}
