// BuildGraph: what of a lock is compiled, for which target, with which features.
//
// In:  the graph of a lock (`Resolve`), what each of its packages declares (`Summary`), which of them are procedural
//      macros as far as that is known, and a selection: members, features, targets, kinds of dependencies.
// Out: the features and optional dependencies of each package (`ResolvedFeatures`), the graph that `cargo tree` shows
//      (`DependencyTree`), and for every locked package whether some build of the workspace compiles it (`BuildReach`).
//
// Three graphs are told apart. The lock has every member with all its features; the targeted graph (`TargetedGraph`) has
// what the selection can lead to, platforms and weak features ignored; what is compiled is a part of that, found by
// Cargo's feature resolver (`FeatureResolver`). So a package may be locked although no build compiles it.
//
// An index does not say whether a crate is a procedural macro, and resolver 2 keeps the features of those and of build
// scripts apart. Without that knowledge nothing is guessed here: `BuildReach` computes an upper bound, in which features
// of all contexts and platforms are united, and a lower one, in which nothing is united. What is only in the upper bound
// is possibly compiled.
//
// Method. Names are interned to numbers (`PackageGraph`); every computation is a worklist over (package, name) and
// therefore bounded by the number of features and declarations, however deep they nest. A set of targets is a bit set
// over the table of rustc's targets (`TargetTable`), so that a condition is evaluated for all targets at once, and a walk
// carries a mask of cases instead of being repeated for each.
//
// Limits: no `RUSTFLAGS`, no custom targets and no artifact dependencies; examples that are procedural macros do not
// count as such.
//
// Not here: reading manifests (CargoWorkspace), printing (Report).
//
// Start reading at `PackageGraph`, then `FeatureResolver`. The references are src/cargo/core/resolver/features.rs and
// src/cargo/ops/tree in rust-lang/cargo.
