import Disk

/// A local registry as `[source.x] local-registry = "DIR"` names it: archives, and an `index` folder beside them.
///
/// Only the index is read. There is no `config.json` to ask for, and nothing is cached or written.
///
/// - SeeAlso: `src/cargo/sources/registry/local.rs` in rust-lang/cargo.
package struct LocalRegistry: Sendable {
    package let index: IndexTree

    package init(at path: String) throws(IndexError) {
        guard FileSystem.kind(of: path) == .directory else { throw IndexError(.notADirectory, path: path) }
        index = try IndexTree(at: "\(path)/index")
    }

    /// The versions published under exactly this name; empty if there is no such crate.
    package func records(of name: String) throws(IndexError) -> [IndexRecord] {
        try index.records(inFileOf: name)?.filter { $0.name.utf8.elementsEqual(name.utf8) } ?? []
    }
}
