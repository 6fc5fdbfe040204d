import Disk
import Report

/// Makes git ask lockgate to merge locks: a line in `.gitattributes`, which is committed, and two settings of this clone,
/// which are not.
struct MergeDriverSetup {
    private static let line = "Cargo.lock merge=lockgate"
    private static let settings = [
        ("merge.lockgate.name", "Cargo.lock, by resolving"),
        ("merge.lockgate.driver", "lockgate merge-driver %O %A %B %P"),
    ]

    private let path: String
    private let process: Process

    init(_ path: String, _ process: Process) {
        self.path = path
        self.process = process
    }

    /// - Parameter isDry: only say what would be done.
    func run(isDry: Bool) throws {
        if isDry {
            let commands = Self.settings.map { "git config \($0) '\($1)'\n" }.joined()
            return Console.write(Array("echo '\(Self.line)' >> .gitattributes\n\(commands)".utf8))
        }
        let scratch = try ScratchFolder(below: process["TMPDIR"] ?? "/tmp")
        defer { scratch.remove() }
        let repository = try GitRepository(around: Path.absolute(path, process), process, scratch)
        guard let root = repository.topLevel else {
            throw Failure.usage("this repository has no working tree; set the driver up in a clone")
        }
        try writeAttributes(Path.join(root, ".gitattributes"))
        for (name, value) in Self.settings { try repository.configure(name, value) }
        Console.talk("git config: merge.lockgate is set in this clone; each clone needs `lockgate init --merge-driver`")
    }

    private func writeAttributes(_ file: String) throws(Failure) {
        let shown = Display.path(file, process)
        do {
            let old = try FileSystem.readIfPresent(file, limit: 1 << 24) ?? []
            let text = String(decoding: old, as: UTF8.self)
            if text.split(whereSeparator: \.isNewline).contains(where: { $0 == Self.line }) {
                return Console.talk("\(shown): the line is there already")
            }
            let separator = old.isEmpty || old.last == UInt8(ascii: "\n") ? "" : "\n"
            try FileSystem.replace(file, with: old + Array((separator + Self.line + "\n").utf8))
            Console.talk("wrote \(shown): commit it")
        } catch {
            throw .cannotJudge("\(shown): \(error)")
        }
    }
}
