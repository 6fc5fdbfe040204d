import ArgumentParser
import Audit
import Report

extension ReportFormat: ExpressibleByArgument {}
extension ColorChoice: ExpressibleByArgument {}

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Judge a workspace: is its lock current, and what does its policy deny?",
        discussion: """
            Needs no network and no Rust toolchain. Index data comes from where Cargo's configuration points, else \
            from the database (`lockgate import index`), else from Cargo's own cache.
            """)

    @Argument(help: "A directory of the workspace, or its Cargo.toml.")
    var path: String = "."

    @Option(name: .customLong("manifest-path"), help: "The same, as cargo spells it.")
    var manifestPath: String?

    @OptionGroup var data: DataOptions

    @Option(help: "The policy; without it lockgate.toml or .lockgate.toml beside the workspace's Cargo.toml.")
    var policy: String?

    @Option(name: [.customShort("D"), .customLong("deny")], help: "Deny a rule.")
    var deny: [String] = []

    @Option(name: [.customShort("W"), .customLong("warn")], help: "Only warn about a rule.")
    var warn: [String] = []

    @Option(name: [.customShort("A"), .customLong("allow")], help: "Switch a rule off.")
    var allow: [String] = []

    @Option(help: "How to report: text or json.")
    var format: ReportFormat = .text

    @Option(help: "auto, always or never. NO_COLOR is respected.")
    var color: ColorChoice = .auto

    @Option(help: "Attempts before an endless search is given up; 20000000 without it, about a minute.")
    var budget: Int?

    @Flag(name: .shortAndLong, help: "Say where levels come from, what was ignored, and what was set aside.")
    var verbose = false

    @Flag(help: "Accepted for the habit: check never uses the network.")
    var offline = false

    mutating func validate() throws {
        if let budget, budget < 1 { throw ValidationError("--budget must be at least 1") }
    }

    mutating func run() throws {
        let process = try Process.current()
        let session = try CheckSession(
            path: manifestPath ?? path, data: data, process: process, policyPath: policy, overrides: overrides(),
            budget: budget)
        let verdict = session.verdict()
        let style = ReportStyle(usesColor: color.isOn(process.variables), isVerbose: verbose)
        if verbose { session.tellWarnings() }
        Console.write(render(verdict, as: format, sources: session.sources, style: style))
        // Ending here spares taking apart what the system drops at once.
        Console.end(with: ExitStatus(verdict.outcome))
    }

    private func overrides() throws(Failure) -> [(rule: String, level: Level, flag: String)] {
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

/// Where index and advisories are.
struct DataOptions: ParsableArguments {
    @Option(help: "The database; without it $LOCKGATE_DB, else lockgate/lockgate.db in $XDG_DATA_HOME.")
    var db: String?
}
