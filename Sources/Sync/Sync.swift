// Sync: what registries and advisory databases publish, over the network into the store.
//
// In:  network settings and credentials, names of crates, addresses of archives.
// Out: index files and archives, each with what is needed to ask for it again only if it changed.
//
// Nothing here decides; a server's answer is data until `Storage` has checked it. Everything a server sends is bounded
// in size and in time, nothing secret is shown, and nothing unencrypted follows something encrypted.
//
// Not here: what the files mean (Index, Advisories), how they are kept (Storage), and when to fetch (CLI).
//
// Start reading at `Transport.run(_:take:)`.
