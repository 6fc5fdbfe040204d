import Advisories
import Glibc
import SemVer
import Storage
import TOML

/// The ten largest real locks, one of each repository: the advisories found by way of a database must be those that a
/// script of its own finds, imported as RustSec writes them or converted into OSV, as a folder, a zip or a tar.gz.
struct RustSecMatchSuite: Suite {
    static let name = "rustsec-match"
    private static let script = "Tests/Conformance/rustsec_match.py"
    private static let converter = "Tests/Conformance/rustsec_osv.py"
    private static let forms = ["rustsec", "osv", "osv zip", "osv tar.gz"]

    func run(_ context: Context) throws(SuiteError) -> Outcome {
        var outcome = Outcome(Self.forms)
        guard system("python3 -c 'import tomllib' 2>/dev/null") == 0 else {
            report("  skipped: no python3 with tomllib")
            return outcome
        }
        let directory = try ScratchDirectory()
        let locks = try largestLocks(in: context.corpus + "/workspaces-dev")
        let database = context.corpus + "/advisory-db"
        let expected = try expected(database, locks, directory)
        let folder = directory.path + "/osv"
        let pack =
            "mkdir '\(folder)' && python3 \(Self.converter) '\(database)' '\(folder)' && cd '\(directory.path)' && "
            + "python3 -m zipfile -c osv.zip osv && tar -czf osv.tar.gz osv"
        guard system(pack) == 0 else { throw SuiteError("\(Self.converter) failed") }
        let places = [database, folder, folder + ".zip", folder + ".tar.gz"]
        for (number, (form, place)) in zip(Self.forms, places).enumerated() {
            let store = try store(place, directory.path + "/db\(number).sqlite")
            try compare(form, locks, expected, store, &outcome)
        }
        return outcome
    }

    private func compare(
        _ form: String, _ locks: [String], _ expected: [String: [String]], _ store: Store, _ outcome: inout Outcome
    ) throws(SuiteError) {
        var hits = 0
        for lock in locks {
            let found = try lines(of: lock, store)
            hits += found.count
            let wanted = expected[lock] ?? []
            let difference = Set(found).symmetricDifference(wanted).min()
            outcome.note(form, failure: difference.map { "\(lock): \($0)" })
        }
        report("  \(form): \(hits) packages with advisories")
    }

    private func store(_ database: String, _ path: String) throws(SuiteError) -> Store {
        do throws(StorageError) {
            _ = try importAdvisories(database, into: path, at: "2026-08-21T00:00:00Z")
            return try Store(opening: path)
        } catch { throw SuiteError("\(error)") }
    }

    private func lines(of lock: String, _ store: Store) throws(SuiteError) -> [String] {
        var lines: Set<String> = []
        for package in try Self.packages(of: lock) {
            let known: [Advisory]
            do throws(StorageError) { known = try store.advisories(for: [package.name]) } catch {
                throw SuiteError("\(error)")
            }
            let ids = known.filter { $0.affects(package.version) }.map(\.id).sorted()
            if !ids.isEmpty { lines.insert("\(package.name) \(package.version) \(ids.joined(separator: ","))") }
        }
        return lines.sorted()
    }

    /// What the script says, by lock.
    private func expected(
        _ database: String, _ locks: [String], _ directory: ScratchDirectory
    ) throws(SuiteError) -> [String: [String]] {
        let output = directory.path + "/expected"
        let words = [Self.script, database] + locks
        let quoted = words.map { "'" + $0.replacing("'", with: #"'\''"#) + "'" }.joined(separator: " ")
        guard system("python3 \(quoted) > '\(output)'") == 0 else { throw SuiteError("\(Self.script) failed") }
        var result: [String: [String]] = [:]
        var current = ""
        for line in try readLines(output) {
            if locks.contains(line) { current = line } else { result[current, default: []].append(line) }
        }
        return result
    }
}

// MARK: - Locks

extension RustSecMatchSuite {
    private func largestLocks(in directory: String) throws(SuiteError) -> [String] {
        var locks: [(path: String, repository: Substring, size: Int)] = []
        for name in try listDirectory(directory) {
            let top = "\(directory)/\(name)/tree"
            guard let path = try Self.lock(below: top, depth: 0) else { continue }
            let size = try readFile(path).split(separator: UInt8(ascii: "\n")).count {
                $0.elementsEqual("[[package]]".utf8)
            }
            locks.append((path, name.prefix { $0 != "-" }, size))
        }
        locks.sort { ($1.size, $0.path) < ($0.size, $1.path) }
        var seen: Set<Substring> = []
        return Array(locks.filter { seen.insert($0.repository).inserted }.prefix(10).map(\.path))
    }

    /// The first `Cargo.lock` in the folder or below.
    private static func lock(below directory: String, depth: Int) throws(SuiteError) -> String? {
        let path = directory + "/Cargo.lock"
        if access(path, F_OK) == 0 { return path }
        for name in (try? listDirectory(directory)) ?? [] where depth < 4 {
            if let found = try lock(below: "\(directory)/\(name)", depth: depth + 1) { return found }
        }
        return nil
    }

    private static func packages(of lock: String) throws(SuiteError) -> [(name: String, version: Version)] {
        guard let document = try? parseTOML(try readFile(lock)) else { throw SuiteError("cannot read \(lock)") }
        return (document.root["package"]?.array ?? []).compactMap { node in
            let table = node.table
            guard table?["source"]?.string == "registry+https://github.com/rust-lang/crates.io-index",
                let name = table?["name"]?.string, let text = table?["version"]?.string,
                let version = try? Version(text)
            else { return nil }
            return (name, version)
        }
    }
}
