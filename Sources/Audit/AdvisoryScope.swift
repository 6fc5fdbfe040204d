import Advisories
import CargoModel

/// Which packages and advisories the options of an advisory rule leave to report.
struct AdvisoryScope {
    static let options = [
        RuleOption(
            "min-severity", .word(["low", "medium", "high", "critical"]),
            "report from this severity on; an advisory of unknown severity always counts"),
        RuleOption("scope", .word(["all", "direct"]), "`direct`: only what a member of the workspace asks for itself"),
        RuleOption("os", .strings, "operating systems you ship for; an advisory limited to others is left out"),
        RuleOption("arch", .strings, "architectures you ship for; an advisory limited to others is left out"),
        RuleOption(
            "dev-dependencies", .boolean, "`false`: leave out what only the workspace's own tests and examples reach"),
        RuleOption("build-dependencies", .boolean, "`false`: leave out what only build scripts reach"),
    ]

    private let minimum: Severity.Level?
    private let systems: Set<String>
    private let architectures: Set<String>
    /// Positions in the lock; `nil` for all.
    private let packages: Set<Int>?

    init(_ context: AuditContext) {
        let options = context.options
        minimum = options.text("min-severity").flatMap(Severity.Level.init)
        systems = Set(options.strings("os").map { $0.lowercased() })
        architectures = Set(options.strings("arch").map { $0.lowercased() })
        var kinds: Set<DependencyKind> = [.normal, .build, .development]
        if options.boolean("dev-dependencies") == false { kinds.remove(.development) }
        if options.boolean("build-dependencies") == false { kinds.remove(.build) }
        let isDirect = options.text("scope") == "direct"
        packages = isDirect || kinds.count < 3 ? context.reached(by: kinds, isDirect: isDirect) : nil
    }

    func covers(_ index: Int) -> Bool { packages?.contains(index) ?? true }

    func covers(_ group: [Advisory]) -> Bool {
        if let minimum, let worst = AdvisoryFindings.worst(of: group), worst.level < minimum { return false }
        guard let advisory = group.first else { return false }
        return Self.meets(systems, advisory.operatingSystems) && Self.meets(architectures, advisory.architectures)
    }

    /// Whether a limited advisory concerns one of the platforms; nothing said on either side means all.
    private static func meets(_ shipped: Set<String>, _ affected: [String]) -> Bool {
        shipped.isEmpty || affected.isEmpty || affected.contains { shipped.contains($0.lowercased()) }
    }
}
