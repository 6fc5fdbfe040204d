import ArgumentParser
import Report

struct ExplainCommand: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say why a package is in the lock, whether it is built, and what holds it.",
        discussion: """
            Who requires it and under what conditions, how members reach it, whether any build compiles it, why another \
            version is there too, what `cargo update -p` would move, and what keeps it from a newer version. Exit status: \
            0 done; 2 usage; 3 something is not known.
            """)

    @Argument(
        help: """
            The package: name, name@version or url#name@version. Of a name alone all versions are explained; without any \
            package, what is not compiled by every build is listed.
            """)
    var package: String?

    @Argument(help: "A directory of the workspace, its Cargo.toml or its Cargo.lock; the working directory without it.")
    var path: String?

    @Option(name: .customLong("manifest-path"), help: "A Cargo.toml, as cargo spells it.")
    var manifestPath: String?

    @OptionGroup var data: DataOptions

    @Option(help: "The policy, which says what versions may be taken; without it that of the workspace.")
    var policy: String?

    @Option(help: "text or json.")
    var format: Format = .text

    @Option(help: "How many of the ways to the package are listed.")
    var paths = 10

    @Flag(help: "Fetch nothing.")
    var offline = false

    mutating func validate() throws {
        if manifestPath != nil, path != nil { throw ValidationError("--manifest-path and PATH exclude each other") }
        if !(1...1000).contains(paths) { throw ValidationError("--paths: 1 to 1000") }
    }

    mutating func run() throws {
        let process = try Process.current()
        let place = manifestPath ?? path ?? "."
        if !offline { Refresh(database: data.db, policy: policy, process).run([place]) }
        let session = try ExplainSession(place, data, policy: policy, process)
        guard let package else {
            let statuses = session.statuses()
            switch format {
            case .text: Console.write(Array(ExplanationText.list(of: statuses).utf8))
            case .json: Console.write(ExplanationJSON.bytes(of: statuses))
            }
            return
        }
        let explanations = try session.explanations(of: package, pathLimit: paths)
        switch format {
        case .text: Console.write(Array(ExplanationText(explanations, session.sources).text.utf8))
        case .json: Console.write(ExplanationJSON.bytes(of: explanations, session.sources))
        }
    }
}
