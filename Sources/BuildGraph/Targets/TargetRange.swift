import CargoModel

/// The targets a condition holds for: at least some, at most others. They differ where flags for the compiler decide, as
/// for `cfg(loom)` or `cfg(target_feature = "avx2")`, and for targets that rustc does not have built in.
struct TargetRange: Hashable, Sendable {
    let certain: TargetSet
    let possible: TargetSet

    init(certain: TargetSet, possible: TargetSet) {
        self.certain = certain
        self.possible = possible
    }

    init(of platform: Platform, in table: TargetTable) {
        switch platform {
        case .name(let name):
            let found = table.targets(of: platform)
            self.init(certain: found, possible: found.isEmpty && !name.isEmpty ? table.all : found)
        case .cfg(let expression):
            self.init(of: expression, in: table)
        }
    }

    private init(of expression: CfgExpression, in table: TargetTable) {
        switch expression {
        case .not(let inner):
            let range = TargetRange(of: inner, in: table)
            self.init(certain: table.all.subtracting(range.possible), possible: table.all.subtracting(range.certain))
        case .all(let list):
            let ranges = list.map { TargetRange(of: $0, in: table) }
            self.init(
                certain: ranges.reduce(table.all) { $0.intersection($1.certain) },
                possible: ranges.reduce(table.all) { $0.intersection($1.possible) })
        case .any(let list):
            let ranges = list.map { TargetRange(of: $0, in: table) }
            self.init(
                certain: ranges.reduce(.none) { $0.union($1.certain) },
                possible: ranges.reduce(.none) { $0.union($1.possible) })
        case .value(let cfg):
            let found = table.targets(with: cfg)
            // What no target has may be of one that rustc had once, or that somebody made.
            let isFixed = Self.decidedByTarget.contains(cfg.name) && !found.isEmpty
            self.init(certain: isFixed ? found : .none, possible: isFixed ? found : table.all)
        case .constant(let value):
            self.init(certain: value ? table.all : .none, possible: value ? table.all : .none)
        }
    }

    private static let decidedByTarget: Set<String> = [
        "target_abi", "target_arch", "target_endian", "target_env", "target_family", "target_has_atomic", "target_os",
        "target_pointer_width", "target_vendor", "unix", "windows",
    ]
}
