import CargoModel
import CargoWorkspace
import Disk
import Glibc

/// The files of one side of a review that bear on a lock, in a folder.
struct ReviewTree {
    /// Absolute; paths below are those of the repository.
    let root: String
    /// Paths from the root, in byte order: manifests, locks, configuration, policies.
    let files: [String]
    /// Those of them that are not read, and why.
    let refused: [String: String]
    /// Sources that Cargo could take for targets; of a commit alone.
    let targets: Set<String>
    /// The folder above the one this tree is a copy of; `nil` if it is none.
    let outer: String?

    /// Folders with a lock, from the root; `` is the root itself.
    var lockFolders: [String] {
        files.filter { Path.lastComponent($0) == "Cargo.lock" }.map { Path.folder($0) }
    }

    func has(_ path: String) -> Bool { names.contains(path) }

    private let names: Set<String>

    private init(
        root: String, files: [String], refused: [String: String], targets: Set<String> = [], outer: String? = nil
    ) {
        self.outer = outer
        self.root = root
        self.files = files.sorted { $0.precedesInBytes($1) }
        self.refused = refused
        self.targets = targets
        names = Set(files)
    }

    /// - Returns: `nil` if there is no such file, or it is refused.
    func bytes(of path: String) -> [UInt8]? {
        guard names.contains(path), refused[path] == nil else { return nil }
        return try? FileSystem.read(Path.join(root, path), limit: SourceFile.sizeLimit)
    }

    // MARK: What matters

    private static let fileNames: Set<String> = [
        "Cargo.toml", "Cargo.lock", "rust-toolchain", "rust-toolchain.toml", "lockgate.toml", ".lockgate.toml",
        "lockgate-baseline.toml", ".cargo-checksum.json",
    ]

    private static func isWanted(_ path: String) -> Bool {
        let name = Path.lastComponent(path)
        if fileNames.contains(name) { return true }
        let folder = Path.lastComponent(Path.folder(path))
        if folder == ".cargo" { return ["config", "config.toml", "lockgate.toml"].contains(name) }
        // A policy may extend files of any name.
        return name.hasSuffix(".toml") && name.contains("lockgate")
    }

    // MARK: From a commit

    /// Writes what matters of a commit into a folder of its own. Of sources only the names matter: Cargo finds targets
    /// by them.
    init(_ repository: GitRepository, commit: String, into root: String) throws(Failure) {
        let entries = try repository.entries(of: commit)
        let manifests = Set(entries.filter { Path.lastComponent($0.path) == "Cargo.toml" }.map { Path.folder($0.path) })
        var refused: [String: String] = [:]
        var wanted: [GitRepository.Entry] = []
        for entry in entries where Self.isWanted(entry.path) {
            if let fault = Self.fault(of: entry) { refused[entry.path] = fault } else { wanted.append(entry) }
        }
        let total = wanted.reduce(0) { $0 + $1.size }
        guard total <= Self.totalLimit else {
            throw .cannotJudge(
                "the manifests and locks of \(commit.prefix(10)) are larger than \(Self.totalLimit >> 20) MiB together")
        }
        mkdir(root, 0o700)
        let contents = try repository.contents(of: wanted.map(\.object), total: total)
        for (entry, bytes) in zip(wanted, contents) { try Self.write(bytes, entry.path, root) }
        let targets = entries.filter { $0.kind == .file && Self.isTarget($0.path, manifests) }.map(\.path)
        for path in targets { try Self.write([], path, root) }
        self.init(
            root: root, files: wanted.map(\.path) + refused.keys, refused: refused, targets: Set(targets),
            outer: Path.parent(repository.location) ?? "/")
    }

    private static let totalLimit = 512 << 20

    /// Why an entry is not read.
    private static func fault(of entry: GitRepository.Entry) -> String? {
        if entry.kind == .link { return "it is a symbolic link, which is not followed; put a file in its place" }
        if entry.size > SourceFile.sizeLimit {
            return "it is larger than \(SourceFile.sizeLimit >> 20) MiB, the most that is read of such a file"
        }
        return nil
    }

    /// Whether Cargo could take a file for a target of a package: not what lies deep in `src`.
    private static func isTarget(_ path: String, _ manifests: Set<String>) -> Bool {
        guard path.hasSuffix(".rs") else { return false }
        var folder = Path.folder(path)
        while !manifests.contains(folder) {
            if folder.isEmpty { return false }
            folder = Path.folder(folder)
        }
        let inside = folder.isEmpty ? path : String(path.dropFirst(folder.utf8.count + 1))
        let parts = inside.split(separator: "/")
        return parts.count <= 2 || parts[0] != "src" && parts.count == 3 || parts[0] == "src" && parts[1] == "bin"
    }

    /// Nothing is written outside the folder, and nothing over another file, whatever a tree calls its entries.
    static func write(_ bytes: [UInt8], _ path: String, _ root: String) throws(Failure) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let isSafe = parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." && $0.lowercased() != ".git" }
        guard isSafe, !path.utf8.contains(0) else {
            throw .cannotJudge("the commit has a file called `\(path)`, which no checkout could have")
        }
        var folder = root
        for part in parts.dropLast() {
            folder += "/" + part
            mkdir(folder, 0o700)
        }
        let target = root + "/" + path
        let descriptor = open(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .cannotJudge("\(target): \(FileError.text(of: errno))") }
        defer { close(descriptor) }
        do throws(FileError) { try FileSystem.write(bytes, to: descriptor) } catch {
            throw .cannotJudge("\(target): \(error)")
        }
    }

    // MARK: From a folder

    /// The working tree as it is.
    init(workingTreeOf repository: GitRepository, at root: String) throws(Failure) {
        let files = try repository.workingFiles().filter(Self.isWanted)
        self.init(root: root, existing: files)
    }

    /// A folder without git, as `LockSearch` walks it.
    init(folder root: String) throws(Failure) {
        guard FileSystem.isDirectory(root) else { throw .cannotJudge("\(root): no such folder") }
        var files: [String] = []
        var work = [root]
        while let folder = work.popLast() {
            let names: [String]
            do { names = try FileSystem.names(in: folder) } catch {
                throw .cannotJudge("\(folder): cannot be searched: \(error)")
            }
            let isBuild = Path.lastComponent(folder) == "target" && names.contains("CACHEDIR.TAG")
            if isBuild { continue }
            for name in names where name != ".git" {
                let path = Path.join(folder, name)
                if FileSystem.kindWithoutFollowing(path) == .directory {
                    work.append(path)
                } else {
                    files.append(Path.relative(path, to: root))
                }
            }
        }
        self.init(root: root, existing: files.filter(Self.isWanted))
    }

    /// - Parameter files: some may be gone.
    private init(root: String, existing files: [String]) {
        var refused: [String: String] = [:]
        var found: [String] = []
        for file in files {
            let path = Path.join(root, file)
            guard FileSystem.isNamed(path) else { continue }
            found.append(file)
            if Path.lastComponent(file) == "Cargo.lock", FileSystem.kindWithoutFollowing(path) != .file {
                refused[file] = "it is a symbolic link, which is not followed; put a file in its place"
            } else if let size = FileSystem.size(of: path), size > SourceFile.sizeLimit {
                refused[file] =
                    "it is larger than \(SourceFile.sizeLimit >> 20) MiB, the most that is read of such a file"
            }
        }
        self.init(root: root, files: found, refused: refused)
    }
}

extension Path {
    /// The folder of a relative path; empty at the root.
    static func folder(_ path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
        return String(path[..<slash])
    }
}
