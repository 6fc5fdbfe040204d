/// Which commit of a git repository a dependency asks for.
package enum GitReference: Hashable, Sendable {
    case tag(String)
    case branch(String)
    case rev(String)
    case defaultBranch

    /// Cargo's order of kinds: tag, branch, rev, default branch.
    var rank: Int {
        switch self {
        case .tag: 0
        case .branch: 1
        case .rev: 2
        case .defaultBranch: 3
        }
    }

    package var name: String {
        switch self {
        case .tag(let name), .branch(let name), .rev(let name): name
        case .defaultBranch: ""
        }
    }
}

/// Where packages come from: a registry, a git repository or a directory of the workspace.
///
/// Two ids are equal when kind (for git with its reference) and canonical URL are; the commit (`precise`) and the
/// spelling of the URL are carried along but are not part of the identity.
/// - SeeAlso: `src/cargo/core/source_id.rs` in rust-lang/cargo.
package struct SourceID: Sendable {
    package enum Kind: Hashable, Sendable {
        case path
        case registry
        case sparse
        case localRegistry
        case directory
        case git(GitReference)

        var rank: Int {
            switch self {
            case .path: 0
            case .registry: 1
            case .sparse: 2
            case .localRegistry: 3
            case .directory: 4
            case .git: 5
            }
        }
    }

    private final class Storage: Sendable {
        let kind: Kind
        let url: String
        let canonicalURL: String
        let hash: Int

        init(kind: Kind, url: String) {
            self.kind = kind
            self.url = url
            canonicalURL = kind == .path ? url : CanonicalURL.text(of: url)
            var hasher = Hasher()
            hasher.combine(kind)
            hasher.combine(canonicalURL)
            hash = hasher.finalize()
        }
    }

    private let storage: Storage
    /// The commit of a git source, 40 hexadecimal digits, where a lock or a checkout names one.
    package let precise: String?

    package init(kind: Kind, url: String, precise: String? = nil) {
        storage = Storage(kind: kind, url: url)
        self.precise = precise
    }

    private init(storage: Storage, precise: String?) {
        self.storage = storage
        self.precise = precise
    }

    package var kind: Kind { storage.kind }
    /// As written where it was first met; for a path source the absolute directory.
    package var url: String { storage.url }
    package var canonicalURL: String { storage.canonicalURL }

    package func with(precise: String?) -> SourceID {
        SourceID(storage: storage, precise: precise)
    }

    /// crates.io, under the name it has in every lock whatever the transport.
    package static let cratesIO = SourceID(kind: .registry, url: "https://github.com/rust-lang/crates.io-index")

    /// Whether this is crates.io, be it under the address of its sparse index, as a registry of its own may name it.
    /// - SeeAlso: `SourceId::is_crates_io` in Cargo.
    package var isCratesIO: Bool {
        self == .cratesIO || (kind == .sparse && url == "sparse+https://index.crates.io/")
    }

    package static func path(_ directory: String) -> SourceID { SourceID(kind: .path, url: directory) }

    package var isPath: Bool { storage.kind == .path }
    package var isGit: Bool { if case .git = storage.kind { true } else { false } }
    package var isRegistry: Bool { !isPath && !isGit }
}

extension SourceID: Hashable {
    package static func == (left: SourceID, right: SourceID) -> Bool {
        if left.storage === right.storage { return true }
        return left.storage.hash == right.storage.hash && left.storage.kind == right.storage.kind
            && left.storage.canonicalURL == right.storage.canonicalURL
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(storage.hash) }
}

extension SourceID: Comparable {
    /// Kind first, then the canonical URL byte by byte; two git kinds by reference.
    package static func < (left: SourceID, right: SourceID) -> Bool { left.compare(right) < 0 }

    package func compare(_ other: SourceID) -> Int {
        if storage === other.storage { return 0 }
        if kind.rank != other.kind.rank { return kind.rank - other.kind.rank }
        if case .git(let mine) = kind, case .git(let theirs) = other.kind {
            if mine.rank != theirs.rank { return mine.rank - theirs.rank }
            let order = mine.name.compareBytes(theirs.name)
            if order != 0 { return order }
        }
        return canonicalURL.compareBytes(other.canonicalURL)
    }
}

extension SourceID: CustomStringConvertible {
    /// For messages: `crates.io`, the URL, or the directory.
    package var description: String {
        self == .cratesIO ? "crates.io" : url
    }
}

/// Cargo's canonical form of a source URL: one trailing `/` dropped, github.com lower-cased under https, `.git` dropped.
/// - SeeAlso: `src/cargo/util/canonical_url.rs` in rust-lang/cargo.
package enum CanonicalURL {
    package static func text(of url: String) -> String {
        var text = trimmingSlash(url)
        if let rest = githubPath(of: text) { text = "https://github.com" + rest.lowercased() }
        if text.hasSuffix(".git") { text = String(text.dropLast(4)) }
        return text
    }

    private static func trimmingSlash(_ url: String) -> String {
        guard url.hasSuffix("/"), let scheme = url.firstRange(of: "://") else { return url }
        let path = url[scheme.upperBound...].firstIndex(of: "/")
        guard let path, url.index(after: path) != url.endIndex else { return url }
        return String(url.dropLast())
    }

    /// The path (with its slash) of a URL whose host is github.com, in any case and with any user or port-less form.
    private static func githubPath(of url: String) -> String? {
        guard let scheme = url.firstRange(of: "://") else { return nil }
        let rest = url[scheme.upperBound...]
        let end = rest.firstIndex(of: "/") ?? rest.endIndex
        guard rest[..<end].lowercased() == "github.com" else { return nil }
        return String(rest[end...])
    }
}
