/// Where the file of a crate lies in an index, relative to its top: `se/rd/serde`, `3/f/foo`, `2/ab`, `1/a`.
///
/// The name is lower-cased and cut by bytes. There is no file for an empty name, for one with a slash or of dots that
/// would leave the index, nor for one that would be cut inside a character, where Cargo 1.95 panics.
///
/// - SeeAlso: `make_dep_path` in `crates/cargo-util/src/registry.rs` of rust-lang/cargo.
package func indexPath(for name: String) -> String? {
    let lowered = name.lowercased()
    guard let path = uncheckedPath(for: lowered) else { return nil }
    let components = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let isSafe = components.allSatisfy { part in
        !part.isEmpty && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
    }
    let hasSlash = lowered.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
    return isSafe && !hasSlash ? path : nil
}

private func uncheckedPath(for name: String) -> String? {
    let bytes = Array(name.utf8)
    switch bytes.count {
    case 0: return nil
    case 1: return "1/\(name)"
    case 2: return "2/\(name)"
    case 3: return text(bytes[0..<1]).map { "3/\($0)/\(name)" }
    default:
        guard let first = text(bytes[0..<2]), let second = text(bytes[2..<4]) else { return nil }
        return "\(first)/\(second)/\(name)"
    }
}

private func text(_ bytes: ArraySlice<UInt8>) -> String? {
    String(validating: bytes, as: UTF8.self)
}
