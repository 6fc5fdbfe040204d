import CargoModel
import CargoWorkspace
import Disk
import Report
import SemVer

/// Searches locks for packages: those on disk, and with history those of every commit.
struct SeenSession {
    private let queries: LockQueries
    private let process: Process

    init(_ queries: [CrateQuery], _ process: Process) {
        self.queries = LockQueries(queries)
        self.process = process
    }

    /// By name, version and source.
    static func precedes(_ left: LockScan.Package, _ right: LockScan.Package) -> Bool {
        if left.name != right.name { return left.name.precedesInBytes(right.name) }
        if left.version != right.version { return left.version < right.version }
        return (left.source ?? "").precedesInBytes(right.source ?? "")
    }

    // MARK: On disk

    /// Locks on disk, by the name they have in the report.
    private struct Disk {
        var count = 0
        var found: [(lock: String, package: LockScan.Package)] = []
        var unreadable: [SeenReport.Unreadable] = []
    }

    func report(_ paths: [String], allLocks: Bool) throws(Failure) -> SeenReport {
        var disk = Disk()
        var seen: Set<String> = []
        for path in paths {
            for lock in try locks(at: path, allLocks: allLocks, &disk) where seen.insert(lock).inserted {
                read(lock, as: Display.path(lock, process), &disk)
            }
        }
        let finds = disk.found.map { SeenReport.Find(lock: $0.lock, package: $0.package, isOnDisk: true, spans: []) }
        return SeenReport(
            queries: queries.queries, finds: finds.sorted(by: Self.precedes), unreadable: disk.unreadable,
            locks: disk.count, history: nil, lockgateVersion: CLI.version)
    }

    /// Absolute paths of locks.
    private func locks(at path: String, allLocks: Bool, _ disk: inout Disk) throws(Failure) -> [String] {
        let absolute = Path.absolute(path, process)
        if Path.lastComponent(absolute) == "Cargo.lock", !FileSystem.isDirectory(absolute) { return [absolute] }
        guard allLocks else {
            let workspace = try CheckSession.load(absolute, process)
            return [Path.join(workspace.rootDirectory, "Cargo.lock")]
        }
        guard FileSystem.isDirectory(absolute) else { throw .cannotJudge("\(path): no such folder") }
        let locks = below(absolute, &disk) { Display.path($0, process) }
        guard !locks.isEmpty || !disk.unreadable.isEmpty else {
            throw .cannotJudge("no Cargo.lock below `\(path)`; give a folder of a Rust project")
        }
        return locks
    }

    private func below(_ folder: String, _ disk: inout Disk, _ shown: (String) -> String) -> [String] {
        let search = LockSearch(below: folder)
        disk.unreadable += search.unreadable.map {
            SeenReport.Unreadable(lock: shown($0.path), commit: nil, why: "cannot be searched: \($0.error)")
        }
        return search.folders.map { Path.join($0, "Cargo.lock") }
    }

    private func read(_ path: String, as name: String, _ disk: inout Disk) {
        do throws(FileError) {
            let scan = LockScan(try FileSystem.read(path, limit: SourceFile.sizeLimit), for: queries)
            disk.count += 1
            disk.found += scan.packages.map { (name, $0) }
            if let fault = scan.fault {
                disk.unreadable.append(SeenReport.Unreadable(lock: name, commit: nil, why: fault))
            }
        } catch { disk.unreadable.append(SeenReport.Unreadable(lock: name, commit: nil, why: "\(error)")) }
    }

    private static func precedes(_ left: SeenReport.Find, _ right: SeenReport.Find) -> Bool {
        left.lock == right.lock ? precedes(left.package, right.package) : left.lock.precedesInBytes(right.lock)
    }

    // MARK: With history

    /// - Parameter paths: the whole repository around the working directory without any.
    func historyReport(_ paths: [String], withReflog: Bool, _ scratch: ScratchFolder) throws(Failure) -> SeenReport {
        let places = (paths.isEmpty ? ["."] : paths).map { place(Path.absolute($0, process)) }
        let folder = Self.existing(places[0])
        let repository: GitRepository
        do throws(Failure) { repository = try GitRepository(around: folder, process, scratch) } catch {
            throw error.status == .cannotJudge && error.message.contains("is in no git repository")
                ? .cannotJudge("\(Display.path(folder, process)) is in no git repository, so there is no history")
                : error
        }
        let root = repository.topLevel.map { FileSystem.realPath($0) ?? $0 }
        let asked = try paths.isEmpty || root == nil ? [""] : selection(places, below: root ?? "")
        let sweep = try HistorySweep(repository, queries, only: LockSelection(asked), withReflog: withReflog)
        var disk = Disk()
        if let root { readDisk(root, asked, &disk) }
        guard paths.isEmpty || sweep.extent.locks + disk.count + disk.unreadable.count > 0 else {
            throw .cannotJudge("no commit has a Cargo.lock below \(paths.map { "`\($0)`" }.joined(separator: ", "))")
        }
        return report(sweep, disk)
    }

    /// Links in it resolved as far as there is something.
    private func place(_ path: String) -> String {
        let folder = Self.existing(path)
        return Path.normalize(Path.join(FileSystem.realPath(folder) ?? folder, Path.relative(path, to: folder)))
    }

    /// The nearest folder there is.
    private static func existing(_ path: String) -> String {
        Path.ancestors(path).first { FileSystem.isDirectory($0) } ?? "/"
    }

    private func selection(_ places: [String], below root: String) throws(Failure) -> [String] {
        var result: [String] = []
        for place in places {
            guard place == root || Path.starts(place, with: root) else {
                throw .usage("\(place) is not in the repository \(root); run `lockgate seen` once for each repository")
            }
            let name = Path.lastComponent(place)
            result.append(Path.relative(name == "Cargo.toml" ? Path.parent(place) ?? place : place, to: root))
        }
        return result
    }

    private func readDisk(_ root: String, _ asked: [String], _ disk: inout Disk) {
        var seen: Set<String> = []
        for path in asked {
            let place = Path.normalize(Path.join(root, path))
            let isLock = Path.lastComponent(place) == "Cargo.lock"
            if !isLock, !FileSystem.isDirectory(place) || isLock, !FileSystem.isNamed(place) { continue }
            let locks = isLock ? [place] : below(place, &disk) { Path.relative($0, to: root) }
            for lock in locks where seen.insert(lock).inserted { read(lock, as: Path.relative(lock, to: root), &disk) }
        }
    }

    private struct Place: Hashable {
        let lock: [UInt8]
        let package: LockScan.Package
    }

    private func report(_ sweep: HistorySweep, _ disk: Disk) -> SeenReport {
        var onDisk = Set(disk.found.map { Place(lock: Array($0.lock.utf8), package: $0.package) })
        var finds = sweep.found.map { found in
            SeenReport.Find(
                lock: String(decoding: found.lock, as: UTF8.self), package: found.package,
                isOnDisk: onDisk.remove(Place(lock: found.lock, package: found.package)) != nil, spans: found.spans)
        }
        finds += onDisk.map {
            SeenReport.Find(
                lock: String(decoding: $0.lock, as: UTF8.self), package: $0.package, isOnDisk: true, spans: [])
        }
        return SeenReport(
            queries: queries.queries, finds: finds.sorted(by: Self.precedes),
            unreadable: disk.unreadable + sweep.unreadable, locks: disk.count, history: sweep.extent,
            lockgateVersion: CLI.version)
    }
}
