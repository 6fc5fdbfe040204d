// SemVer: versions, version requirements and `rust-version`, exactly as Cargo understands them.
//
// In:  text from manifests, lock files, index lines and advisories.
// Out: `Version`, `VersionRequirement`, `RustVersion`, or an error in the words Cargo uses.
//
// The grammar, order and matching are those of the `semver` crate 1.0.27, which Cargo 1.95 uses: build metadata takes
// part in equality and order, a requirement has at most 32 comparators, and a pre-release matches only if a comparator
// names the same three numbers with a pre-release of its own.
//
// Not here: trimming white space before parsing, which Cargo does in some places and not in others.
//
// Start reading at `Version`, then `VersionRequirement.matches(_:)` in VersionRequirement+Matching.swift.
