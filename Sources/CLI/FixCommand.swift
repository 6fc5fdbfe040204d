import ArgumentParser
import Audit
import CargoModel
import CargoWorkspace
import Report
import TOML

struct FixCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fix",
        abstract: "Find the smallest moves that clear findings, each resolved and judged beforehand.",
        discussion: """
            Prints the cargo commands and the edits of manifests that clear what the policy denies, or what is asked for; \
            --write makes them. A move is only named if the whole workspace was resolved and judged after it: nothing \
            denied comes in, and no version that is yanked, malicious, too young or the last of a withdrawn series.
            Exit status: 0 everything asked for can be cleared; 1 something is left; 3 could not judge.
            """)

    @Argument(help: "Crates whose findings are to be cleared; without any, all that is denied.")
    var crates: [String] = []

    @Option(name: .customLong("manifest-path"), help: "The workspace's Cargo.toml, or a directory of it.")
    var manifestPath: String?

    @Flag(help: "Clear what advisories say.")
    var advisories = false

    @Flag(help: "Clear yanked versions.")
    var yanked = false

    @Flag(help: "Clear duplicates.")
    var duplicates = false

    @Flag(help: "Write Cargo.lock and the manifests.")
    var write = false

    @Option(help: "The policy, as for check.")
    var policy: String?

    @OptionGroup var data: DataOptions

    @Flag(help: "Fetch nothing; judge by what is there.")
    var offline = false

    mutating func run() throws {
        let process = try Process.current()
        let path = manifestPath ?? "."
        if !offline { Refresh(database: data.db, policy: policy, isAfresh: true, process).run([path]) }
        let settings = CheckSettings(
            database: data.db, policy: policy, overrides: [], budget: nil, tellsWarnings: false, isOffline: true,
            process: process)
        let session = try FixSession(path, settings)
        if let gap = session.start.verdict.unjudged.first {
            throw Failure(status: .cannotJudge, message: "cannot judge \(gap.what)", notes: [gap.help])
        }
        let targets = targets(in: session.start.verdict)
        guard !targets.isEmpty else { return Console.write(line: "nothing to fix") }
        let plan = session.plan(for: targets)
        Console.write(Array(FixText(plan, session).text.utf8))
        if write, !plan.moves.isEmpty {
            try session.save(plan.outcome)
            Console.talk("written")
        }
        if !plan.left.isEmpty { throw ExitStatus.denied }
    }

    /// Most urgent first, as in a report.
    private func targets(in verdict: Verdict) -> [Finding] {
        let isPicky = advisories || yanked || duplicates
        let all = isPicky || !crates.isEmpty ? verdict.denied + verdict.warned : verdict.denied
        return all.map(\.finding).filter { finding in
            (crates.isEmpty || finding.subject.crate.map(crates.contains) == true)
                && (!isPicky || isAsked(finding.rule)) && Self.movable.contains(finding.rule)
        }
    }

    private func isAsked(_ rule: String) -> Bool {
        switch rule {
        case "yanked": yanked
        case "duplicate-version", "duplicate-avoidable": duplicates
        default: advisories
        }
    }

    /// The rules that a move of the lock or of a requirement can clear.
    private static let movable: Set<String> = [
        "malicious", "vulnerability", "unsound", "unmaintained", "notice", "pin-blocks-fix", "yanked",
        "duplicate-version", "duplicate-avoidable", "too-new",
    ]
}

/// A plan for people: what to run, what that clears, what is left and why.
struct FixText {
    private(set) var text = ""

    init(_ plan: FixPlan, _ session: FixSession) {
        let sources = SourceIndex(session.workspace.sourceFiles.map { ($0.path, $0.bytes) })
        for move in plan.moves { add(move, session, sources) }
        if !plan.moves.isEmpty { text += "\n" }
        for finding in plan.cleared { line("cleared: \(finding.rule): \(finding.message)") }
        for (finding, reason) in plan.left {
            line("left:    \(finding.rule): \(finding.message)")
            line("         = \(reason)")
        }
        let changed = Self.changed(plan, session)
        line(
            "\(plan.cleared.count) cleared, \(plan.left.count) left; \(changed) package\(changed == 1 ? "" : "s") in "
                + "the lock change\(changed == 1 ? "s" : "")")
    }

    private mutating func line(_ line: String) { text += printable(line) + "\n" }

    private mutating func add(_ move: Move, _ session: FixSession, _ sources: SourceIndex) {
        switch move {
        case .update(let id): line("cargo update -p \(id.name)@\(id.version)")
        case .precise(let id, let version): line("cargo update -p \(id.name)@\(id.version) --precise \(version)")
        case .requirement:
            for edit in session.edits(for: move) {
                let place = sources.text(of: Location(path: edit.path, span: edit.span))
                line("edit \(place): write \(TOMLText.quoted(edit.text))")
            }
        }
    }

    private static func changed(_ plan: FixPlan, _ session: FixSession) -> Int {
        let before = Set(session.start.context.lock?.resolve.packages ?? [])
        return (plan.outcome.context.lock?.resolve.packages ?? []).count { !before.contains($0) }
    }
}
