import ArgumentParser
import Audit
import CargoModel
import CargoWorkspace
import Report
import Resolver
import SemVer

struct UpdateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Write the lock that `cargo update` would write, byte for byte.",
        discussion: """
            Without packages everything moves to the newest version its requirements allow, as with `cargo update`. \
            Exit status: 0 done or current; 2 usage; 3 unresolvable or unreadable; 4 stale (with --locked).
            """)

    @Argument(help: "Packages to move: name, name@version or url#name@version.")
    var specs: [String] = []

    @Option(help: "Move the one package to exactly this version.")
    var precise: String?

    @Flag(help: "Move what the packages depend on as well.")
    var recursive = false

    @Flag(name: .shortAndLong, help: "Move only what the manifests make necessary, as any build does.")
    var workspace = false

    @Flag(help: "Ignore the old lock, as `cargo generate-lockfile` does.")
    var fresh = false

    @Flag(help: "Change nothing; exit with 4 if the lock would change.")
    var locked = false

    @Flag(name: .customLong("dry-run"), help: "Change nothing; print what would change.")
    var dryRun = false

    @Flag(help: "Write the lock to standard output and leave the file alone.")
    var print = false

    @Option(name: .customLong("manifest-path"), help: "The workspace's Cargo.toml, or a directory of it.")
    var manifestPath: String?

    @Option(name: .customLong("rust-version"), help: "The compiler to prefer compatible versions for.")
    var rustVersion: String?

    @Option(help: "Read crates.io from this index tree.")
    var index: String?

    @Option(help: "Attempts before an endless search is given up.")
    var budget: Int?

    @Option(help: "Take a version in although it looks like an attack; NAME@VERSION.")
    var accept: [String] = []

    @Flag(help: "Fetch nothing; resolve with what is there.")
    var offline = false

    @OptionGroup var data: DataOptions

    mutating func validate() throws {
        if precise != nil, specs.count != 1 { throw ValidationError("--precise needs exactly one package") }
        if precise != nil, recursive { throw ValidationError("--precise and --recursive exclude each other") }
        if recursive, specs.isEmpty { throw ValidationError("--recursive needs a package") }
        if fresh, !specs.isEmpty || workspace {
            throw ValidationError("--fresh takes neither packages nor --workspace")
        }
        if print, dryRun { throw ValidationError("--print and --dry-run exclude each other") }
        if let budget, budget < 1 { throw ValidationError("--budget must be at least 1") }
    }

    mutating func run() throws {
        let process = try Process.current()
        if !offline, index == nil {
            Refresh(database: data.db, policy: nil, isAfresh: extent != .workspace, process).run([manifestPath ?? "."])
        }
        let session = try UpdateSession(
            extent, manifestPath ?? ".", data: data, index: index, rustVersion: rustVersion, budget: budget,
            accepting: accept, process)
        if locked, !session.update.isCurrent {
            session.tell(to: Console.talk)
            throw Failure(
                status: .stale,
                message: "cannot update \(session.shownPath) because --locked was passed; it would change")
        }
        if print {
            Console.write(session.update.text)
        } else if dryRun {
            session.tell { Console.write(Array(($0 + "\n").utf8)) }
            Console.warning("not updating \(session.shownPath) due to dry run")
        } else if !locked {
            session.tell(to: Console.talk)
            try session.save()
        }
    }

    private var extent: LockUpdate.Extent {
        if fresh { return .afresh }
        if workspace { return .workspace }
        if let precise, let spec = specs.first { return .precise(spec, version: precise) }
        return specs.isEmpty ? .everything : .packages(specs, recursively: recursive)
    }
}
