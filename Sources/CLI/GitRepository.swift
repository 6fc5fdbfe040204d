import CargoModel
import CargoWorkspace
import Disk
import Report

/// A git repository, read through `git` without a checkout: no hooks, no filters, no network, no index written.
struct GitRepository {
    /// The working tree, absolute; `nil` in a bare repository.
    let topLevel: String?
    private let directory: String
    /// The working tree, or where the repository itself was looked for.
    var location: String { topLevel ?? directory }
    private let process: Process
    private let scratch: ScratchFolder

    /// One file of a commit.
    struct Entry {
        enum Kind { case file, link }

        let path: String
        let object: String
        let size: Int
        let kind: Kind
    }

    /// - Parameter directory: absolute; somewhere in the repository.
    init(around directory: String, _ process: Process, _ scratch: ScratchFolder) throws(Failure) {
        self.directory = directory
        self.process = process
        self.scratch = scratch
        let found = try Self.run(["rev-parse", "--show-toplevel"], directory, process, scratch)
        if found.status == 0 {
            topLevel = Self.line(found.stdout)
            return
        }
        let bare = try Self.run(["rev-parse", "--is-bare-repository"], directory, process, scratch)
        guard bare.status == 0, Self.line(bare.stdout) == "true" else {
            if found.stderr.contains("dubious ownership") {
                throw .cannotJudge(
                    "git does not trust this repository, since it belongs to somebody else; "
                        + "run `git config --global --add safe.directory \(directory)`")
            }
            throw .cannotJudge(
                "\(Display.path(directory, process)) is in no git repository; run lockgate in one, or compare two "
                    + "folders: `lockgate review --base DIR --head DIR`")
        }
        topLevel = nil
    }

    // MARK: Commits

    /// The id of a commit.
    func commit(_ reference: String) throws(Failure) -> String {
        guard !reference.hasPrefix("-"), !reference.isEmpty, !reference.utf8.contains(where: { $0 < 0x20 }) else {
            throw .usage("`\(reference)` is no name of a commit")
        }
        let found = try run("rev-parse", "--verify", "--quiet", "--end-of-options", reference + "^{commit}")
        if found.status == 0, let id = Self.line(found.stdout), Self.isObject(id) { return id }
        let isShallow = Self.line(try run("rev-parse", "--is-shallow-repository").stdout) == "true"
        let name = Self.plain(reference)
        throw .cannotJudge(
            isShallow
                ? "this clone is shallow and does not have the commit `\(reference)`; run `git fetch --unshallow origin`"
                    + ", or let the pipeline fetch it all (`fetch-depth: 0`, `GIT_DEPTH: 0`)"
                : "the repository has no commit `\(reference)`; run `git fetch origin \(name)`, or look for its name "
                    + "with `git branch --all`")
    }

    /// What a name is called at the remote.
    private static func plain(_ reference: String) -> String {
        reference.hasPrefix("origin/") ? String(reference.dropFirst("origin/".count)) : reference
    }

    /// Where two histories part; `nil` if that is not known here.
    func mergeBase(_ left: String, _ right: String) throws(Failure) -> String? {
        let found = try run("merge-base", left, right)
        return found.status == 0 ? Self.line(found.stdout).flatMap { Self.isObject($0) ? $0 : nil } : nil
    }

    /// When a commit was made, in seconds since 1970.
    func time(of commit: String) throws(Failure) -> UInt32? {
        let found = try run("cat-file", "commit", commit)
        let text = String(decoding: found.stdout, as: UTF8.self)
        let header = text.split(separator: "\n", omittingEmptySubsequences: false).prefix { !$0.isEmpty }
        guard let line = header.first(where: { $0.hasPrefix("committer ") }) else { return nil }
        return line.split(separator: " ").dropLast().last.flatMap { UInt32($0) }
    }

    /// When a line of a file of the working tree was written; `nil` if it is not committed, or not tracked.
    ///
    /// - Parameter path: absolute.
    func day(ofLine line: Int, in path: String) -> Day? {
        guard let found = try? run("blame", "--porcelain", "-L", "\(line),\(line)", "--", path, in: topLevel),
            found.status == 0
        else { return nil }
        let fields = String(decoding: found.stdout, as: UTF8.self).split(separator: "\n")
        guard fields.first.map({ !$0.allSatisfy("0".contains) && !$0.hasPrefix("00000000") }) == true,
            let time = fields.first(where: { $0.hasPrefix("author-time ") })?.split(separator: " ").last
        else { return nil }
        return Int(time).map { Day(number: $0 / 86_400) }
    }

    // MARK: Content

    /// Files and links of a commit; submodules are left out. Names that are not UTF-8 are none of Cargo's.
    func entries(of commit: String) throws(Failure) -> [Entry] {
        let found = try run("ls-tree", "-r", "-z", "-l", "--full-tree", commit, limit: 1 << 30)
        guard found.status == 0 else { throw unreadable(commit, found) }
        var entries: [Entry] = []
        for record in found.stdout.split(separator: 0) {
            guard let tab = record.firstIndex(of: UInt8(ascii: "\t")),
                let path = String(validating: record[record.index(after: tab)...], as: UTF8.self)
            else { continue }
            let fields = record[..<tab].split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
            guard fields.count == 4, fields[1] == "blob", Self.isObject(fields[2]) else { continue }
            entries.append(
                Entry(
                    path: path, object: fields[2], size: Int(fields[3]) ?? 0,
                    kind: fields[0] == "120000" ? .link : .file))
        }
        return entries
    }

    /// Tracked files, and those that are not and are not ignored either.
    func workingFiles() throws(Failure) -> [String] {
        let found = try run(
            "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--full-name", limit: 1 << 30,
            in: topLevel ?? directory)
        guard found.status == 0 else { throw .cannotJudge("git cannot list the working tree: \(Self.reason(found))") }
        var seen: Set<String> = []
        return found.stdout.split(separator: 0).compactMap { String(validating: $0, as: UTF8.self) }
            .filter { seen.insert($0).inserted }
    }

    /// The content of several objects, in their order.
    ///
    /// - Parameter total: the sum of their sizes, in bytes.
    func contents(of objects: [String], total: Int) throws(Failure) -> [[UInt8]] {
        guard !objects.isEmpty else { return [] }
        let list = Path.join(scratch.path, "objects")
        do throws(FileError) {
            try FileSystem.replace(list, with: Array((objects.joined(separator: "\n") + "\n").utf8))
        } catch { throw .cannotJudge("\(list): \(error)") }
        let found = try run("cat-file", "--batch", limit: total + objects.count * 128 + 1024, input: list)
        var rest = found.stdout[...]
        var result: [[UInt8]] = []
        for object in objects {
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { throw unreadable(object, found) }
            let fields = rest[..<end].split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
            let start = end + 1
            guard fields.count == 3, fields[0] == object, fields[1] == "blob", let size = Int(fields[2]),
                size >= 0, start + size < rest.endIndex
            else { throw unreadable(object, found) }
            result.append(Array(rest[start..<(start + size)]))
            rest = rest[(start + size + 1)...]
        }
        return result
    }

    private func unreadable(_ object: String, _ found: Subprocess.Outcome) -> Failure {
        .cannotJudge(
            "git cannot read \(object): \(Self.reason(found)); a partial clone lacks it, `git fetch --refetch` without a "
                + "filter brings it")
    }

    // MARK: Running

    /// Where git keeps something of this repository; absolute.
    func gitPath(_ name: String) throws(Failure) -> String? {
        let found = try run("rev-parse", "--git-path", name)
        return Self.line(found.stdout).map { Path.normalize(Path.join(directory, $0)) }
    }

    /// `git merge-file` to standard output.
    func mergeFile(_ ours: String, _ base: String, _ theirs: String) throws(Failure) -> Subprocess.Outcome {
        try run(
            "merge-file", "-p", "-q", "-L", "ours", "-L", "base", "-L", "theirs", ours, base, theirs, limit: 1 << 28)
    }

    /// `git config`, for setting up.
    func configure(_ name: String, _ value: String) throws(Failure) {
        let found = try run("config", name, value)
        guard found.status == 0 else { throw .cannotJudge("git cannot set \(name): \(Self.reason(found))") }
    }

    func run(
        _ arguments: String..., limit: Int = 1 << 24, input: String = "/dev/null", in folder: String? = nil
    ) throws(Failure) -> Subprocess.Outcome {
        try Self.run(arguments, folder ?? directory, process, scratch, limit: limit, input: input)
    }

    private static func run(
        _ arguments: [String], _ directory: String, _ process: Process, _ scratch: ScratchFolder,
        limit: Int = 1 << 24, input: String = "/dev/null"
    ) throws(Failure) -> Subprocess.Outcome {
        do {
            return try Subprocess.run(
                "git", words(arguments, directory), environment: environment(process), input: input,
                scratch: scratch.path, limit: limit)
        } catch { throw failure(error) }
    }

    /// Git, with a list to read and what it prints taken piece by piece.
    ///
    /// - Parameters:
    ///   - lines: for standard input.
    ///   - hasPatterns: whether paths among the arguments are patterns, not names.
    func stream(
        _ arguments: [String], lines: [String], hasPatterns: Bool = false, _ take: (ArraySlice<UInt8>) -> Bool
    ) throws(Failure) -> Subprocess.Outcome {
        let list = Path.join(scratch.path, "lines")
        do throws(FileError) {
            try FileSystem.replace(list, with: lines.reduce(into: []) { $0 += Array(($1 + "\n").utf8) })
        } catch { throw .cannotJudge("\(list): \(error)") }
        var environment = Self.environment(process)
        if hasPatterns { environment["GIT_LITERAL_PATHSPECS"] = "0" }
        do {
            return try Subprocess.stream(
                "git", Self.words(arguments, directory), environment: environment, input: list, scratch: scratch.path,
                take)
        } catch { throw Self.failure(error) }
    }

    private static func words(_ arguments: [String], _ directory: String) -> [String] {
        let settings = [
            "core.hooksPath=/dev/null", "core.fsmonitor=false", "protocol.allow=never", "core.quotePath=true",
        ]
        return ["--no-optional-locks", "--no-pager", "-C", directory] + settings.flatMap { ["-c", $0] } + arguments
    }

    private static func environment(_ process: Process) -> [String: String] {
        process.variables.merging([
            "GIT_TERMINAL_PROMPT": "0", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C",
            "GIT_LITERAL_PATHSPECS": "1",
        ]) { _, fixed in fixed }
    }

    private static func failure(_ fault: Subprocess.Fault) -> Failure {
        switch fault {
        case .missing:
            .cannotJudge(
                "git is not installed; install it (`apt-get install git`), or compare two folders: "
                    + "`lockgate review --base DIR --head DIR`")
        case .system(let number): .cannotJudge("git cannot be started: \(FileError.text(of: number))")
        case .tooMuchOutput(let limit):
            .cannotJudge("git has more to say than the \(limit >> 20) MiB that are read")
        }
    }

    static func line(_ bytes: [UInt8]) -> String? {
        String(validating: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The first line of what git complains of.
    static func reason(_ found: Subprocess.Outcome) -> String {
        let lines = found.stderr.split(separator: "\n")
        return (lines.first { !$0.hasPrefix("warning: ") } ?? lines.first).map { printable(String($0)) }
            ?? "exit status \(found.status)"
    }

    static func isObject(_ text: String) -> Bool {
        (text.utf8.count == 40 || text.utf8.count == 64)
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
