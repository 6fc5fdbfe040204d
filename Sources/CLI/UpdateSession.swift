import Audit
import CargoModel
import CargoWorkspace
import Disk
import Report
import Resolver
import SemVer

/// A workspace with the lock an update gives it.
struct UpdateSession {
    let update: LockUpdate
    /// The lock, as the user would type it.
    let shownPath: String
    private let path: String
    private let members: Set<SourceID>

    init(
        _ extent: LockUpdate.Extent, _ path: String, data: DataOptions, index: String?, rustVersion: String?,
        budget: Int?, accepting accepted: [String] = [], _ process: Process
    ) throws(Failure) {
        let workspace = try CheckSession.load(path, process)
        let sources = try DataSources(data, workspace: workspace, index: index, process: process)
        self.path = workspace.lockfilePath
        shownPath = Display.path(self.path, process)
        let bytes = try CheckSession.readLock(self.path, shown: shownPath)
        members = Set(workspace.members.compactMap { $0.summary?.id.source })
        let toolchain = try Toolchain(asked: rustVersion, workspace: workspace, process: process)
        do {
            update = try LockUpdate(
                extent, of: workspace, bytes: bytes, path: shownPath, registry: sources.registry,
                toolchain: toolchain.version, budget: budget,
                gitPackages: GitCheckouts(workspace, environment: process.environment).packages)
        } catch {
            throw Self.failure(error, extent, bytes ?? [], shownPath)
        }
        try UpdateGuard(sources, accepting: accepted, process).check(update, of: workspace, path: shownPath)
        if toolchain.version == nil, workspace.rustVersions.isEmpty, workspace.incompatibleRustVersions == .fallback {
            Console.warning(
                "no Rust version is known, so none was preferred; give --rust-version, or a rust-toolchain.toml")
        }
    }

    private static func failure(
        _ error: LockUpdateError, _ extent: LockUpdate.Extent, _ bytes: [UInt8], _ path: String
    ) -> Failure {
        switch error {
        case .resolve(let error) where isAbout(error, extent):
            .cannotJudge("that version cannot be had: \(error)")
        case .lockfile(let error):
            .cannotJudge("\(SourceIndex([(path, bytes)]).text(of: error.location)): \(error)")
        case .resolve(let error):
            Failure(status: .cannotJudge, message: "\(error)", notes: error.explanation.map(\.text))
        case .spec, .version: .usage("\(error)")
        case .noMembers: .cannotJudge("\(error)")
        }
    }

    /// Whether the one package that was to move to one version is what fails.
    private static func isAbout(_ error: ResolveError, _ extent: LockUpdate.Extent) -> Bool {
        guard case .precise(let spec, _) = extent, case .noVersion(let chain, _) = error.reason else { return false }
        return (try? PackageIDSpec(spec))?.name == chain.first?.dependency.package
    }

    // MARK: Telling

    /// What changes, in Cargo's words.
    func tell(to line: (String) -> Void) {
        let changes = LockChanges(from: update.old?.resolve, to: update.wanted, without: members)
        if changes.count > 0 { line(Self.row("Locking", "\(changes.count) package\(changes.count == 1 ? "" : "s")")) }
        for change in changes.lines { line(Self.row(change.verb, change.text)) }
    }

    /// The verb right-aligned in twelve columns, as Cargo does.
    private static func row(_ verb: String, _ text: String) -> String {
        String(repeating: " ", count: max(0, 12 - verb.count)) + verb + " " + text
    }

    // MARK: Saving

    /// Puts the new text in the place of the old file in one step; an unchanged file is not touched.
    func save() throws(Failure) {
        guard !update.isUntouched else { return }
        do {
            try FileSystem.replace(path, with: update.text)
        } catch {
            throw .cannotJudge("\(shownPath): \(error)")
        }
    }
}

/// The differences of two locks in Cargo's words.
struct LockChanges {
    let lines: [(verb: String, text: String)]
    /// Packages that come in or move.
    let count: Int

    /// - Parameters:
    ///   - old: `nil` if there was no lock.
    ///   - members: left out, as Cargo does.
    init(from old: Resolve?, to new: Resolve, without members: Set<SourceID>) {
        let before = Self.byCrate(old?.packages ?? [], members)
        let after = Self.byCrate(new.packages, members)
        var lines: [(id: PackageID, verb: String, text: String)] = []
        for key in Set(before.keys).union(after.keys) {
            let gone = (before[key] ?? []).filter { !(after[key] ?? []).contains($0) }
            let come = (after[key] ?? []).filter { !(before[key] ?? []).contains($0) }
            if gone.count == 1, come.count == 1 {
                let isHigher = come[0].version > gone[0].version
                lines.append(
                    (gone[0], isHigher ? "Updating" : "Downgrading", "\(Self.text(gone[0])) -> v\(come[0].version)"))
            } else {
                lines += gone.map { ($0, "Removing", Self.text($0)) } + come.map { ($0, "Adding", Self.text($0)) }
            }
        }
        let sorted = lines.sorted { ($0.id, $0.verb) < ($1.id, $1.verb) }
        self.lines = sorted.map { ($0.verb, $0.text) }
        count = sorted.count { $0.verb != "Removing" }
    }

    private static func byCrate(_ packages: [PackageID], _ members: Set<SourceID>) -> [CrateKey: [PackageID]] {
        Dictionary(
            grouping: packages.filter { !members.contains($0.source) },
            by: { CrateKey(name: $0.name, source: $0.source) })
    }

    private static func text(_ id: PackageID) -> String {
        let place = id.source == .cratesIO ? "" : " (\(id.source))"
        return "\(id.name) v\(id.version)\(place)"
    }
}
