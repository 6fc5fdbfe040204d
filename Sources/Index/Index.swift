// Index: what registries publish about crates, read from the disk.
//
// In:  index files (one JSON object a line), trees of them (a git checkout of an index, the `index` folder of a local
//      registry), Cargo's own cache of them, and vendored directories.
// Out: `IndexRecord`s: for each version the entry as published, or why Cargo would not use it.
//
// Every line is judged as Cargo judges it: dropped if not even name and version can be read, recorded but never chosen
// if it is for a newer Cargo or invalid, usable otherwise. Of several lines for one version the last one readable
// counts, even if it is the worse one.
//
// Limits: a file above 256 MiB is an error; links to directories are not followed. Nothing is written, no archive is
// opened, no network is used. Which version is chosen is for the Resolver; manifests of vendored crates are read by
// CargoWorkspace.
//
// Start reading at `IndexReader`; `IndexTree`, `LocalRegistry` and `CargoCache` find the bytes for it. The reference is
// `src/cargo/sources/registry/index/mod.rs` in rust-lang/cargo.
