import ArgumentParser
import Audit
import CargoWorkspace
import Disk
import Report
import TOML

struct BaselineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baseline",
        abstract: "Record today's findings, so that only new ones are judged.",
        discussion: """
            Writes lockgate-baseline.toml beside the workspace's Cargo.toml. What it lists is let pass until it is \
            gone; then it has to leave the file. A stale lock, malware and a lock that is not what was published are \
            never recorded.
            """)

    @Argument(help: "A directory of the workspace, or its Cargo.toml.")
    var path: String = "."

    @Option(name: .customLong("manifest-path"), help: "The same, as cargo spells it.")
    var manifestPath: String?

    @OptionGroup var data: DataOptions

    @Option(help: "The policy, as for check.")
    var policy: String?

    @Flag(help: "Only remove what is gone; add nothing.")
    var prune = false

    mutating func run() throws {
        let process = try Process.current()
        let settings = CheckSettings(
            database: data.db, policy: policy, overrides: [], budget: nil, tellsWarnings: false, isOffline: true,
            process: process)
        let session = try CheckSession(
            try CheckSession.load(manifestPath ?? path, process), data: try OpenData(data.db, process), settings)
        var bare = session.policy
        bare.baseline = nil
        let verdict = audit(session.context, policy: bare, basis: session.basis, unjudged: session.unjudged)
        if let item = verdict.unjudged.first {
            throw Failure(
                status: .cannotJudge, message: "cannot judge \(item.what), so there is nothing to record",
                notes: [item.help])
        }
        let findings = (verdict.denied + verdict.warned).map(\.finding)
        let found = Set(findings.filter { Baseline.mayHold($0.rule) }.map(\.identity))
        let before = Set(session.policy.baseline?.entries.map(\.value) ?? [])
        let after = prune ? before.intersection(found) : found
        for finding in findings
        where !Baseline.mayHold(finding.rule) && LockState.rules.isDisjoint(with: [finding.rule]) {
            Console.warning("not recorded: \(finding.rule): \(finding.message)")
        }
        try write(after, before, to: Path.join(session.workspace.rootDirectory, PolicyFile.baselineName), process)
    }

    private func write(
        _ after: Set<String>, _ before: Set<String>, to path: String, _ process: Process
    ) throws(Failure) {
        let shown = Display.path(path, process)
        let change = "\(after.subtracting(before).count) new, \(before.subtracting(after).count) gone"
        if after.isEmpty, before.isEmpty { return Console.talk("nothing to record; \(shown) is not needed") }
        guard after != before else { return Console.talk("\(shown): \(after.count) recorded, nothing changed") }
        do {
            try FileSystem.replace(path, with: Array(Baseline.text(of: Array(after)).utf8))
        } catch {
            throw .cannotJudge("\(shown): \(error)")
        }
        Console.talk("\(shown): \(after.count) recorded (\(change))")
    }
}
