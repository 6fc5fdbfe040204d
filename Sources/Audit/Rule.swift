/// A check of the workspace. Pure: it knows nothing of levels, ignores or output, reads no file and asks no network.
package protocol Rule: Sendable {
    static var info: RuleInfo { get }
    init()
    func findings(in context: AuditContext) -> [Finding]
}

/// What users read about a rule, and what its tests run.
package struct RuleInfo: Sendable {
    /// Kebab-case; names the fault, not the wish.
    package let id: String
    /// One line, lower case, no full stop.
    package let summary: String
    /// Why anyone should care, and what the rule cannot see.
    package let rationale: String
    /// The levels without any policy.
    package let levels: PresetLevels
    package let options: [RuleOption]
    package let passing: [RuleExample]
    package let failing: [RuleExample]

    package init(
        id: String, summary: String, rationale: String, level: Level, library: Level? = nil, strict: Level? = nil,
        options: [RuleOption] = [], passing: [RuleExample], failing: [RuleExample]
    ) {
        self.id = id
        self.summary = summary
        self.rationale = rationale
        levels = PresetLevels(application: level, library: library, strict: strict)
        self.options = options
        self.passing = passing
        self.failing = failing
    }
}

/// The levels a rule has in the presets.
package struct PresetLevels: Sendable {
    private let application: Level
    private let library: Level
    private let strict: Level

    /// - Parameters:
    ///   - library: as for applications unless given.
    ///   - strict: `deny` unless given, for a rule that is not off.
    package init(application: Level, library: Level? = nil, strict: Level? = nil) {
        self.application = application
        self.library = library ?? application
        self.strict = strict ?? (max(application, self.library) == .allow ? .allow : .deny)
    }

    package subscript(preset: Preset) -> Level {
        switch preset {
        case .application: application
        case .library: library
        case .strict: strict
        }
    }
}

/// A set of levels to start from.
package enum Preset: String, Sendable, CaseIterable {
    /// What is shipped: its lock is what users run.
    case application
    /// What others depend on: its requirements are what they get.
    case library
    /// Whatever warns denies.
    case strict
}

/// A setting of one rule, `[rules.<id>]` in the policy file.
package struct RuleOption: Sendable {
    package indirect enum Kind: Sendable {
        case strings
        case integer
        case boolean
        case text
        /// Text that is a version requirement.
        case requirement
        /// One of these.
        case word([String])
        /// `[[rules.<id>.<name>]]`, with these fields, the first of which must be given.
        case tables([RuleOption])
    }

    package let name: String
    package let kind: Kind
    package let summary: String

    package init(_ name: String, _ kind: Kind, _ summary: String) {
        self.name = name
        self.kind = kind
        self.summary = summary
    }
}

extension RuleOption.Kind: CustomStringConvertible {
    package var description: String {
        switch self {
        case .strings: "list of strings"
        case .integer: "integer"
        case .boolean: "boolean"
        case .text: "string"
        case .requirement: "version requirement"
        case .word(let words): words.map { "\"\($0)\"" }.joined(separator: " or ")
        case .tables(let fields): "tables with " + fields.map { "`\($0.name)`" }.joined(separator: ", ")
        }
    }
}

/// The settings of one rule in force, by option name.
package struct RuleOptions: Sendable, Equatable {
    package enum Value: Sendable, Equatable {
        case strings([String])
        case integer(Int)
        case boolean(Bool)
        /// Also a word or a requirement.
        case text(String)
        case tables([RuleOptions])
    }

    package var values: [String: Value]

    package init(_ values: [String: Value] = [:]) { self.values = values }

    package func strings(_ name: String) -> [String] {
        if case .strings(let list) = values[name] { list } else { [] }
    }

    package func integer(_ name: String) -> Int? {
        if case .integer(let number) = values[name] { number } else { nil }
    }

    package func boolean(_ name: String) -> Bool? {
        if case .boolean(let flag) = values[name] { flag } else { nil }
    }

    package func text(_ name: String) -> String? {
        if case .text(let text) = values[name] { text } else { nil }
    }

    package func tables(_ name: String) -> [RuleOptions] {
        if case .tables(let list) = values[name] { list } else { [] }
    }
}

/// A whole small input, as documentation and as a test.
///
/// Either the body of a manifest (a `[package]` named `app` is put before it), or several files, each after a line
/// `-- path --`. Special files: `index` (one version a line: `name 1.0.0 | dependency ^1 | yanked`),
/// `index-when-locked` (the index the lock was made from, where it differs), `locked` (a lock in short, one package a
/// line: `name 1.0.0 | checksum … | dependency, dependency 2.0.0`), `advisories` (JSON lines), `popular` (a name and
/// the number of its dependent crates a line), `changes` (what a registry did: name, version, kind, old and new checksum,
/// moment) and `lockgate.toml` (the policy). Without a lock one is made by a resolve,
/// unless there is a part `no Cargo.lock`. `↓` stands before the place a finding points at.
package struct RuleExample: Sendable {
    package let text: String
    /// One line for the rule's page.
    package let caption: String

    package init(_ caption: String = "", _ text: String) {
        self.caption = caption
        self.text = text
    }
}
