import Glibc

/// Why a file could not be read or written. Which one it was is known to whoever asked.
package struct FileError: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// The number the system gave; `EISDIR` for a directory where a file should be.
        case system(Int32)
        /// The most that was to be read, in bytes.
        case tooLarge(limit: Int)
        /// A pipe, a device or the like.
        case notRegular
    }

    package let reason: Reason

    package init(reason: Reason) { self.reason = reason }

    /// Whether there is nothing of that name.
    package var isMissing: Bool { reason == .system(ENOENT) || reason == .system(ENOTDIR) }

    /// What the system calls an error: `No such file or directory`.
    package static func text(of number: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard strerror_r(number, &buffer, buffer.count) == 0 else { return "error \(number)" }
        return String(decoding: buffer.lazy.map(UInt8.init(bitPattern:)).prefix { $0 != 0 }, as: UTF8.self)
    }
}

extension FileError: CustomStringConvertible {
    package var description: String {
        switch reason {
        case .system(let number): "\(Self.text(of: number)) (os error \(number))"
        case .notRegular: "not a regular file"
        case .tooLarge(let limit): "larger than \(limit >> 20) MiB, the most that is read of such a file"
        }
    }
}
