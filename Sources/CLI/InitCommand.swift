import ArgumentParser
import Audit
import CargoWorkspace
import Disk
import Report

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Write a commented lockgate.toml, perhaps from another tool's configuration.",
        discussion: """
            What a deny.toml, audit.toml or osv-scanner.toml says is carried over with --from; what has no counterpart \
            is named on standard error.
            """)

    @Argument(help: "A directory of the workspace, or its Cargo.toml.")
    var path: String = "."

    @Option(help: "A deny.toml, audit.toml or osv-scanner.toml to carry over; may be given several times.")
    var from: [String] = []

    @Flag(help: "Replace a lockgate.toml that is there.")
    var force = false

    @Flag(help: "Write to standard output instead.")
    var print = false

    @Flag(
        name: .customLong("merge-driver"),
        help: "Set up `lockgate merge-driver` for this repository instead: in .gitattributes and git's configuration.")
    var mergeDriver = false

    mutating func run() throws {
        let process = try Process.current()
        if mergeDriver { return try MergeDriverSetup(path, process).run(isDry: print) }
        var draft = PolicyDraft()
        for file in from { draft.add(try peer(file, process)) }
        let text = draft.text(rules: RuleCatalogue.infos)
        try Self.verify(text)
        if print { return Console.write(Array(text.utf8)) }
        let root = try CheckSession.load(path, process).rootDirectory
        let target = Path.join(root, PolicyFile.names[0])
        let shown = Display.path(target, process)
        let present = PolicyFile.names.map { Path.join(root, $0) }.first(where: FileSystem.exists)
        if let present, !force || present != target {
            throw Failure.usage(
                "\(Display.path(present, process)) is there already; "
                    + (present == target ? "--force replaces it" : "it would no longer be read"))
        }
        do { try FileSystem.replace(target, with: Array(text.utf8)) } catch {
            throw Failure.cannotJudge("\(shown): \(error)")
        }
        Console.talk("wrote \(shown)")
    }

    /// Reads a peer's file and says what stays behind.
    private func peer(_ file: String, _ process: Process) throws(Failure) -> PeerPolicy {
        let bytes: [UInt8]
        do { bytes = try FileSystem.read(Path.absolute(file, process), limit: 1 << 20) } catch {
            throw .usage("\(file): \(error)")
        }
        let sources = SourceIndex([(file, bytes)])
        do {
            let peer = try PeerPolicy(parsing: bytes, path: file)
            for loss in peer.losses {
                Console.warning("\(sources.text(of: loss.location)): not carried over: \(loss.text)")
            }
            Console.talk(
                "\(file): \(peer.exceptionCount) exception\(peer.exceptionCount == 1 ? "" : "s") carried over from "
                    + "\(peer.tool.rawValue), \(peer.losses.count) thing\(peer.losses.count == 1 ? "" : "s") left behind"
            )
            return peer
        } catch {
            throw .usage("\(sources.text(of: error.location)): \(error)")
        }
    }

    /// What is written must be readable; a requirement of a peer, for one, need not be one of ours.
    private static func verify(_ text: String) throws(Failure) {
        do { _ = try Policy(parsing: Array(text.utf8), path: "lockgate.toml", rules: RuleCatalogue.infos) } catch {
            let place = SourceIndex([("lockgate.toml", Array(text.utf8))]).text(of: error.location)
            throw .usage("what was carried over makes no policy: \(place): \(error)")
        }
    }
}
