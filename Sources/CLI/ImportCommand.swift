import Advisories
import ArgumentParser
import CargoModel
import CargoWorkspace
import Disk
import Glibc
import Storage

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Fill the database.",
        subcommands: [ImportIndexCommand.self, ImportAdvisoriesCommand.self])
}

struct ImportIndexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index", abstract: "Import a whole registry index: a git checkout, or a local registry.")

    @Argument(help: "The directory with the index files, or of a local registry.")
    var directory: String

    @Option(help: "The registry's URL as locks have it (with sparse+ for a sparse one); crates.io without it.")
    var registry: String?

    @Option(help: "The day the data is from, YYYY-MM-DD; read from the git checkout where that is known.")
    var date: String?

    @OptionGroup var data: DataOptions

    @Flag(name: .shortAndLong, help: "Name everything that was set aside.")
    var verbose = false

    mutating func run() throws {
        let process = try Process.current()
        let database = try ImportTarget.database(data, process)
        var progress = Progress("importing index")
        let result: IndexImport
        do throws(StorageError) {
            result = try importIndex(
                Path.absolute(directory, process), registry: source(), into: database, date: day(), at: process.now,
                progress: { progress.report($0, of: $1) })
        } catch { throw Failure.cannotJudge(error.description) }
        for note in result.setAside where verbose { Console.warning("set aside: \(note.place): \(note.reason)") }
        let setAside = result.setAside.isEmpty ? "" : ", \(result.setAside.count) set aside"
        let done =
            result.isUnchanged
            ? "nothing has changed" : "\(result.changedFiles) files changed, \(result.removedFiles) removed"
        Console.write(
            line:
                "index: \(result.crates) crates, \(result.versions) versions, \(result.unusable) unusable\(setAside); \(done);"
                + " \(progress.time), \(ImportTarget.megabytes(of: database)) in \(database)")
    }

    private func source() -> SourceID {
        guard let registry else { return .cratesIO }
        return SourceID(kind: registry.hasPrefix("sparse+") ? .sparse : .registry, url: registry)
    }

    private func day() -> Day? { date.flatMap { Day($0) } }

    mutating func validate() throws {
        if let date, Day(date) == nil { throw ValidationError("--date: `\(date)` is no date; write it as 2026-08-21") }
    }
}

struct ImportAdvisoriesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "advisories",
        abstract: "Import advisories: a RustSec work tree, a folder or zip of OSV records, or a file of JSON lines.")

    @Argument(help: "The tree, folder, zip or file.")
    var path: String

    @Option(help: "The day the data is from, YYYY-MM-DD; read from the data where it says.")
    var date: String?

    @OptionGroup var data: DataOptions

    @Flag(name: .shortAndLong, help: "Name every warning.")
    var verbose = false

    mutating func run() throws {
        let process = try Process.current()
        let database = try ImportTarget.database(data, process)
        let progress = Progress("importing advisories")
        let result: AdvisoryImport
        do throws(StorageError) {
            result = try importAdvisories(
                Path.absolute(path, process), into: database, date: date.flatMap { Day($0) }, at: process.now)
        } catch { throw Failure.cannotJudge(error.description) }
        for note in result.setAside { Console.warning("set aside: \(note.place): \(note.reason)") }
        for note in result.warnings where verbose { Console.warning("\(note.place): \(note.reason)") }
        Console.write(
            line:
                "advisories: \(result.recordCount) records, \(result.stored) stored, \(result.setAside.count) set aside; "
                + (result.isUnchanged ? "nothing has changed" : "imported")
                + (result.snapshot.date.map { "; data of \($0)" } ?? "") + "; \(progress.time) into \(database)")
    }

    mutating func validate() throws {
        if let date, Day(date) == nil { throw ValidationError("--date: `\(date)` is no date; write it as 2026-08-21") }
    }
}

/// The database an import writes.
enum ImportTarget {
    /// Makes the folder of the default place; one that was named must be there.
    static func database(_ options: DataOptions, _ process: Process) throws(Failure) -> String {
        try database(at: options.db, process)
    }

    /// - Parameter option: what `--db` says.
    static func database(at option: String?, _ process: Process) throws(Failure) -> String {
        let (path, isExplicit) = OpenData.databasePath(option, process)
        guard let path else { throw .usage("no place for the database: neither --db nor HOME is set") }
        if !isExplicit, let folder = Path.parent(path) { FileSystem.makeDirectories(folder) }
        return path
    }

    static func megabytes(of path: String) -> String {
        guard let size = FileSystem.size(of: path) else { return "?" }
        let tenths = size / 104_858
        return "\(tenths / 10).\(tenths % 10) MiB"
    }
}

extension Progress {
    /// `3.2 s`.
    var time: String {
        let tenths = Int(seconds * 10)
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
