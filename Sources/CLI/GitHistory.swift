import CargoModel
import CargoWorkspace

/// What a repository remembers, through plumbing commands alone: no setting of the repository changes what they say.
extension GitRepository {
    struct Commit {
        let id: String
        let parents: [String]
    }

    struct Reference {
        /// `refs/heads/main`; `HEAD` where that is no branch.
        let name: String
        let commit: String
    }

    /// A file of a commit that is not what it is in the first parent.
    struct FileChange {
        let commit: String
        /// From the root; git's names need not be UTF-8.
        let path: [UInt8]
        /// `nil` for a file that went away.
        let object: String?
        let isLink: Bool
    }

    struct CommitFacts {
        let id: String
        /// Seconds since 1970.
        let authored: Int
        let committed: Int
        let author: String
        let subject: String
    }

    /// Whether commits before some point were never fetched.
    func isShallow() throws(Failure) -> Bool {
        Self.line(try run("rev-parse", "--is-shallow-repository").stdout) == "true"
    }

    // MARK: Commits

    /// Every commit that a reference, or the HEAD of any working tree, leads to; parents before their children.
    ///
    /// - Parameter withReflog: also those that only the reflog remembers.
    func commits(withReflog: Bool) throws(Failure) -> [Commit] {
        let words =
            ["rev-list", "--all"] + (withReflog ? ["--reflog"] : []) + ["--topo-order", "--reverse", "--parents"]
        var text: [UInt8] = []
        let found = try stream(words, lines: []) { bytes in
            text += bytes
            return true
        }
        guard found.status == 0 else { throw unreadableHistory(found) }
        return text.split(separator: 0x0A).map { line in
            let ids = line.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
            return Commit(id: ids[0], parents: Array(ids.dropFirst()))
        }
    }

    /// Who made commits, when, and what for; in the order asked for.
    func facts(of commits: [String]) throws(Failure) -> [CommitFacts] {
        guard !commits.isEmpty else { return [] }
        var text: [UInt8] = []
        let words = [
            "rev-list", "--no-walk=unsorted", "--stdin", "--encoding=UTF-8", "--format=%at%x00%ct%x00%an%x00%s",
        ]
        let found = try stream(words, lines: commits) { bytes in
            text += bytes
            return true
        }
        guard found.status == 0 else { throw unreadableHistory(found) }
        let lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)
        return stride(from: 0, to: lines.count - 1, by: 2).map { place in
            let id = String(decoding: lines[place].dropFirst("commit ".utf8.count), as: UTF8.self)
            let fields = lines[place + 1].split(separator: 0, maxSplits: 3, omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
            return CommitFacts(
                id: id, authored: Int(fields[0]) ?? 0, committed: Int(fields.dropFirst().first ?? "") ?? 0,
                author: fields.dropFirst(2).first ?? "", subject: fields.dropFirst(3).first ?? "")
        }
    }

    /// HEAD where it is on no branch, then branches, what remotes had, tags, the stash and whatever else leads to a
    /// commit, each in byte order.
    func references() throws(Failure) -> [Reference] {
        let format = "--format=%(objectname) %(symref)%00%(refname)"
        let listed = try run("for-each-ref", format, limit: 1 << 30)
        guard listed.status == 0 else { throw unreadableHistory(listed) }
        var names: [String] = []
        var objects: [String] = []
        if try run("symbolic-ref", "--quiet", "HEAD").status != 0 {
            names.append("HEAD")
            objects.append("HEAD^{commit}")
        }
        for line in listed.stdout.split(separator: 0x0A) {
            let halves = line.split(separator: 0, maxSplits: 1).map { String(decoding: $0, as: UTF8.self) }
            // One that stands for another is told under the other's name.
            guard halves.count == 2, halves[0].hasSuffix(" ") else { continue }
            names.append(halves[1])
            objects.append(halves[0].dropLast() + "^{commit}")
        }
        let commits = try lines(of: ["cat-file", "--batch-check=%(objectname)", "--buffer"], on: objects)
        guard commits.count == names.count else { throw .cannotJudge("git does not say where its references lead") }
        return zip(names, commits).compactMap { Self.isObject($1) ? Reference(name: $0, commit: $1) : nil }
            .sorted {
                Self.rank($0) == Self.rank($1) ? $0.name.precedesInBytes($1.name) : Self.rank($0) < Self.rank($1)
            }
    }

    private static func rank(_ reference: Reference) -> Int {
        ["HEAD", "refs/heads/", "refs/remotes/", "refs/tags/"].firstIndex { reference.name.hasPrefix($0) } ?? 4
    }

    private func lines(of words: [String], on input: [String]) throws(Failure) -> [String] {
        var text: [UInt8] = []
        _ = try stream(words, lines: input) { bytes in
            text += bytes
            return true
        }
        return text.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
    }

    // MARK: Files

    /// Every change of a `Cargo.lock`, in the order of the commits.
    ///
    /// - Parameter path: of one lock, from the root; all of them without it.
    func lockChanges(in commits: [Commit], at path: String?) throws(Failure) -> [FileChange] {
        let pattern = path.map { ":(top,literal)" + $0 } ?? ":(top,glob)**/Cargo.lock"
        let words = ["diff-tree", "--stdin", "-r", "-z", "--raw", "--no-renames", "--root", "--", pattern]
        let lines = commits.map { $0.parents.isEmpty ? $0.id : $0.id + " " + $0.parents[0] }
        var parser = RawDifferences()
        let found = try stream(words, lines: lines, hasPatterns: true) { bytes in
            parser.take(bytes)
            return true
        }
        guard found.status == 0 else { throw unreadableHistory(found) }
        return parser.changes
    }

    private func unreadableHistory(_ found: Subprocess.Outcome) -> Failure {
        .cannotJudge(
            "git cannot read the history: \(Self.reason(found)); if this is a clone without trees, "
                + "`git fetch --refetch --filter=blob:none` brings them, without a filter the locks as well")
    }

    /// Hands over the content of several objects, whatever their number and size.
    ///
    /// - Parameters:
    ///   - limit: in bytes; of a larger object nothing is kept.
    ///   - take: gets the place of each object in the list, in this order.
    func readObjects(
        _ objects: [String], limit: Int, _ take: (Int, ObjectContent) -> Void
    ) throws(Failure) {
        var reader = ObjectStream(limit: limit)
        let found = try stream(["cat-file", "--batch", "--buffer"], lines: objects) { reader.take($0, take) }
        guard found.status != 0 || reader.next < objects.count else { return }
        // At an object that a partial clone left away git gives up.
        let absent = try absentObjects()
        guard objects[reader.next...].contains(where: absent.contains) else { throw unreadableHistory(found) }
        let done = reader.next
        var rest: [Int] = []
        for place in done..<objects.count {
            if absent.contains(objects[place]) { take(place, .missing) } else { rest.append(place) }
        }
        var second = ObjectStream(limit: limit)
        let again = try stream(["cat-file", "--batch", "--buffer"], lines: rest.map { objects[$0] }) { bytes in
            second.take(bytes) { take(rest[$0], $1) }
        }
        guard again.status == 0, second.next == rest.count else { throw unreadableHistory(again) }
    }

    /// What a partial clone left away.
    private func absentObjects() throws(Failure) -> Set<String> {
        let words = ["rev-list", "--objects", "--all", "--reflog", "--missing=print"]
        return Set(try lines(of: words, on: []).filter { $0.hasPrefix("?") }.map { String($0.dropFirst()) })
    }
}

/// An object as `git cat-file --batch` gives it.
enum ObjectContent {
    case bytes([UInt8])
    case tooLarge
    case missing
}

/// Takes the output of `git cat-file --batch` apart as it comes.
private struct ObjectStream {
    /// How many objects are done.
    private(set) var next = 0
    private let limit: Int
    private var header: [UInt8] = []
    private var content: [UInt8] = []
    /// What is left of an object, with the line feed after it; `nil` between objects.
    private var left: Int?
    private var isKept = false

    init(limit: Int) { self.limit = limit }

    /// - Returns: whether to go on.
    mutating func take(_ bytes: ArraySlice<UInt8>, _ done: (Int, ObjectContent) -> Void) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            if let left {
                let part = rest.prefix(left)
                if isKept { content += part }
                rest = rest.dropFirst(part.count)
                self.left = left - part.count
                if self.left == 0 { finish(done) }
                continue
            }
            let end = rest.firstIndex(of: 0x0A)
            header += rest[..<(end ?? rest.endIndex)]
            rest = rest[(end.map { $0 + 1 } ?? rest.endIndex)...]
            if end != nil, !begin(done) { return false }
            if header.count > 4096 { return false }
        }
        return true
    }

    private mutating func begin(_ done: (Int, ObjectContent) -> Void) -> Bool {
        let fields = String(decoding: header, as: UTF8.self).split(separator: " ")
        header.removeAll(keepingCapacity: true)
        if fields.last == "missing" {
            done(next, .missing)
            next += 1
            return true
        }
        guard fields.count == 3, let size = Int(fields[2]), size >= 0 else { return false }
        isKept = fields[1] == "blob" && size <= limit
        content.removeAll(keepingCapacity: true)
        if isKept { content.reserveCapacity(size + 1) }
        left = size + 1
        return true
    }

    private mutating func finish(_ done: (Int, ObjectContent) -> Void) {
        if isKept { content.removeLast() }
        done(next, isKept ? .bytes(content) : .tooLarge)
        next += 1
        left = nil
    }
}

/// Takes the output of `git diff-tree --stdin -z --raw` apart as it comes.
private struct RawDifferences {
    private(set) var changes: [GitRepository.FileChange] = []
    private var token: [UInt8] = []
    private var commit = ""
    /// The fields before a path.
    private var fields: [String]?

    mutating func take(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while let end = rest.firstIndex(of: 0) {
            token += rest[..<end]
            rest = rest[(end + 1)...]
            finish()
            token.removeAll(keepingCapacity: true)
        }
        token += rest
    }

    private mutating func finish() {
        if let fields {
            self.fields = nil
            let isFile = fields[1].hasPrefix("100") || fields[1] == "120000"
            changes.append(
                GitRepository.FileChange(
                    commit: commit, path: token, object: isFile ? fields[3] : nil, isLink: fields[1] == "120000"))
        } else if token.first == UInt8(ascii: ":") {
            fields = token.dropFirst().split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
            if fields?.count != 5 { fields = nil }
        } else {
            commit = String(decoding: token, as: UTF8.self)
        }
    }
}
