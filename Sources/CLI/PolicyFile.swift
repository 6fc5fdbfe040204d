import Audit
import CargoWorkspace
import Disk
import Report
import TOML

/// The policy in force, with its text for messages.
struct PolicyFile {
    private let path: String?
    private let bytes: [UInt8]

    /// The file that was asked for, else the one beside the workspace's manifest, else none.
    static func find(_ asked: String?, workspace: Workspace, process: Process) throws(Failure) -> PolicyFile {
        if let asked {
            guard let bytes = try read(Path.absolute(asked, process), shown: asked) else {
                throw .usage("\(asked): no such policy file")
            }
            return PolicyFile(path: asked, bytes: bytes)
        }
        for name in ["lockgate.toml", ".lockgate.toml"] {
            let path = Path.join(workspace.rootDirectory, name)
            let shown = Display.path(path, process)
            if let bytes = try read(path, shown: shown) { return PolicyFile(path: shown, bytes: bytes) }
        }
        return PolicyFile(path: nil, bytes: [])
    }

    private static func read(_ path: String, shown: String) throws(Failure) -> [UInt8]? {
        do {
            return try FileSystem.readIfPresent(path, limit: 1 << 20)
        } catch {
            throw .usage("\(shown): \(error)")
        }
    }

    func policy() throws(Failure) -> Policy {
        guard let path else { return Policy() }
        do {
            return try Policy(parsing: bytes, path: path, rules: RuleCatalogue.infos)
        } catch {
            throw .usage("\(SourceIndex(content).text(of: error.location)): \(error)")
        }
    }

    /// Path and bytes, for reports that point into the file.
    var content: [(path: String, bytes: [UInt8])] { path.map { [($0, bytes)] } ?? [] }
}

/// Paths as the user would type them.
enum Display {
    static func path(_ absolute: String, _ process: Process) -> String {
        let prefix = process.workingDirectory == "/" ? "/" : process.workingDirectory + "/"
        return absolute.hasPrefix(prefix) ? String(absolute.dropFirst(prefix.count)) : absolute
    }
}

extension Path {
    static func absolute(_ path: String, _ process: Process) -> String {
        normalize(join(process.workingDirectory, path))
    }
}
