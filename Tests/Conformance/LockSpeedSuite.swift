import CargoModel
import CargoWorkspace
import Glibc
import SemVer

/// How fast a lock of 2,000 packages is read: text to graph, the best of several runs. A goal, not a corpus.
struct LockSpeedSuite: Suite {
    static let name = "lock-speed"

    func run(_ context: Context) throws(SuiteError) -> Outcome {
        var outcome = Outcome("in-time")
        let bytes = Array(Self.lock(packages: 2000).utf8)
        var best = Double.infinity
        for _ in 0..<20 {
            let start = Self.now()
            guard let graph = try? Lockfile(parsing: bytes, path: "Cargo.lock").graph(pathPackages: []),
                graph.resolve.packages.count == 2000
            else { throw SuiteError("the lock cannot be read") }
            best = min(best, Self.now() - start)
        }
        let tenths = Int(best * 10_000)
        print("lock-speed     2000 packages, \(bytes.count / 1024) KiB, read in \(tenths / 10).\(tenths % 10) ms")
        outcome.note("in-time", failure: best < 0.010 ? nil : "more than 10 ms")
        return outcome
    }

    /// Every package depends on four others.
    private static func lock(packages count: Int) -> String {
        var text = "version = 4\n\n"
        for number in 0..<count {
            text += "[[package]]\nname = \"package-number-\(number)\"\nversion = \"1.\(number % 50).\(number % 7)\"\n"
            text += "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n"
            text += "checksum = \"\(String(repeating: "0123456789abcdef", count: 4))\"\ndependencies = [\n"
            for step in 1...4 { text += " \"package-number-\((number * 7 + step * 131) % count)\",\n" }
            text += "]\n\n"
        }
        return text
    }

    /// Processor time in seconds, so that a busy machine does not count.
    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
