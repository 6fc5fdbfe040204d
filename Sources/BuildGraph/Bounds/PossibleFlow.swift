import CargoModel

/// Where a package can be built at most: the upper bound.
///
/// Below a build script, and below what may be a procedural macro, the platform can be that of any host.
struct PossibleFlow {
    /// Per package.
    private(set) var cases: [CaseMask]

    /// - Parameter isOn: whether a declaration is turned on.
    init(_ graph: PackageGraph, _ space: CaseSpace, isOn: (Int) -> Bool) {
        var cases = Array(repeating: CaseMask.none, count: graph.ids.count)
        let masks = graph.declarations.indices.map { declaration in
            isOn(declaration) ? space.possible(graph.declarations[declaration]) : .none
        }
        var work: [(package: Int, new: CaseMask)] = []
        func reach(_ package: Int, _ mask: CaseMask) {
            let new = mask.subtracting(cases[package])
            guard !new.isEmpty else { return }
            cases[package] = cases[package] | new
            work.append((package, new))
        }
        for package in graph.ids.indices where graph.isMember[package] {
            reach(package, graph.isProcMacro[package] == false ? space.start : space.crossing(space.start))
        }
        while let (package, new) = work.popLast() {
            if graph.summaries[package] == nil {
                for target in graph.edges[package] { reach(target, space.crossing(new)) }
            }
            for declaration in graph.ranges[package] {
                let item = graph.declarations[declaration]
                // The host's platform decides about the dependencies of a build script, whatever is built for.
                let mask = (item.kind == .build ? space.crossing(new) : new) & masks[declaration]
                if mask.isEmpty { continue }
                let mayCross = item.kind == .build || graph.isProcMacro[item.package] != false
                reach(item.package, mayCross ? space.crossing(mask) : mask)
            }
        }
        self.cases = cases
    }
}
