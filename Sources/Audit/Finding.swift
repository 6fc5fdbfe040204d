package import BuildGraph
package import CargoModel
package import TOML

/// How seriously a rule is taken.
package enum Level: String, Sendable, CaseIterable, Comparable {
    case allow
    case warn
    case deny

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    package static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }
}

/// What a finding is about. Never a line number, so that it survives edits.
package enum Subject: Hashable, Sendable {
    case package(PackageID)
    /// Every locked version of one name.
    case crate(String)
    case dependency(String, of: String)
    case advisory(String, PackageID)
    case file(String)
    /// A statement of the policy, in its words.
    case exception(String)

    /// Stable text; together with the rule it identifies a finding.
    package var identity: String {
        switch self {
        case .package(let id): "\(id.name)@\(id.version)"
        case .crate(let name): name
        case .dependency(let name, let owner): "\(owner)/\(name)"
        case .advisory(let advisory, let id): "\(advisory)/\(id.name)@\(id.version)"
        case .file(let path): path
        case .exception(let text): text
        }
    }

    /// The crate concerned, for ignores.
    package var crate: String? {
        switch self {
        case .package(let id), .advisory(_, let id): id.name
        case .crate(let name), .dependency(let name, _): name
        case .file, .exception: nil
        }
    }

    package var package: PackageID? {
        switch self {
        case .package(let id), .advisory(_, let id): id
        case .crate, .dependency, .file, .exception: nil
        }
    }
}

/// One breach of one rule: what is wrong, where, why it matters and what to do.
package struct Finding: Sendable {
    /// A second place that belongs to the story.
    package struct Note: Sendable {
        package let text: String
        package let location: Location?

        package init(_ text: String, at location: Location? = nil) {
            self.text = text
            self.location = location
        }
    }

    package let rule: String
    package let subject: Subject
    /// Lower case, no full stop, names in backticks, the fact first.
    package let message: String
    package let location: Location?
    package let why: String
    /// The next action, or that there is none.
    package let help: String
    package internal(set) var notes: [Note]
    /// Worth knowing and never more: shown as a note whatever the policy says.
    package let isNote: Bool
    /// Advisory ids, all aliases included; empty for other rules.
    package let advisoryIDs: [String]
    /// Facts for programs: key and value in a fixed order.
    package let facts: [(key: String, value: String)]
    /// When its package is built; for the rules that say so.
    package internal(set) var build: BuildStatus?

    package init(
        rule: String, subject: Subject, message: String, at location: Location?, why: String, help: String,
        notes: [Note] = [], isNote: Bool = false, advisoryIDs: [String] = [],
        facts: [(key: String, value: String)] = []
    ) {
        self.rule = rule
        self.subject = subject
        self.message = message
        self.location = location
        self.why = why
        self.help = help
        self.notes = notes
        self.isNote = isNote
        self.advisoryIDs = advisoryIDs
        self.facts = facts
    }

    /// Rule and subject: the same fault keeps its identity from run to run.
    package var identity: String { "\(rule):\(subject.identity)" }
}
