import CargoModel

/// The packages a failure is blamed on, each with the first reason met. Only the set of packages steers the search.
struct Blame {
    private(set) var packages: [Package] = []
    private(set) var reasons: [ConflictReason] = []

    mutating func insert(_ package: Package, _ reason: ConflictReason) {
        if packages.contains(package) { return }
        packages.append(package)
        reasons.append(reason)
    }

    mutating func formUnion(_ other: Blame, without excluded: Package) {
        for (index, package) in other.packages.enumerated() where package != excluded {
            insert(package, other.reasons[index])
        }
    }

    mutating func remove(_ package: Package) {
        guard let index = packages.firstIndex(of: package) else { return }
        packages.remove(at: index)
        reasons.remove(at: index)
    }

    func reason(for package: Package) -> ConflictReason {
        packages.firstIndex(of: package).map { reasons[$0] } ?? .version
    }
}

/// What is active, with the undo records that lead back to any earlier choice.
struct SearchState {
    /// One step that can be taken back.
    enum Change {
        case activated(key: Int32)
        case linked(Name)
        case features(Package, before: Set<Name>?)
        case parent(of: Package)
        case served(before: UInt64, after: UInt64)
        case discarded(UInt64)
        case queued(UInt64)
    }

    struct Edge {
        let parent: Package
        let dependency: DependencyIndex
    }

    /// Activation attempts so far on the way to this state.
    var age = 0
    private var activePackage: [Package] = []
    private var activeAge: [Int] = []
    private var linkHolder: [Name: Package] = [:]
    private(set) var features: [Package: Set<Name>] = [:]
    /// Per package who asked for it, through which dependencies; the graph of the lock, reversed.
    private var edges: [[Edge]] = []
    var remaining = RemainingDependencies()
    private var trail: [Change] = []

    var mark: Int { trail.count }

    func active(at key: Int32) -> Package? {
        guard Int(key) < activePackage.count, activePackage[Int(key)] != none else { return nil }
        return activePackage[Int(key)]
    }

    /// Who asks for a package and through which dependencies, in the order in which they did.
    func parents(of package: Package) -> [Edge] { Int(package) < edges.count ? edges[Int(package)] : [] }

    /// The packages somebody asks for.
    var wanted: some Sequence<Package> { edges.indices.lazy.filter { !edges[$0].isEmpty }.map { Package($0) } }

    func holder(of links: Name) -> Package? { linkHolder[links] }

    /// When the package was first activated; `nil` if it is not active now.
    func age(of package: Package, key: Int32) -> Int? {
        guard Int(key) < activePackage.count, activePackage[Int(key)] == package else { return nil }
        return activeAge[Int(key)]
    }

    var activeKeys: some Sequence<(key: Int32, package: Package)> {
        activePackage.enumerated().lazy.filter { $0.element != none }.map { (Int32($0.offset), $0.element) }
    }

    mutating func activate(_ package: Package, at key: Int32) {
        while activePackage.count <= Int(key) {
            activePackage.append(none)
            activeAge.append(0)
        }
        activePackage[Int(key)] = package
        activeAge[Int(key)] = age
        trail.append(.activated(key: key))
    }

    mutating func hold(_ links: Name, by package: Package) {
        linkHolder[links] = package
        trail.append(.linked(links))
    }

    mutating func use(_ used: Set<Name>, in package: Package) {
        guard let before = features[package] else {
            features[package] = used
            trail.append(.features(package, before: nil))
            return
        }
        if used.isSubset(of: before) { return }
        features[package] = before.union(used)
        trail.append(.features(package, before: before))
    }

    mutating func addParent(_ parent: Package, through dependency: DependencyIndex, to child: Package) {
        while edges.count <= Int(child) { edges.append([]) }
        if edges[Int(child)].contains(where: { $0.parent == parent && $0.dependency == dependency }) { return }
        edges[Int(child)].append(Edge(parent: parent, dependency: dependency))
        trail.append(.parent(of: child))
    }

    /// Puts a new frame into the queue.
    mutating func queue(_ frame: WaitingFrame, count: (Int32) -> Int) {
        remaining.append(frame)
        let key = remaining.key(of: remaining.frameCount - 1, count: count)
        remaining.insert(key)
        trail.append(.queued(key))
    }

    /// The next dependency to find a candidate for, taken out of the queue.
    mutating func serve(count: (Int32) -> Int) -> (frame: WaitingFrame, sibling: WaitingFrame.Sibling)? {
        while let key = remaining.first {
            let number = RemainingDependencies.frame(of: key)
            let frame = remaining.frames[number]
            remaining.remove(key)
            guard frame.next < frame.siblings.count else {
                trail.append(.discarded(key))
                continue
            }
            remaining.setNext(frame.next + 1, of: number)
            let after = remaining.key(of: number, count: count)
            remaining.insert(after)
            trail.append(.served(before: key, after: after))
            return (frame, frame.siblings[frame.next])
        }
        return nil
    }

    /// Goes back to an earlier state. `age` is the caller's to restore.
    mutating func undo(to mark: Int) {
        while trail.count > mark, let change = trail.popLast() { undo(change) }
    }

    private mutating func undo(_ change: Change) {
        switch change {
        case .activated(let key): activePackage[Int(key)] = none
        case .linked(let links): linkHolder[links] = nil
        case .features(let package, let before): features[package] = before
        case .parent(let child): edges[Int(child)].removeLast()
        case .served(let before, let after):
            remaining.remove(after)
            let number = RemainingDependencies.frame(of: before)
            remaining.setNext(remaining.frames[number].next - 1, of: number)
            remaining.insert(before)
        case .discarded(let key): remaining.insert(key)
        case .queued(let key):
            remaining.remove(key)
            remaining.dropLastFrame()
        }
    }
}
