import ArgumentParser
import Audit

/// Levels of rules on the command line; they beat those of every file.
struct LevelOptions: ParsableArguments {
    @Option(name: [.customShort("D"), .customLong("deny")], help: "Deny a rule.")
    var deny: [String] = []

    @Option(name: [.customShort("W"), .customLong("warn")], help: "Only warn about a rule.")
    var warn: [String] = []

    @Option(name: [.customShort("A"), .customLong("allow")], help: "Switch a rule off.")
    var allow: [String] = []

    /// Later ones win.
    func overrides() throws(Failure) -> [(rule: String, level: Level, flag: String)] {
        let given =
            allow.map { ($0, Level.allow, "-A") } + warn.map { ($0, Level.warn, "-W") }
            + deny.map { ($0, Level.deny, "-D") }
        let known = RuleCatalogue.infos.map(\.id)
        for (rule, _, flag) in given where !known.contains(rule) {
            let nearest = Spelling.nearest(to: rule, among: known).map { "; did you mean `\($0)`?" }
            throw .usage("\(flag): unknown rule `\(rule)`\(nearest ?? "; `lockgate rules` lists them")")
        }
        return given.map { (rule: $0.0, level: $0.1, flag: $0.2) }
    }
}
