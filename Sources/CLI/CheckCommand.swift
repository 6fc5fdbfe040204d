import ArgumentParser
import Audit
import Disk
import Report

extension ColorChoice: ExpressibleByArgument {}

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Judge workspaces: is the lock of each current, and what does its policy deny?",
        discussion: """
            Needs no Rust toolchain. Index data comes from where Cargo's configuration points, else from the database \
            (`lockgate sync`, `lockgate import`), else from Cargo's own cache. The network is used only to fetch what a \
            synced database lacks or has not asked for lately; --offline forbids it. Of several workspaces each gets \
            a verdict, and the exit status is the gravest: 3, 2, 4, 1, 0.
            """)

    @Argument(help: "A directory of the workspace, its Cargo.toml or its Cargo.lock; the working directory without it.")
    var paths: [String] = []

    @Flag(name: .shortAndLong, help: "Every Cargo.lock below each PATH; not in `target`, `.git` or vendored packages.")
    var recursive = false

    @Option(name: .customLong("manifest-path"), help: "A Cargo.toml, as cargo spells it.")
    var manifestPath: String?

    @OptionGroup var data: DataOptions

    @Option(help: "The policy; without it lockgate.toml or .lockgate.toml beside the workspace's Cargo.toml.")
    var policy: String?

    @OptionGroup var levels: LevelOptions

    @Option(
        help: ArgumentHelp(
            "How to report, and where to if not on standard output; may be repeated.",
            valueName: "name[=file]"))
    var format: [ReportRequest<ReportFormat>] = []

    @Option(help: "auto, always or never. NO_COLOR is respected.")
    var color: ColorChoice = .auto

    @Option(help: "Attempts before an endless search is given up; 20000000 without it, about a minute.")
    var budget: Int?

    @Flag(name: .shortAndLong, help: "Say where levels come from, what was ignored, and what was set aside.")
    var verbose = false

    @Flag(help: "Fetch nothing; judge by what is there.")
    var offline = false

    mutating func validate() throws {
        if let budget, budget < 1 { throw ValidationError("--budget must be at least 1") }
        format = try ReportRequest.checked(format)
        for file in format.compactMap(\.file) {
            if let input = [policy, data.db].compactMap({ $0 }).first(where: { FileSystem.isSame($0, file) }) {
                throw ValidationError("`\(input)` is read by lockgate; a report in its place would destroy it")
            }
        }
        if manifestPath != nil, recursive || paths.count > 1 {
            throw ValidationError("--manifest-path names one workspace; give PATHs instead")
        }
    }

    mutating func run() throws {
        let process = try Process.current()
        let (report, isTold) = try judge(process)
        let output = ReportOutput(
            format, process, isVerbose: verbose, usesColor: color.isOn(process.variables))
        let isWritten = output.write(report, isTold: isTold)
        // Ending here spares taking apart what the system drops at once.
        Console.end(with: isWritten ? ExitStatus(rawValue: report.exitStatus) ?? .cannotJudge : .cannotJudge)
    }

    /// Where nothing can be judged at all the reports say so, and none of an earlier run is left in their place.
    ///
    /// - Returns: also whether standard error has all there is to tell.
    private func judge(_ process: Process) throws(Failure) -> (CheckReport, isTold: Bool) {
        let overrides = try levels.overrides()
        let isCollection = recursive || paths.count > 1
        let found: [WorkspaceReport]
        var isTold = false
        do throws(Failure) {
            found = try reports(process, overrides)
        } catch {
            guard error.status == .cannotJudge else { throw error }
            found = [WorkspaceReport(failure: error, folder: process.workingDirectory, process)]
            isTold = true
        }
        // Where there are sections, they tell of a workspace that could not be loaded.
        if isTold || !isCollection, case .failure(let failure)? = found.first?.result {
            Console.tell(failure)
            isTold = true
        }
        return (CheckReport(found, isCollection: isCollection, lockgateVersion: CLI.version), isTold)
    }

    private func reports(
        _ process: Process, _ overrides: [(rule: String, level: Level, flag: String)]
    ) throws(Failure) -> [WorkspaceReport] {
        let settings = CheckSettings(
            database: data.db, policy: policy, overrides: overrides, budget: budget, tellsWarnings: verbose,
            isOffline: offline, process: process)
        let asked = manifestPath.map { [$0] } ?? (paths.isEmpty ? ["."] : paths)
        let targets = try CheckTargets(asked, isRecursive: recursive, process)
        return try WorkspaceRun<WorkspaceReport>.sections(on: targets, settings) { workspace, data throws(Failure) in
            let session = try CheckSession(workspace, data: data, settings)
            return (session.report(process).condensed(), session.warnings)
        }
    }
}

/// Where index and advisories are.
struct DataOptions: ParsableArguments {
    @Option(help: "The database; without it $LOCKGATE_DB, else lockgate/lockgate.db in $XDG_DATA_HOME.")
    var db: String?
}
