import Disk
import TOML

/// A line and a column, both from 1; the column counts Unicode scalars.
package struct LinePosition: Hashable, Sendable {
    package let line: Int
    package let column: Int
}

/// A file that was read, kept so that reports can show the lines they speak of.
package struct SourceFile: Sendable {
    /// As the user would type it: relative to the working directory if the file lies below it.
    package let path: String
    package let absolutePath: String
    package let bytes: [UInt8]

    /// - Complexity: linear in the size of the file; ask `LineIndex` for many.
    package func position(of offset: Int) -> LinePosition {
        let (line, column) = LineIndex(bytes).position(of: offset)
        return LinePosition(line: line, column: column)
    }

    /// A line without its line break.
    ///
    /// - Parameter number: counted from 1.
    package func line(_ number: Int) -> String {
        String(decoding: LineIndex(bytes).text(ofLine: number), as: UTF8.self)
    }
}

extension SourceFile {
    /// The most that is read of a manifest or configuration file, in bytes. Real ones have some kilobytes.
    package static let sizeLimit = 64 << 20

    static func read(_ absolutePath: String, in environment: Environment) throws(FileError) -> SourceFile {
        var bytes = environment.overlay[absolutePath]
        if bytes == nil { bytes = try FileSystem.read(absolutePath, limit: sizeLimit) }
        let path = displayPath(absolutePath, workingDirectory: environment.workingDirectory)
        return SourceFile(path: path, absolutePath: absolutePath, bytes: bytes ?? [])
    }

    static func displayPath(_ path: String, workingDirectory: String) -> String {
        path != workingDirectory && Path.starts(path, with: workingDirectory)
            ? Path.relative(path, to: workingDirectory) : path
    }
}
