package import CargoModel

/// A finding with what the policy makes of it.
package struct JudgedFinding: Sendable {
    package enum Standing: String, Sendable {
        case denied
        case warned
        /// Never counts.
        case note
    }

    package let finding: Finding
    package let standing: Standing
    /// What set the level, for the curious: `the default`, `lockgate.toml:3`, `-D`.
    package let levelSource: String

    package init(finding: Finding, standing: Standing, levelSource: String) {
        self.finding = finding
        self.standing = standing
        self.levelSource = levelSource
    }
}

/// What a verdict rests on.
package struct Basis: Sendable {
    /// One set of data: where it is from, and when that was.
    package struct Data: Sendable {
        package let name: String
        package let origin: String
        package let revision: String?
        package let date: Day?

        package init(name: String, origin: String, revision: String? = nil, date: Day? = nil) {
            self.name = name
            self.origin = origin
            self.revision = revision
            self.date = date
        }
    }

    package let data: [Data]
    package let policy: String
    package let lockgateVersion: String

    package init(data: [Data], policy: String, lockgateVersion: String) {
        self.data = data
        self.policy = policy
        self.lockgateVersion = lockgateVersion
    }
}

/// Something that kept lockgate from judging. Never a finding, and never a pass.
package struct Unjudged: Sendable {
    package let what: String
    package let help: String
    /// The requirements behind it, with the manifest lines that make them.
    package let notes: [Finding.Note]

    package init(what: String, help: String, notes: [Finding.Note] = []) {
        self.what = what
        self.help = help
        self.notes = notes
    }
}

/// Findings under a policy, most serious first.
package struct Verdict: Sendable {
    /// Sorted: denied, warned, notes; within a standing by rule and subject.
    package let findings: [JudgedFinding]
    package let ignored: [(finding: Finding, by: Ignore)]
    /// Recorded in the baseline, hence neither denied nor warned of.
    package let known: [Finding]
    package let lock: LockState
    package let unjudged: [Unjudged]
    package let basis: Basis
    package let packageCount: Int

    package init(
        findings: [JudgedFinding], ignored: [(finding: Finding, by: Ignore)], known: [Finding] = [], lock: LockState,
        unjudged: [Unjudged], basis: Basis, packageCount: Int
    ) {
        self.findings = findings
        self.ignored = ignored
        self.known = known
        self.lock = lock
        self.unjudged = unjudged
        self.basis = basis
        self.packageCount = packageCount
    }

    package var denied: [JudgedFinding] { findings.filter { $0.standing == .denied } }
    package var warned: [JudgedFinding] { findings.filter { $0.standing == .warned } }

    package var outcome: Outcome {
        if !unjudged.isEmpty { return .unjudged }
        if denied.contains(where: { LockState.rules.contains($0.finding.rule) }) { return .stale }
        return denied.isEmpty ? .passed : .denied
    }

    /// The exit statuses of a judgement; never changed by the report's format.
    package enum Outcome: Int32, Sendable {
        case passed = 0
        case denied = 1
        case unjudged = 3
        case stale = 4
    }
}

extension Verdict.Outcome {
    /// For programs.
    package var name: String {
        switch self {
        case .passed: "passed"
        case .denied: "denied"
        case .unjudged: "cannot-judge"
        case .stale: "stale"
        }
    }
}
