import Disk
package import JSON

/// Why an index on the disk could not be read. Never means that a crate does not exist.
package struct IndexError: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        case notADirectory
        /// A folder, a device or a pipe where a file should be.
        case notAFile
        /// The operating system refused; its error number.
        case system(Int32)
        case tooLarge(limit: Int)
        /// A vendored crate without `.cargo-checksum.json`.
        case missingChecksumFile
        case malformedChecksumFile(JSONError)
    }

    package let reason: Reason
    package let path: String

    package init(_ reason: Reason, path: String) {
        self.reason = reason
        self.path = path
    }
}

extension IndexError: CustomStringConvertible {
    package var description: String {
        switch reason {
        case .notADirectory: "`\(path)` is not a directory"
        case .notAFile: "`\(path)` is not a regular file"
        case .system(let number): "cannot read `\(path)`: \(FileError.text(of: number))"
        case .tooLarge(let limit): "`\(path)` is larger than \(limit) bytes; that is no index file"
        case .missingChecksumFile:
            "failed to load checksum `.cargo-checksum.json` of `\(path)`; run `cargo vendor` again"
        case .malformedChecksumFile(let error): "malformed `\(path)`: \(error)"
        }
    }
}
