import CargoModel
import Resolver

/// The 2,000 crates with the largest index files, each resolved by itself in one process.
struct LargestSuite: Suite {
    static let name = "largest"

    func run(_ context: Context) throws(SuiteError) -> Outcome {
        var outcome = Outcome("within-budget")
        let registry = TimedRegistry(try openStore())
        let crates = try largestCrates(2000, context)
        var unsolved = 0
        var packages = 0
        for round in 0..<2 {
            let start = processorTime()
            unsolved = 0
            packages = 0
            for crate in crates {
                do {
                    packages += try resolve(request(for: [crate]), from: registry).packages.count
                    if round == 1 { outcome.note("within-budget", failure: nil) }
                } catch {
                    unsolved += 1
                    guard round == 1 else { continue }
                    if case .budget = error.reason {
                        outcome.note("within-budget", failure: "\(crate): \(error)")
                    } else {
                        outcome.note("within-budget", failure: nil)
                    }
                }
            }
            let seconds = processorTime() - start
            print(
                "largest        \(round == 0 ? "cold" : "warm"): \(crates.count) crates, \(packages) packages, \(unsolved)"
                    + " without a solution, \(Int(Double(crates.count) / seconds)) resolves a second")
        }
        return outcome
    }
}

/// How the time of a fresh resolve grows with the graph.
struct GrowthSuite: Suite {
    static let name = "growth"

    func run(_ context: Context) throws(SuiteError) -> Outcome {
        var outcome = Outcome("solved")
        let crates = try largestCrates(2000, context)
        let known = TimedRegistry(try openStore())
        var chosen: [String] = []
        var next = 0
        for wanted in [50, 200, 500, 1000] {
            var packages = 0
            while packages < wanted, next < crates.count {
                next += 1
                // A crate that cannot be had beside the others is left out.
                guard let graph = try? resolve(request(for: chosen + [crates[next - 1]]), from: known) else { continue }
                chosen.append(crates[next - 1])
                packages = graph.packages.count
            }
            let registry = TimedRegistry(try openStore())
            let start = processorTime()
            let solved = try? resolve(request(for: chosen), from: registry)
            let total = processorTime() - start
            print(
                "growth         \(solved?.packages.count ?? 0) packages from \(chosen.count) crates: "
                    + "\(milliseconds(total)), of which registry \(milliseconds(registry.seconds))")
            outcome.note("solved", failure: solved == nil ? "\(wanted) packages cannot be resolved" : nil)
        }
        return outcome
    }
}
