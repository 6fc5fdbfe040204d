import Advisories
import ArgumentParser
import Disk
import Sync

struct SyncCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Fetch what a check needs: index files of registries, and advisories.",
        discussion: """
            Asks the registries of the workspaces for the crates that are locked or required and for those that a resolve \
            needs besides, and puts all that has changed into the database in one step. Exit status: 0 all is there; \
            2 usage or configuration; 3 something could not be had; what the database has of that stays.
            """)

    @Argument(help: "Workspaces: folders or manifests; the working directory without any.")
    var paths: [String] = []

    @Option(name: .customLong("manifest-path"), help: "The workspace's Cargo.toml, or a directory of it.")
    var manifestPath: String?

    @Option(name: .customLong("max-age"), help: "Do not ask again for what is younger than this many seconds.")
    var maximumAge = 0

    @Option(
        help: ArgumentHelp(
            "Where advisories come from: a URL or a path of a zip or tar.gz of OSV or RustSec records, with a name of its "
                + "own if there are several; without this $LOCKGATE_ADVISORIES, else what OSV has on crates.io.",
            valueName: "[name=]url|path"))
    var advisories: [String] = []

    @Flag(name: .customLong("no-advisories"), help: "Leave the advisories alone.")
    var noAdvisories = false

    @Flag(help: "Fetch also what a lock made afresh needs, as `lockgate update --fresh` writes it.")
    var fresh = false

    @Option(name: .customLong("rust-version"), help: "The compiler to prefer compatible versions for.")
    var rustVersion: String?

    @Flag(help: "Accepted to be refused: there is nothing to sync without a network.")
    var offline = false

    @Flag(name: .shortAndLong, help: "Name everything that was set aside.")
    var verbose = false

    @OptionGroup var data: DataOptions

    mutating func validate() throws {
        if maximumAge < 0 { throw ValidationError("--max-age must not be negative") }
        if noAdvisories, !advisories.isEmpty {
            throw ValidationError("--advisories and --no-advisories exclude each other")
        }
        if offline { throw ValidationError("--offline: sync is all about the network; leave one of both out") }
        if manifestPath != nil, !paths.isEmpty {
            throw ValidationError("--manifest-path and paths exclude each other")
        }
    }

    mutating func run() throws {
        let process = try Process.current()
        let targets = manifestPath.map { [$0] } ?? (paths.isEmpty ? ["."] : paths)
        var session = try SyncSession(
            targets, database: data.db, maximumAge: maximumAge, advisories: try archives(process),
            rustVersion: rustVersion, process)
        session.resolve(afresh: fresh)
        let outcome = try session.publish()
        for line in outcome.lines { Console.write(line: line) }
        for note in outcome.setAside where verbose { Console.warning("set aside: \(note.place): \(note.reason)") }
        for problem in outcome.problems { Console.error(problem) }
        if !outcome.problems.isEmpty { throw ExitStatus.cannotJudge }
    }

    private func archives(_ process: Process) throws(Failure) -> [AdvisorySource] {
        if noAdvisories { return [] }
        let sources =
            advisories.isEmpty ? AdvisorySource.usual(process) : advisories.map { AdvisorySource($0, process) }
        var seen: Set<String> = []
        for source in sources where sources.count > 1 {
            guard let name = source.name else {
                throw .usage("--advisories: of several, each needs a name, as in `rustsec=\(source.shown)`")
            }
            if !seen.insert(name).inserted { throw .usage("--advisories: `\(name)` is the name of two") }
        }
        return sources
    }
}

/// Where advisories are to come from.
struct AdvisorySource {
    enum Place {
        case url(String)
        /// Absolute.
        case path(String)
    }

    /// What the snapshot shall be called; nil for what the data says of itself.
    let name: String?
    let place: Place

    /// What OSV has on crates.io: RustSec, GitHub's advisories and reports of malicious crates.
    static let standard = AdvisorySource(
        name: nil, place: .url("https://osv-vulnerabilities.storage.googleapis.com/crates.io/all.zip"))

    /// What `$LOCKGATE_ADVISORIES` names, nothing for `none`, else the standard.
    static func usual(_ process: Process) -> [AdvisorySource] {
        guard let text = process["LOCKGATE_ADVISORIES"] else { return [.standard] }
        return text == "none" ? [] : [AdvisorySource(text, process)]
    }

    /// For messages; without user, password and query.
    var shown: String {
        switch place {
        case .url(let url): ArchiveRequest(url: url, validator: nil).shownURL
        case .path(let path): path
        }
    }
}

extension AdvisorySource {
    /// `NAME=URL`, `NAME=PATH`, `URL` or `PATH`.
    init(_ text: String, _ process: Process) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let isNamed =
            parts.count == 2 && !parts[0].isEmpty
            && parts[0].utf8.allSatisfy { byte in
                (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || "-_.".utf8.contains(byte)
            }
        let rest = isNamed ? String(parts[1]) : text
        name = isNamed ? String(parts[0]) : nil
        let lowered = rest.prefix(8).lowercased()
        let isURL = lowered.hasPrefix("http://") || lowered.hasPrefix("https://")
        place = isURL ? .url(rest) : .path(Path.absolute(rest, process))
    }
}
