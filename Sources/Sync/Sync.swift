// Sync: what registries and advisory databases publish, over the network.
//
// In:  how to reach servers (`NetworkSettings`, `RegistryServer`), the database as it is, and what a resolve starts from
//      (`PrefetchPlan`).
// Out: index files and archives, each with what is needed to ask for it again only if it changed, and a `Registry` that
//      answers from them.
//
// Method. `Transport` keeps many requests under way on few connections of libcurl. `Fetcher` asks each registry for its
// `config.json` and then for index files, each once in a run. `Prefetch` looks at every answer as it arrives and names the
// crates that a resolve will need because of it, so that no round trip is waited for twice; what it knows from the
// database it asks for at once. What the resolve wants besides, `FetchingRegistry` fetches while it waits.
//
// Nothing here decides or stores; a server's answer is data until `Storage` has checked it. Everything a server sends is
// bounded in size and in time. Nothing secret is shown: tokens are `RegistryToken`, which does not print, URLs appear
// without user and query, and redirects are followed by hand, so that a token stays with its server. Nothing unencrypted
// follows something encrypted.
//
// Not here: what the files mean (Index, Advisories), how they are kept (Storage), and when to fetch (CLI).
//
// Start reading at `FetchingRegistry.prefetch(_:_:)`, then `Fetcher.run(_:_:)`, then `Transport.run(_:take:)`. What is
// asked in which order follows src/cargo/sources/registry/http_remote.rs in rust-lang/cargo.
