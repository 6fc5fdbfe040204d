/// Every rule, in the order reports list them. A new rule is one line here and one file in `Rules`.
package enum RuleCatalogue {
    package static let rules: [any Rule] = [
        LockMissing(),
        LockStale(),
        LockNoncanonical(),
        LockEdgesMismatch(),
        ChecksumMismatch(),
        ChecksumMissing(),
        UnknownVersion(),
        RegistryChanged(),
        Malicious(),
        Vulnerability(),
        Unsound(),
        Unmaintained(),
        Notice(),
        PinBlocksFix(),
        Yanked(),
        YankStormRule(),
        TooNew(),
        NewDependencyInPatch(),
        LookalikeName(),
        SourceNotAllowed(),
        SourceAmbiguous(),
        BannedCrate(),
        RequireExactPin(),
        WildcardRequirement(),
        OpenRequirement(),
        BroadRequirement(),
        ExactPin(),
        TildeRequirement(),
        PartialRequirement(),
        LowRequirement(),
        PrereleaseRequirement(),
        GitWithoutRev(),
        PathWithoutVersion(),
        UnusedPatch(),
        ReplaceTable(),
        RustVersionRule(),
        DuplicateAvoidable(),
        DuplicateVersion(),
        ExpiredIgnore(),
        UnusedIgnore(),
        UnusedBaseline(),
        MisplacedConfigRule(),
    ]

    /// What looks at a change, in the order reports list them.
    package static let reviewInfos: [RuleInfo] = reviewRules.map { type(of: $0).info }

    package static let reviewRules: [any ReviewRule] = [
        ChecksumChanged(),
        SourceChanged(),
        UnexplainedDrift(),
        Downgrade(),
        UnrelatedUpdate(),
    ]

    package static let infos: [RuleInfo] =
        rules.map { type(of: $0).info } + reviewInfos

    /// Whether a rule looks at the policy itself.
    static func isAboutPolicy(_ rule: String) -> Bool { policyRules.contains(rule) }

    private static let policyRules = Set(rules.filter { $0 is any PolicyRule }.map { type(of: $0).info.id })

    private static let ranks = Dictionary(
        uniqueKeysWithValues: infos.enumerated().map { ($0.element.id, $0.offset) })

    static func rank(of rule: String) -> Int { ranks[rule] ?? infos.count }
}
