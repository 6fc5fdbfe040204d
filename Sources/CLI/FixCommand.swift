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
        let rest = unmovable(in: session.start.verdict)
        guard !targets.isEmpty else {
            Console.write(line: rest.isEmpty ? "nothing to fix" : Self.text(of: rest))
            if !rest.isEmpty { throw ExitStatus.denied }
            return
        }
        let plan = session.plan(for: targets)
        Console.write(Array(FixText(FixNote(plan, session)).text.utf8))
        if !rest.isEmpty { Console.write(line: Self.text(of: rest)) }
        if write, !plan.moves.isEmpty {
            try session.save(plan.outcome)
            Console.talk("written")
        }
        if !plan.left.isEmpty || !rest.isEmpty { throw ExitStatus.denied }
    }

    /// Of all that is denied, what needs something else than a move; nothing if only some of it was asked for.
    private func unmovable(in verdict: Verdict) -> [Finding] {
        if advisories || yanked || duplicates || !crates.isEmpty { return [] }
        return verdict.denied.map(\.finding).filter { !$0.isMovable }
    }

    private static func text(of rest: [Finding]) -> String {
        let rules = Set(rest.map(\.rule)).sorted { $0.precedesInBytes($1) }.joined(separator: ", ")
        return "denied, and cleared by no move: \(rules); `lockgate check` says what helps"
    }

    /// Most urgent first, as in a report.
    private func targets(in verdict: Verdict) -> [Finding] {
        let isPicky = advisories || yanked || duplicates
        let all = isPicky || !crates.isEmpty ? verdict.denied + verdict.warned : verdict.denied
        return all.map(\.finding).filter { finding in
            (crates.isEmpty || finding.subject.crate.map(crates.contains) == true)
                && (!isPicky || isAsked(finding.rule)) && finding.isMovable
        }
    }

    private func isAsked(_ rule: String) -> Bool {
        switch rule {
        case "yanked": yanked
        case "duplicate-version", "duplicate-avoidable": duplicates
        default: advisories
        }
    }
}

extension Finding {
    /// Whether a move of the lock or of a requirement can clear it.
    var isMovable: Bool { Self.movableRules.contains(rule) }

    private static let movableRules: Set<String> = [
        "malicious", "vulnerability", "unsound", "unmaintained", "notice", "pin-blocks-fix", "yanked",
        "duplicate-version", "duplicate-avoidable", "too-new",
    ]
}

/// A plan for people: what to run, what that clears, what is left and why.
struct FixText {
    private(set) var text = ""

    init(_ note: FixNote) {
        for command in note.commands { line(command) }
        if !note.commands.isEmpty { text += "\n" }
        for finding in note.cleared { line("cleared: \(finding)") }
        for (finding, reason) in note.left {
            line("left:    \(finding)")
            line("         = \(reason)")
        }
        line(
            "\(note.cleared.count) cleared, \(note.left.count) left; \(note.changed) package"
                + "\(note.changed == 1 ? "" : "s") in the lock change\(note.changed == 1 ? "s" : "")")
    }

    private mutating func line(_ line: String) { text += printable(line) + "\n" }
}

extension FixNote {
    init(_ plan: FixPlan, _ session: FixSession) {
        let sources = SourceIndex(session.workspace.sourceFiles.map { ($0.path, $0.bytes) })
        let before = Set(session.start.context.lock?.resolve.packages ?? [])
        self.init(
            commands: Self.commands(plan.moves, session, sources),
            cleared: plan.cleared.map(Self.text),
            left: plan.left.map { (Self.text(of: $0.finding), $0.reason) },
            changed: (plan.outcome.context.lock?.resolve.packages ?? []).count { !before.contains($0) })
    }

    private static func text(of finding: Finding) -> String { "\(finding.rule): \(finding.message)" }

    /// The edits first; a plain command brings the lock in line with them before the moves of the lock.
    private static func commands(
        _ moves: [Move], _ session: FixSession, _ sources: SourceIndex
    ) -> [String] {
        let edits = session.edits(for: moves).map { edit in
            "edit \(sources.text(of: edit.place)): write \(TOMLText.quoted(edit.text))"
        }
        return edits + (edits.isEmpty ? [] : ["cargo update --workspace"]) + moves.compactMap(command)
    }

    private static func command(_ move: Move) -> String? {
        switch move {
        case .update(let id): "cargo update -p \(id.name)@\(id.version)"
        case .precise(let id, let version): "cargo update -p \(id.name)@\(id.version) --precise \(version)"
        case .requirement: nil
        }
    }
}
