import Audit
import CargoModel
import CargoWorkspace
import Glibc
import Index
import Resolver
import SemVer
import Storage

/// Seconds of processor time since the process began.
func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// `12.3 ms`.
func milliseconds(_ seconds: Double) -> String {
    let tenths = Int(seconds * 10_000 + 0.5)
    return "\(tenths / 10).\(tenths % 10) ms"
}

/// A registry that adds up the time spent in another one, and remembers its answers.
final class TimedRegistry: Registry {
    private let base: any Registry
    private(set) var seconds = 0.0
    private var versions: [CrateKey: [PublishedVersion]] = [:]
    private var summaries: [PackageID: Summary] = [:]

    init(_ base: any Registry) { self.base = base }

    func versions(of name: String, in source: SourceID) throws(RegistryError) -> [PublishedVersion] {
        let key = CrateKey(name: name, source: source)
        if let known = versions[key] { return known }
        let start = processorTime()
        defer { seconds += processorTime() - start }
        let found = try base.versions(of: name, in: source)
        versions[key] = found
        return found
    }

    func summary(
        of version: PublishedVersion, named name: String, in source: SourceID
    ) throws(RegistryError) -> Summary {
        let key = PackageID(name: name, version: version.version, source: source)
        if let known = summaries[key] { return known }
        let start = processorTime()
        defer { seconds += processorTime() - start }
        let found = try base.summary(of: version, named: name, in: source)
        summaries[key] = found
        return found
    }
}

/// The database of the run, `$LOCKGATE_DB`.
func openStore() throws(SuiteError) -> Store {
    guard let path = getenv("LOCKGATE_DB") else { throw SuiteError("LOCKGATE_DB is not set") }
    do {
        return try Store(opening: String(cString: path))
    } catch {
        throw SuiteError("\(error)")
    }
}

/// A package that depends on the newest of each of these crates.
func request(for crates: [String]) -> ResolveRequest {
    let dependencies = crates.map {
        Dependency(package: $0, source: .cratesIO, requirement: .range(.star))
    }
    let id = PackageID(name: "root", version: Version(major: 0, minor: 1, patch: 0), source: .path("/root"))
    let root = Summary(id: id, dependencies: dependencies, features: .empty)
    return ResolveRequest(members: [root])
}

/// The crates with the largest index files, largest first; ties in byte order.
func largestCrates(_ count: Int, _ context: Context) throws(SuiteError) -> [String] {
    let root = context.corpus + "/index"
    var sizes: [(name: String, size: Int)] = []
    do {
        for file in try IndexTree(at: root).files() {
            var information = stat()
            guard stat(root + "/" + file, &information) == 0, let name = file.split(separator: "/").last else {
                continue
            }
            sizes.append((String(name), Int(information.st_size)))
        }
    } catch { throw SuiteError("\(error)") }
    sizes.sort { $0.size == $1.size ? $0.name < $1.name : $0.size > $1.size }
    return sizes.prefix(count).map(\.name)
}
