import Audit
import CargoModel
import CargoWorkspace
import Report

/// Every lock of every commit of a repository, searched for packages.
struct HistorySweep {
    /// A package in one lock.
    struct Found {
        /// From the root of the repository.
        let lock: [UInt8]
        let package: LockScan.Package
        let spans: [SeenReport.Span]
    }

    private(set) var found: [Found] = []
    private(set) var unreadable: [SeenReport.Unreadable] = []
    let extent: SeenReport.History

    private let repository: GitRepository
    private let commits: [GitRepository.Commit]
    private let graph: CommitGraph
    private let references: [(name: String, commit: Int)]

    /// What is known of a lock's content.
    private enum Content {
        case scanned(LockScan)
        /// Where a symbolic link leads.
        case link(String)
        case unreadable(String)
    }

    /// A lock at one path, as it changes.
    private struct History {
        let path: [UInt8]
        var changes: [(commit: Int, state: Int?)] = []
    }

    /// - Parameter only: the locks asked for.
    init(
        _ repository: GitRepository, _ queries: LockQueries, only selection: LockSelection, withReflog: Bool
    ) throws(Failure) {
        self.repository = repository
        commits = try repository.commits(withReflog: withReflog)
        var numbers: [String: Int] = [:]
        var graph = CommitGraph()
        for (number, commit) in commits.enumerated() {
            graph.add(parents: commit.parents.compactMap { numbers[$0] })
            numbers[commit.id] = number
        }
        self.graph = graph
        references = try repository.references().compactMap { reference in
            numbers[reference.commit].map { (reference.name, $0) }
        }
        let changes = try repository.lockChanges(in: commits, at: selection.file).filter { selection.has($0.path) }
        var objects = ObjectNumbers()
        let histories = Self.histories(changes, numbers, &objects)
        let contents = try Self.read(objects, repository, queries)
        extent = SeenReport.History(
            commits: commits.count, locks: histories.count, versions: objects.ids.count,
            references: references.count, isShallow: try repository.isShallow())
        var drafts: [Draft] = []
        for history in histories { try search(history, contents, &drafts) }
        found = try told(drafts)
    }

    // MARK: Reading

    /// Objects in the order of their first mention.
    private struct ObjectNumbers {
        private(set) var ids: [String] = []
        private(set) var isLink: [Bool] = []
        private var numbers: [String: Int] = [:]

        mutating func number(of id: String, isLink: Bool) -> Int {
            let key = isLink ? "@" + id : id
            if let number = numbers[key] { return number }
            numbers[key] = ids.count
            ids.append(id)
            self.isLink.append(isLink)
            return ids.count - 1
        }
    }

    /// In byte order of the paths.
    private static func histories(
        _ changes: [GitRepository.FileChange], _ numbers: [String: Int], _ objects: inout ObjectNumbers
    ) -> [History] {
        var histories: [History] = []
        var places: [[UInt8]: Int] = [:]
        for change in changes {
            guard let commit = numbers[change.commit] else { continue }
            let place = places[change.path, default: histories.count]
            if place == histories.count {
                places[change.path] = place
                histories.append(History(path: change.path))
            }
            let state = change.object.map { objects.number(of: $0, isLink: change.isLink) }
            histories[place].changes.append((commit, state))
        }
        return histories.sorted { $0.path.lexicographicallyPrecedes($1.path) }
    }

    private static func read(
        _ objects: ObjectNumbers, _ repository: GitRepository, _ queries: LockQueries
    ) throws(Failure) -> [Content] {
        var contents: [Content] = []
        contents.reserveCapacity(objects.ids.count)
        var late: [Int: Content] = [:]
        var progress = Progress("locks read")
        try repository.readObjects(objects.ids, limit: SourceFile.sizeLimit) { place, content in
            let known = Self.content(content, isLink: objects.isLink[place], queries)
            if place == contents.count { contents.append(known) } else { late[place] = known }
            progress.report(contents.count + late.count, of: objects.ids.count)
        }
        for place in contents.count..<objects.ids.count {
            contents.append(late[place] ?? .unreadable("git did not hand it over"))
        }
        return contents
    }

    private static func content(_ content: ObjectContent, isLink: Bool, _ queries: LockQueries) -> Content {
        switch content {
        case .bytes(let bytes):
            isLink ? .link(String(decoding: bytes, as: UTF8.self)) : .scanned(LockScan(bytes, for: queries))
        case .tooLarge: .unreadable("it is larger than \(SourceFile.sizeLimit >> 20) MiB, the most that is read")
        case .missing: .unreadable("this clone does not have it; `git fetch --refetch` without a filter brings it")
        }
    }

    // MARK: Searching

    /// What is found, before commits have faces.
    private struct Draft {
        let lock: [UInt8]
        let package: LockScan.Package
        let spans: [HoldingSpan]
        /// References by span.
        var holders: [[String]]
        var past: [[String]]
    }

    /// Far more than any history has of crates that somebody asks for.
    private static let draftLimit = 2000

    private mutating func search(
        _ history: History, _ contents: [Content], _ drafts: inout [Draft]
    ) throws(Failure) {
        noteUnreadable(history, contents)
        var packages: Set<LockScan.Package> = []
        for case (_, let number?) in history.changes {
            if case .scanned(let scan) = contents[number] { packages.formUnion(scan.packages) }
        }
        guard !packages.isEmpty else { return }
        guard drafts.count + packages.count <= Self.draftLimit else {
            throw .cannotJudge("more than \(Self.draftLimit) packages fit what was asked for; name versions")
        }
        let states = graph.states(history.changes, absent: -1)
        for package in packages.sorted(by: SeenSession.precedes) {
            let byContent = contents.map { Self.holding($0, package) }
            let spans = HoldingSpans(states.map { $0 < 0 ? .no : byContent[$0] }, in: graph)
            drafts.append(draft(history.path, package, spans))
        }
    }

    private static func holding(_ content: Content, _ package: LockScan.Package) -> Holding {
        switch content {
        case .scanned(let scan):
            scan.has(package) ? .yes : scan.fault == nil ? .no : .unknown
        case .link: .no
        case .unreadable: .unknown
        }
    }

    private mutating func noteUnreadable(_ history: History, _ contents: [Content]) {
        var seen: Set<Int> = []
        for case (let commit, let number?) in history.changes where seen.insert(number).inserted {
            guard let why = Self.fault(of: contents[number], at: history.path) else { continue }
            unreadable.append(
                SeenReport.Unreadable(
                    lock: String(decoding: history.path, as: UTF8.self), commit: commits[commit].id, why: why))
        }
    }

    private static func fault(of content: Content, at path: [UInt8]) -> String? {
        switch content {
        case .scanned(let scan): scan.fault
        case .unreadable(let why): why
        // What leads to another lock of the repository adds nothing to that.
        case .link(let target):
            LockSelection.leadsToLock(target, from: path) ? nil : "it is a symbolic link out of here"
        }
    }

    // MARK: Telling

    private func draft(_ lock: [UInt8], _ package: LockScan.Package, _ spans: HoldingSpans) -> Draft {
        var holders: [[String]] = Array(repeating: [], count: spans.spans.count)
        var past = holders
        let behind = spans.spans(behind: references.map(\.commit), in: graph)
        for (reference, list) in zip(references, behind) {
            for span in list {
                if spans.span(of: reference.commit) == span {
                    holders[span].append(reference.name)
                } else {
                    past[span].append(reference.name)
                }
            }
        }
        return Draft(lock: lock, package: package, spans: spans.spans, holders: holders, past: past)
    }

    private func told(_ drafts: [Draft]) throws(Failure) -> [Found] {
        let spans = drafts.flatMap(\.spans)
        let wanted = Set(spans.flatMap { $0.introduced + $0.removed + $0.dropped + $0.lost }).sorted()
        var facts: [Int: SeenReport.Commit] = [:]
        for (number, fact) in zip(wanted, try repository.facts(of: wanted.map { commits[$0].id })) {
            facts[number] = SeenReport.Commit(
                id: fact.id, authored: fact.authored, committed: fact.committed, author: fact.author,
                subject: fact.subject)
        }
        return drafts.map { draft in
            let spans = draft.spans.enumerated().map { number, span in
                SeenReport.Span(
                    commits: span.count, introduced: span.introduced.compactMap { facts[$0] },
                    removed: span.removed.compactMap { facts[$0] }, dropped: span.dropped.compactMap { facts[$0] },
                    lost: span.lost.compactMap { facts[$0] }, holders: draft.holders[number], past: draft.past[number])
            }
            return Found(lock: draft.lock, package: draft.package, spans: spans)
        }
    }
}
