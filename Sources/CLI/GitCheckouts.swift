import CargoModel
import CargoWorkspace
import Disk

/// The packages of git dependencies, read from the checkouts Cargo has made, at the commits a lock names.
struct GitCheckouts {
    private let workspace: Workspace
    private let environment: Environment

    init(_ workspace: Workspace, environment: Environment) {
        self.workspace = workspace
        self.environment = environment
    }

    /// Every package in the checkouts behind the git sources of a lock. A source without a checkout adds none: the
    /// resolve then says what is missing.
    func packages(of lock: Resolve) -> [Summary] { loaded(from: lock).map(\.summary) }

    /// The same, with what else is known of them.
    func loaded(from lock: Resolve) -> [LoadedPackage] {
        var seen: Set<SourceID> = []
        return lock.packages.map(\.source).filter { $0.isGit && seen.insert($0).inserted }.flatMap { source in
            source.precise.flatMap(checkout).map { packages(in: $0, of: source) } ?? []
        }
    }

    /// `git/checkouts/NAME-HASH/COMMIT`, where the last part is the beginning of the commit. Which repository it is of
    /// does not matter: a commit's id stands for its content.
    private func checkout(at commit: String) -> String? {
        guard let home = environment.cargoHome, commit.utf8.count >= 7, commit.utf8.allSatisfy(Hexadecimal.isDigit)
        else { return nil }
        let root = Path.join(home, "git/checkouts")
        for repository in FileSystem.directories(in: root) {
            for candidate in FileSystem.directories(in: repository) {
                guard commit.hasPrefix(Path.lastComponent(candidate)), Self.head(of: candidate) == commit else {
                    continue
                }
                return candidate
            }
        }
        return nil
    }

    /// The commit that is checked out; Cargo leaves the branch of the clone at it.
    private static func head(of directory: String) -> String? {
        guard let head = line(of: Path.join(directory, ".git/HEAD")) else { return nil }
        guard head.hasPrefix("ref: refs/") else { return head }
        let reference = Path.normalize(String(head.dropFirst("ref: ".count)))
        return reference.hasPrefix("refs/") ? line(of: Path.join(directory, ".git/" + reference)) : nil
    }

    private static func line(of path: String) -> String? {
        guard let bytes = try? FileSystem.readIfPresent(path, limit: 4096) else { return nil }
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    /// Packages whose manifests do not load are left out, as Cargo does.
    private func packages(in directory: String, of source: SourceID) -> [LoadedPackage] {
        var packages: [LoadedPackage] = []
        var work = [directory]
        var visited = 0
        while let folder = work.popLast(), visited < Self.folderLimit {
            visited += 1
            let hasManifest = FileSystem.exists(Path.join(folder, "Cargo.toml"))
            if hasManifest,
                let package = try? loadPackage(
                    at: folder, source: source, config: workspace.config, environment: environment)
            {
                packages.append(package)
            }
            work += FileSystem.directories(in: folder).filter { child in
                let name = Path.lastComponent(child)
                return !name.hasPrefix(".") && !(name == "target" && hasManifest)
                    && !FileSystem.exists(Path.join(child, ".git"))
            }
        }
        return packages
    }

    /// Enough for any repository, and an end for one that is meant to have none.
    private static let folderLimit = 100_000
}
