import CargoModel
import CargoWorkspace
import Disk

/// What a run is to judge.
struct CheckTargets {
    /// One workspace to load.
    struct Target: Sendable {
        /// For `loadWorkspace`: a folder or a manifest.
        let path: String
        /// The folder a lock was found in, absolute; `nil` for a path that was given as it is.
        let lockFolder: String?
    }

    /// In byte order, each once.
    private(set) var targets: [Target] = []
    /// Folders that could not be searched.
    private(set) var unreadable: [(path: String, error: FileError)] = []

    /// - Throws: `Failure` for a folder without any lock below, which must not look like a pass.
    init(_ paths: [String], isRecursive: Bool, _ process: Process) throws(Failure) {
        var found: [Target] = []
        for path in paths {
            let absolute = Path.absolute(path, process)
            if Path.lastComponent(absolute) == "Cargo.lock", FileSystem.isNamed(absolute),
                let folder = Path.parent(absolute)
            {
                found.append(Target(path: Self.manifest(in: folder), lockFolder: folder))
            } else if isRecursive, FileSystem.isDirectory(absolute) {
                found += try search(absolute, shown: path)
            } else {
                found.append(Target(path: absolute, lockFolder: nil))
            }
        }
        var seen: Set<String> = []
        targets = found.sorted { $0.path.precedesInBytes($1.path) }.filter { seen.insert($0.path).inserted }
    }

    private mutating func search(_ folder: String, shown: String) throws(Failure) -> [Target] {
        let search = LockSearch(below: folder)
        unreadable += search.unreadable
        guard !search.folders.isEmpty || !search.unreadable.isEmpty else {
            throw .cannotJudge("no Cargo.lock below `\(shown)`; give a folder of a Rust project")
        }
        return search.folders.map { Target(path: Self.manifest(in: $0), lockFolder: $0) }
    }

    /// Not the folder: from there Cargo would look for a manifest further up, which has a lock of its own.
    private static func manifest(in folder: String) -> String { Path.join(folder, "Cargo.toml") }
}
