import Disk

/// All that is taken from the process: nothing below the command line reads it by itself.
package struct Environment: Sendable {
    /// Absolute.
    package let workingDirectory: String
    package let variables: [String: String]
    /// Values of `--config`, in the order given: `KEY=VALUE` or the path of a file.
    package let configArguments: [String]
    /// Contents of files that count in place of what the disk has, by absolute path: for the question what would be.
    package var overlay: [String: [UInt8]] = [:]
    /// Where the search for configuration goes on above the working directory, for a tree that stands in for one that
    /// lies elsewhere; absolute. The folder above it without one.
    package let outerDirectory: String?

    package init(
        workingDirectory: String, variables: [String: String] = [:], configArguments: [String] = [],
        outerDirectory: String? = nil
    ) {
        self.outerDirectory = outerDirectory.map(Path.normalize)
        self.workingDirectory = Path.normalize(workingDirectory)
        self.variables = variables
        self.configArguments = configArguments
    }

    /// `$CARGO_HOME`, else `~/.cargo`; nil if neither variable is set.
    package var cargoHome: String? {
        if let home = variables["CARGO_HOME"], !home.isEmpty {
            return Path.normalize(Path.join(workingDirectory, home))
        }
        guard let home = variables["HOME"], !home.isEmpty else { return nil }
        return Path.normalize(Path.join(Path.join(workingDirectory, home), ".cargo"))
    }

    /// Where configuration is looked for, nearest first.
    var configDirectories: [String] {
        outerDirectory.map { [workingDirectory] + Path.ancestors($0) } ?? Path.ancestors(workingDirectory)
    }

    func absolute(_ path: String) -> String { Path.normalize(Path.join(workingDirectory, path)) }
}
