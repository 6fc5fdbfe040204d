package import Audit

/// The page of a rule, and the list of all, as Markdown; `make rules` writes them into `rules/`.
package enum RulePage {
    package static func page(of info: RuleInfo) -> String {
        var text = "# `\(info.id)`\n\n\(sentence(info.summary))\n\n"
        text += "Level without a policy: `\(info.levels[.application].rawValue)`.\n\n\(info.rationale)\n"
        text += options(info)
        text += examples("Found", info.failing) + examples("Not found", info.passing)
        text += """

            ## Change it

            ```toml
            # lockgate.toml
            [rules]
            \(info.id) = "\(info.levels[.application] == .deny ? "warn" : "deny")"
            ```

            """
        return text
    }

    private static func options(_ info: RuleInfo) -> String {
        guard !info.options.isEmpty else { return "" }
        let rows = info.options.map { "| `\($0.name)` | \($0.kind) | \($0.summary) |\n" }
        return "\n## Options\n\n| option | type | meaning |\n| --- | --- | --- |\n" + rows.joined()
    }

    private static func examples(_ title: String, _ examples: [RuleExample]) -> String {
        "\n## \(title)\n"
            + examples.map { example in
                "\n\(example.caption.isEmpty ? "" : example.caption + "\n\n")```toml\n\(example.text)\n```\n"
            }.joined()
    }

    private static func sentence(_ summary: String) -> String {
        summary.prefix(1).uppercased() + summary.dropFirst() + "."
    }

    /// `rules/README.md`.
    package static func list(of infos: [RuleInfo]) -> String {
        """
        # Rules

        Written by `make rules` from the rules themselves; do not edit. In the examples `↓` stands before the place a
        finding points at, a line such as `-- Cargo.toml --` begins a file, `locked` is a lock in short (one package a
        line, with its dependencies), and `index` is what the registry has (one version a line).

        \(table(of: infos, linking: ""))
        """ + "\n"
    }

    /// The table of all rules; also in the README.
    package static func table(of infos: [RuleInfo], linking prefix: String) -> String {
        let rows = infos.map { info in
            "| [`\(info.id)`](\(prefix)\(info.id).md) | \(info.levels[.application].rawValue) | \(info.summary) |"
        }
        return (["| rule | level | flags |", "| --- | --- | --- |"] + rows).joined(separator: "\n")
    }
}
