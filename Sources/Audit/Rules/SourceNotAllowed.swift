import Advisories
import CargoModel
import CargoWorkspace
import TOML

/// Flags locked packages from a registry or repository that the policy does not list.
package struct SourceNotAllowed: Rule {
    package static let info = RuleInfo(
        id: "source-not-allowed",
        summary: "a locked package comes from a place the policy does not allow",
        rationale: """
            Where code comes from decides who can change it. Give the allowed registries (`crates-io`, the name of a \
            registry in Cargo's configuration, or the URL of an index) and the allowed git servers: a host, or a host \
            with the beginning of a path, as in `github.com/acme`. Whole path components count, and the host is taken \
            as a browser takes it, so that neither `github.com.example.org` nor `https://github.com@example.org` passes \
            for github.com. With `https://` before it an entry holds for that scheme only. As long as neither list is \
            given the rule finds nothing; if one is given, the other is empty, but for crates.io among the registries. \
            Packages of the workspace itself are always allowed.
            """,
        level: .deny,
        options: [
            RuleOption("registries", .strings, "allowed registries; crates.io alone if only `git` is given"),
            RuleOption("git", .strings, "allowed git servers, with or without the beginning of a path"),
        ],
        passing: [
            RuleExample(
                "A repository of the listed owner.",
                """
                [dependencies]
                tool = { git = "https://github.com/acme/tool" }
                -- Cargo.lock --
                version = 4

                [[package]]
                name = "app"
                version = "0.1.0"
                dependencies = [
                 "tool",
                ]

                [[package]]
                name = "tool"
                version = "1.0.0"
                source = "git+https://github.com/acme/tool#0123456789abcdef0123456789abcdef01234567"
                -- lockgate.toml --
                [rules.source-not-allowed]
                git = ["github.com/acme"]
                """)
        ],
        failing: [
            RuleExample(
                "A host that only looks like the listed one.",
                """
                [dependencies]
                tool = { git = "https://github.com@example.org/acme/tool" }
                -- Cargo.lock --
                version = 4

                [[package]]
                name = "app"
                version = "0.1.0"
                dependencies = [
                 "tool",
                ]

                [[package]]
                name = "tool"
                version = "1.0.0"
                source = ↓"git+https://github.com@example.org/acme/tool#0123456789abcdef0123456789abcdef01234567"
                -- lockgate.toml --
                [rules.source-not-allowed]
                git = ["github.com"]
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        guard let lock = context.lock, let allowed = AllowedSources(context) else { return [] }
        return lock.resolve.packages.indices.compactMap { index in
            let id = lock.resolve.packages[index]
            guard !id.source.isPath, !allowed.contains(id.source) else { return nil }
            let place = lock.entry(index).source.map { lock.lockfile.location($0.span) }
            return Finding(
                rule: Self.info.id, subject: .package(id),
                message: "`\(id)` comes from \(id.source), which the policy does not allow",
                at: place ?? lock.location(of: index), why: "who owns that place decides what is built",
                help:
                    "take it from an allowed source, or add this one under `\(id.source.isGit ? "git" : "registries")`",
                facts: [("source", id.source.description)])
        }
    }
}

/// The two lists of the policy.
private struct AllowedSources {
    private let registries: [SourceID]
    private let texts: Set<String>
    private let servers: [SourceURL]

    /// `nil` if nothing is restricted.
    init?(_ context: AuditContext) {
        var names = context.options.strings("registries")
        let git = context.options.strings("git")
        let isGiven = ["registries", "git"].contains { context.options.values[$0] != nil }
        guard isGiven || context.preset == .strict else { return nil }
        if context.options.values["registries"] == nil { names = ["crates-io"] }
        registries =
            names.compactMap { (try? context.workspace.config.registry(named: $0)) ?? nil }
            + (names.contains("crates-io") ? [.cratesIO] : [])
        texts = Set(names.map(Self.plain))
        servers = git.compactMap(SourceURL.init)
    }

    func contains(_ source: SourceID) -> Bool {
        if source.isGit {
            guard let url = SourceURL(source.url) else { return false }
            return servers.contains { $0.covers(url) }
        }
        return registries.contains(source) || (source != .cratesIO && texts.contains(Self.plain(source.url)))
    }

    /// The canonical URL, without the word for the protocol.
    private static func plain(_ url: String) -> String {
        let prefix = ["sparse+", "registry+"].first { url.hasPrefix($0) } ?? ""
        return CanonicalURL.text(of: String(url.dropFirst(prefix.count)))
    }
}
