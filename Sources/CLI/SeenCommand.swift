import Advisories
import ArgumentParser
import CargoWorkspace
import Disk
import Report
import Storage

struct SeenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seen",
        abstract: "Say whether, and when, which lock held a crate: for the day a release turns out to be malware.",
        discussion: """
            CRATE is a name, name@1.2.3 for that version, name@REQUIREMENT as in a manifest, or the id of an advisory, \
            for what it affects; - and _ are the same. \
            A package from elsewhere than crates.io is told with its source: it may be a namesake. With --history every \
            commit is searched that a branch, a tag, a remote, the stash or HEAD leads to. A span is a run of commits \
            that hold the package and hang together; it came with a commit none of whose parents holds it, and was \
            removed by one all of whose parents do. Exit status: 0 not seen; 1 seen; 2 usage error; 3 not seen, but not \
            all could be read, or the clone is shallow.
            """)

    @Argument(
        help: ArgumentHelp(
            "What to look for, and where: what has a `/`, or begins with a dot, is a path. Without one the workspace "
                + "here; with --history the whole repository.", valueName: "crate|path"))
    var arguments: [String]

    @Flag(help: "Every Cargo.lock below each PATH, as `check --recursive` finds them.")
    var allLocks = false

    @Flag(help: "Also every Cargo.lock in every commit of the repository.")
    var history = false

    @Flag(help: "With --history: also commits that only the reflog remembers.")
    var reflog = false

    @OptionGroup var data: DataOptions

    @Option(help: "text or json.")
    var format: SeenFormat = .text

    enum SeenFormat: String, ExpressibleByArgument, CaseIterable { case text, json }

    /// No name of a crate and no requirement has a slash.
    private static func isPath(_ argument: String) -> Bool {
        argument.contains("/") || argument.hasPrefix(".") || argument == "Cargo.lock" || argument == "Cargo.toml"
    }

    private var crates: [String] { arguments.filter { !Self.isPath($0) } }
    private var paths: [String] { arguments.filter(Self.isPath) }

    mutating func validate() throws {
        if crates.isEmpty { throw ValidationError("name a crate, as in `lockgate seen arrayref@0.3.10`") }
        if reflog, !history { throw ValidationError("--reflog goes with --history") }
    }

    mutating func run() throws {
        let process = try Process.current()
        let queries = try self.queries(process)
        let scratch = try ScratchFolder(below: process["TMPDIR"] ?? "/tmp")
        let session = SeenSession(queries, process)
        let outcome: Result<SeenReport, Failure>
        do throws(Failure) {
            outcome = .success(
                history
                    ? try session.historyReport(paths, withReflog: reflog, scratch)
                    : try session.report(paths.isEmpty ? ["."] : paths, allLocks: allLocks))
        } catch { outcome = .failure(error) }
        scratch.remove()
        let report = try outcome.get()
        Console.write(render(report, asJSON: format == .json))
        Console.end(with: ExitStatus(rawValue: report.exitStatus) ?? .cannotJudge)
    }

    // MARK: What to look for

    private func queries(_ process: Process) throws(Failure) -> [CrateQuery] {
        var queries: [CrateQuery] = []
        for text in crates {
            if let id = Self.advisoryID(text) {
                queries += try self.queries(ofAdvisory: id, process)
            } else {
                do { queries.append(try CrateQuery(text)) } catch { throw .usage(error.description) }
            }
        }
        return queries
    }

    /// As advisories are called, also if it is written in small letters; `nil` for a crate, as `cve-rs` is one.
    private static func advisoryID(_ text: String) -> String? {
        if ["RUSTSEC-", "GHSA-", "CVE-", "MAL-"].contains(where: text.hasPrefix) { return text }
        let parts = text.uppercased().split(separator: "-", omittingEmptySubsequences: false)
        if parts[0] == "GHSA" { return parts.count == 4 ? "GHSA" + text.lowercased().dropFirst(4) : nil }
        let isNumbered = parts.count == 3 && parts.dropFirst().allSatisfy { UInt($0) != nil }
        return isNumbered && ["RUSTSEC", "CVE", "MAL"].contains(parts[0]) ? text.uppercased() : nil
    }

    private func queries(ofAdvisory id: String, _ process: Process) throws(Failure) -> [CrateQuery] {
        let data = try OpenData(data.db, process)
        var advisories = data.bundled?.batch().advisories.filter { $0.collection == .crates && $0.allIDs.contains(id) }
        if advisories == nil, let store = data.store {
            do { advisories = try store.advisories(called: id) } catch { throw .cannotJudge(error.description) }
        }
        guard let advisories, !advisories.isEmpty else {
            throw .cannotJudge("no advisory `\(id)` is known here; name the crate and its versions, or get newer data")
        }
        return advisories.map { advisory in
            let affected = advisory.affected
            return CrateQuery(name: advisory.package, range: .listed(by: id) { affected.contains($0) })
        }
    }
}
