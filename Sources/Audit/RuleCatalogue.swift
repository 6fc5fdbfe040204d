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

    package static let infos: [RuleInfo] = rules.map { type(of: $0).info }

    private static let ranks = Dictionary(
        uniqueKeysWithValues: infos.enumerated().map { ($0.element.id, $0.offset) })

    static func rank(of rule: String) -> Int { ranks[rule] ?? infos.count }
}
