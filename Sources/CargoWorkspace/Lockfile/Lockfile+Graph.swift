package import CargoModel
import SemVer
package import TOML

/// A lock looked up against its workspace: the graph, and where in the file each package stands.
package struct LockedGraph: Sendable {
    package let resolve: Resolve
    /// The format the file is in, detected where it does not say.
    package let version: LockfileVersion
    /// Per package of `resolve` its entry in `Lockfile.packages`.
    package let entries: [Int]
    /// Entries that were dropped: without a source, and no package of the workspace has the name.
    package let dropped: [Int]
    /// Entries that name the package of an earlier entry under another spelling of its source.
    package let doubles: [Int]
    /// Dependencies that lead to no package, or to several, and so count for nothing.
    package let dangling: [Spanned<String>]
}

extension Lockfile {
    /// The graph this text describes, read as leniently as Cargo does: references that lead nowhere are dropped.
    ///
    /// - Parameter pathPackages: members, and every path package they reach, patches included.
    /// - SeeAlso: `into_resolve` in src/cargo/core/resolver/encode.rs of rust-lang/cargo.
    package func graph(pathPackages: [PackageID]) throws(LockfileError) -> LockedGraph {
        var builder = GraphBuilder(lockfile: self, pathPackages: pathPackages)
        return try builder.build()
    }
}

private struct GraphBuilder {
    let lockfile: Lockfile
    private let pathPackages: [String: [PackageID]]
    private var version: LockfileVersion
    /// In file order, the dropped ones left out.
    private var ids: [PackageID] = []
    private var entryOf: [Int] = []
    /// Entries that name a package entered before under another spelling of its source; Cargo takes both for one.
    private var doubles: [(index: Int, entry: Int)] = []
    private var dropped: [Int] = []
    private var dangling: [Spanned<String>] = []
    private var versionTexts: [String] = []
    private var byName: [String: [Int]] = [:]
    private var sources: [String: SourceID] = [:]
    private var checksums: [String?] = []
    private var withoutChecksum: Set<Int> = []

    init(lockfile: Lockfile, pathPackages: [PackageID]) {
        self.lockfile = lockfile
        self.pathPackages = Dictionary(grouping: pathPackages, by: \.name)
        version = lockfile.declaredVersion ?? .v1
    }

    mutating func build() throws(LockfileError) -> LockedGraph {
        try enterPackages()
        var edges: [[Int]] = []
        var replacements: [Int: Int] = [:]
        for entry in entryOf { edges.append(try targets(of: lockfile.packages[entry].dependencies)) }
        for (index, entry) in doubles {
            let more = try targets(of: lockfile.packages[entry].dependencies)
            edges[index] += more.filter { !edges[index].contains($0) }
        }
        for (index, entry) in entryOf.enumerated() {
            guard let replace = lockfile.packages[entry].replace else { continue }
            if lockfile.packages[entry].hasDependencies {
                throw fail(.replacedWithDependencies(ids[index].name), replace.span)
            }
            replacements[index] = try lookUp(replace)
        }
        let metadata = try takeChecksums()
        let unused = try unusedPatches()
        if version == .v1, ids.count == 1, hasOneFinalNewline { version = .v2 }
        return sorted(edges: edges, replacements: replacements, metadata: metadata, unused: unused)
    }

    private func fail(_ reason: LockfileError.Reason, _ span: Span) -> LockfileError {
        LockfileError(reason, at: lockfile.location(span))
    }

    private var hasOneFinalNewline: Bool {
        let newline = UInt8(ascii: "\n")
        return lockfile.bytes.last == newline && lockfile.bytes.dropLast().last != newline
    }

    private mutating func enterPackages() throws(LockfileError) {
        let count = lockfile.packages.count
        ids.reserveCapacity(count)
        byName.reserveCapacity(count)
        var seen: [String: [Int]] = [:]
        seen.reserveCapacity(count)
        for (index, entry) in lockfile.packages.enumerated() {
            if seen[entry.name.value]?.contains(where: { isSame(entry, lockfile.packages[$0]) }) == true {
                throw fail(.duplicatePackage(entry.name.value), entry.name.span)
            }
            seen[entry.name.value, default: []].append(index)
            try enter(entry, index)
        }
    }

    private func isSame(_ left: Lockfile.Entry, _ right: Lockfile.Entry) -> Bool {
        left.version.value == right.version.value && left.source?.value == right.source?.value
    }

    private mutating func enter(_ entry: Lockfile.Entry, _ index: Int) throws(LockfileError) {
        if entry.checksum != nil { version = max(version, .v2) }
        guard let source = try source(of: entry) else {
            dropped.append(index)
            return
        }
        let id = try identify(entry, source)
        if let known = byName[id.name]?.first(where: { ids[$0] == id }) {
            doubles.append((known, index))
            if let checksum = entry.checksum { checksums[known] = checksum.value }
            return
        }
        byName[id.name, default: []].append(ids.count)
        ids.append(id)
        entryOf.append(index)
        // A version that parses is in its canonical form.
        versionTexts.append(entry.version.value)
        checksums.append(entry.checksum?.value)
    }

    private func identify(_ entry: Lockfile.Entry, _ source: SourceID) throws(LockfileError) -> PackageID {
        do {
            return PackageID(name: entry.name.value, version: try Version(entry.version.value), source: source)
        } catch {
            throw fail(.invalidVersion(entry.version.value, reason: error.description), entry.version.span)
        }
    }

    /// Where a package comes from; `nil` if it has no source and the workspace no such package.
    private mutating func source(of entry: Lockfile.Entry) throws(LockfileError) -> SourceID? {
        if let text = entry.source { return try source(text) }
        guard let known = pathPackages[entry.name.value] else { return nil }
        if Set(known.map(\.version)).count == 1 { return known.first?.source }
        return known.first { $0.version.description == entry.version.value }?.source
    }

    private mutating func source(_ text: Spanned<String>) throws(LockfileError) -> SourceID {
        if let known = sources[text.value] { return known }
        guard let source = LockedSource.parse(text.value) else { throw fail(.invalidSource(text.value), text.span) }
        sources[text.value] = source
        return source
    }

    private mutating func targets(of dependencies: [Spanned<String>]) throws(LockfileError) -> [Int] {
        var result: [Int] = []
        for dependency in dependencies {
            guard let target = try lookUp(dependency) else {
                dangling.append(dependency)
                continue
            }
            if !result.contains(target) { result.append(target) }
        }
        return result
    }

    /// The package an id string names; `nil` if none or several, which Cargo passes over in silence.
    private mutating func lookUp(_ text: Spanned<String>) throws(LockfileError) -> Int? {
        if let named = byName[text.value] {
            version = max(version, .v2)
            return isOneVersion(named) ? pick(from: named, nil) : nil
        }
        let parts = text.value.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        var wanted: SourceID?
        if parts.count == 3 {
            guard parts[2].hasPrefix("("), parts[2].hasSuffix(")"), parts[2].count > 1 else {
                throw fail(.invalidPackageID(text.value), text.span)
            }
            wanted = try source(Spanned(String(parts[2].dropFirst().dropLast()), at: text.span))
        }
        guard parts.count > 1, let named = byName[String(parts[0])] else { return nil }
        return pick(from: named.filter { versionTexts[$0] == parts[1] }, wanted)
    }

    private func isOneVersion(_ indices: [Int]) -> Bool {
        indices.count == 1 || indices.allSatisfy { versionTexts[$0] == versionTexts[indices[0]] }
    }

    private mutating func pick(from candidates: [Int], _ source: SourceID?) -> Int? {
        if let source { return candidates.first { ids[$0].source == source } }
        if candidates.count == 1 {
            if !ids[candidates[0]].source.isPath { version = max(version, .v2) }
            return candidates[0]
        }
        let paths = candidates.filter { ids[$0].source.isPath }
        return paths.count == 1 ? paths[0] : nil
    }

    /// Takes the checksums out of `[metadata]` (format 1) and returns what else stands there.
    private mutating func takeChecksums() throws(LockfileError) -> [(key: String, value: String)] {
        var rest: [(key: String, value: String)] = []
        var found: [(index: Int, value: String)] = []
        var hasAny = false
        for (key, value) in lockfile.metadata {
            guard key.value.hasPrefix("checksum ") else {
                rest.append((key.value, value.value))
                continue
            }
            hasAny = true
            let id = Spanned(String(key.value.dropFirst("checksum ".count)), at: key.span)
            if let index = try lookUp(id) { found.append((index, value.value)) }
        }
        for (index, value) in found {
            checksums[index] = value == "<none>" ? nil : value
            if value == "<none>" { withoutChecksum.insert(index) }
        }
        if hasAny, version >= .v2 { forgetChecksums() }
        return rest.sorted { $0.key.precedesInBytes($1.key) }
    }

    /// A file with checksums in both places is the child of a bad merge; none of them is trusted.
    private mutating func forgetChecksums() {
        checksums = Array(repeating: nil, count: ids.count)
        withoutChecksum = []
    }

    private mutating func unusedPatches() throws(LockfileError) -> [PackageID] {
        var result: [PackageID] = []
        for entry in lockfile.unusedPatches {
            guard let source = try source(of: entry) else { continue }
            result.append(try identify(entry, source))
        }
        return result
    }

    private func sorted(
        edges: [[Int]], replacements: [Int: Int], metadata: [(key: String, value: String)], unused: [PackageID]
    ) -> LockedGraph {
        let isSorted = ids.indices.dropFirst().allSatisfy { ids[$0 - 1] < ids[$0] }
        let order = isSorted ? Array(ids.indices) : ids.indices.sorted { ids[$0] < ids[$1] }
        var position = Array(repeating: 0, count: order.count)
        for (new, old) in order.enumerated() { position[old] = new }
        let resolve = Resolve(
            packages: order.map { ids[$0] }, edges: order.map { edges[$0].map { position[$0] }.sorted() },
            checksums: order.map { checksums[$0] },
            replacements: Dictionary(
                replacements.map { (position[$0.key], position[$0.value]) }, uniquingKeysWith: { first, _ in first }),
            metadata: metadata, unusedPatches: unused,
            explicitlyWithoutChecksum: Set(withoutChecksum.map { position[$0] }))
        return LockedGraph(
            resolve: resolve, version: version, entries: order.map { entryOf[$0] }, dropped: dropped,
            doubles: doubles.map(\.entry), dangling: dangling)
    }
}
