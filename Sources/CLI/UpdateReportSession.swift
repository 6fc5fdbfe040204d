import Audit
import CargoModel
import CargoWorkspace
import Disk
import Report
import TOML

/// One workspace, and what the nightly report tells of it.
struct UpdateReportSession {
    let section: WorkspaceUpdates
    let warnings: [String]

    init(_ workspace: Workspace, _ data: OpenData, _ settings: CheckSettings, findsFixes: Bool) throws(Failure) {
        let process = settings.process
        let sources = DataSources(data, workspace: workspace, process: process)
        let policy = try PolicyFile.find(settings.policy, workspace: workspace, process: process)
        let session = try CheckSession(workspace, policy, sources, settings, proposes: false)
        let update = try Self.fullUpdate(session, sources, settings)
        var updates = Updates.find(
            for: session.context, update, session.assessment.request, from: sources.registry,
            malware: sources.malware)
        PinDates(workspace, session.sources, process).add(to: &updates)
        let verdict = session.verdict()
        let fix = findsFixes ? Self.fix(session, verdict, data, sources, settings) : nil
        warnings = session.warnings
        section = WorkspaceUpdates(
            folder: workspace.rootDirectory,
            .content(WorkspaceUpdates.Content(updates: updates, verdict: verdict, fix: fix)), session.sources, process)
    }

    private static func fullUpdate(
        _ session: CheckSession, _ sources: DataSources, _ settings: CheckSettings
    ) throws(Failure) -> FullUpdate {
        let (workspace, process) = (session.workspace, settings.process)
        let path = Display.path(workspace.lockfilePath, process)
        let update: LockUpdate
        do throws(LockUpdateError) {
            update = try LockUpdate(
                .everything, of: workspace, bytes: session.lockBytes, path: path, registry: sources.registry,
                budget: settings.budget,
                gitPackages: GitCheckouts(workspace, environment: process.environment).packages)
        } catch {
            return FullUpdate(.failure(error.description), trap: nil)
        }
        let trap = try UpdateGuard(sources, accepting: [], process).trap(
            in: update, of: workspace, path: path, tells: false)
        return FullUpdate(.success(update.wanted), trap: trap?.message)
    }

    /// At most so many resolves with an audit each.
    private static let trials = 40

    private static func fix(
        _ session: CheckSession, _ verdict: Verdict, _ data: OpenData, _ sources: DataSources, _ settings: CheckSettings
    ) -> FixNote? {
        let targets = verdict.denied.map(\.finding).filter(\.isMovable)
        guard !targets.isEmpty, verdict.unjudged.isEmpty else { return nil }
        let fix = FixSession(session, verdict, data, sources, settings)
        return FixNote(fix.plan(for: targets, limit: trials), fix)
    }
}

extension WorkspaceUpdates: WorkspaceSection {
    init(failure: Failure, folder: String, _ process: Process) {
        self.init(folder: folder, .failure(WorkspaceFailure(failure)), SourceIndex([]), process)
    }

    /// - Parameter folder: absolute.
    init(folder: String, _ result: Result, _ sources: SourceIndex, _ process: Process) {
        self.init(path: Display.folder(folder, process), result: result, sources: sources)
    }
}

/// Since when exact pins stand where they stand, as far as the repository knows.
struct PinDates {
    private let workspace: Workspace
    private let sources: SourceIndex
    private let process: Process

    init(_ workspace: Workspace, _ sources: SourceIndex, _ process: Process) {
        self.workspace = workspace
        self.sources = sources
        self.process = process
    }

    /// A repository that does not tell costs the date, and nothing else.
    func add(to updates: inout Updates) {
        guard updates.packages.contains(where: { !$0.pins.isEmpty && $0.newest != nil }),
            let scratch = try? ScratchFolder(below: process["TMPDIR"] ?? "/tmp"),
            let repository = try? GitRepository(around: workspace.rootDirectory, process, scratch)
        else { return }
        var known: [Location: Day] = [:]
        updates.datePins { location in
            if let day = known[location] { return day }
            guard known.count < Self.limit, let day = day(of: location, repository) else { return nil }
            known[location] = day
            return day
        }
        scratch.remove()
    }

    /// Each takes git a moment.
    private static let limit = 50

    private func day(of location: Location, _ repository: GitRepository) -> Day? {
        guard let line = sources.position(of: location)?.line,
            let file = workspace.sourceFiles.first(where: { $0.path == location.path })
        else { return nil }
        return repository.day(ofLine: line, in: file.absolutePath)
    }
}
