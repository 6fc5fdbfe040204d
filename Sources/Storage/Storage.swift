// Storage: one SQLite file with what is known of registries and advisories.
//
// In:  an index tree and collections of advisories, imported; the path of the file.
// Out: `Store`, which answers as a `Registry` and says what there is about a package, how old it is and where it came
//      from. People can ask the file with the sqlite3 shell: `crates`, `versions`, `dependencies`, `features`,
//      `yanked`, `advisories` and `snapshots` are made for them; what begins with `raw_` is for `Store`.
//
// A published file is never changed. An import works on a copy beside it, which takes its place with one rename: a
// reader sees the old file or the new one, never something between, and needs no lock, no journal and no right to
// write. An import that finds nothing new leaves the file as it is.
//
// Versions of one crate are one row with a compact listing, read without touching the rest; dependencies and features
// are one row for each version, read when they are wanted.
//
// Not here: reading index lines (Index) and advisories (Advisories). No clock: times are parameters.
//
// Start reading at `Store`, then `Schema`; `importIndex` and `importAdvisories` write.
