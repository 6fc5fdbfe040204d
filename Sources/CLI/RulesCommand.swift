import ArgumentParser
import Audit
import Glibc
import Report

struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "List the rules, or explain one.")

    @Argument(help: "The rule to explain.")
    var rule: String?

    @Flag(help: "List only the rules about a change, which `lockgate review` runs.")
    var review = false

    @Option(help: .hidden)
    var write: String?

    mutating func run() throws {
        if let write { return try writePages(to: write) }
        guard let rule else {
            let listed = review ? RuleCatalogue.reviewInfos : RuleCatalogue.infos
            let width = listed.map(\.id.count).max() ?? 0
            let lines = listed.map { info in
                let padding = String(repeating: " ", count: width - info.id.count)
                return "\(info.id)\(padding)  \(info.levels[.application].rawValue)  \(info.summary)\n"
            }
            return Console.write(Array(lines.joined().utf8))
        }
        guard let info = RuleCatalogue.infos.first(where: { $0.id == rule }) else {
            let nearest = Spelling.nearest(to: rule, among: RuleCatalogue.infos.map(\.id))
            throw Failure.usage("unknown rule `\(rule)`" + (nearest.map { "; did you mean `\($0)`?" } ?? ""))
        }
        Console.write(Array(RulePage.page(of: info).utf8))
    }

    /// The generated pages; `make rules` calls this.
    private func writePages(to directory: String) throws(Failure) {
        for info in RuleCatalogue.infos { try save(RulePage.page(of: info), as: "\(directory)/\(info.id).md") }
        try save(RulePage.list(of: RuleCatalogue.infos), as: "\(directory)/README.md")
        for preset in Preset.allCases {
            try save(
                RulePage.policy(of: preset, RuleCatalogue.infos), as: "\(directory)/policies/\(preset.rawValue).toml")
        }
    }

    private func save(_ text: String, as path: String) throws(Failure) {
        guard let file = fopen(path, "w") else { throw .cannotJudge("\(path): cannot be written") }
        defer { fclose(file) }
        fputs(text, file)
    }
}
