import Advisories
import Audit
import CargoModel
import CargoWorkspace
import Disk
import Index
import Report
import Resolver
import TOML

/// One workspace, loaded and assessed; ready for a verdict.
struct CheckSession {
    let workspace: Workspace
    let policy: Policy
    let context: AuditContext
    let basis: Basis
    let unjudged: [Unjudged]
    let sources: SourceIndex
    let warnings: [String]
    /// Every crate that was looked up.
    let asked: [CrateKey]
    let assessment: LockAssessment
    /// Of the lock; `nil` if there is none.
    let lockBytes: [UInt8]?

    init(
        _ workspace: Workspace, data: OpenData, _ settings: CheckSettings, lock: [UInt8]? = nil
    ) throws(Failure) {
        try self.init(
            workspace, try PolicyFile.find(settings.policy, workspace: workspace, process: settings.process),
            DataSources(data, workspace: workspace, process: settings.process), settings, lock: lock)
    }

    /// - Parameters:
    ///   - policyFile: the policy to judge by, be it not the workspace's own.
    ///   - sources: may serve several workspaces whose configuration takes registries from the same places.
    ///   - lock: counts in place of the file; `nil` reads that.
    ///   - proposes: whether ways out are looked for, and the rules that need them have something to say.
    init(
        _ workspace: Workspace, _ policyFile: PolicyFile, _ sources: DataSources, _ settings: CheckSettings,
        lock: [UInt8]? = nil, proposes: Bool = true
    ) throws(Failure) {
        let process = settings.process
        let policy = policyFile.policy.overridden(by: settings.overrides)
        let lockPath = Display.path(workspace.lockfilePath, process)
        var bytes = lock
        if bytes == nil { bytes = try Self.readLock(workspace.lockfilePath, shown: lockPath) }
        let assessment = try Self.assess(workspace, bytes, lockPath, sources, process, settings.budget)
        let facts = AuditFacts(
            about: assessment.lock, in: workspace, from: sources.registry, policy: policy,
            popularity: sources.popularity(for: assessment.lock, policy: policy), today: process.today)
        self.workspace = workspace
        self.policy = policy
        self.assessment = assessment
        lockBytes = bytes
        var context = facts.context(
            workspace: workspace, assessment: assessment,
            advisories: try sources.advisories(about: assessment.lock, in: workspace), policy: policy,
            today: process.today)
        context.changes = try sources.changes(of: assessment.lock)
        if proposes {
            context.proposals = .find(for: context, under: policy, assessment.request, from: sources.registry)
        }
        self.context = context
        basis = Basis(data: sources.basis, policy: policy.name, lockgateVersion: CLI.version)
        unjudged = sources.gaps(in: facts, lock: assessment.lock) + Self.tooOld(sources.basis, policy, process.today)
        warnings = workspace.warnings.map { "\($0.location.path): \($0.message)" } + sources.warnings
        asked = sources.registry.asked
        self.sources = SourceIndex(
            workspace.sourceFiles.map { ($0.path, $0.bytes) } + (bytes.map { [(lockPath, $0)] } ?? [])
                + policyFile.content)
    }

    func verdict() -> Verdict { audit(context, policy: policy, basis: basis, unjudged: unjudged) }

    func report(_ process: Process) -> WorkspaceReport {
        WorkspaceReport(folder: workspace.rootDirectory, .verdict(verdict()), sources, process)
    }

    // MARK: Loading

    static func load(_ path: String, _ process: Process) throws(Failure) -> Workspace {
        do {
            return try loadWorkspace(at: path, environment: process.environment)
        } catch {
            throw Self.failure(error)
        }
    }

    /// `Cargo.toml:3:1: …`.
    private static func failure(_ error: WorkspaceError) -> Failure {
        guard let path = error.location?.path else { return .cannotJudge(error.description) }
        guard let position = error.position else { return .cannotJudge("\(path): \(error)") }
        return .cannotJudge(
            "\(path):\(position.line):\(position.column): \(error)", at: FileLine(path: path, line: position.line))
    }

    static func readLock(_ path: String, shown: String) throws(Failure) -> [UInt8]? {
        do {
            return try FileSystem.readIfPresent(path, limit: SourceFile.sizeLimit)
        } catch {
            throw .cannotJudge("\(shown): \(error)")
        }
    }

    static func assess(
        _ workspace: Workspace, _ bytes: [UInt8]?, _ path: String, _ sources: DataSources, _ process: Process,
        _ budget: Int?
    ) throws(Failure) -> LockAssessment {
        do {
            return try LockAssessment(
                of: workspace, bytes: bytes, path: path, registry: sources.registry, budget: budget,
                gitPackages: GitCheckouts(workspace, environment: process.environment).packages)
        } catch {
            let sources = SourceIndex([(path, bytes ?? [])])
            let line = sources.position(of: error.location)?.line
            throw .cannotJudge(
                "\(sources.text(of: error.location)): \(error)", at: line.map { FileLine(path: path, line: $0) })
        }
    }

    /// Data whose age the policy does not accept, or does not know.
    private static func tooOld(_ data: [Basis.Data], _ policy: Policy, _ today: Day) -> [Unjudged] {
        guard let limit = policy.maximumAge else { return [] }
        return data.compactMap { item in
            let age = item.date.map { today.days(since: $0) }
            if let age, age <= limit { return nil }
            let found = age.map { "is \($0) days old" } ?? "has no known date"
            return Unjudged(
                what: "by \(item.name): the data \(found), and the policy accepts \(limit) days",
                help: "import newer data, or raise `max-age-days` under `[data]` in the policy")
        }
    }
}
