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
            let parts = [kindText, featureText, targetText.map { "on " + $0 }].compactMap { $0 }
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
        let systems = table.values(of: "target_os", in: targets)
        return systems.count <= 4 ? "some of " + systems.joined(separator: ", ") : "\(targets.count) of rustc's targets"
    }
}
