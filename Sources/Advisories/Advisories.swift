// Advisories: known faults of published packages, from RustSec and OSV records to one kind of value.
//
// In:  a checkout of the RustSec database (Markdown with a TOML front matter), OSV records (a folder or a zip of JSON
//      files), or facts (JSON lines, as in the folder `advisories/`).
// Out: `Advisory`: which versions of which package, how severe, since when; plus the records that made no sense, each
//      with its reason. One odd record never costs the others.
//
// Versions are judged as the `rustsec` crate does: requirements become half-open ranges in plain SemVer order, so that
// a pre-release between two releases belongs to the range around it. Scores are those of CVSS 2, 3 and 4 (base).
// What is odd but harmless (an unknown key, a malformed date, an unknown CVSS version) costs the field and is
// reported; what decides whether an advisory applies costs the record.
//
// Not here: storing (Storage), and what a hit means for the build (Audit).
//
// Start reading at `Advisory`, then `AffectedVersions`; `readAdvisories(at:)` finds the records. The references are
// `rustsec/src/advisory` and `rustsec/src/osv` in rustsec/rustsec and <https://ossf.github.io/osv-schema>.
