package import BuildGraph
package import CargoModel
import CargoWorkspace
import Synchronization

/// What of the lock is built; worked out when a finding first asks, since most runs never do.
package final class BuildLabels: Sendable {
    private let workspace: Workspace
    private let resolve: Resolve?
    private let summaries: [PackageID: Summary]
    private let statuses = Mutex<[BuildStatus]?>(nil)

    init(_ workspace: Workspace, _ lock: LockOnDisk?, summaries: [PackageID: Summary]) {
        self.workspace = workspace
        resolve = lock?.resolve
        self.summaries = summaries
    }

    /// `nil` for a package that the lock does not have.
    package func status(of id: PackageID) -> BuildStatus? {
        guard let resolve, let index = resolve.index(of: id) else { return nil }
        return all(of: resolve)[index]
    }

    /// Of the package a finding is about. Several versions of one crate count as what the second of them is, the most
    /// built first: if that is only locked, no two are ever built.
    func status(of finding: Finding) -> BuildStatus? {
        switch finding.subject {
        case .package(let id), .advisory(_, let id): return status(of: id)
        case .crate(let name):
            let found = versions(of: name).sorted { $0.status.state.rank < $1.status.state.rank }
            return found.count > 1 ? found[1].status : found.first?.status
        case .dependency, .file, .exception: return nil
        }
    }

    /// Every locked version of a crate, in the order of the lock.
    func versions(of name: String) -> [(id: PackageID, status: BuildStatus)] {
        guard let resolve else { return [] }
        let all = all(of: resolve)
        return resolve.packages.indices.filter { resolve.packages[$0].name == name }
            .map { (resolve.packages[$0], all[$0]) }
    }

    private func all(of resolve: Resolve) -> [BuildStatus] {
        statuses.withLock { known in
            if let known { return known }
            // Without sources nobody knows what is a procedural macro; `BuildReach` does without.
            let graph = PackageGraph(
                resolve, of: workspace, published: { summaries[$0] }, isProcMacro: { _ in nil })
            let reach = BuildReach(graph)
            let found = graph.ids.indices.map(reach.status)
            known = found
            return found
        }
    }
}

extension BuildStatus.State {
    fileprivate var rank: Int {
        switch self {
        case .built: 0
        case .possibly: 1
        case .onlyLocked: 2
        }
    }
}

extension RuleOption {
    /// Of the rules about what is shipped or compiled: their findings say whether that is built at all.
    static let notBuilt = RuleOption(
        "not-built", .word(Level.allCases.map(\.rawValue)),
        "the level for packages that are only locked: no build of the workspace compiles them")
}

extension RuleInfo {
    /// Whether findings say if what they are about is built.
    package var tellsBuild: Bool { options.contains { $0.name == RuleOption.notBuilt.name } }
}

extension Finding {
    /// With what is known of when its package is built.
    func labelled(_ labels: BuildLabels) -> Finding {
        guard let status = labels.status(of: self) else { return self }
        var copy = self
        copy.build = status
        if case .crate(let name) = subject {
            let special = labels.versions(of: name).compactMap { id, status in
                status.phrase.map { Note("\(id.version) is \($0)") }
            }
            copy.notes = special + notes
        } else if let phrase = status.phrase {
            copy.notes.insert(Note(phrase), at: 0)
        }
        return copy
    }
}
