import CargoModel

/// The parts of a URL that say whose server it is; as a browser would read them.
struct SourceURL {
    /// Lower case; empty if none was given.
    let scheme: String
    /// Lower case, with the port, without the user.
    let host: String
    /// Without empty ones and without `.git` at the end.
    let path: [Substring]

    /// `nil` for what no one host can be told from: no host, blanks or backslashes in it, `..` in the path.
    init?(_ text: String) {
        var rest = Substring(text)
        for prefix in ["registry+", "sparse+", "git+"] where rest.hasPrefix(prefix) && prefix != "git+" {
            rest = rest.dropFirst(prefix.count)
        }
        if rest.hasPrefix("git+") && !rest.hasPrefix("git+ssh://") { rest = rest.dropFirst(4) }
        guard !rest.contains(where: { $0 == "\\" || $0.isWhitespace || !$0.isASCII }) else { return nil }
        var scheme = ""
        if let end = rest.firstRange(of: "://") {
            scheme = rest[..<end.lowerBound].lowercased()
            rest = rest[end.upperBound...]
        }
        rest = rest.prefix { $0 != "?" && $0 != "#" }
        let authority = rest.prefix { $0 != "/" }
        let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        guard !host.isEmpty else { return nil }
        var path = rest.dropFirst(authority.count).split(separator: "/")
        let lowered = path.map { $0.lowercased() }
        guard !lowered.contains(where: { $0 == ".." || $0 == "." || $0.contains("%2e") || $0.contains("%2f") })
        else { return nil }
        if let last = path.last, last.hasSuffix(".git") { path[path.count - 1] = last.dropLast(4) }
        self.scheme = scheme
        self.host = host.lowercased()
        self.path = path
    }

    /// Whether this allows `other`: the same host, a path that begins with whole components of this one, and the same
    /// scheme where this one has one.
    func covers(_ other: SourceURL) -> Bool {
        guard host == other.host, scheme.isEmpty || scheme == other.scheme, path.count <= other.path.count else {
            return false
        }
        // Hosts that ignore the case of names are the rule, so another case is no other owner.
        return zip(path, other.path).allSatisfy { $0.lowercased() == $1.lowercased() }
    }
}
