/// What the lines about an edited lock mean; the text is the key.
enum GotchaEdits {
    typealias Edit = @Sendable (String) -> String

    static let all: [String: Edit] = [
        "edit lock: d 1.3.0 → 1.2.9, checksum line removed": { lock in
            withoutChecksum(of: "d", in: lock).replacing(#"version = "1.3.0""#, with: #"version = "1.2.9""#)
        },
        #"edit lock: root dependency `"a"` → `"a 1.0.0"`, add `"zzz"`, reverse package order, CRLF, remove header, version = 3"#:
            { lock in
                var tables = lock.pieces(separatedBy: "\n[[package]]\n")
                tables[0] = "version = 3\n"
                let packages = tables.dropFirst().reversed().map {
                    $0.replacing(#" "a","#, with: " \"a 1.0.0\",\n \"zzz\",")
                }
                return ([tables[0]] + packages).joined(separator: "\n[[package]]\n").replacing("\n", with: "\r\n")
            },
        "append package `ghost` 1.0.0 without source": {
            $0 + "\n[[package]]\nname = \"ghost\"\nversion = \"1.0.0\"\n"
        },
        "append package `w` 1.0.0 from the registry": { lock in
            lock + "\n[[package]]\nname = \"w\"\nversion = \"1.0.0\"\n\(source)\n"
                + "checksum = \"\(IndexNotation.checksum(of: "w 1.0.0"))\"\n"
        },
        #"edit lock: `"d 1.3.0"` → `"d"`"#: { $0.replacing(#" "d 1.3.0","#, with: #" "d","#) },
        "edit lock: `version = 4` → `version = 2`": { $0.replacing("version = 4", with: "version = 2") },
        "remove the version line": { $0.replacing("version = 2\n", with: "") },
        "prepend `# mine`": { "# mine\n" + $0 },
        "remove checksum line": { withoutChecksum(of: "a", in: $0) },
        #"add checksum "00""#: { $0.replacing(source, with: source + "\nchecksum = \"00\"") },
        "append a v1 style `[metadata]` checksum to the v4 file": {
            $0 + "\n[metadata]\n\"checksum a 1.0.0 (registry+\(url))\" = \"00\"\n"
        },
        "file replaced by `#c1`, `garbage [`": { _ in "#c1\ngarbage [\n" },
        "`version = 4` → `version = 3`": { $0.replacing("version = 4", with: "version = 3") },
        "source → `registry+https://GitHub.com/Rust-Lang/crates.io-index/`": {
            $0.replacing(url, with: "https://GitHub.com/Rust-Lang/crates.io-index/")
        },
        "source → `sparse+https://index.crates.io/`": {
            $0.replacing(
                "registry+https://GitHub.com/Rust-Lang/crates.io-index/", with: "sparse+https://index.crates.io/")
        },
    ]

    private static let url = "https://github.com/rust-lang/crates.io-index"
    private static let source = "source = \"registry+\(url)\""

    private static func withoutChecksum(of name: String, in lock: String) -> String {
        lock.pieces(separatedBy: "[[package]]\n").map { table in
            guard table.hasPrefix("name = \"\(name)\"\n") else { return table }
            return table.pieces(separatedBy: "\n").filter { !$0.hasPrefix("checksum") }.joined(separator: "\n")
        }.joined(separator: "[[package]]\n")
    }
}
