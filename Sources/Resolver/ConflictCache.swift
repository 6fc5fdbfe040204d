/// What is known to make a dependency unsatisfiable: per dependency, sets of packages that, all active, leave it
/// without a candidate. Survives every step back; that is Cargo's behaviour and it changes results.
///
/// The reference is src/cargo/core/resolver/conflict_cache.rs in rust-lang/cargo.
struct ConflictCache {
    /// Sets of packages as a trie in package id order. A leaf ends a set; a set that has a stored one as its
    /// beginning is not stored.
    final class Trie {
        var conflict: Blame?
        /// Ascending in package id order.
        var children: [(package: Package, trie: Trie)] = []
    }

    private var tries: [Int32: Trie] = [:]
    /// Which dependencies have a stored set with this package.
    private var dependenciesBlaming: [Package: Set<Int32>] = [:]

    var isEmpty: Bool { tries.isEmpty }

    func mayBlame(_ package: Package) -> Set<Int32>? { dependenciesBlaming[package] }

    mutating func insert(_ blame: Blame, for dependency: Int32, order: (Package, Package) -> Bool) {
        let sorted = blame.packages.sorted(by: order)
        for package in sorted { dependenciesBlaming[package, default: []].insert(dependency) }
        let trie = tries[dependency] ?? Trie()
        tries[dependency] = trie
        Self.insert(sorted, blame, into: trie, order: order)
    }

    private static func insert(
        _ sorted: [Package], _ blame: Blame, into root: Trie, order: (Package, Package) -> Bool
    ) {
        var trie = root
        for package in sorted {
            if trie.conflict != nil { return }
            trie = child(package, of: trie, order: order)
        }
        trie.conflict = blame
        trie.children = []
    }

    private static func child(_ package: Package, of trie: Trie, order: (Package, Package) -> Bool) -> Trie {
        let position = trie.children.firstIndex { !order($0.package, package) } ?? trie.children.count
        if position < trie.children.count, trie.children[position].package == package {
            return trie.children[position].trie
        }
        let added = Trie()
        trie.children.insert((package, added), at: position)
        return added
    }

    /// Among the stored sets whose members are all active and that contain `required`, the one whose newest member
    /// is oldest, and older than `limit`.
    ///
    /// - Parameter age: the age of an active package, `nil` for any other.
    func find(
        _ dependency: Int32, containing required: Package?, limit: Int, order: (Package, Package) -> Bool,
        age: (Package) -> Int?
    ) -> Blame? {
        guard let trie = tries[dependency] else { return nil }
        return Self.find(trie, required, limit, order, age)?.blame
    }

    private static func find(
        _ trie: Trie, _ required: Package?, _ limit: Int, _ order: (Package, Package) -> Bool,
        _ age: (Package) -> Int?
    ) -> (blame: Blame, age: Int)? {
        if let conflict = trie.conflict { return required == nil ? (conflict, 0) : nil }
        var limit = limit
        var best: (blame: Blame, age: Int)?
        for (package, child) in trie.children {
            if let required, package != required, order(required, package) { break }
            guard let own = age(package) else { continue }
            if own >= limit, package != required { continue }
            let rest = package == required ? nil : required
            guard let found = find(child, rest, limit, order, age) else { continue }
            let newest = package == required ? found.age : max(own, found.age)
            if newest < limit {
                limit = newest
                best = (found.blame, newest)
            }
        }
        return best
    }
}
