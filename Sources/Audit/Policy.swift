package import CargoModel
package import SemVer
package import TOML

/// Which rules count how much, with which settings, and which findings are let pass with a reason.
package struct Policy: Sendable {
    /// A level and what set it.
    package struct Setting: Sendable {
        package let level: Level
        package let source: String
    }

    private let levels: [String: Setting]
    private let options: [String: RuleOptions]
    package let ignores: [Ignore]
    /// Data older than this many days cannot be judged by; `nil` sets no limit.
    package let maximumAge: Int?
    /// For reports: the file, or `built-in defaults`.
    package let name: String

    package init(
        levels: [String: Setting] = [:], options: [String: RuleOptions] = [:], ignores: [Ignore] = [],
        maximumAge: Int? = nil, name: String = "built-in defaults"
    ) {
        self.levels = levels
        self.options = options
        self.ignores = ignores
        self.maximumAge = maximumAge
        self.name = name
    }

    package func setting(of rule: RuleInfo) -> Setting {
        levels[rule.id] ?? Setting(level: rule.levels[.application], source: "the default")
    }

    package func options(of rule: String) -> RuleOptions { options[rule] ?? RuleOptions() }

    /// Levels from the command line beat those of the file.
    package func overridden(by overrides: [(rule: String, level: Level, flag: String)]) -> Policy {
        var levels = levels
        for (rule, level, flag) in overrides { levels[rule] = Setting(level: level, source: flag) }
        return Policy(levels: levels, options: options, ignores: ignores, maximumAge: maximumAge, name: name)
    }
}

/// One exception: findings that match are let pass, for a stated reason, perhaps until a day.
package struct Ignore: Sendable {
    package let rule: String?
    package let crate: String?
    package let version: VersionRequirement?
    package let advisory: String?
    package let reason: String
    package let expires: Day?
    package let location: Location

    package func matches(_ finding: Finding) -> Bool {
        if let rule, rule != finding.rule { return false }
        if let crate, crate != finding.subject.crate { return false }
        if let advisory, !finding.advisoryIDs.contains(advisory) { return false }
        if let version {
            guard let package = finding.subject.package, version.matches(package.version) else { return false }
        }
        return true
    }

    /// The day itself still counts.
    package func isInForce(on today: Day) -> Bool { expires.map { today <= $0 } ?? true }
}
