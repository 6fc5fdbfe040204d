import Audit
import CargoModel
import CargoWorkspace
import Resolver
import SemVer

/// Where the time of a check goes, for the largest current workspace of the corpus.
struct PhasesSuite: Suite {
    static let name = "phases"

    func run(_ context: Context) throws(SuiteError) -> Outcome {
        var outcome = Outcome("measured")
        let directory = context.corpus + "/workspaces-dev/sigp+lighthouse-123c63119d-derived-fresh"
        for stub in try readLines(directory + "/stubs.txt") { touch(directory + "/tree/" + stub) }
        var best = Phases()
        for _ in 0..<10 { best.improve(with: try measure(directory + "/tree")) }
        for (name, seconds) in best.table { print("phases         \(name): \(milliseconds(seconds))") }
        outcome.note("measured", failure: nil)
        return outcome
    }

    private func measure(_ root: String) throws(SuiteError) -> Phases {
        let registry = TimedRegistry(try openStore())
        let bytes = try readFile(root + "/Cargo.lock")
        do {
            var clock = PhaseClock()
            let workspace = try loadWorkspace(at: root, environment: Environment(workingDirectory: root))
            clock.end("manifests")
            let paths = workspace.localPackages.compactMap { $0.summary?.id }
            let lockfile = try Lockfile(parsing: bytes, path: "Cargo.lock")
            let graph = try lockfile.graph(pathPackages: paths)
            clock.end("lock")
            let wanted = try resolve(
                ResolveRequest(workspace, previous: graph.resolve, toolchain: nil), from: registry)
            let reads = registry.seconds
            clock.end("search", without: reads)
            clock.add("registry reads", reads)
            _ = try ResolvedLock(
                wanted: wanted, old: (lockfile, graph), standard: .standard(for: workspace.rustVersions),
                pathPackages: paths, patchedSources: workspace.patches.count)
            clock.end("compare")
            return clock.phases
        } catch { throw SuiteError("\(error)") }
    }
}

private struct Phases {
    private(set) var table: [(name: String, seconds: Double)] = []

    mutating func add(_ name: String, _ seconds: Double) { table.append((name, seconds)) }

    /// Keeps the smaller of each.
    mutating func improve(with other: Phases) {
        if table.isEmpty { table = other.table }
        for index in table.indices { table[index].seconds = min(table[index].seconds, other.table[index].seconds) }
    }
}

private struct PhaseClock {
    private(set) var phases = Phases()
    private var last = processorTime()

    mutating func end(_ name: String, without part: Double = 0) {
        let now = processorTime()
        phases.add(name, now - last - part)
        last = now
    }

    mutating func add(_ name: String, _ seconds: Double) { phases.add(name, seconds) }
}
