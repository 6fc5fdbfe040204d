import CargoModel

/// Every difference between the graph of the lock and the one Cargo would write, and whose fault each is.
struct GraphDifferences {
    private let old: Resolve
    private let new: Resolve
    /// Where a package went that only changed its version or its source.
    private let moves: [PackageID: PackageID]
    /// The other way round.
    private let origins: [PackageID: PackageID]
    /// What belongs to no cause yet.
    private(set) var rest: [StaleReason.Change] = []

    init(old: Resolve, new: Resolve) {
        self.old = old
        self.new = new
        moves = Self.moves(from: old, to: new)
        origins = Dictionary(moves.map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
        rest = changes()
    }

    // MARK: Differences

    /// Pairs what went with what came: of the same crate first, then of the same name from another source.
    private static func moves(from old: Resolve, to new: Resolve) -> [PackageID: PackageID] {
        var removed = old.packages.filter { new.index(of: $0) == nil }
        let added = new.packages.filter { old.index(of: $0) == nil }
        var moves: [PackageID: PackageID] = [:]
        var taken: Set<PackageID> = []
        for key in [{ CrateKey(name: $0.name, source: $0.source) }, { CrateKey(name: $0.name, source: .cratesIO) }]
            as [(PackageID) -> CrateKey]
        {
            var free = Dictionary(grouping: added.filter { !taken.contains($0) }.reversed(), by: key)
            for id in removed {
                guard let target = free[key(id)]?.popLast() else { continue }
                moves[id] = target
                taken.insert(target)
            }
            removed.removeAll { moves[$0] != nil }
        }
        return moves
    }

    private func changes() -> [StaleReason.Change] {
        var result: [StaleReason.Change] = []
        for id in old.packages where new.index(of: id) == nil {
            result.append(moves[id].map { .move(from: id, to: $0) } ?? .remove(id))
        }
        result += new.packages.filter { old.index(of: $0) == nil && origins[$0] == nil }.map { .add($0) }
        for (index, id) in new.packages.enumerated() {
            guard let before = old.index(of: id) else { continue }
            let (gained, lost) = (gained(id), lost(id))
            if !gained.isEmpty || !lost.isEmpty { result.append(.repoint(id, gained: gained, lost: lost)) }
            if old.checksums[before] == nil, new.checksums[index] != nil { result.append(.checksum(id)) }
        }
        result += new.unusedPatches.filter { !old.unusedPatches.contains($0) }.map { .unusedPatch($0) }
        result += old.unusedPatches.filter { !new.unusedPatches.contains($0) }.map { .unusedPatch($0) }
        return result
    }

    /// What a package that stays depends on now and did not before; moves do not count.
    private func gained(_ id: PackageID) -> [PackageID] {
        guard let now = new.index(of: id), let before = old.index(of: id) else { return [] }
        let known = Set(old.edges[before].map { moves[old.packages[$0]] ?? old.packages[$0] })
        return new.edges[now].map { new.packages[$0] }.filter { !known.contains($0) }
    }

    /// What it depended on before and does not now.
    private func lost(_ id: PackageID) -> [PackageID] {
        guard let now = new.index(of: id), let before = old.index(of: id) else { return [] }
        let kept = Set(new.edges[now].map { new.packages[$0] })
        return old.edges[before].map { old.packages[$0] }.filter { !kept.contains(moves[$0] ?? $0) }
    }

    // MARK: Consequences

    /// Gives each change to the cause that is about its package, else to the first from which it can be reached.
    ///
    /// - Complexity: O(causes + packages + edges): what one cause has reached no later one walks again.
    mutating func assign(to causes: inout [StaleCause]) {
        var owners = Owners()
        for (index, cause) in causes.enumerated() {
            for id in cause.direct { owners.direct[id] = owners.direct[id] ?? index }
            if let id = cause.owner { owners.asking[id] = owners.asking[id] ?? index }
            let reached = flood(cause.newRoots, in: new, index, &owners.new)
            flood(cause.oldRoots + reached.compactMap { origins[$0] }, in: old, index, &owners.old)
        }
        var left: [StaleReason.Change] = []
        for change in rest {
            if let index = owner(of: change, owners) {
                causes[index].changes.append(change)
            } else {
                left.append(change)
            }
        }
        rest = left
    }

    private struct Owners {
        var direct: [PackageID: Int] = [:]
        var asking: [PackageID: Int] = [:]
        var new: [PackageID: Int] = [:]
        var old: [PackageID: Int] = [:]
    }

    @discardableResult
    private func flood(
        _ roots: [PackageID], in graph: Resolve, _ cause: Int, _ owners: inout [PackageID: Int]
    ) -> [PackageID] {
        var reached: [PackageID] = []
        var work = roots.compactMap { graph.index(of: $0) }
        while let index = work.popLast() {
            let id = graph.packages[index]
            guard owners[id] == nil else { continue }
            owners[id] = cause
            reached.append(id)
            work.append(contentsOf: graph.edges[index])
        }
        return reached
    }

    private func owner(of change: StaleReason.Change, _ owners: Owners) -> Int? {
        switch change {
        case .add(let id): owners.direct[id] ?? owners.new[id]
        case .remove(let id): owners.direct[id] ?? owners.old[id]
        case .move(let from, let to):
            owners.direct[to] ?? owners.direct[from] ?? owners.new[to] ?? owners.old[from]
        case .repoint(let id, let gained, let lost):
            owners.asking[id] ?? gained.lazy.compactMap { owners.direct[$0] }.first ?? owners.new[id] ?? gained.lazy
                .compactMap { owners.new[$0] }.first
                ?? lost.lazy.compactMap { owners.old[$0] }.first
        case .checksum, .unusedPatch: nil
        }
    }
}
