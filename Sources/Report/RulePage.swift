package import Audit

/// The page of a rule, and the list of all, as Markdown; `make rules` writes them into `rules/`.
package enum RulePage {
    package static func page(of info: RuleInfo) -> String {
        var text = "# `\(info.id)`\n\n\(sentence(info.summary))\n\n"
        text += levels(of: info) + "\n\n\(info.rationale)\n"
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

    private static func levels(of info: RuleInfo) -> String {
        let named = Preset.allCases.map { "`\(info.levels[$0].rawValue)` (\($0.rawValue))" }
        let isOne = Set(Preset.allCases.map { info.levels[$0] }).count == 1
        return isOne
            ? "Level without a policy: `\(info.levels[.application].rawValue)`."
            : "Levels of the presets: " + named.joined(separator: ", ") + "."
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

    static func sentence(_ summary: String) -> String {
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

    /// `rules/policies/<preset>.toml`: the levels of a preset as a policy file, every rule once.
    package static func policy(of preset: Preset, _ infos: [RuleInfo]) -> String {
        let rows = infos.map { "\($0.id) = \"\($0.levels[preset].rawValue)\"\n" }
        return """
            # The preset "\(preset.rawValue)" as a file; written by `make rules`. `preset = "\(preset.rawValue)"` in a
            # policy has the same effect.
            [rules]
            \(rows.joined())
            """
    }

    /// The table of all rules; also in the README.
    package static func table(of infos: [RuleInfo], linking prefix: String) -> String {
        let rows = infos.map { info in
            let levels = Preset.allCases.map { info.levels[$0].rawValue }.joined(separator: " | ")
            return "| [`\(info.id)`](\(prefix)\(info.id).md) | \(levels) | \(info.summary) |"
        }
        let head = ["| rule | application | library | strict | flags |", "| --- | --- | --- | --- | --- |"]
        return (head + rows).joined(separator: "\n")
    }
}
