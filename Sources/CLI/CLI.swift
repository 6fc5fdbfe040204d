// CLI: commands, arguments, exit status. The only place that knows the process: its arguments, environment, clock,
// standard streams and terminal.
//
// In:  the command line.
// Out: a report on standard output, talk on standard error, and an `ExitStatus`.
//
// Commands are thin: they parse options, open the data (`DataSources`), call `audit` and hand the verdict to `Report`.
//
// Not here: judging (Audit) and wording findings (the rules).
//
// Start reading at `CLI.main()`, then `CheckCommand` and `CheckSession`.

import ArgumentParser
import Glibc

/// The program.
package enum CLI {
    package static let version = "0.1.0"

    /// Runs the command line and ends the process.
    package static func main() -> Never {
        Console.prepare()
        do {
            var command = try LockgateCommand.parseAsRoot(arguments())
            try command.run()
            exit(ExitStatus.passed.rawValue)
        } catch let failure as Failure {
            Console.error(failure.message)
            for note in failure.notes { Console.talk("  = note: " + note) }
            exit(failure.status.rawValue)
        } catch let status as ExitStatus {
            exit(status.rawValue)
        } catch {
            finish(parserError: error)
        }
    }

    /// Cargo runs `cargo-lockgate` with the name of the subcommand first.
    private static func arguments() -> [String] {
        let all = CommandLine.arguments
        let program = all.first.map { $0.split(separator: "/").last ?? "" } ?? ""
        return Array(
            program == "cargo-lockgate" && all.dropFirst().first == "lockgate" ? all.dropFirst(2) : all.dropFirst())
    }

    private static func finish(parserError error: any Error) -> Never {
        let message = LockgateCommand.fullMessage(for: error)
        guard LockgateCommand.exitCode(for: error) != .success else {
            Console.write(Array((message + "\n").utf8))
            exit(ExitStatus.passed.rawValue)
        }
        Console.talk(message)
        exit(ExitStatus.usage.rawValue)
    }
}

struct LockgateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lockgate", abstract: "The gate in front of a Rust project's Cargo.lock.",
        discussion: """
            Exit status: 0 passed; 1 denied findings; 2 usage or configuration error; 3 could not judge; \
            4 the lock is stale.
            """,
        version: "lockgate \(CLI.version)",
        subcommands: [
            CheckCommand.self, ReportCommand.self, ReviewCommand.self, SeenCommand.self, FixCommand.self,
            UpdateCommand.self, TreeCommand.self, ExplainCommand.self, SyncCommand.self, ImportCommand.self,
            InitCommand.self, BaselineCommand.self, RulesCommand.self, DatabaseCommand.self, MergeDriverCommand.self,
        ])
}
