import CargoModel
import Index
import JSON
import SemVer

/// Index lines as Cargo judged them, from the table `index-cases.jsonl`, and a census of the crates.io index of 2020.
struct IndexSuite: Suite {
    static let name = "index"

    func run(_ context: Context) throws(SuiteError) -> Outcome {
        var outcome = Outcome("lines", "census")
        var base = ""
        for line in try readLines(context.spec + "/index-cases.jsonl") {
            let row = try parsed(line)
            if let text = row["base"]?.text {
                base = text
                continue
            }
            let problem = problem(in: row, base: base)
            outcome.note("lines", failure: problem.map { "\(row["case"]?.text ?? "?"): \($0)" })
        }
        try takeCensus(of: context.corpus + "/index", into: &outcome)
        return outcome
    }

    private func parsed(_ line: String) throws(SuiteError) -> JSONValue {
        do { return try JSONValue(parsing: Array(line.utf8)) } catch { throw SuiteError("\(error) in \(line)") }
    }
}

// MARK: - Lines

extension IndexSuite {
    private static let crate = "sam-ple"

    /// Nil if the version Cargo locks is the one we would take.
    private func problem(in row: JSONValue, base: String) -> String? {
        guard let text = row["text"]?.text, let wanted = row["selected"]?.text else { return "incomplete row" }
        var reader = IndexReader()
        let records = reader.records(in: Array((named(base) + "\n" + named(text) + "\n").utf8))
        let candidates = records.filter { $0.name == Self.crate }.compactMap(\.entry)
        let best = candidates.filter { !$0.isYanked && isSatisfied($0) }.map(\.version).max()
        return best?.description == wanted ? nil : "took \(best?.description ?? "nothing"), Cargo \(wanted)"
    }

    private func named(_ text: String) -> String {
        text.replacing("NAME_UPPER", with: "SAM-PLE").replacing("NAME_DASH", with: "sam_ple")
            .replacing("\\u004eAME", with: "\\u0073am-ple").replacing("NAME", with: Self.crate)
    }

    /// The registry of the cases also has `zz 1.0.0` with three features, and `yy 1.0.0`.
    private func isSatisfied(_ entry: IndexEntry) -> Bool {
        let needed = entry.dependencies.filter { !$0.isOptional && $0.kind != .development }
        let only = Version(major: 1, minor: 0, patch: 0)
        return needed.allSatisfy { dependency in
            let features = ["zz": ["a", "b", "x"], "yy": []][dependency.packageName]
            guard let features, let requirement = try? VersionRequirement(dependency.requirement) else { return false }
            return requirement.matches(only) && dependency.features.allSatisfy(features.contains)
        }
    }
}

// MARK: - Census

extension IndexSuite {
    /// Counted with another program on the same snapshot. Of the invalid lines four have a bad requirement, two a bad
    /// feature, and six a bad platform, such as `cfg(target_arch = "wasm32"` without its last parenthesis.
    private static let known = ["lines": 259_132, "dropped": 2, "invalid": 12, "hidden": 27, "differing in build": 725]

    private func takeCensus(of directory: String, into outcome: inout Outcome) throws(SuiteError) {
        var census = ["lines": 0, "dropped": 0, "invalid": 0, "hidden": 0, "differing in build": 0]
        do throws(IndexError) {
            let tree = try IndexTree(at: directory)
            var reader = IndexReader()
            for file in try tree.files() {
                count(try tree.contents(of: file) ?? [], with: &reader, into: &census)
            }
        } catch { throw SuiteError("\(error)") }
        for (name, number) in Self.known.sorted(by: { $0.key < $1.key }) {
            let found = census[name] ?? 0
            outcome.note("census", failure: found == number ? nil : "\(found) \(name), not \(number)")
        }
    }

    private func count(_ file: [UInt8], with reader: inout IndexReader, into census: inout [String: Int]) {
        let lines = file.split(separator: UInt8(ascii: "\n"))
        let readable = lines.compactMap { line in line.withUnsafeBufferPointer { reader.record(of: $0) } }
        let records = reader.records(in: file)
        census["lines", default: 0] += lines.count
        census["dropped", default: 0] += lines.count - readable.count
        census["invalid", default: 0] += readable.count { $0.entry == nil }
        census["hidden", default: 0] += readable.count - records.count
        census["differing in build", default: 0] += pairsDifferingInBuild(records.map(\.version))
    }

    private func pairsDifferingInBuild(_ versions: [Version]) -> Int {
        var counts: [Version: Int] = [:]
        for version in versions {
            let bare = Version(
                major: version.major, minor: version.minor, patch: version.patch, prerelease: version.prerelease)
            counts[bare, default: 0] += 1
        }
        return counts.values.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
    }
}
