import Audit
import CargoModel
import CargoWorkspace
import SemVer
import TOML

/// Keeps an update from walking into a trap: it looks at what a new lock would bring in before anything is written.
struct UpdateGuard {
    private let sources: DataSources
    private let process: Process
    /// `name@version`, let in although it is the last of its series; malware never is.
    private let accepted: Set<String>

    init(_ sources: DataSources, accepting accepted: [String], _ process: Process) {
        self.sources = sources
        self.accepted = Set(accepted)
        self.process = process
    }

    /// What an update must not bring in.
    struct Trap {
        let message: String
        let notes: [String]
    }

    /// - Throws: if there is a trap.
    func check(_ update: LockUpdate, of workspace: Workspace, path: String) throws(Failure) {
        guard let trap = try trap(in: update, of: workspace, path: path, tells: true) else { return }
        throw Failure(status: .denied, message: "not updating \(path): \(trap.message)", notes: trap.notes)
    }

    /// Malware, or the one version that is left of a series whose others were all withdrawn.
    ///
    /// - Parameter tells: whether the second is told where no age is known.
    func trap(
        in update: LockUpdate, of workspace: Workspace, path: String, tells: Bool
    ) throws(Failure) -> Trap? {
        let old = Set(update.old?.resolve.packages ?? [])
        guard update.wanted.packages.contains(where: { !old.contains($0) }) else { return nil }
        let findings = try self.findings(update, workspace, path).filter { finding in
            finding.subject.package.map { !old.contains($0) } ?? false
        }
        if let malware = findings.first(where: { $0.rule == Malicious.info.id }) {
            return Trap(message: malware.message, notes: [malware.why])
        }
        let looked = self.looked(in: workspace)
        let storms = findings.filter { finding in
            guard let id = finding.subject.package, !looked.contains(id.name) else { return false }
            // Back to what was withdrawn is the way out of a storm.
            let isSurvivor = finding.facts.contains { $0.key == "survivor" && $0.value == id.version.description }
            return isSurvivor && !accepted.contains("\(id.name)@\(id.version)")
        }
        for storm in storms where storm.isNote && tells { Console.warning(storm.message) }
        guard let storm = storms.first(where: { !$0.isNote }) else { return nil }
        return Trap(
            message: storm.message,
            notes: [
                "who takes over a crate leaves this picture; find out why the others were withdrawn",
                "--accept NAME@VERSION lets a version in all the same",
            ])
    }

    /// Crates of which the policy says that somebody looked at their storm.
    private func looked(in workspace: Workspace) -> [String] {
        let policy = (try? PolicyFile.find(nil, workspace: workspace, process: process))?.policy
        return policy?.options(of: YankStormRule.info.id).strings("skip") ?? []
    }

    private func findings(
        _ update: LockUpdate, _ workspace: Workspace, _ path: String
    ) throws(Failure) -> [Finding] {
        let paths = workspace.localPackages.compactMap { $0.summary?.id }
        guard let lockfile = try? Lockfile(parsing: update.text, path: path),
            let graph = try? lockfile.graph(pathPackages: paths)
        else { return [] }
        let lock = LockOnDisk(lockfile: lockfile, graph: graph)
        let facts = AuditFacts(
            about: lock, in: workspace, from: sources.registry, policy: Policy(), today: process.today)
        let context = AuditContext(
            workspace: workspace, lock: lock, state: .current, wanted: update.wanted, published: facts.published,
            summaries: facts.summaries, advisories: try sources.advisories(about: lock, in: workspace),
            today: process.today)
        return Malicious().findings(in: context) + YankStormRule().findings(in: context)
    }
}
