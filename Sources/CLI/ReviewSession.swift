import Audit
import CargoModel
import CargoWorkspace
import Disk
import Report

/// Reviews every workspace that a change touches.
struct ReviewSession {
    private let trees: ReviewTrees
    private let settings: CheckSettings
    private let data: OpenData
    private let changed: Set<String>
    private let sides: (base: Process, head: Process, judge: Process)

    /// - Parameter settings: paths in it are absolute.
    init(_ trees: ReviewTrees, _ settings: CheckSettings) throws(Failure) {
        self.trees = trees
        self.settings = settings
        data = try OpenData(settings.database, settings.process)
        changed = Set(trees.changedFiles)
        sides = (
            settings.process.moved(to: trees.base.root, outer: trees.base.outer),
            settings.process.moved(to: trees.head.root, outer: trees.head.outer),
            settings.process.moved(to: trees.judge.root, outer: trees.judge.outer)
        )
    }

    /// - Parameter only: the folder of the one workspace to look at, from the root of the tree.
    func report(only: String?) -> ReviewReport {
        var reviews: [WorkspaceReview] = []
        var policies = PolicyComparison(changed: changed, trees: trees)
        var remarks = trees.remarks
        if !changed.isEmpty {
            for folder in trees.lockFolders where only == nil || only == folder {
                do throws(Failure) {
                    if let review = try review(folder, &policies, &remarks) { reviews.append(review) }
                } catch {
                    let report = WorkspaceReport(
                        failure: shown(error), folder: Path.join(trees.head.root, folder), sides.head)
                    reviews.append(WorkspaceReview(extent: .changed, report: report, review: nil))
                }
            }
        }
        return ReviewReport(
            base: trees.baseName, head: trees.headName, policyChanges: policies.changes,
            workspaces: reviews.sorted { $0.report.path.precedesInBytes($1.report.path) }, remarks: remarks,
            lockgateVersion: CLI.version)
    }

    /// A copy of a tree has its place only for a moment: paths in it are told from its root.
    private func shown(_ failure: Failure) -> Failure {
        let roots = [trees.base, trees.head, trees.judge].filter { $0.outer != nil }.map { $0.root + "/" }
        func text(_ message: String) -> String { roots.reduce(message) { $0.replacing($1, with: "") } }
        return Failure(
            status: failure.status, message: text(failure.message), notes: failure.notes.map(text),
            place: failure.place.map { FileLine(path: text($0.path), line: $0.line) })
    }

    // MARK: One workspace

    /// - Returns: `nil` for one that the change does not touch.
    private func review(
        _ folder: String, _ policies: inout PolicyComparison, _ remarks: inout [String]
    ) throws(Failure) -> WorkspaceReview? {
        let manifest = folder.isEmpty ? "Cargo.toml" : folder + "/Cargo.toml"
        let lock = folder.isEmpty ? "Cargo.lock" : folder + "/Cargo.lock"
        for tree in [trees.base, trees.head] {
            for path in [lock, manifest] {
                if let reason = tree.refused[path] { throw .cannotJudge("\(path): \(reason)") }
            }
        }
        switch (trees.base.has(manifest), trees.head.has(manifest)) {
        case (false, false):
            if changed.contains(lock) { remarks.append("\(lock) has no Cargo.toml beside it, and is not judged") }
            return nil
        case (true, false):
            if trees.head.has(lock) { throw .cannotJudge("\(lock): there is no Cargo.toml beside it any more") }
            return removed(folder)
        case (let hasBase, true):
            let head = try loadHead(manifest, lock)
            guard let head else { return nil }
            guard Path.starts(head.rootDirectory, with: trees.head.root) else {
                throw .cannotJudge("\(manifest): its workspace \(head.rootDirectory) lies outside of the tree")
            }
            guard Self.isRoot(head, trees.head, folder) else {
                if changed.contains(lock) { remarks.append("\(lock) is the lock of no workspace, and is not judged") }
                return nil
            }
            let base = hasBase ? try loadBase(manifest) : nil
            policies.compare(try? judge(manifest, base), base, head, sides)
            guard
                isTouched(head, trees.head) || base.map({ isTouched($0, trees.base) }) ?? true
                    || changed.contains(lock)
            else { return nil }
            // A member of another workspace may have become one of its own.
            let own = base.flatMap { Self.isRoot($0, trees.base, folder) ? $0 : nil }
            return try compare(own, head, policy: try judge(manifest, base))
        }
    }

    /// - Returns: `nil` if it cannot be loaded and the change has no part in that.
    private func loadHead(_ manifest: String, _ lock: String) throws(Failure) -> Workspace? {
        do {
            return try CheckSession.load(Path.join(trees.head.root, manifest), sides.head)
        } catch {
            let folder = Path.folder(manifest)
            let isConcerned = changed.contains { folder.isEmpty || $0 == lock || $0.hasPrefix(folder + "/") }
            if isConcerned { throw error }
            return nil
        }
    }

    private func loadBase(_ manifest: String) throws(Failure) -> Workspace {
        do {
            return try CheckSession.load(Path.join(trees.base.root, manifest), sides.base)
        } catch {
            throw .cannotJudge("the base cannot be read: \(error.message)")
        }
    }

    private static func isRoot(_ workspace: Workspace, _ tree: ReviewTree, _ folder: String) -> Bool {
        workspace.rootDirectory == Path.normalize(Path.join(tree.root, folder))
    }

    /// Whether a file it was read from changed.
    private func isTouched(_ workspace: Workspace, _ tree: ReviewTree) -> Bool {
        workspace.sourceFiles.contains { file in
            Path.starts(file.absolutePath, with: tree.root)
                && changed.contains(Path.relative(file.absolutePath, to: tree.root))
        }
    }

    private func removed(_ folder: String) -> WorkspaceReview {
        let verdict = Verdict(
            findings: [], ignored: [], lock: .missing, unjudged: [],
            basis: Basis(data: [], policy: "none", lockgateVersion: CLI.version), packageCount: 0)
        let report = WorkspaceReport(
            folder: Path.normalize(Path.join(trees.head.root, folder)), .verdict(verdict), SourceIndex([]), sides.head)
        return WorkspaceReview(extent: .removed, report: report, review: nil)
    }

    /// The policy in force: what was asked for, else the one of the base. A workspace that is new is judged by the
    /// levels built in: it could write itself a mild policy.
    private func judge(_ manifest: String, _ base: Workspace?) throws(Failure) -> PolicyFile {
        guard let base else {
            guard let asked = settings.policy else { return PolicyFile(policy: Policy(), content: []) }
            return try PolicyFile.asked(asked, sides.head)
        }
        if trees.judge.root != trees.base.root, trees.judge.has(manifest),
            let workspace = try? CheckSession.load(Path.join(trees.judge.root, manifest), sides.judge)
        {
            return try PolicyFile.find(settings.policy, workspace: workspace, process: sides.judge)
        }
        return try PolicyFile.find(settings.policy, workspace: base, process: sides.base)
    }

    // MARK: Comparing

    // Ways out are not looked for: they take many resolves, and are about what could be done, not about the change.

    private func compare(
        _ base: Workspace?, _ head: Workspace, policy: PolicyFile
    ) throws(Failure) -> WorkspaceReview {
        let sources = DataSources(data, workspace: head, process: sides.head)
        let session = try CheckSession(head, policy, sources, settings.with(sides.head), proposes: false)
        let old = try base.map { base throws(Failure) in
            let own =
                Self.shareData(base, head) ? sources : DataSources(data, workspace: base, process: sides.base)
            do throws(Failure) {
                return try CheckSession(base, policy, own, settings.with(sides.base), proposes: false)
            } catch {
                throw .cannotJudge("the base cannot be read: \(error.message)")
            }
        }
        let request = ReviewRequest(
            base: old.map { ReviewSide($0) }, head: ReviewSide(session), headAssessment: session.assessment,
            policy: session.policy, basis: session.basis, registry: sources.registry,
            moment: trees.moment ?? UInt32(clamping: (settings.process.today.number + 1) * 86_400),
            budget: settings.budget, gitPackages: GitCheckouts(head, environment: sides.head.environment).packages)
        let review: Review
        do { review = try Audit.review(request) } catch {
            throw .cannotJudge(
                "the base cannot be read: \(Display.path(base?.lockfilePath ?? "", sides.base)): \(error)")
        }
        let report = WorkspaceReport(
            folder: head.rootDirectory, .verdict(review.verdict), session.sources, sides.head)
        return WorkspaceReview(extent: base == nil ? .added : .changed, report: report, review: review)
    }

    /// Whether both sides take their registries from the same place outside the tree.
    private static func shareData(_ base: Workspace, _ head: Workspace) -> Bool {
        guard SourceMove.all(from: base, to: head).isEmpty,
            let place = try? head.config.replacement(for: .cratesIO)
        else { return false }
        switch place {
        case .registry, .sparse: return true
        case .localRegistry, .directory, .git: return false
        }
    }
}

extension ReviewSide {
    init(_ session: CheckSession) {
        self.init(context: session.context, bytes: session.lockBytes, unjudged: session.unjudged)
    }
}

extension CheckSettings {
    func with(_ process: Process) -> CheckSettings {
        CheckSettings(
            database: database, policy: policy, overrides: overrides, budget: budget, tellsWarnings: tellsWarnings,
            isOffline: isOffline, process: process)
    }
}

extension Process {
    /// As if it ran in another folder; what it was told is still understood from where it runs.
    ///
    /// - Parameter outer: where the folder would lie, if it is a copy.
    func moved(to folder: String, outer: String?) -> Process {
        var variables = variables
        if let home = variables["CARGO_HOME"], !home.isEmpty { variables["CARGO_HOME"] = Path.absolute(home, self) }
        return Process(
            workingDirectory: folder, variables: variables, today: today, now: now, seconds: seconds,
            outerDirectory: outer)
    }
}
