import Audit
import CargoModel
import CargoWorkspace
import Disk
import Glibc
import Report
import Synchronization

/// What holds for every workspace of a run.
struct CheckSettings: Sendable {
    let database: String?
    let policy: String?
    let overrides: [(rule: String, level: Level, flag: String)]
    let budget: Int?
    let tellsWarnings: Bool
    /// Nothing is fetched.
    let isOffline: Bool
    let process: Process
}

/// What a report tells of one workspace.
protocol WorkspaceSection: Sendable {
    /// As the user would type its folder.
    var path: String { get }

    /// - Parameter folder: absolute.
    init(failure: Failure, folder: String, _ process: Process)
}

/// Looks at workspaces side by side. A worker opens the data once; of a workspace that was looked at only its section
/// stays.
final class WorkspaceRun<Section: WorkspaceSection>: Sendable {
    /// One workspace in, its section out, and what to warn of.
    typealias Work = @Sendable (Workspace, OpenData) throws(Failure) -> (section: Section, warnings: [String])

    /// What became of one target.
    private struct Outcome: Sendable {
        /// `nil` where the workspace is that of another target.
        let report: Section?
        /// Of the workspace the target belongs to, absolute; `nil` if it could not be loaded.
        let lockPath: String?
        let warnings: [String]
    }

    private struct State: Sendable {
        var next = 0
        var done = 0
        var outcomes: [Outcome?]
        var progress: Progress
    }

    private let targets: [CheckTargets.Target]
    private let lockFolders: Set<String>
    private let settings: CheckSettings
    private let state: Mutex<State>
    private let body: Work

    private init(_ targets: [CheckTargets.Target], _ settings: CheckSettings, _ body: @escaping Work) {
        self.targets = targets
        self.settings = settings
        self.body = body
        lockFolders = Set(targets.compactMap(\.lockFolder))
        state = Mutex(
            State(
                outcomes: Array(repeating: nil, count: targets.count), progress: Progress("checking workspaces")))
    }

    /// - Parameters:
    ///   - isAfresh: what a lock made afresh needs is fetched too.
    ///   - body: is called in several threads.
    /// - Returns: in byte order of their paths, each workspace once.
    static func sections(
        on targets: CheckTargets, _ settings: CheckSettings, isAfresh: Bool = false, _ body: @escaping Work
    ) throws(Failure) -> [Section] {
        if !settings.isOffline {
            Refresh(
                database: settings.database, policy: settings.policy, isAfresh: isAfresh, settings.process
            ).run(targets.targets.map(\.path))
        }
        // What is wrong with the data is said once, before anything else.
        let data = try OpenData(settings.database, settings.process)
        let run = WorkspaceRun(targets.targets, settings, body)
        if targets.targets.count > 1 {
            try Workers.run(min(targets.targets.count, Workers.processors)) { run.work() }
        } else {
            run.work(data)
        }
        let unreadable = targets.unreadable.map { path, error in
            Section(
                failure: .cannotJudge("\(Display.path(path, settings.process)): cannot be searched: \(error)"),
                folder: path, settings.process)
        }
        return (run.results() + unreadable).sorted { $0.path.precedesInBytes($1.path) }
    }

    // MARK: Workers

    private func work() {
        do {
            work(try OpenData(settings.database, settings.process))
        } catch {
            while let index = next() { finish(index, failed(targets[index], error)) }
        }
    }

    private func work(_ data: OpenData) {
        while let index = next() { finish(index, judge(targets[index], data)) }
    }

    private func next() -> Int? {
        state.withLock { state in
            guard state.next < targets.count else { return nil }
            state.next += 1
            return state.next - 1
        }
    }

    private func finish(_ index: Int, _ outcome: Outcome) {
        state.withLock { state in
            state.outcomes[index] = outcome
            state.done += 1
            state.progress.report(state.done, of: targets.count)
        }
    }

    private func results() -> [Section] {
        let outcomes = state.withLock { $0.outcomes }.compactMap { $0 }
        var seen: Set<String> = []
        let unique = outcomes.filter { $0.lockPath.map { seen.insert($0).inserted } ?? true }
        if settings.tellsWarnings { for warning in unique.flatMap(\.warnings) { Console.warning(warning) } }
        return unique.compactMap(\.report)
    }

    // MARK: One workspace

    private func judge(_ target: CheckTargets.Target, _ data: OpenData) -> Outcome {
        do {
            let workspace = try CheckSession.load(target.path, settings.process)
            guard let folder = target.lockFolder, folder != workspace.rootDirectory else {
                return try judge(workspace, data)
            }
            let unused = Display.path(Path.join(folder, "Cargo.lock"), settings.process)
            let used = Display.path(workspace.lockfilePath, settings.process)
            let warning = "\(unused): no build uses it; the lock of its workspace is \(used)"
            if lockFolders.contains(workspace.rootDirectory) {
                return Outcome(report: nil, lockPath: nil, warnings: [warning])
            }
            return try judge(workspace, data, warning)
        } catch {
            return failed(target, error)
        }
    }

    private func judge(
        _ workspace: Workspace, _ data: OpenData, _ warnings: String...
    ) throws(Failure) -> Outcome {
        do throws(Failure) {
            let result = try body(workspace, data)
            return Outcome(
                report: result.section, lockPath: workspace.lockfilePath, warnings: warnings + result.warnings)
        } catch {
            let report = Section(failure: error, folder: workspace.rootDirectory, settings.process)
            return Outcome(report: report, lockPath: workspace.lockfilePath, warnings: warnings)
        }
    }

    private func failed(_ target: CheckTargets.Target, _ failure: Failure) -> Outcome {
        let folder =
            target.lockFolder
            ?? (FileSystem.isFile(target.path) ? Path.parent(target.path) ?? target.path : target.path)
        let report = Section(failure: failure, folder: folder, settings.process)
        return Outcome(report: report, lockPath: nil, warnings: [])
    }
}

extension WorkspaceReport: WorkspaceSection {
    /// - Parameter folder: absolute.
    init(failure: Failure, folder: String, _ process: Process) {
        self.init(folder: folder, .failure(WorkspaceFailure(failure)), SourceIndex([]), process)
    }

    /// - Parameter folder: absolute.
    init(folder: String, _ result: Result, _ sources: SourceIndex, _ process: Process) {
        self.init(
            path: Display.folder(folder, process),
            lockPath: Display.path(Path.join(folder, "Cargo.lock"), process),
            manifestPath: Display.path(Path.join(folder, "Cargo.toml"), process), result: result, sources: sources)
    }
}

extension WorkspaceFailure {
    init(_ failure: Failure) {
        self.init(
            message: failure.message, notes: failure.notes, exitStatus: failure.status.rawValue, place: failure.place)
    }
}
