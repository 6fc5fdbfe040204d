package import BuildGraph
import CargoModel

extension BuildStatus {
    /// `compiled only for tests, examples and benchmarks, on windows`; `nil` for what every build compiles.
    package var phrase: String? {
        switch state {
        case .onlyLocked: return "only locked: no build of this workspace compiles it"
        case .possibly:
            return needsFlags
                ? "compiled only with flags for the compiler, or for a target that rustc does not have built in"
                : "possibly compiled: lock and index do not decide it"
        case .built:
            let parts = [kindText, featureText, isUsual ? nil : targetText.map { "on " + $0 }].compactMap { $0 }
            return parts.isEmpty ? nil : "compiled only " + parts.joined(separator: ", ")
        }
    }

    private var kindText: String? {
        switch kind {
        case .normal: nil
        case .build: "for build scripts"
        case .development: "for tests, examples and benchmarks"
        }
    }

    private var featureText: String? {
        switch features {
        case .standard, .unknown: nil
        case .several: "with more than one feature at a time"
        case .oneOf(let names):
            names.count == 1
                ? "with feature `\(names[0])`"
                : "with one of the features " + names.prefix(4).map { "`\($0)`" }.joined(separator: ", ")
                    + (names.count > 4 ? " and \(names.count - 4) more" : "")
        }
    }

    /// The targets in a few words, by the setting that tells them from all others; `nil` for all.
    package var targetText: String? {
        guard let targets else { return nil }
        let table = TargetTable.shared
        if targets.count <= 2 {
            return table.names.indices.filter(targets.contains).map { table.names[$0] }.joined(separator: ", ")
        }
        for name in ["windows", "unix"] {
            let set = table.targets(with: Cfg(name: name))
            if targets == set { return name }
            if targets == table.all.subtracting(set) { return "what is not \(name)" }
        }
        for key in ["target_os", "target_family", "target_arch", "target_env"] {
            for value in table.values(of: key, in: table.all) {
                let set = table.targets(with: Cfg(name: key, value: value))
                if targets == set { return value }
                if targets == table.all.subtracting(set) { return "what is not \(value)" }
            }
        }
        let others = table.all.subtracting(targets)
        return Self.systems(targets, table) ?? Self.systems(others, table).map { "what is not " + $0 }
            ?? "\(targets.count) of rustc's targets"
    }

    /// The few operating systems that are all of these targets and no others.
    private static func systems(_ targets: TargetSet, _ table: TargetTable) -> String? {
        let names = table.values(of: "target_os", in: targets)
        let covered = names.map { table.targets(with: Cfg(name: "target_os", value: $0)) }
            .reduce(TargetSet.none) { $0.union($1) }
        return names.count <= 4 && covered == targets ? names.joined(separator: ", ") : nil
    }

    /// Whether the targets most people build for are all there.
    private var isUsual: Bool {
        guard let targets else { return true }
        return Self.usual.allSatisfy { TargetTable.shared.index(of: $0).map(targets.contains) ?? false }
    }

    private static let usual = [
        "aarch64-apple-darwin", "aarch64-unknown-linux-gnu", "x86_64-apple-darwin", "x86_64-pc-windows-msvc",
        "x86_64-unknown-linux-gnu",
    ]
}
