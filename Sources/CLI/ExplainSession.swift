import Audit
import BuildGraph
import CargoModel
import CargoWorkspace
import Report
import Resolver

/// One `lockgate explain`.
struct ExplainSession {
    private let graph: GraphSession
    private let check: CheckSession

    /// The files that places are in.
    var sources: SourceIndex { check.sources }

    init(_ path: String, _ data: DataOptions, policy: String?, _ process: Process) throws(Failure) {
        graph = try GraphSession(path, data, guesses: false, process)
        let settings = CheckSettings(
            database: data.db, policy: policy, overrides: [], budget: nil, tellsWarnings: false, isOffline: true,
            process: process)
        check = try CheckSession(
            graph.workspace, try PolicyFile.find(policy, workspace: graph.workspace, process: process), graph.sources,
            settings, lock: graph.lockBytes, proposes: false)
    }

    /// - Throws: `Failure` if nothing is meant.
    func explanations(of text: String, pathLimit: Int) throws(Failure) -> [Explanation] {
        let ids = graph.graph.ids
        let found = try matches(text)
        let explainer = Explainer(
            graph.workspace, graph.resolve, graph.graph, lock: graph.assessment.lock, pathLimit: pathLimit)
        return found.map { index in
            explainer.explanation(of: index).with(update: update(of: ids[index], explainer), newer: newer(ids[index]))
        }
    }

    /// When each locked package is built.
    func statuses() -> [(id: PackageID, status: BuildStatus)] {
        let reach = BuildReach(graph.graph)
        return graph.graph.ids.enumerated().map { ($1, reach.status(of: $0)) }
    }

    private func matches(_ text: String) throws(Failure) -> [Int] {
        let spec: PackageIDSpec
        do { spec = try PackageIDSpec(text) } catch { throw .usage(error.description) }
        let ids = graph.graph.ids
        let found = ids.indices.filter { spec.matches(ids[$0]) }
        guard found.isEmpty else { return found }
        let same = ids.filter { $0.name == spec.name }.map { "`\($0.name)@\($0.version)`" }
        if !same.isEmpty { throw .usage("no `\(text)` is locked; locked is \(same.joined(separator: " and "))") }
        let nearest = Spelling.nearest(
            to: spec.name, among: Array(Set(ids.map(\.name))).sorted { $0.precedesInBytes($1) })
        throw .usage("no `\(spec.name)` is locked" + (nearest.map { "; did you mean `\($0)`?" } ?? ""))
    }

    /// What `cargo update -p` would do to it; `nil` for a member, which stays, and for what the lock does not have yet.
    private func update(of id: PackageID, _ explainer: Explainer) -> Explanation.Outcome? {
        guard graph.assessment.lock?.resolve.index(of: id) != nil else { return nil }
        if graph.workspace.members.contains(where: { $0.summary?.id == id }) { return nil }
        let process = graph.process
        do throws(LockUpdateError) {
            let update = try LockUpdate(
                .packages(["\(id.name)@\(id.version)"], recursively: false), of: graph.workspace,
                bytes: graph.lockBytes, path: Display.path(graph.workspace.lockfilePath, process),
                registry: graph.sources.registry,
                gitPackages: GitCheckouts(graph.workspace, environment: process.environment).packages)
            if let trap = trap(in: update) { return .trap(trap) }
            return .changes(explainer.changes(to: update.wanted))
        } catch { return .failure(error.description) }
    }

    /// What cannot be looked at counts as one: nothing is shown as harmless unseen.
    private func trap(in update: LockUpdate) -> String? {
        let path = Display.path(graph.workspace.lockfilePath, graph.process)
        do throws(Failure) {
            return try UpdateGuard(graph.sources, accepting: [], graph.process).trap(
                in: update, of: graph.workspace, path: path, tells: false)?.message
        } catch { return "what it brings in cannot be judged: \(error.message)" }
    }

    /// Why this version and not a newer one.
    private func newer(_ id: PackageID) -> PackageUpdate? {
        let full: FullUpdate.Outcome
        do throws(LockUpdateError) {
            let update = try LockUpdate(
                .everything, of: graph.workspace, bytes: graph.lockBytes,
                path: Display.path(graph.workspace.lockfilePath, graph.process), registry: graph.sources.registry,
                gitPackages: GitCheckouts(graph.workspace, environment: graph.process.environment).packages)
            full = .success(update.wanted)
        } catch { full = .failure(error.description) }
        return Updates.find(
            for: check.context, FullUpdate(full, trap: nil), check.assessment.request, about: id,
            from: graph.sources.registry, malware: graph.sources.malware
        ).packages.first
    }
}
