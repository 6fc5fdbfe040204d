package import CargoWorkspace
import Disk
package import TOML

/// Which rules count how much, with which settings, and which findings are let pass with a reason.
///
/// Layers: the workspace's own file first, then what it extends. What a nearer layer says of a rule wins; within a
/// layer what it says about a member's path wins; where none says anything, the preset's level holds.
package struct Policy: Sendable {
    /// A level and what set it.
    package struct Setting: Hashable, Sendable {
        package let level: Level
        package let source: String
    }

    package let layers: [PolicyLayer]
    private let overrides: [String: Setting]
    /// Findings that were there when lockgate was adopted; `nil` without a baseline file.
    package var baseline: Baseline?
    /// Configuration files that nothing reads.
    package var misplaced: [MisplacedConfig]

    package init(
        layers: [PolicyLayer] = [], baseline: Baseline? = nil, misplaced: [MisplacedConfig] = []
    ) {
        self.layers = layers
        self.baseline = baseline
        self.misplaced = misplaced
        overrides = [:]
    }

    private init(_ policy: Policy, overrides: [String: Setting]) {
        layers = policy.layers
        baseline = policy.baseline
        misplaced = policy.misplaced
        self.overrides = overrides
    }

    /// Levels from the command line beat those of every file.
    package func overridden(by given: [(rule: String, level: Level, flag: String)]) -> Policy {
        var overrides = overrides
        for (rule, level, flag) in given { overrides[rule] = Setting(level: level, source: flag) }
        return Policy(self, overrides: overrides)
    }

    /// Whether the command line has set the level of a rule.
    func isOverridden(_ rule: String) -> Bool { overrides[rule] != nil }

    /// For reports: the file and what it extends, or `built-in defaults`.
    package var name: String {
        guard let own = layers.first else { return "built-in defaults" }
        let others = layers.dropFirst().map(\.path)
        return own.path + (others.isEmpty ? "" : ", extending " + others.joined(separator: ", "))
    }

    /// Those of the workspace's own file first.
    package var ignores: [Ignore] { layers.flatMap(\.ignores) }

    /// Data older than this many days cannot be judged by; `nil` sets no limit.
    package var maximumAge: Int? { layers.lazy.compactMap(\.maximumAge).first }

    /// Data from servers that was not asked for within as many hours is asked for again; `nil` leaves that to the command.
    package var refreshHours: Int? { layers.lazy.compactMap(\.refreshHours).first }

    /// The level of a rule in one member, or in a workspace without members.
    package func setting(of rule: RuleInfo, in scope: PolicyScope = .application) -> Setting {
        if let setting = overrides[rule.id] { return setting }
        for layer in layers {
            if let setting = layer.level(of: rule.id, in: scope) { return setting }
        }
        for layer in layers {
            guard let (preset, source) = layer.preset(in: scope) else { continue }
            return Setting(level: rule.levels[preset], source: "preset \(preset.rawValue), \(source)")
        }
        let isSpecial = scope.preset == .library && rule.levels[.library] != rule.levels[.application]
        return Setting(level: rule.levels[scope.preset], source: "the default" + (isSpecial ? " for libraries" : ""))
    }

    /// The settings of a rule in one member; each option from the nearest place that gives it.
    package func options(of rule: String, in scope: PolicyScope = .application) -> RuleOptions {
        var values: [String: RuleOptions.Value] = [:]
        for layer in layers.reversed() {
            values.merge(layer.options(of: rule, in: scope)) { _, nearer in nearer }
        }
        return RuleOptions(values)
    }
}

extension Policy {
    /// Each `[[member]]` of the workspace's own file that fits no member, hence says nothing.
    package func membersNobodyIs(in workspace: Workspace) -> [MisplacedConfig] {
        let scopes = workspace.policyScopes
        return (layers.first?.members ?? []).filter { !scopes.contains(where: $0.covers) }.map {
            MisplacedConfig(
                location: $0.location,
                fact: "no member lies at \($0.paths.map { "`\($0.text)`" }.joined(separator: ", "))",
                help: "correct the `path`, relative to the workspace's Cargo.toml, or remove the `[[member]]`")
        }
    }
}

/// A member as a policy sees it.
package struct PolicyScope: Hashable, Sendable {
    /// Relative to the root of the workspace; `.` for the root package.
    package let path: String
    /// What holds where no file says anything.
    package let preset: Preset

    package init(path: String, preset: Preset) {
        self.path = path
        self.preset = preset
    }

    /// A workspace without members.
    package static let application = PolicyScope(path: ".", preset: .application)
}

extension Workspace {
    /// One for each member, in their order; what can be published and has a library is a library.
    package var policyScopes: [PolicyScope] {
        members.map { member in
            let path = Path.relative(member.directory, to: rootDirectory)
            return PolicyScope(path: path.isEmpty ? "." : path, preset: member.isLibrary ? .library : .application)
        }
    }
}

/// A file that looks like configuration in a place where nothing reads it.
package struct MisplacedConfig: Sendable {
    /// As the user would type it.
    package let location: Location
    /// Lower case, without the path: `nothing reads this: …`.
    package let fact: String
    package let help: String

    package init(location: Location, fact: String, help: String) {
        self.location = location
        self.fact = fact
        self.help = help
    }
}
