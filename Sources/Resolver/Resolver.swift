// Resolver: which version of each package a workspace locks, exactly as Cargo 1.95 decides it.
//
// In:  a `ResolveRequest`: the members' summaries in workspace order, the path and git packages they reach, `[patch]`
//      and `[replace]`, the graph of the previous lock, and a `Registry` for everything else.
// Out: the `Resolve` that Cargo would write, or a `ResolveError` naming the requirement that cannot hold and who
//      stands in its way.
//
// The search is Cargo's own, ported in behaviour and not only in outcome: the dependency with the fewest candidates
// comes next, candidates are tried preferred first and newest first, failures are remembered in a conflict cache, and
// a dead end jumps back past every choice that the cache says is irrelevant. Cache and jumps change results (a lowest
// version may be chosen, or no solution found although one exists), so nothing here may be "simplified" to a plain
// depth-first search.
//
// Method. Names, sources and packages are interned to `Int32` (`Universe`), so that the search compares numbers. State
// that Cargo copies at each choice point is kept once, with a trail of undo records (`SearchState`): going back to a
// choice replays the trail backwards. A package's dependencies are decoded when it is first activated, its features when
// a request turns them on.
//
// Cost. Where the previous lock holds, nearly every dependency is pinned and nothing is searched: the time goes into
// reading the registry's answers and into hashing and copying. Hence three rules. A published version is found by its
// numbers, in place (`position(of:)`); a dependency pinned to a version takes a list of that one package, without
// hashing its requirement; fields of the big records are read where they stand (`packages[i].key`), never from a copy of
// the record. With 560 packages a resolve takes 15 ms, of which the registry has a third.
//
// Limits: a budget of activation attempts (`ResolveRequest.budget`) ends searches that would run for minutes.
//
// Not here: reading files (CargoWorkspace), where summaries come from (Index, Storage), and whether the outcome is
// acceptable (Audit).
//
// Start reading at `resolve(_:from:)`, then `Search.run()`. The reference is the module comment of
// src/cargo/core/resolver/mod.rs in rust-lang/cargo, and src/cargo/ops/resolve.rs for the pull of the previous lock.

package import CargoModel

/// The graph Cargo would write for this request.
///
/// - Complexity: without conflicts, linear in the dependencies of the activated packages.
package func resolve(_ request: ResolveRequest, from registry: any Registry) throws(ResolveError) -> Resolve {
    let universe = Universe(request: request, registry: registry)
    let patches = try universe.registerPatches()
    universe.pullTowardsPreviousLock(avoiding: patches.avoided)
    let roots = universe.enterRoots()
    try universe.enterReplacements()
    let search = Search(universe: universe, budget: request.budget)
    try search.run(roots: roots)
    return try Outcome(search: search).resolve(unusedFrom: patches.order)
}
