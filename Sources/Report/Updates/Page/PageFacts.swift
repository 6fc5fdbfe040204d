import Advisories
import Audit
import CargoModel
import SemVer

/// What the page looks up again and again.
struct PageFacts {
    /// A package of one workspace, by the number of the workspace in the report.
    struct Place: Sendable {
        let number: Int
        let workspace: WorkspaceUpdates
        let update: PackageUpdate
    }

    /// One locked version, wherever it is locked; never empty, in the order of the workspaces.
    struct Group: Sendable {
        let places: [Place]
        var first: Place { places[0] }
        var urgency: PackageUpdate.Urgency { places.lazy.map(\.update.urgency).min() ?? .unknown }
    }

    private struct Key: Hashable {
        let workspace: Int
        let package: PackageID
    }

    /// Whether there was a report before.
    let knowsPast: Bool
    private var firsts: [Key: Day] = [:]
    private var news: Set<Key> = []

    init(_ report: UpdateReport) {
        knowsPast = report.history?.previous != nil
        guard let history = report.history, knowsPast else { return }
        let days = history.firsts
        let new = Set(history.new.map(\.item.key))
        for (number, workspace) in report.workspaces.enumerated() {
            for (package, identity) in Self.identities(in: workspace) {
                let item = HistoryItem(
                    workspace: workspace.path, kind: .denied, identity: identity, title: ""
                ).key
                guard let day = days[item] else { continue }
                let key = Key(workspace: number, package: package)
                firsts[key] = min(firsts[key] ?? day, day)
                if new.contains(item) { news.insert(key) }
            }
        }
    }

    /// Under which names the history knows the packages of a workspace.
    private static func identities(in workspace: WorkspaceUpdates) -> [(PackageID, String)] {
        let findings = (workspace.content?.verdict.findings ?? []).compactMap { judged in
            judged.finding.subject.package.map { ($0, judged.finding.identity) }
        }
        return findings
            + workspace.packages.flatMap { update in
                let name = "\(update.id.name)@\(update.id.version)"
                return [(update.id, "pinned:\(name)"), (update.id, "behind:\(name)")]
            }
    }

    /// When reports first told of it; `nil` if that is not known.
    func since(_ place: Place) -> Day? { firsts[Key(workspace: place.number, package: place.update.id)] }

    /// Whether the last report did not tell of it, or of something about it.
    func isNew(_ place: Place) -> Bool { news.contains(Key(workspace: place.number, package: place.update.id)) }
}

extension UpdateReport {
    /// The packages that fit, the same locked version together: most urgent first, then worst severity, most workspaces,
    /// package id.
    func groups(_ fits: (PackageUpdate) -> Bool) -> [PageFacts.Group] {
        var places: [PackageID: [PageFacts.Place]] = [:]
        for (number, workspace) in workspaces.enumerated() {
            for update in workspace.packages where fits(update) {
                places[update.id, default: []].append(
                    PageFacts.Place(number: number, workspace: workspace, update: update))
            }
        }
        return places.values.map { PageFacts.Group(places: $0) }.sorted { left, right in
            let (mine, theirs) = (left.rank, right.rank)
            return mine == theirs ? left.first.update.id < right.first.update.id : mine < theirs
        }
    }
}

extension PageFacts.Group {
    fileprivate var rank: (Int, Int, Int) {
        (urgency.rawValue, -(first.update.worst?.order ?? 0), -places.count)
    }
}
