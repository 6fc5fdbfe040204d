import Disk

/// Which locks of a repository are asked for.
struct LockSelection {
    private enum Part {
        case file([UInt8])
        /// All below; empty for the whole repository.
        case folder([UInt8])
    }

    private let parts: [Part]
    /// The only one, from the root, if it is one.
    let file: String?

    /// - Parameter paths: from the root of the repository, `` for the root; of locks or folders.
    init(_ paths: [String]) {
        parts = paths.map { path in
            Path.lastComponent(path) == "Cargo.lock" ? .file(Array(path.utf8)) : .folder(Array(path.utf8))
        }
        file = paths.count == 1 && Path.lastComponent(paths[0]) == "Cargo.lock" ? paths[0] : nil
    }

    func has(_ path: [UInt8]) -> Bool {
        parts.contains { part in
            switch part {
            case .file(let file): path == file
            case .folder(let folder): folder.isEmpty || path.starts(with: folder + [UInt8(ascii: "/")])
            }
        }
    }

    /// Whether a symbolic link ends at a lock in the same repository.
    static func leadsToLock(_ target: String, from path: [UInt8]) -> Bool {
        if Path.isAbsolute(target) { return false }
        let folder = Path.folder(String(decoding: path, as: UTF8.self))
        let place = Path.normalize(Path.join(folder, target))
        return Path.lastComponent(place) == "Cargo.lock" && !place.hasPrefix("../")
            && place.utf8.elementsEqual(path) == false
    }
}
