import Glibc
import TestSupport
import Testing

/// A folder of `Cases`: `in`, the workspace; `command`, one a line; and what the last command prints and ends with.
/// `around`, where there is one, takes the place of `Surroundings`.
struct Case: CustomTestStringConvertible, Sendable {
    let name: String

    static let all = Files.names(in: Files.here + "/Cases").map { Case(name: $0) }

    var testDescription: String { name }
    var folder: String { Files.here + "/Cases/" + name }

    var commands: [[String]] {
        get throws {
            String(decoding: try readBytes(folder + "/command"), as: UTF8.self).split(separator: "\n").map {
                $0.split(separator: " ").map(String.init)
            }
        }
    }

    func sandbox() throws -> Sandbox {
        let around = folder + "/around"
        let sandbox = Files.exists(around) ? try Sandbox(surroundings: around) : try Sandbox()
        try Files.copy(folder + "/in", to: sandbox.workspace)
        return sandbox
    }

    /// - Parameter format: takes the place of the last command's formats.
    /// Runs the commands, all but the last unseen. `cd` and `NAME=value` hold for those after it.
    func run(format: String? = nil, in sandbox: Sandbox) throws -> Program.Outcome? {
        var folder = sandbox.workspace
        var last: Program.Outcome?
        let commands = try commands
        for (number, words) in commands.enumerated() {
            if words[0] == "cd" {
                folder += "/" + words[1]
            } else if let sign = words[0].firstIndex(of: "=") {
                let value = String(words[0][words[0].index(after: sign)...])
                sandbox.variables[String(words[0][..<sign])] = value.replacing("<dir>", with: sandbox.path)
            } else {
                var arguments = Array(words.dropFirst())
                if let format, number == commands.count - 1 { arguments = Self.replacingFormats(arguments, by: format) }
                last = try Program.run(
                    arguments, in: folder, environment: sandbox.variables, name: words[0])
            }
        }
        return last
    }

    private static func replacingFormats(_ arguments: [String], by format: String) -> [String] {
        let isGone = arguments.indices.map { arguments[$0] == "--format" || $0 > 0 && arguments[$0 - 1] == "--format" }
        return zip(arguments, isGone).filter { !$0.1 }.map(\.0) + ["--format", format]
    }
}

@Suite struct CaseTests {
    @Test(arguments: Case.all) func printsWhatIsRecorded(_ one: Case) throws {
        let sandbox = try one.sandbox()
        let outcome = try #require(try one.run(in: sandbox))
        let folder = "CLITests/Cases/\(one.name)"
        #expect(try goldenDifference(Array(sandbox.shown(outcome.stdout).utf8), folder + "/stdout") == nil)
        #expect(try goldenDifference(Array(sandbox.shown(outcome.stderr).utf8), folder + "/stderr") == nil)
        #expect(try goldenDifference(Array("\(outcome.status)\n".utf8), folder + "/status") == nil)
    }

    @Test(arguments: Case.all.filter { (try? $0.commands.last?.contains("check")) == true })
    func endsTheSameInEveryFormatAndRun(_ one: Case) throws {
        let sandbox = try one.sandbox()
        let text = try #require(try one.run(format: "text", in: sandbox))
        let json = try #require(try one.run(format: "json", in: sandbox))
        let again = try #require(try one.run(format: "json", in: sandbox))
        for format in ["json", "sarif", "junit", "github", "gitlab", "markdown"] {
            #expect(try one.run(format: format, in: sandbox)?.status == text.status, "\(format)")
        }
        #expect(json.stdout == again.stdout)
        #expect(json.stderr == again.stderr)
    }
}
