import Advisories
import Glibc
import Storage

/// Imports the RustSec database: every record on the disk must be stored or set aside by name, a second import must
/// change nothing, and the bundled facts must be those of the database.
struct AdvisoriesSuite: Suite {
    static let name = "advisories"

    func run(_ context: Context) throws(SuiteError) -> Outcome {
        let directory = try ScratchDirectory()
        var outcome = Outcome("records", "again", "bundled")
        let collection = context.corpus + "/advisory-db"
        do {
            let database = directory.path + "/db.sqlite"
            let first = try importAdvisories(collection, into: database, at: "2026-08-21T00:00:00Z")
            let onDisk = try readLines(collection, "find '\(collection)' -name '*.md'", directory).count {
                !$0.hasSuffix("/README.md") && !$0.hasSuffix("/CONTRIBUTING.md")
            }
            report(
                "  \(onDisk) records on disk, \(first.stored) stored, \(first.setAside.count) set aside, "
                    + "\(first.warnings.count) warnings")
            let isComplete = first.stored == onDisk - first.setAside.count && first.recordCount == onDisk
            outcome.note("records", failure: isComplete ? nil : "the numbers do not add up")
            let second = try importAdvisories(collection, into: database, at: "2026-08-22T00:00:00Z")
            outcome.note("again", failure: second.isUnchanged ? nil : "the second import changed something")
            try compareBundled(try Store(opening: database), try readAdvisories(at: collection), &outcome)
        } catch { throw SuiteError("\(error)") }
        return outcome
    }

    /// Through the database and through the bundled file there is the same, but for titles.
    private func compareBundled(_ store: Store, _ batch: AdvisoryBatch, _ outcome: inout Outcome) throws {
        let start = ContinuousClock.now
        let bundled = try AdvisoryFactsFile(opening: "advisories/rustsec.jsonl")
        _ = bundled.advisories(for: ["openssl"])
        report("  bundled facts opened and one package read in \(ContinuousClock.now - start)")
        for name in Set(batch.advisories.map(\.package)).sorted() {
            for collection in [Advisory.Collection.crates, .rust] {
                let stored = try store.advisories(for: [name], in: collection).map {
                    AdvisoryFacts.line($0, withProse: false)
                }
                let facts = bundled.advisories(for: [name], in: collection).map {
                    AdvisoryFacts.line($0, withProse: false)
                }
                outcome.note("bundled", failure: stored == facts ? nil : "\(name): other facts")
            }
        }
    }

    private func readLines(_ path: String, _ command: String, _ directory: ScratchDirectory) throws(SuiteError)
        -> [String]
    {
        let output = directory.path + "/list"
        guard system("\(command) > '\(output)'") == 0 else { throw SuiteError("cannot list \(path)") }
        return try conformance.readLines(output)
    }
}
