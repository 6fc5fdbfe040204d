import ArgumentParser
import Audit
import CargoModel
import CargoWorkspace
import Disk
import Report
import Storage

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Say which locked versions need an update, how urgently, who is in the way, and what helps.",
        discussion: """
            For every night: each locked package and each requirement with what there is above it, flaws first; the \
            requirements that hold a package back, tried in the resolver; and commands that clear what the policy denies, \
            each resolved and judged beforehand.
            Exit status: 0 reported, whatever was found; 1 something of what --fail-on names; 2 usage or configuration \
            error; 3 a workspace could not be read or judged.
            """)

    @Argument(help: "Folders of workspaces, or their Cargo.toml; the working directory without any.")
    var paths: [String] = []

    @Flag(name: .shortAndLong, help: "Every workspace below the PATHs.")
    var recursive = false

    @Option(
        help: ArgumentHelp(
            "How to report, and where to if not on standard output; may be repeated.",
            valueName: "name[=file]"))
    var format: [ReportRequest<UpdateFormat>] = []

    @Option(
        help: ArgumentHelp("Keep what was reported in this database, and tell what is new.", valueName: "file"))
    var history: String?

    @Option(
        help: ArgumentHelp(
            "End with status 1 for: new (since the last report), denied, urgent, pinned, outdated; may be repeated.",
            valueName: "what"))
    var failOn: [FailOn] = []

    @Flag(name: .customLong("no-fix"), help: "Do not look for ways to clear what is denied.")
    var leavesOutFixes = false

    @OptionGroup var data: DataOptions

    @Option(help: "The policy; without it lockgate.toml or .lockgate.toml beside the workspace's Cargo.toml.")
    var policy: String?

    @OptionGroup var levels: LevelOptions

    @Option(help: "auto, always or never. NO_COLOR is respected.")
    var color: ColorChoice = .auto

    @Option(help: "Attempts before an endless search is given up.")
    var budget: Int?

    @Flag(name: .shortAndLong, help: "Tell warnings.")
    var verbose = false

    @Flag(help: "Fetch nothing; report on what is there.")
    var offline = false

    /// What ends a report with status 1.
    enum FailOn: String, CaseIterable, ExpressibleByArgument {
        case new, denied, urgent, pinned, outdated

        func isMet(by report: UpdateReport) -> Bool {
            let counts = report.counts
            return switch self {
            case .new: report.history.map { !$0.new.isEmpty && $0.previous != nil } ?? false
            case .denied: counts.denied > 0
            case .urgent: report.urgentCount > 0
            case .pinned: counts.pinned > 0
            case .outdated: counts.compatible > 0
            }
        }
    }

    mutating func validate() throws {
        if let budget, budget < 1 { throw ValidationError("--budget must be at least 1") }
        format = try ReportRequest.checked(format)
        if failOn.contains(.new), history == nil { throw ValidationError("--fail-on new needs --history FILE") }
        let inputs = [policy, data.db, history].compactMap { $0 }
        for request in format {
            if let input = inputs.first(where: request.wouldReplace) {
                throw ValidationError("`\(input)` is read by lockgate; a report in its place would destroy it")
            }
        }
    }

    mutating func run() throws {
        let process = try Process.current()
        let settings = CheckSettings(
            database: data.db, policy: policy, overrides: try levels.overrides(), budget: budget,
            tellsWarnings: verbose, isOffline: offline, process: process)
        let report = try report(settings, process)
        let isWritten = write(report, process)
        Console.end(with: isWritten ? status(of: report) : .cannotJudge)
    }

    private func report(_ settings: CheckSettings, _ process: Process) throws(Failure) -> UpdateReport {
        let targets = try CheckTargets(paths.isEmpty ? ["."] : paths, isRecursive: recursive, process)
        let findsFixes = !leavesOutFixes
        let sections = try WorkspaceRun<WorkspaceUpdates>.sections(on: targets, settings, isAfresh: true) {
            workspace, data throws(Failure) in
            let session = try UpdateReportSession(workspace, data, settings, findsFixes: findsFixes)
            return (session.section.condensed(), session.warnings)
        }
        var report = UpdateReport(
            sections, isCollection: recursive || paths.count > 1, lockgateVersion: CLI.version, today: process.today)
        if let history { report.compare(with: Path.absolute(history, process), time: process.seconds) }
        return report
    }

    /// Without the history nobody knows what is new.
    private func status(of report: UpdateReport) -> ExitStatus {
        if report.historyProblem != nil, failOn.contains(.new) { return .cannotJudge }
        guard report.exitStatus == 0 else { return ExitStatus(rawValue: report.exitStatus) ?? .cannotJudge }
        return failOn.contains { $0.isMet(by: report) } ? .denied : .passed
    }

    /// Files first, so that a reader of standard output finds them done.
    private func write(_ report: UpdateReport, _ process: Process) -> Bool {
        var isComplete = true
        for request in format {
            guard let file = request.file else { continue }
            do {
                try FileSystem.replace(
                    Path.absolute(file, process),
                    with: render(report, as: request.format, style: ReportStyle(usesColor: false, isVerbose: verbose)))
            } catch {
                Console.error("\(file): the report cannot be written: \(error)")
                isComplete = false
            }
        }
        guard let request = format.first(where: { $0.file == nil }) else {
            Console.talk(printable("lockgate: \(report.summaryLine)"))
            return isComplete
        }
        let style = ReportStyle(usesColor: color.isOn(process.variables), isVerbose: verbose)
        Console.write(render(report, as: request.format, style: style))
        return isComplete
    }
}

extension UpdateReport {
    /// Remembers this report beside those before it, and tells what is new. A history that cannot be used is left as it
    /// is, and costs no more than that.
    fileprivate mutating func compare(with path: String, time: Int) {
        let sections = workspaces.compactMap { workspace in
            workspace.counts.map { counts in
                HistorySection(
                    workspace: workspace.path, counts: counts, items: workspace.items,
                    isPartial: workspace.exitStatus != 0)
            }
        }
        do throws(StorageError) {
            history = try HistoryStore(path).record(sections, on: today, time: time)
        } catch {
            historyProblem = "\(error); nothing was compared or remembered"
            Console.warning(historyProblem ?? "")
        }
    }
}
