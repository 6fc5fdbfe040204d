import CargoModel

/// A set of cases that a walk follows at once: classes of targets, for three choices of dependency kinds.
struct CaseMask: Hashable {
    private var words: SIMD4<UInt64>

    static let capacity = 256
    static let none = CaseMask(words: .zero)

    private init(words: SIMD4<UInt64>) { self.words = words }

    mutating func insert(_ place: Int) { words[place / 64] |= 1 << UInt64(place % 64) }
    func contains(_ place: Int) -> Bool { words[place / 64] & (1 << UInt64(place % 64)) != 0 }

    var isEmpty: Bool { words == .zero }

    static func & (left: CaseMask, right: CaseMask) -> CaseMask { CaseMask(words: left.words & right.words) }
    static func | (left: CaseMask, right: CaseMask) -> CaseMask { CaseMask(words: left.words | right.words) }
    func subtracting(_ other: CaseMask) -> CaseMask { CaseMask(words: words & ~other.words) }
}

/// The cases of one graph: its conditions divide the targets into classes that no condition tells apart.
struct CaseSpace {
    /// Which kinds of dependencies are followed from the members.
    static let planes = 3
    /// Where there would be more, the rest stays together, and conditions on it are judged with care.
    private static let classLimit = 80

    let classes: [TargetSet]
    /// Per condition and kind, and last without a condition, the cases in which a declaration certainly or possibly applies.
    private let certainMasks: [[CaseMask]]
    private let possibleMasks: [[CaseMask]]
    /// Stands for any host, as seen from below a build script or what may be a procedural macro.
    private var anyHost: Int { classes.count }
    private var width: Int { classes.count + 1 }

    init(_ graph: PackageGraph) {
        let table = TargetTable.shared
        let conditions = graph.platforms.map { TargetRange(of: $0, in: table) }
        var classes = [table.all]
        for set in conditions.flatMap({ [$0.certain, $0.possible] }) where classes.count < Self.classLimit / 2 {
            classes = classes.flatMap { part in
                [part.intersection(set), part.subtracting(set)].filter { !$0.isEmpty }
            }
        }
        let ranges = conditions + [TargetRange(certain: table.all, possible: table.all)]
        self.classes = classes
        certainMasks = ranges.map { range in
            Self.masks(classes.map { $0.subtracting(range.certain).isEmpty } + [false])
        }
        possibleMasks = ranges.map { range in
            Self.masks(classes.map { !$0.intersection(range.possible).isEmpty } + [!range.possible.isEmpty])
        }
    }

    /// Per kind.
    private static func masks(_ columns: [Bool]) -> [CaseMask] {
        (0..<planes).map { first in
            var mask = CaseMask.none
            for plane in first..<planes {
                for (column, holds) in columns.enumerated() where holds { mask.insert(plane * columns.count + column) }
            }
            return mask
        }
    }

    /// Every target with all kinds; a host of its own is none of them.
    var start: CaseMask {
        var mask = CaseMask.none
        for plane in 0..<Self.planes {
            for number in classes.indices { mask.insert(plane * width + number) }
        }
        return mask
    }

    /// The cases in which a declaration certainly applies.
    func certain(_ item: PackageGraph.Declaration) -> CaseMask {
        certainMasks[item.platform ?? certainMasks.count - 1][Self.first(item.kind)]
    }

    /// The cases in which a declaration may apply.
    func possible(_ item: PackageGraph.Declaration) -> CaseMask {
        possibleMasks[item.platform ?? possibleMasks.count - 1][Self.first(item.kind)]
    }

    /// Plane 0 has normal dependencies alone, 1 those of build scripts too, 2 all.
    private static func first(_ kind: DependencyKind) -> Int {
        switch kind {
        case .normal: 0
        case .build: 1
        case .development: 2
        }
    }

    /// These cases and, for each choice of kinds among them, any host.
    func crossing(_ mask: CaseMask) -> CaseMask {
        var result = mask
        for plane in 0..<Self.planes where !isEmpty(mask, plane) { result.insert(plane * width + anyHost) }
        return result
    }

    private func isEmpty(_ mask: CaseMask, _ plane: Int) -> Bool {
        !(plane * width..<(plane + 1) * width).contains(where: mask.contains)
    }

    /// The least that has to be followed to get there; `nil` if nothing does.
    func kind(_ mask: CaseMask) -> DependencyKind? {
        let plane = (0..<Self.planes).first { !isEmpty(mask, $0) }
        return plane.map { [.normal, .build, .development][$0] }
    }

    /// The targets of the cases with these kinds.
    func targets(_ mask: CaseMask, _ kind: DependencyKind) -> TargetSet {
        let plane = Self.first(kind)
        return classes.indices.filter { mask.contains(plane * width + $0) }
            .reduce(.none) { $0.union(classes[$1]) }
    }
}
