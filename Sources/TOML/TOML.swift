// TOML: bytes of a TOML file → a document in which every key and value knows its place.
//
// In:  the bytes of `Cargo.toml`, `Cargo.lock`, `config.toml` or a policy file; UTF-8, with or without a byte order
//      mark, LF or CRLF.
// Out: a `TOMLDocument`, or the first `TOMLError` with its span.
//
// Accepts what Cargo's `toml` crate (0.9.11) accepts, which is TOML 1.1: line breaks and a trailing comma in inline
// tables, `\e` and `\xHH`, times without seconds. One pass over the bytes without backtracking; arrays and inline
// tables may nest `TOMLLimits.nesting` deep, as there, and so may a dotted key.
//
// Not here: what the keys mean (CargoWorkspace, Audit), and writing TOML.
//
// Start reading at `parseTOML(_:)`, then `DocumentParser`; `TableBuilder` holds the rules on what may define what.

/// A whole TOML file.
package struct TOMLDocument: Sendable, Equatable {
    package let root: TOMLTable

    package init(root: TOMLTable) {
        self.root = root
    }
}

/// Bounds on hostile input.
package enum TOMLLimits {
    /// How many arrays and inline tables may be open at once, and how many parts a dotted key may have.
    package static let nesting = 80
}
