import CargoModel
import CargoWorkspace
import Disk
import Glibc

/// What is taken from the process, once.
struct Process {
    let workingDirectory: String
    let variables: [String: String]
    let today: Day
    /// `2026-11-21T04:00:00Z`, for the record of an import.
    let now: String
    /// Since 1970.
    let seconds: Int
    /// See `Environment.outerDirectory`.
    var outerDirectory: String?

    static func current() throws(Failure) -> Process {
        guard let directory = currentDirectory() else {
            throw .cannotJudge("the working directory cannot be read; it may have been deleted")
        }
        var now = time_t()
        time(&now)
        let variables = environment()
        let today = variables["LOCKGATE_TODAY"].flatMap { Day($0) } ?? Day(number: now / 86_400)
        return Process(
            workingDirectory: directory, variables: variables, today: today, now: stamp(now, on: today),
            seconds: now)
    }

    /// A variable that is set and not empty.
    subscript(name: String) -> String? {
        variables[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Where the running program lies, links resolved.
    var executable: String? { FileSystem.realPath("/proc/self/exe") }

    var environment: Environment {
        Environment(workingDirectory: workingDirectory, variables: variables, outerDirectory: outerDirectory)
    }

    private static func stamp(_ now: time_t, on day: Day) -> String {
        let seconds = now % 86_400
        let parts = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { ($0 < 10 ? "0" : "") + String($0) }
        return "\(day)T\(parts.joined(separator: ":"))Z"
    }

    private static func currentDirectory() -> String? {
        guard let raw = getcwd(nil, 0) else { return nil }
        defer { free(raw) }
        return String(cString: raw)
    }

    private static func environment() -> [String: String] {
        var result: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let pair = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { result[String(pair[0])] = String(pair[1]) }
            entry += 1
        }
        return result
    }
}
