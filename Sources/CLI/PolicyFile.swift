import Audit
import CargoWorkspace
import Disk
import Report
import TOML

/// The policy in force with all it extends, and the text of its files for messages.
struct PolicyFile {
    let policy: Policy
    /// Path and bytes of each file, for reports that point into them.
    let content: [(path: String, bytes: [UInt8])]

    /// Names beside the workspace's manifest, the first that is there wins; then its own `metadata.lockgate`.
    static let names = ["lockgate.toml", ".lockgate.toml", ".cargo/lockgate.toml"]
    static let baselineName = "lockgate-baseline.toml"

    /// The file that was asked for, else the workspace's own, else none.
    static func find(_ asked: String?, workspace: Workspace, process: Process) throws(Failure) -> PolicyFile {
        var reader = PolicyFiles(process)
        let layers = try reader.layers(asked: asked, workspace)
        let path = Path.join(workspace.rootDirectory, baselineName)
        let baseline = try reader.baseline(at: path)
        let misplaced = MisplacedFiles(workspace, process).find(asked: asked)
        for item in misplaced { reader.note(item) }
        var policy = Policy(layers: layers, baseline: baseline, misplaced: misplaced)
        if asked == nil { policy.misplaced += policy.membersNobodyIs(in: workspace) }
        return PolicyFile(policy: policy, content: reader.content)
    }

    /// A file that was asked for, without anything that lies beside a workspace.
    static func asked(_ path: String, _ process: Process) throws(Failure) -> PolicyFile {
        var reader = PolicyFiles(process)
        let layers = try reader.layers(asked: path)
        return PolicyFile(policy: Policy(layers: layers), content: reader.content)
    }
}

/// Reads policy files and what they extend.
private struct PolicyFiles {
    private let process: Process
    private(set) var content: [(path: String, bytes: [UInt8])] = []
    /// Longer chains are taken for a mistake.
    private static let depthLimit = 8
    private static let sizeLimit = 1 << 20

    init(_ process: Process) { self.process = process }

    mutating func layers(asked: String?, _ workspace: Workspace) throws(Failure) -> [PolicyLayer] {
        if let asked { return try layers(asked: asked) }
        for name in PolicyFile.names {
            if let layers = try layers(at: Path.join(workspace.rootDirectory, name)) { return layers }
        }
        return try metadata(of: workspace.rootManifest) ?? []
    }

    mutating func layers(asked: String) throws(Failure) -> [PolicyLayer] {
        let path = Path.absolute(asked, process)
        guard let layers = try layers(at: path) else { throw .usage("\(asked): no such policy file") }
        return layers
    }

    /// A file and what it extends, nearest first; `nil` if there is no such file.
    private mutating func layers(at path: String) throws(Failure) -> [PolicyLayer]? {
        guard let bytes = try read(path) else { return nil }
        let own = try parse(bytes, path, under: [])
        return [own] + (try extended(by: own, at: path, depth: 1))
    }

    /// Every extended file once, where it is first named.
    private mutating func extended(
        by layer: PolicyLayer, at path: String, depth: Int
    ) throws(Failure) -> [PolicyLayer] {
        var result: [PolicyLayer] = []
        for item in layer.extensions {
            let place = SourceIndex(content).text(of: item.location)
            let target = Path.normalize(Path.join(Path.parent(path) ?? "/", item.path))
            if content.contains(where: { Path.absolute($0.path, process) == target }) { continue }
            guard depth < Self.depthLimit else {
                throw .usage("\(place): policies extend each other more than \(Self.depthLimit) deep")
            }
            guard let bytes = try read(target, from: place + ": ") else {
                throw .usage("\(place): `\(item.path)` does not exist; it is looked for beside this file")
            }
            let next = try parse(bytes, target, under: [])
            result += [next] + (try extended(by: next, at: target, depth: depth + 1))
        }
        return result
    }

    /// `[workspace.metadata.lockgate]`, or `[package.metadata.lockgate]` of a package that is alone.
    private mutating func metadata(of manifest: Manifest) throws(Failure) -> [PolicyLayer]? {
        for section in ["workspace", "package"] where manifest.hasPolicy(in: section) {
            let own = try parse(manifest.file.bytes, manifest.path, under: [section, "metadata", "lockgate"])
            return [own] + (try extended(by: own, at: manifest.path, depth: 1))
        }
        return nil
    }

    mutating func baseline(at path: String) throws(Failure) -> Baseline? {
        guard let bytes = try read(path) else { return nil }
        let shown = Display.path(path, process)
        content.append((shown, bytes))
        do {
            return try Baseline(parsing: bytes, path: shown)
        } catch {
            throw .usage("\(SourceIndex(content).text(of: error.location)): \(error)")
        }
    }

    private mutating func parse(
        _ bytes: [UInt8], _ path: String, under keys: [String]
    ) throws(Failure) -> PolicyLayer {
        let shown = Display.path(path, process)
        content.append((shown, bytes))
        do {
            return try PolicyLayer(parsing: bytes, path: shown, under: keys, rules: RuleCatalogue.infos)
        } catch {
            throw .usage("\(SourceIndex(content).text(of: error.location)): \(error)")
        }
    }

    /// - Parameter place: what names the file, for the message.
    private func read(_ path: String, from place: String = "") throws(Failure) -> [UInt8]? {
        let shown = place + Display.path(path, process)
        do {
            if let bytes = try FileSystem.readIfPresent(path, limit: Self.sizeLimit) { return bytes }
        } catch {
            throw .usage("\(shown): \(error)")
        }
        // Perhaps to a repository that was not checked out; without its policy a workspace must not be judged.
        if FileSystem.isNamed(path) { throw .usage("\(shown): a link to what does not exist") }
        return nil
    }

    /// Remembers the text of a misplaced file, so that a report can show its line.
    mutating func note(_ item: MisplacedConfig) {
        guard !content.contains(where: { $0.path == item.location.path }),
            let bytes = try? FileSystem.readIfPresent(Path.absolute(item.location.path, process), limit: Self.sizeLimit)
        else { return }
        content.append((item.location.path, bytes))
    }
}

extension Manifest {
    /// The key `lockgate` of `[workspace.metadata]` or `[package.metadata]`.
    fileprivate func policyEntry(in section: String) -> TOMLTable.Entry? {
        document.root[section]?.table?["metadata"]?.table?.entry("lockgate")
    }

    fileprivate func hasPolicy(in section: String) -> Bool { policyEntry(in: section) != nil }
}

/// Looks for configuration where nothing reads it.
private struct MisplacedFiles {
    private let workspace: Workspace
    private let process: Process

    init(_ workspace: Workspace, _ process: Process) {
        self.workspace = workspace
        self.process = process
    }

    func find(asked: String?) -> [MisplacedConfig] {
        hidden(asked) + inMembers(asked) + above(asked) + ofPeers()
    }

    /// Beside the workspace's manifest, behind one that wins.
    private func hidden(_ asked: String?) -> [MisplacedConfig] {
        guard asked == nil else { return [] }
        let present = PolicyFile.names.map { Path.join(workspace.rootDirectory, $0) }.filter(FileSystem.isFile)
        guard let first = present.first else { return [] }
        let winner = Display.path(first, process)
        let help = "move what it says into `\(winner)`, or let that extend it"
        var result = present.dropFirst().filter { !isExtended($0) }
            .map { misplaced($0, "not read, because `\(winner)` is there", help) }
        let manifest = workspace.rootManifest
        for section in ["workspace", "package"] {
            guard let entry = manifest.policyEntry(in: section) else { continue }
            result.append(
                MisplacedConfig(
                    location: Location(path: manifest.file.path, span: entry.keySpan),
                    fact: "`[\(section).metadata.lockgate]` is not read, because `\(winner)` is there", help: help))
        }
        return result
    }

    private func inMembers(_ asked: String?) -> [MisplacedConfig] {
        var result: [MisplacedConfig] = []
        for member in workspace.members where member.directory != workspace.rootDirectory {
            let help = "write it as a `[[member]]` of the policy beside the workspace's Cargo.toml"
            result += (PolicyFile.names + [PolicyFile.baselineName])
                .map { Path.join(member.directory, $0) }.filter { FileSystem.isFile($0) && !isAsked($0, asked) }
                .map { misplaced($0, "not read: it lies in a member's folder", help) }
            if let entry = member.policyEntry(in: "package") {
                result.append(
                    MisplacedConfig(
                        location: Location(path: member.file.path, span: entry.keySpan),
                        fact: "`[package.metadata.lockgate]` of a member is not read", help: help))
            }
        }
        return result
    }

    /// Above the workspace, up to the repository's root, where no other workspace reads it.
    private func above(_ asked: String?) -> [MisplacedConfig] {
        var result: [MisplacedConfig] = []
        var directory = workspace.rootDirectory
        while !FileSystem.exists(Path.join(directory, ".git")), let parent = Path.parent(directory) {
            directory = parent
            guard !FileSystem.exists(Path.join(directory, "Cargo.toml")) else { continue }
            for name in PolicyFile.names {
                let path = Path.join(directory, name)
                guard FileSystem.isFile(path), !isAsked(path, asked), !isExtended(path) else { continue }
                let relative = Path.relative(path, to: workspace.rootDirectory)
                result.append(
                    misplaced(
                        path, "not read: it lies above the workspace",
                        "name it in the workspace's policy: `extends = \"\(relative)\"`"))
            }
        }
        return FileSystem.exists(Path.join(directory, ".git")) ? result : []
    }

    /// cargo-audit's file, at the place where everybody expects it and nothing looks.
    private func ofPeers() -> [MisplacedConfig] {
        let path = Path.join(workspace.rootDirectory, "audit.toml")
        guard FileSystem.isFile(path) else { return [] }
        return [
            misplaced(path, "not read: cargo-audit looks for `.cargo/audit.toml`", "move it to `.cargo/audit.toml`")
        ]
    }

    private func isAsked(_ path: String, _ asked: String?) -> Bool {
        asked.map { Path.absolute($0, process) == path } ?? false
    }

    /// Whether the workspace's own policy names the file, rightly or wrongly; the reader judges that.
    private func isExtended(_ path: String) -> Bool {
        PolicyFile.names.contains { name in
            let own = Path.join(workspace.rootDirectory, name)
            guard let bytes = try? FileSystem.readIfPresent(own, limit: 1 << 20),
                let node = (try? parseTOML(bytes))?.root["extends"]
            else { return false }
            return (node.array ?? [node]).compactMap(\.string).contains {
                Path.normalize(Path.join(Path.parent(own) ?? "/", $0)) == path
            }
        }
    }

    private func misplaced(_ path: String, _ fact: String, _ help: String) -> MisplacedConfig {
        MisplacedConfig(
            location: Location(path: Display.path(path, process), span: Span(start: 0, end: 0)), fact: fact, help: help)
    }
}

/// Paths as the user would type them.
enum Display {
    static func path(_ absolute: String, _ process: Process) -> String {
        let prefix = process.workingDirectory == "/" ? "/" : process.workingDirectory + "/"
        return absolute.hasPrefix(prefix) ? String(absolute.dropFirst(prefix.count)) : absolute
    }

    /// `.` for the working directory.
    static func folder(_ absolute: String, _ process: Process) -> String {
        absolute == process.workingDirectory ? "." : path(absolute, process)
    }
}

extension Path {
    static func absolute(_ path: String, _ process: Process) -> String {
        normalize(join(process.workingDirectory, path))
    }
}
