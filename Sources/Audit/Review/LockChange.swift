package import CargoModel
import CargoWorkspace
import SemVer
package import TOML

/// What happened to one package between two locks.
package struct LockChange: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case checksumChanged = "checksum-changed"
        case sourceChanged = "source-changed"
        case downgraded
        case added
        case upgraded
        case commitChanged = "commit-changed"
        case rewired
        case removed
    }

    package let kind: Kind
    /// `nil` for what came.
    package let old: PackageID?
    /// `nil` for what went.
    package let new: PackageID?
    /// What it depends on now and did not before; a dependency that only changed its version is not among them.
    package let gained: [PackageID]
    package let lost: [PackageID]
    package let checksums: (old: String?, new: String?)
    /// Who depends on it: in the new lock, or in the old one if it went.
    package let dependents: [PackageID]
    /// Whether a package on disk requires it.
    package let isDirect: Bool
    package internal(set) var cause = Cause(.unexplained, "nothing explains it")
    package internal(set) var facts = PackageFacts()

    /// The package it is about.
    package var id: PackageID? { new ?? old }
    package var name: String { id?.name ?? "" }
    /// A package on disk, which nobody downloads.
    package var isLocal: Bool { (new ?? old)?.source.isPath == true && (old ?? new)?.source.isPath == true }

    /// `foo 1.0.0 -> 1.1.0`.
    package var text: String {
        switch kind {
        case .added: "adds `\(name)` \(version(new))"
        case .removed: "removes `\(name)` \(version(old))"
        case .upgraded: "raises `\(name)` from \(version(old)) to \(version(new))"
        case .downgraded: "lowers `\(name)` from \(version(old)) to \(version(new))"
        case .sourceChanged:
            "takes `\(name)` \(version(new)) from \(new?.source.place ?? ""), not \(version(old)) from "
                + (old?.source.place ?? "")
        case .commitChanged:
            "moves `\(name)` to commit \(short(new)) of \(new?.source.description ?? ""), from \(short(old))"
        case .checksumChanged: "gives `\(name)` \(version(new)) another checksum"
        case .rewired: "changes what `\(name)` \(version(new)) depends on"
        }
    }

    private func version(_ id: PackageID?) -> String { id?.version.description ?? "" }

    private func short(_ id: PackageID?) -> String { String((id?.source.precise ?? "none").prefix(10)) }
}

/// What index and advisories know of a package that comes in.
package struct PackageFacts: Sendable {
    package internal(set) var isYanked = false
    package internal(set) var links: String?
    /// Days since it was published; `nil` if the registry does not say.
    package internal(set) var age: Int?
    /// Ids, in byte order.
    package internal(set) var advisories: [String] = []

    package init() {}
}

/// Why a change is there.
package struct Cause: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// A line of a manifest makes it necessary.
        case manifest
        /// Another change makes it necessary.
        case cascade
        /// As after `cargo update -p …`.
        case targetedUpdate = "targeted-update"
        /// As after `cargo update`.
        case fullUpdate = "full-update"
        /// There was no lock before.
        case newLock = "new-lock"
        case unexplained
    }

    package let kind: Kind
    /// Lower case, the fact first.
    package let text: String
    /// The manifest line behind it, if there is one.
    package let location: Location?
    /// What the cascade began with, or what was updated.
    package let root: PackageID?

    package init(_ kind: Kind, _ text: String, at location: Location? = nil, root: PackageID? = nil) {
        self.kind = kind
        self.text = text
        self.location = location
        self.root = root
    }
}

/// The differences of two locks, package by package. Both graphs name packages on disk in the same way.
struct LockDifferences {
    private let old: Resolve
    private let new: Resolve
    private let pairs: [PackageID: PackageID]
    private let origins: [PackageID: PackageID]
    private let oldUsers: [[Int]]
    private let newUsers: [[Int]]

    init(from old: Resolve, to new: Resolve) {
        self.old = old
        self.new = new
        pairs = Self.pairs(old, new)
        origins = Dictionary(pairs.map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
        oldUsers = AuditContext.reversed(old.edges)
        newUsers = AuditContext.reversed(new.edges)
    }

    /// In order of names; for one name what came before what went.
    func changes() -> [LockChange] {
        let come = new.packages.indices.compactMap { change(ofNew: $0) }
        let gone = old.packages.indices.filter {
            new.index(of: old.packages[$0]) == nil && pairs[old.packages[$0]] == nil
        }
        return (come + gone.map(removal)).enumerated().sorted { left, right in
            let order = left.element.name.compareBytes(right.element.name)
            return order == 0 ? left.offset < right.offset : order < 0
        }.map(\.element)
    }

    // MARK: Pairs

    /// What went with what came in its place: of one source and compatible first, then of one source, then of one name.
    private static func pairs(_ old: Resolve, _ new: Resolve) -> [PackageID: PackageID] {
        var gone = Dictionary(grouping: old.packages.filter { new.index(of: $0) == nil }, by: \.name)
        var come = new.packages.filter { old.index(of: $0) == nil }
        var pairs: [PackageID: PackageID] = [:]
        let fits: [(PackageID, PackageID) -> Bool] = [
            { $0.source == $1.source && $0.version.range == $1.version.range }, { $0.source == $1.source },
            { $0.version == $1.version }, { _, _ in true },
        ]
        for fit in fits {
            come.removeAll { id in
                guard var candidates = gone[id.name], let place = candidates.firstIndex(where: { fit($0, id) }) else {
                    return false
                }
                pairs[candidates.remove(at: place)] = id
                gone[id.name] = candidates
                return true
            }
        }
        return pairs
    }

    // MARK: One package

    private func change(ofNew index: Int) -> LockChange? {
        let id = new.packages[index]
        let same = old.index(of: id)
        if let same, old.checksums[same] == new.checksums[index], Graphs.agree(old, same, new, index),
            old.packages[same].source.precise == id.source.precise
        {
            return nil
        }
        let before = same ?? origins[id].flatMap { old.index(of: $0) }
        let (gained, lost) = edges(index, before)
        let checksums = (old: before.flatMap { old.checksums[$0] }, new: new.checksums[index])
        guard let kind = kind(of: index, before, hasMovedEdges: !gained.isEmpty || !lost.isEmpty) else { return nil }
        return LockChange(
            kind: kind, old: before.map { old.packages[$0] }, new: id, gained: gained, lost: lost,
            checksums: checksums, dependents: newUsers[index].map { new.packages[$0] },
            isDirect: newUsers[index].contains { new.packages[$0].source.isPath })
    }

    private func kind(of index: Int, _ before: Int?, hasMovedEdges: Bool) -> LockChange.Kind? {
        guard let before else { return .added }
        let (was, id) = (old.packages[before], new.packages[index])
        if was.source != id.source { return .sourceChanged }
        if was.version != id.version { return was.version < id.version ? .upgraded : .downgraded }
        if was.source.precise != id.source.precise { return .commitChanged }
        let known = old.checksums[before]
        if known != nil, known != new.checksums[index] { return .checksumChanged }
        return hasMovedEdges ? .rewired : nil
    }

    private func edges(_ index: Int, _ before: Int?) -> (gained: [PackageID], lost: [PackageID]) {
        let now = new.edges[index].map { new.packages[$0] }
        guard let before else { return (now, []) }
        let was = old.edges[before].map { old.packages[$0] }
        let moved = Set(was.map { pairs[$0] ?? $0 })
        let kept = Set(now)
        return (now.filter { !moved.contains($0) }, was.filter { !kept.contains(pairs[$0] ?? $0) })
    }

    private func removal(_ index: Int) -> LockChange {
        LockChange(
            kind: .removed, old: old.packages[index], new: nil, gained: [],
            lost: old.edges[index].map { old.packages[$0] }, checksums: (old.checksums[index], nil),
            dependents: oldUsers[index].map { old.packages[$0] },
            isDirect: oldUsers[index].contains { old.packages[$0].source.isPath })
    }
}

extension Version {
    /// The leading numbers that compatible versions share.
    var range: [UInt64] {
        if major > 0 { return [major] }
        return minor > 0 ? [0, minor] : [0, 0, patch]
    }
}
