import Disk

/// A folder of index files: the work tree of an index repository or the `index` folder of a local registry.
///
/// Files lie at most three levels deep. Hidden names, `config.json`, files that do not lie where a crate of their name
/// would be looked up, links to folders and whatever is neither file nor folder are passed over.
package struct IndexTree: Sendable {
    package let path: String

    package init(at path: String) throws(IndexError) {
        guard FileSystem.kind(of: path) == .directory else { throw IndexError(.notADirectory, path: path) }
        self.path = path
    }

    /// Paths of all index files, relative to the tree, in byte order of their components.
    package func files() throws(IndexError) -> [String] {
        var found: [String] = []
        for name in try Files.names(in: path) where name.utf8.count <= 2 {
            try collect(name, into: &found)
        }
        return found
    }

    private func collect(_ folder: String, into found: inout [String]) throws(IndexError) {
        let full = "\(path)/\(folder)"
        guard FileSystem.kindWithoutFollowing(full) == .directory else { return }
        for name in try Files.names(in: full) {
            let relative = "\(folder)/\(name)"
            if indexPath(for: name) == relative {
                if FileSystem.kind(of: "\(path)/\(relative)") == .file { found.append(relative) }
            } else if !folder.utf8.contains(UInt8(ascii: "/")), name.utf8.count <= 2 {
                try collect(relative, into: &found)
            }
        }
    }

    /// The bytes of one file of `files()`; nil if it has gone.
    package func contents(of file: String) throws(IndexError) -> [UInt8]? {
        try Files.contents(of: "\(path)/\(file)")
    }

    /// All that is recorded in the file of this name, lines about differently spelt names included; nil without a file.
    package func records(inFileOf name: String) throws(IndexError) -> [IndexRecord]? {
        guard let file = indexPath(for: name), let bytes = try contents(of: file) else { return nil }
        var reader = IndexReader()
        return reader.records(in: bytes)
    }
}
