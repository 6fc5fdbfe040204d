import Disk

/// Turns paths as the user would type them into paths from the root of a repository.
package struct RepositoryPaths: Sendable {
    private let workingDirectory: String
    private let root: String

    /// - Parameters:
    ///   - workingDirectory: absolute; the one that paths of findings are relative to.
    ///   - root: absolute; the working directory unless given.
    package init(workingDirectory: String = "/", root: String? = nil) {
        self.workingDirectory = Path.normalize(workingDirectory)
        self.root = Path.normalize(root ?? workingDirectory)
    }

    /// Relative to the root if it lies below; else absolute, or as it was where that is not known.
    func path(_ path: String) -> String {
        let absolute = Path.normalize(Path.join(workingDirectory, path))
        return Path.starts(absolute, with: root) ? Path.relative(absolute, to: root) : absolute
    }
}
