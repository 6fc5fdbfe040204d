import Advisories
import CargoModel
import CargoWorkspace
import SemVer

/// Flags locked crates that the policy bans.
package struct BannedCrate: Rule {
    package static let info = RuleInfo(
        id: "banned-crate",
        summary: "a locked crate is banned by the policy",
        rationale: """
            For what a team has decided not to have in its builds, be it for licences, size or history. Each entry may \
            limit the ban to versions, say why and what to use instead, and name `wrappers`: crates that may depend on \
            the banned one. A crate that only wrappers ask for is let pass. `-` and `_` count as the same. Without \
            `crates` the rule finds nothing.
            """,
        level: .deny,
        options: [
            RuleOption(
                "crates",
                .tables([
                    RuleOption("name", .text, "the crate"),
                    RuleOption("version", .requirement, "only versions that meet this requirement"),
                    RuleOption("reason", .text, "for the report"),
                    RuleOption("use-instead", .text, "for the report"),
                    RuleOption("wrappers", .strings, "crates that may depend on it"),
                ]), "the banned crates")
        ],
        passing: [
            RuleExample(
                "Only an allowed wrapper asks for it.",
                """
                [dependencies]
                tls = "1"
                -- index --
                openssl 0.10.0
                tls 1.0.0 | openssl ^0.10
                -- lockgate.toml --
                [[rules.banned-crate.crates]]
                name = "openssl"
                wrappers = ["tls"]
                """)
        ],
        failing: [
            RuleExample(
                "A banned crate, and a banned version.",
                """
                [dependencies]
                openssl = "0.10"
                time = "0.1"
                -- locked --
                app 0.1.0 | openssl, time
                openssl ↓0.10.0
                time ↓0.1.43
                -- index --
                openssl 0.10.0
                time 0.1.43
                -- lockgate.toml --
                [[rules.banned-crate.crates]]
                name = "openssl"
                reason = "needs a C library"
                use-instead = "rustls"
                [[rules.banned-crate.crates]]
                name = "time"
                version = "<0.2"
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        let bans = context.options.tables("crates").compactMap(Ban.init)
        guard let lock = context.lock, !bans.isEmpty else { return [] }
        return lock.resolve.packages.indices.compactMap { index in
            let id = lock.resolve.packages[index]
            guard let ban = bans.first(where: { $0.covers(id) }) else { return nil }
            let users = context.dependents[index].map { lock.resolve.packages[$0] }.filter { !ban.admits($0.name) }
            if users.isEmpty && !context.dependents[index].isEmpty { return nil }
            return finding(id, ban, users, at: index, lock)
        }
    }

    private func finding(
        _ id: PackageID, _ ban: Ban, _ users: [PackageID], at index: Int, _ lock: LockOnDisk
    ) -> Finding {
        let named = users.prefix(3).map { "`\($0)`" }.joined(separator: ", ")
        let more = users.count > 3 ? " and \(users.count - 3) more" : ""
        return Finding(
            rule: Self.info.id, subject: .package(id), message: "`\(id)` is banned", at: lock.location(of: index),
            why: ban.reason ?? "the policy does not want it in the build",
            help: ban.instead.map { "use `\($0)` instead" } ?? "remove the dependency, or replace who asks for it",
            notes: users.isEmpty ? [] : [Finding.Note("\(named)\(more) ask\(users.count == 1 ? "s" : "") for it")])
    }
}

/// One entry of `crates`.
private struct Ban {
    let reason: String?
    let instead: String?
    private let name: String
    /// `nil` for all versions; a requirement that cannot be read counts as none, so that no ban is lost.
    private let versions: VersionRequirement?
    private let wrappers: Set<String>

    init?(_ table: RuleOptions) {
        guard let name = table.text("name") else { return nil }
        self.name = Self.plain(name)
        versions = table.text("version").flatMap { try? VersionRequirement($0) }
        reason = table.text("reason")
        instead = table.text("use-instead")
        wrappers = Set(table.strings("wrappers").map(Self.plain))
    }

    func covers(_ id: PackageID) -> Bool {
        guard Self.plain(id.name) == name else { return false }
        let release = Version(major: id.version.major, minor: id.version.minor, patch: id.version.patch)
        return versions.map { $0.matches(id.version) || $0.matches(release) } ?? true
    }

    func admits(_ user: String) -> Bool { wrappers.contains(Self.plain(user)) }

    private static func plain(_ name: String) -> String { name.replacing("_", with: "-").lowercased() }
}
