import Advisories
import Audit
import CargoModel
import CargoWorkspace
import Glibc
import JSON
import Storage
import TOML

/// How often each rule fires over the real workspaces, whatever its level: what cries wolf shows here. With
/// `CENSUS_DETAILS` in the environment every finding is printed as well.
struct RulesCensusSuite: Suite {
    static let name = "rules-census"
    private static let today = Day("2026-08-21") ?? Day(number: 0)

    func run(_ context: Context) throws(SuiteError) -> Outcome {
        var outcome = Outcome("workspaces")
        let directory = try ScratchDirectory()
        let store = try store(context.corpus, directory.path + "/db.sqlite")
        let popularity: [(name: String, dependents: Int)]
        do throws(StorageError) { popularity = try store.popular(in: .cratesIO) } catch { throw SuiteError("\(error)") }
        report("  \(popularity.count) popular crates, first \(popularity.prefix(5).map(\.name))")
        var census = Census(hasDetails: getenv("CENSUS_DETAILS") != nil)
        for name in try listDirectory(context.corpus + "/workspaces-dev") {
            guard let context = Self.load(context.corpus + "/workspaces-dev/" + name, store, popularity) else {
                continue
            }
            census.add(name, context)
            outcome.note("workspaces", failure: nil)
        }
        census.tell()
        return outcome
    }

    private func store(_ corpus: String, _ path: String) throws(SuiteError) -> Store {
        do throws(StorageError) {
            let moment = "2026-08-21T00:00:00Z"
            _ = try importIndex(corpus + "/index", registry: .cratesIO, into: path, at: moment)
            _ = try importAdvisories(corpus + "/advisory-db", into: path, at: moment)
            return try Store(opening: path)
        } catch { throw SuiteError("\(error)") }
    }

    /// `nil` for what cannot be read.
    private static func load(
        _ directory: String, _ store: Store, _ ranking: [(name: String, dependents: Int)]
    ) -> AuditContext? {
        guard let bytes = try? readFile(directory + "/case.json"), let json = try? JSONValue(parsing: bytes),
            let path = json["lock_path"]?.text
        else { return nil }
        for stub in (try? readLines(directory + "/stubs.txt")) ?? [] { touch(directory + "/tree/" + stub) }
        let lock = directory + "/tree/" + path
        let root = String(lock.dropLast("/Cargo.lock".count))
        guard let workspace = try? loadWorkspace(at: root, environment: Environment(workingDirectory: root)),
            let assessment = try? LockAssessment(
                of: workspace, bytes: try? readFile(lock), path: "Cargo.lock", registry: store)
        else { return nil }
        let names = (assessment.lock?.resolve.packages ?? []).map(\.name)
        let required = workspace.members.flatMap(\.dependencies).map(\.packageName)
        let counts = (try? store.dependents(of: names, in: .cratesIO)) ?? [:]
        let facts = AuditFacts(
            about: assessment.lock, in: workspace, from: store, policy: Policy(),
            popularity: [.cratesIO: Popularity(ranking: ranking, dependents: counts)], today: today)
        let advisories = (try? store.advisories(for: Set(names + required).sorted())) ?? []
        return facts.context(
            workspace: workspace, assessment: assessment, advisories: Dictionary(grouping: advisories, by: \.package),
            policy: Policy(), today: today)
    }
}

/// Findings per rule.
private struct Census {
    let hasDetails: Bool
    private var findings: [String: Int] = [:]
    private var workspaces: [String: Int] = [:]
    private var examples: [String: Set<String>] = [:]
    private var count = 0

    init(hasDetails: Bool) { self.hasDetails = hasDetails }

    mutating func add(_ name: String, _ context: AuditContext) {
        count += 1
        for rule in RuleCatalogue.rules {
            let id = type(of: rule).info.id
            let found = rule.findings(in: context).filter { !$0.isNote }
            guard !found.isEmpty else { continue }
            findings[id, default: 0] += found.count
            workspaces[id, default: 0] += 1
            for finding in found {
                examples[id, default: []].insert(finding.message)
                guard hasDetails else { continue }
                let place = finding.location.map { "\($0.path):\($0.span.start)" } ?? ""
                let notes = finding.notes.map(\.text).joined(separator: "; ")
                print("\(id)\t\(name)\t\(place)\t\(finding.message)\t\(finding.help)\t\(notes)")
            }
        }
    }

    func tell() {
        report("  rule                       workspaces of \(count)   findings   distinct")
        for info in RuleCatalogue.infos {
            let cells = [workspaces[info.id] ?? 0, findings[info.id] ?? 0, examples[info.id]?.count ?? 0]
            let padding = String(repeating: " ", count: max(1, 27 - info.id.count))
            report("  \(info.id)\(padding)" + cells.map { Self.pad("\($0)", 12) }.joined())
        }
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
