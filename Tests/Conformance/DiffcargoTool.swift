import CargoModel
import Glibc
import SemVer

/// One operation on one workspace, behind the contract that `diffcargo` has for the tool under test:
///
///     conformance diffcargo-tool --workspace DIR --index DIR --op NAME [--registries=URL=DIR,…]
///         [--config FILE] [--toolchain VERSION] -- ARGUMENTS
///
/// Prints the lock and exits with 0, 1 if `locked` finds it stale, 2 on an error.
struct DiffcargoTool {
    static let name = "diffcargo-tool"

    private var options: [String: String] = [:]
    private var arguments: [String] = []

    /// `nil` if the arguments make no sense.
    init?(_ arguments: ArraySlice<String>) {
        var rest = arguments
        while let argument = rest.popFirst() {
            if argument == "--" {
                self.arguments = Array(rest)
                return
            }
            let halves = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if halves.count == 2 {
                options[halves[0]] = halves[1]
                continue
            }
            guard argument.hasPrefix("--") else { return nil }
            if let mark = argument.firstIndex(of: "=") {
                options[String(argument[..<mark])] = String(argument[argument.index(after: mark)...])
            } else if let value = rest.popFirst() {
                options[argument] = value
            } else {
                return nil
            }
        }
    }

    func run() -> Int32 {
        guard let workspace = options["--workspace"], let index = options["--index"], let name = options["--op"],
            let operation = Operation(name, arguments: arguments)
        else {
            report("usage: conformance \(Self.name) --workspace DIR --index DIR --op NAME -- ARGUMENTS")
            return 64
        }
        do throws(SuiteError) {
            return answer(try registry(index: index), operation, workspace)
        } catch {
            report("\(error)")
            return 64
        }
    }

    private func answer(_ registry: TreeRegistry, _ operation: Operation, _ workspace: String) -> Int32 {
        let toolchain = options["--toolchain"].flatMap { try? RustVersion($0) }
        let config = options["--config"] ?? workspace + "/../cargo-home/config.toml"
        let home = config.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        switch operation.perform(at: workspace, cargoHome: home, registry: registry, toolchain: toolchain) {
        case .ok(let text):
            print(String(decoding: text, as: UTF8.self), terminator: "")
            return 0
        case .stale: return 1
        case .error(let message):
            report(message)
            return 2
        }
    }

    private func registry(index: String) throws(SuiteError) -> TreeRegistry {
        var directories = [(SourceID.cratesIO, index)]
        for entry in (options["--registries"] ?? "").split(separator: ",") {
            guard let mark = entry.lastIndex(of: "=") else { throw SuiteError("no index for \(entry)") }
            directories.append(
                (.registry(at: String(entry[..<mark])), String(entry[entry.index(after: mark)...])))
        }
        return try TreeRegistry(directories)
    }
}
