package import CargoModel
import SemVer

/// The pins of three locks as one: what a merge of two branches starts from.
///
/// A package is known by its name, its source and its compatible range, of which a lock has one version. Where one side
/// left it alone, the other one's word holds; where both moved it, the newer version; what one side dropped and the other
/// moved stays. The result need not be a lock: resolving the merged manifests with it as the old one makes it so.
package struct LockMerge: Sendable {
    package let graph: Resolve
    /// Packages that both sides moved, to different versions: the newer one was taken.
    package let settled: [PackageID]

    /// - Parameters: the graphs name packages on disk in the same way.
    package init(base: Resolve?, ours: Resolve, theirs: Resolve) {
        let sides = (base: base.map(PinTable.init), ours: PinTable(ours), theirs: PinTable(theirs))
        var chosen: [PinTable.Key: PinTable.Pin] = [:]
        var settled: [PackageID] = []
        for key in Set(sides.ours.pins.keys).union(sides.theirs.pins.keys) {
            let (old, one, other) = (sides.base?.pins[key], sides.ours.pins[key], sides.theirs.pins[key])
            let pin = Self.choose(old, one, other)
            if let pin { chosen[key] = pin }
            if let one, let other, !one.isSame(other), !one.isSame(old), !other.isSame(old), let pin {
                settled.append(pin.id)
            }
        }
        self.settled = settled.sorted()
        graph = Self.graph(chosen, sides.ours, sides.theirs)
    }

    private static func choose(
        _ old: PinTable.Pin?, _ one: PinTable.Pin?, _ other: PinTable.Pin?
    ) -> PinTable.Pin? {
        guard let one else { return other.flatMap { old != nil && $0.isSame(old) ? nil : $0 } }
        guard let other else { return old != nil && one.isSame(old) ? nil : one }
        if one.isSame(other) || other.isSame(old) { return one }
        if one.isSame(old) { return other }
        return one.id.version < other.id.version ? other : one
    }

    /// A package depends on what it does on each side that has it in the chosen version.
    private static func graph(
        _ chosen: [PinTable.Key: PinTable.Pin], _ ours: PinTable, _ theirs: PinTable
    ) -> Resolve {
        let pins = chosen.sorted { $0.value.id < $1.value.id }
        let positions = Dictionary(pins.enumerated().map { ($1.key, $0) }) { first, _ in first }
        var edges: [[Int]] = []
        for (key, pin) in pins {
            let sides = [ours, theirs].filter { $0.pins[key]?.isSame(pin) == true }
            let targets = sides.flatMap { $0.targets(of: key) }.compactMap { positions[$0] }
            edges.append(Set(targets).sorted())
        }
        let unused = ours.graph.unusedPatches + theirs.graph.unusedPatches
        var seen: Set<PackageID> = []
        return Resolve(
            packages: pins.map(\.value.id), edges: edges, checksums: pins.map(\.value.checksum),
            metadata: ours.graph.metadata, unusedPatches: unused.filter { seen.insert($0).inserted })
    }
}

/// The packages of a lock by what stays when they move.
private struct PinTable {
    struct Key: Hashable {
        let name: String
        let source: SourceID
        let range: [UInt64]
    }

    struct Pin {
        let id: PackageID
        let checksum: String?

        func isSame(_ other: Pin?) -> Bool { id == other?.id && id.source.precise == other?.id.source.precise }
    }

    let graph: Resolve
    private(set) var pins: [Key: Pin] = [:]
    private var indices: [Key: Int] = [:]
    private let keys: [Key]

    init(_ graph: Resolve) {
        self.graph = graph
        keys = graph.packages.map { id in
            // A folder and a repository hold one version of a package.
            Key(name: id.name, source: id.source, range: id.source.isRegistry ? id.version.range : [])
        }
        for (index, key) in keys.enumerated() {
            pins[key] = Pin(id: graph.packages[index], checksum: graph.checksums[index])
            indices[key] = index
        }
    }

    func targets(of key: Key) -> [Key] {
        indices[key].map { graph.edges[$0].map { keys[$0] } } ?? []
    }
}
