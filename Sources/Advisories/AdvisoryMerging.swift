import CargoModel

extension Advisory {
    /// Puts together what is one fault under several ids: records that share an id or an alias, directly or by way of
    /// others. Only records about one package belong together.
    ///
    /// - Returns: groups in byte order of package and first id; in each RustSec's record first, then by id. Of several
    ///   records with the same id, from several collections, the first given counts.
    package static func merged(_ advisories: [Advisory]) -> [[Advisory]] {
        var parents = Array(advisories.indices)
        var owners: [String: Int] = [:]
        for (index, advisory) in advisories.enumerated() {
            for id in advisory.allIDs {
                let key = "\(advisory.collection.rawValue) \(advisory.package) \(id)"
                if let owner = owners[key] {
                    parents[root(of: index, &parents)] = root(of: owner, &parents)
                } else {
                    owners[key] = index
                }
            }
        }
        var groups: [Int: [Advisory]] = [:]
        for index in advisories.indices { groups[root(of: index, &parents), default: []].append(advisories[index]) }
        return groups.values.map(ordered).sorted { left, right in
            left[0].package == right[0].package
                ? left[0].id.precedesInBytes(right[0].id) : left[0].package.precedesInBytes(right[0].package)
        }
    }

    private static func root(of index: Int, _ parents: inout [Int]) -> Int {
        var index = index
        while parents[index] != index {
            parents[index] = parents[parents[index]]
            index = parents[index]
        }
        return index
    }

    private static func ordered(_ group: [Advisory]) -> [Advisory] {
        var seen: Set<String> = []
        return group.filter { seen.insert($0.id).inserted }.sorted { left, right in
            left.rank == right.rank ? left.id.precedesInBytes(right.id) : left.rank < right.rank
        }
    }

    private var rank: Int {
        switch origin {
        case .rustsec: 0
        case .ghsa: 1
        case .osv: 2
        }
    }
}
