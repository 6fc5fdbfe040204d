import ArgumentParser
import Audit
import CargoModel
import CargoWorkspace
import Disk
import Storage

struct DatabaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db", abstract: "Look after the database.",
        subcommands: [
            DatabaseInfoCommand.self, DatabaseVerifyCommand.self, DatabaseVacuumCommand.self,
            DatabaseExportCommand.self,
        ])
}

struct DatabaseInfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "Say what the database holds, whence, and how old it is.")

    @OptionGroup var data: DataOptions

    mutating func run() throws {
        let process = try Process.current()
        let path = try DatabasePlace.existing(data, process)
        do throws(StorageError) {
            let store = try Store(opening: path)
            Console.write(Array(try lines(of: store, path, process).map { $0 + "\n" }.joined().utf8))
        } catch { throw Failure.cannotJudge(error.description) }
    }

    private func lines(of store: Store, _ path: String, _ process: Process) throws(StorageError) -> [String] {
        let counts = try store.counts()
        var lines = [
            "database \(path), \(ByteSize.text(FileSystem.size(of: path) ?? 0)), snapshot \(try store.snapshotID() ?? "?")"
        ]
        for snapshot in try store.snapshots() {
            lines.append(
                "\(snapshot.kind.rawValue) of \(snapshot.origin): \(Self.age(snapshot.date, process))"
                    + (snapshot.revision.map { ", revision \($0)" } ?? "") + ", stored \(snapshot.imported)")
        }
        for facts in try store.registryFacts() { lines.append(Self.line(on: facts)) }
        lines.append(
            "\(counts.crates) crates, \(counts.versions) versions (\(counts.yanked) yanked, \(counts.unusable) unusable), "
                + "\(counts.advisories) advisories")
        return lines
    }

    private static func age(_ date: Day?, _ process: Process) -> String {
        guard let date else { return "of unknown age" }
        let days = process.today.days(since: date)
        return "data of \(date), \(days) day\(days == 1 ? "" : "s") old"
    }

    private static func line(on facts: RegistryFacts) -> String {
        let extent = facts.isWhole ? "the whole registry" : "what was asked for"
        let checks = [facts.oldestCheck, facts.newestCheck].compactMap { $0 }.map(Moment.text(of:))
        let asked = checks.isEmpty ? "" : ", asked between " + checks.joined(separator: " and ")
        let changes = facts.changes == 0 ? "" : ", \(facts.changes) published versions changed or taken away"
        return "registry \(facts.url): \(extent), \(facts.crates) crates, \(facts.versions) versions\(asked)\(changes)"
    }
}

struct DatabaseVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Read everything in the database once, and say what is wrong with it.")

    @OptionGroup var data: DataOptions

    mutating func run() throws {
        let path = try DatabasePlace.existing(data, try Process.current())
        let faults: [String]
        do throws(StorageError) { faults = try verifyDatabase(path) } catch {
            throw Failure.cannotJudge(error.description)
        }
        for fault in faults { Console.error("\(path): \(fault)") }
        if !faults.isEmpty {
            throw Failure.cannotJudge("\(path) is damaged; restore it, or delete it and import again")
        }
        Console.write(line: "\(path): sound")
    }
}

struct DatabaseVacuumCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vacuum", abstract: "Give back the room that deleted rows left.")

    @OptionGroup var data: DataOptions

    mutating func run() throws {
        let path = try DatabasePlace.existing(data, try Process.current())
        do throws(StorageError) {
            let sizes = try vacuumDatabase(path)
            Console.write(line: "\(path): \(ByteSize.text(sizes.before)) before, \(ByteSize.text(sizes.after)) now")
        } catch { throw Failure.cannotJudge(error.description) }
    }
}

struct DatabaseExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a copy for a machine without a network.",
        discussion: """
            With workspaces only what a check of these needs goes into it, and all advisories. Use it there with \
            `--db FILE`, or as $LOCKGATE_DB.
            """)

    @Argument(help: "Where to write it.")
    var file: String

    @Argument(help: "Workspaces to cut it down to.")
    var workspaces: [String] = []

    @OptionGroup var data: DataOptions

    mutating func run() throws {
        let process = try Process.current()
        let path = try DatabasePlace.existing(data, process)
        let target = Path.absolute(file, process)
        if FileSystem.isSame(path, target) { throw Failure.usage("\(file) is the database itself") }
        if FileSystem.exists(target), FileSystem.size(of: target) != 0 || !FileSystem.isFile(target) {
            try Self.checkReplaceable(target)
        }
        let extent = try workspaces.isEmpty ? nil : extent(process)
        do throws(StorageError) { try exportDatabase(path, to: target, extent) } catch {
            throw Failure.cannotJudge(error.description)
        }
        Console.write(line: "wrote \(file), \(ByteSize.text(FileSystem.size(of: target) ?? 0))")
    }

    /// What is there already must be a database of ours, of whatever state.
    private static func checkReplaceable(_ target: String) throws(Failure) {
        do throws(StorageError) { _ = try Store(opening: target) } catch {
            guard error.reason == .notADatabase || error.reason == .foreign else { return }
            throw .usage(error.description)
        }
    }

    /// Every crate a check of the workspaces asks for.
    private func extent(_ process: Process) throws(Failure) -> ExportExtent {
        var crates: [SourceID: Set<String>] = [:]
        let opened = try OpenData(data.db, process)
        let settings = CheckSettings(
            database: data.db, policy: nil, overrides: [], budget: nil, tellsWarnings: false, isOffline: true,
            process: process)
        for path in workspaces {
            let session = try CheckSession(try CheckSession.load(path, process), data: opened, settings)
            if let gap = session.unjudged.first {
                throw .cannotJudge("\(path): what it needs cannot be known, because \(gap.what) cannot be judged")
            }
            for key in session.asked { crates[key.source, default: []].insert(key.name) }
        }
        return ExportExtent(crates: crates)
    }
}

/// Where a database is that must be there.
enum DatabasePlace {
    static func existing(_ options: DataOptions, _ process: Process) throws(Failure) -> String {
        guard let path = OpenData.databasePath(options.db, process).path else {
            throw .usage("no place for the database: neither --db nor HOME is set")
        }
        return path
    }
}

/// `112.8 MiB`.
enum ByteSize {
    static func text(_ bytes: Int) -> String {
        let tenths = bytes * 10 / (1 << 20)
        return "\(tenths / 10).\(tenths % 10) MiB"
    }
}

/// `2026-11-21T04:00:00Z`.
enum Moment {
    static func text(of seconds: Int) -> String {
        let rest = ((seconds % 86_400) + 86_400) % 86_400
        let parts = [rest / 3600, rest / 60 % 60, rest % 60].map { ($0 < 10 ? "0" : "") + String($0) }
        return "\(Day(number: (seconds - rest) / 86_400))T\(parts.joined(separator: ":"))Z"
    }
}
