/// One corpus, and the part of lockgate that is held against it.
protocol Suite {
    static var name: String { get }

    /// - Throws: `SuiteError` if the corpus cannot be read; a case that fails is part of the outcome.
    func run(_ context: Context) throws(SuiteError) -> Outcome
}

extension Suite {
    var name: String { Self.name }
}

/// Where the inputs lie.
struct Context {
    var corpus: String
    var spec: String
}

/// The corpus is missing or damaged.
struct SuiteError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// How a suite went.
struct Outcome {
    /// Cases of one kind, such as `valid 214/214`.
    struct Count {
        let name: String
        var passed = 0
        var total = 0
    }

    private(set) var counts: [Count]
    /// One line each, in the order of the cases. Empty means success.
    private(set) var failures: [String] = []
    /// Cases where we knowingly differ from the corpus, because Cargo does.
    var deviations = 0

    init(_ names: String...) { self.init(names) }

    init(_ names: [String]) {
        counts = names.map { Count(name: $0) }
    }

    /// Notes a case of the kind `name`.
    ///
    /// - Parameter failure: what went wrong; nil if nothing did.
    mutating func note(_ name: String, failure: String?) {
        guard let position = counts.firstIndex(where: { $0.name == name }) else { return }
        counts[position].total += 1
        if let failure { failures.append(failure) } else { counts[position].passed += 1 }
    }

    /// The one line of a suite.
    func line(for suite: String) -> String {
        let padding = String(repeating: " ", count: max(15 - suite.count, 1))
        let fields = counts.map { "\($0.name) \($0.passed)/\($0.total)" } + ["deviations \(deviations)"]
        return suite + padding + fields.joined(separator: "  ")
    }
}
