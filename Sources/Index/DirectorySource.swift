import Disk
import JSON

/// A directory source as `cargo vendor` writes it: one folder per crate, each with its manifest and checksums.
///
/// - SeeAlso: `src/cargo/sources/directory.rs` in rust-lang/cargo.
package struct DirectorySource: Sendable {
    package let path: String

    package struct Crate: Hashable, Sendable {
        /// The folder, below the path of the source as given. Its name means nothing.
        package let path: String
        /// The checksum of the archive; nil if the crate never was one.
        package let checksum: String?
    }

    package init(at path: String) throws(IndexError) {
        guard FileSystem.kind(of: path) == .directory else { throw IndexError(.notADirectory, path: path) }
        self.path = path
    }

    /// Every folder directly below that has a `Cargo.toml`, in byte order of the names.
    ///
    /// - Throws: for the first crate whose checksum file is missing or malformed; Cargo gives up the whole source then.
    package func crates() throws(IndexError) -> [Crate] {
        var crates: [Crate] = []
        for name in try Files.names(in: path) {
            let folder = "\(path)/\(name)"
            guard FileSystem.kind(of: "\(folder)/Cargo.toml") != nil else { continue }
            crates.append(Crate(path: folder, checksum: try checksum(of: folder)))
        }
        return crates
    }

    private func checksum(of folder: String) throws(IndexError) -> String? {
        let file = "\(folder)/.cargo-checksum.json"
        guard let bytes = try Files.contents(of: file) else { throw IndexError(.missingChecksumFile, path: folder) }
        let result = bytes.withUnsafeBufferPointer { buffer in
            Result<String?, JSONError> { () throws(JSONError) in try ChecksumFile.packageChecksum(in: buffer) }
        }
        do { return try result.get() } catch { throw IndexError(.malformedChecksumFile(error), path: file) }
    }
}

/// `{"package": "…" or absent, "files": {name: checksum}}`
private enum ChecksumFile {
    static func packageChecksum(in bytes: UnsafeBufferPointer<UInt8>) throws(JSONError) -> String? {
        var scanner = JSONScanner(bytes)
        var package: String??
        var hasFiles = false
        try scanner.beginObject()
        while let key = try scanner.nextKey() {
            if scanner.matches(key, "package") {
                if package != nil { throw JSONError(.duplicateKey("package"), at: scanner.offset) }
                package = .some(try scanner.null() ? nil : try scanner.string())
            } else if scanner.matches(key, "files") {
                if hasFiles { throw JSONError(.duplicateKey("files"), at: scanner.offset) }
                hasFiles = true
                try checkFiles(&scanner)
            } else {
                _ = try scanner.decode(key)
                try scanner.skip()
            }
        }
        try scanner.end()
        if !hasFiles { throw JSONError(.missingKey("files"), at: scanner.offset) }
        return package ?? nil
    }

    private static func checkFiles(_ scanner: inout JSONScanner) throws(JSONError) {
        try scanner.beginObject()
        while let name = try scanner.nextKey() {
            _ = try scanner.decode(name)
            _ = try scanner.string()
        }
    }
}
