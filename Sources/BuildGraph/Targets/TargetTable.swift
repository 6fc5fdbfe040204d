package import CargoModel

/// The targets that rustc knows by itself, and what `rustc --print cfg` says of each, without flags.
///
/// Decoded once, when it is first asked for.
package struct TargetTable: Sendable {
    /// In byte order.
    package let names: [String]
    /// The compiler the table was made from.
    package let compiler: String
    private let having: [Cfg: TargetSet]
    /// Every target.
    package let all: TargetSet

    package static let shared = TargetTable()

    private init() {
        let lines = Self.text.description.split(separator: "\n", omittingEmptySubsequences: false)
        let middle = lines.firstIndex(of: "") ?? lines.endIndex
        compiler = lines.first.map(String.init) ?? ""
        names = lines[1..<middle].flatMap { $0.split(separator: " ").map(String.init) }
        having = Dictionary(
            lines[middle...].dropFirst().compactMap(Self.row), uniquingKeysWith: { first, _ in first })
        all = TargetSet(first: names.count)
    }

    private static func row(_ line: Substring) -> (Cfg, TargetSet)? {
        guard let space = line.lastIndex(of: " ") else { return nil }
        let halves = line[..<space].split(separator: "=", maxSplits: 1)
        guard let name = halves.first else { return nil }
        let value = halves.count > 1 ? String(halves[1].dropFirst().dropLast()) : nil
        return (Cfg(name: String(name), value: value), set(of: line[line.index(after: space)...]))
    }

    private static func set(of digits: Substring) -> TargetSet {
        var result = TargetSet.none
        for (place, digit) in digits.utf8.enumerated() {
            let value = Hexadecimal.value(of: digit) ?? 0
            for bit in 0..<4 where value & (1 << bit) != 0 { result.insert(place * 4 + bit) }
        }
        return result
    }

    /// Position of a target; `nil` if rustc does not know it by itself.
    package func index(of target: String) -> Int? {
        var low = 0
        var high = names.count
        while low < high {
            let middle = (low + high) / 2
            if names[middle].precedesInBytes(target) { low = middle + 1 } else { high = middle }
        }
        return low < names.count && names[low] == target ? low : nil
    }

    /// The targets that a dependency under `[target.X]` is for. What only flags set counts as off.
    package func targets(of platform: Platform) -> TargetSet {
        switch platform {
        case .name(let name): index(of: name).map { TargetSet(only: $0) } ?? .none
        case .cfg(let expression): targets(with: expression)
        }
    }

    /// The targets with this setting.
    package func targets(with cfg: Cfg) -> TargetSet { having[cfg] ?? .none }

    private func targets(with expression: CfgExpression) -> TargetSet {
        switch expression {
        case .not(let inner): all.subtracting(targets(with: inner))
        case .all(let list): list.reduce(all) { $0.intersection(targets(with: $1)) }
        case .any(let list): list.reduce(.none) { $0.union(targets(with: $1)) }
        case .value(let cfg): targets(with: cfg)
        case .constant(let value): value ? all : .none
        }
    }

    /// Values a setting has among these targets, in byte order.
    package func values(of name: String, in targets: TargetSet) -> [String] {
        having.filter { $0.key.name == name && !$0.value.intersection(targets).isEmpty }
            .compactMap(\.key.value).sorted { $0.precedesInBytes($1) }
    }
}
