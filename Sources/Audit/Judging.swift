import BuildGraph
import CargoModel
import CargoWorkspace
import TOML

/// Runs rules under a policy, member by member where the policy differs, and sorts what they find.
struct Judging {
    private let context: AuditContext
    private let policy: Policy
    private let scopes: MemberScopes
    private lazy var concern = Concern(context)
    private let concernsPaths: Bool
    private let ignores: [(ignore: Ignore, isOwn: Bool)]
    private var usedIgnores: Set<Int> = []
    private var metBaseline: Set<String> = []
    private(set) var judged: [JudgedFinding] = []
    private(set) var ignored: [(finding: Finding, by: Ignore)] = []
    private(set) var known: [Finding] = []

    init(_ context: AuditContext, _ policy: Policy) {
        self.context = context
        self.policy = policy
        scopes = MemberScopes(context.workspace, policy)
        ignores = policy.layers.enumerated().flatMap { index, layer in layer.ignores.map { ($0, index == 0) } }
        concernsPaths = ignores.contains { !$0.ignore.paths.isEmpty }
    }

    // MARK: Running

    mutating func run(_ rule: any Rule, in context: AuditContext) {
        run(type(of: rule).info) { rule.findings(in: context.with(options: $0)) }
    }

    mutating func run(_ rule: any ReviewRule, in review: ReviewContext) {
        run(type(of: rule).info) { rule.findings(in: review.with(options: $0)) }
    }

    private mutating func run(_ info: RuleInfo, _ findings: (RuleOptions) -> [Finding]) {
        let settings = scopes.classes.map { policy.setting(of: info, in: $0) }
        guard settings.contains(where: { $0.level != .allow }) else { return }
        var merged = FindingSet()
        for group in groups(by: info) where group.contains(where: { settings[$0].level != .allow }) {
            let options = policy.options(of: info.id, in: scopes.classes[group[0]])
            for finding in findings(options) {
                let setting = setting(of: finding, group, effective(settings, of: info, on: finding))
                if setting.level != .allow { merged.insert(finding, setting) }
            }
        }
        for (finding, setting) in merged.findings {
            weigh(info.tellsBuild ? finding.labelled(context.build) : finding, setting)
        }
    }

    /// The level that a policy has for packages that are only locked takes the place of the rule's, where the finding is
    /// about one. What the command line says holds for both.
    private func effective(
        _ settings: [Policy.Setting], of info: RuleInfo, on finding: Finding
    ) -> [Policy.Setting] {
        guard info.tellsBuild, !policy.isOverridden(info.id) else { return settings }
        let given = scopes.classes.map { scope in
            policy.options(of: info.id, in: scope).text(RuleOption.notBuilt.name).flatMap(Level.init)
        }
        guard given.contains(where: { $0 != nil }), context.build.status(of: finding)?.state == .onlyLocked else {
            return settings
        }
        return zip(settings, given).map { setting, level in
            level.map { Policy.Setting(level: $0, source: "`not-built` in the policy") } ?? setting
        }
    }

    /// Classes of members that have the same options of a rule.
    private func groups(by info: RuleInfo) -> [[Int]] {
        var groups: [(options: RuleOptions, classes: [Int])] = []
        for (index, scope) in scopes.classes.enumerated() {
            let options = policy.options(of: info.id, in: scope)
            if let place = groups.firstIndex(where: { $0.options == options }) {
                groups[place].classes.append(index)
            } else {
                groups.append((options, [index]))
            }
        }
        return groups.map(\.classes)
    }

    /// The most serious level among the members a finding concerns.
    private mutating func setting(
        of finding: Finding, _ group: [Int], _ settings: [Policy.Setting]
    ) -> Policy.Setting {
        let isUniform = group.count == settings.count && Set(settings.map(\.level)).count == 1
        if isUniform { return settings[0] }
        let classes = Set(concern.members(of: finding).map { scopes.classOf[$0] })
        let concerned = group.filter { classes.isEmpty || classes.contains($0) }.map { settings[$0] }
        return concerned.max { $0.level < $1.level } ?? Policy.Setting(level: .allow, source: "")
    }

    // MARK: Weighing

    private mutating func weigh(_ finding: Finding, _ setting: Policy.Setting) {
        let paths = concernsPaths ? concern.members(of: finding).map { scopes.paths[$0] } : ["."]
        let matching = ignores.indices.filter { ignores[$0].ignore.matches(finding, in: paths) }
        let active = matching.filter { ignores[$0].ignore.isInForce(on: context.today) }
        usedIgnores.formUnion(matching)
        if policy.baseline?.contains(finding) == true { metBaseline.insert(finding.identity) }
        if let first = active.first { return ignored.append((finding, ignores[first].ignore)) }
        if metBaseline.contains(finding.identity), !finding.isNote { return known.append(finding) }
        judged.append(
            JudgedFinding(
                finding: finding.noting(matching.first.map { ignores[$0].ignore }),
                standing: finding.isNote ? .note : setting.level == .deny ? .denied : .warned,
                levelSource: setting.source))
    }

    // MARK: Use of the policy

    /// What became of exceptions and baseline in the rules that have run.
    mutating func use() -> PolicyUse {
        judgeUnused()
        return PolicyUse(
            exceptions: ignores.enumerated().map { index, item in
                .init(ignore: item.ignore, isOwn: item.isOwn, isUsed: usedIgnores.contains(index))
            },
            vanished: (policy.baseline?.entries ?? []).filter { !metBaseline.contains($0.value) }.map {
                ($0.value, Location(path: policy.baseline?.path ?? "", span: $0.span))
            }, misplaced: policy.misplaced)
    }

    /// An exception for a rule that is switched off is in use if the rule, switched on, would find something for it.
    private mutating func judgeUnused() {
        let reviewed = Set(RuleCatalogue.reviewRules.map { type(of: $0).info.id })
        // Whether one about a change is in use, only a review could tell.
        let open = ignores.indices.filter { index in
            let ignore = ignores[index]
            return ignore.isOwn && !usedIgnores.contains(index) && !reviewed.contains(ignore.ignore.rule ?? "")
        }
        usedIgnores.formUnion(ignores.indices.filter { reviewed.contains(ignores[$0].ignore.rule ?? "") })
        guard !open.isEmpty else { return }
        for rule in RuleCatalogue.rules {
            let info = type(of: rule).info
            let asking = open.filter { ignores[$0].ignore.rule.map { $0 == info.id } ?? true }
            if rule is any PolicyRule {
                usedIgnores.formUnion(asking.filter { ignores[$0].ignore.rule != nil })
            } else if !asking.isEmpty {
                judge(asking, by: rule, info)
            }
        }
    }

    /// With the options of every member for which the rule is off.
    private mutating func judge(_ asking: [Int], by rule: any Rule, _ info: RuleInfo) {
        for group in groups(by: info)
        where group.contains(where: { policy.setting(of: info, in: scopes.classes[$0]).level == .allow }) {
            let options = policy.options(of: info.id, in: scopes.classes[group[0]])
            for finding in rule.findings(in: context.with(options: options)) {
                let paths = concernsPaths ? concern.members(of: finding).map { scopes.paths[$0] } : ["."]
                usedIgnores.formUnion(asking.filter { ignores[$0].ignore.matches(finding, in: paths) })
            }
        }
    }
}

/// Findings of several runs of one rule: the same one counts once, with its most serious level.
private struct FindingSet {
    private(set) var findings: [(finding: Finding, setting: Policy.Setting)] = []
    private var places: [Key: Int] = [:]

    private struct Key: Hashable {
        let identity: String
        let location: Location?
    }

    mutating func insert(_ finding: Finding, _ setting: Policy.Setting) {
        let key = Key(identity: finding.identity, location: finding.location)
        if let place = places[key] {
            // Within one run a rule may say two things about one subject; only another run repeats itself.
            guard findings[place].finding.message == finding.message else { return findings.append((finding, setting)) }
            if findings[place].setting.level < setting.level { findings[place].setting = setting }
        } else {
            places[key] = findings.count
            findings.append((finding, setting))
        }
    }
}

/// The members in classes that no policy tells apart.
private struct MemberScopes {
    /// One of each class.
    let classes: [PolicyScope]
    /// By member.
    let classOf: [Int]
    /// By member.
    let paths: [String]

    init(_ workspace: Workspace, _ policy: Policy) {
        let scopes = workspace.policyScopes.isEmpty ? [.application] : workspace.policyScopes
        let namesMembers = policy.layers.contains { !$0.members.isEmpty }
        var classes: [PolicyScope] = []
        classOf = scopes.map { scope in
            if let place = classes.firstIndex(where: { namesMembers ? $0 == scope : $0.preset == scope.preset }) {
                return place
            }
            classes.append(scope)
            return classes.count - 1
        }
        self.classes = classes
        paths = scopes.map(\.path)
    }
}

/// Which members a finding is about.
private struct Concern {
    private let context: AuditContext
    /// Per package of the lock the members that reach it, ascending; made when first needed.
    private lazy var reach = context.membersReaching()

    init(_ context: AuditContext) { self.context = context }

    mutating func members(of finding: Finding) -> [Int] {
        let members = context.workspace.members
        let named: [Int] =
            switch finding.subject {
            case .dependency(let name, let owner):
                members.indices.filter { members[$0].makes(name, of: owner, at: finding.location) }
            case .package(let id), .advisory(_, let id): reaching { $0 == id }
            case .crate(let name): reaching { $0.name == name }
            case .exception: []
            case .file: members.indices.filter { members[$0].file.path == finding.location?.path }
            }
        return named.isEmpty ? Array(0..<max(1, members.count)) : named
    }

    private mutating func reaching(_ isMeant: (PackageID) -> Bool) -> [Int] {
        let packages = context.lock?.resolve.packages ?? []
        var found: Set<Int> = []
        for index in packages.indices where isMeant(packages[index]) { found.formUnion(reach[index]) }
        return found.sorted()
    }
}

extension Manifest {
    /// Whether this member is the owner of a requirement, or inherits the same one from the workspace.
    fileprivate func makes(_ name: String, of owner: String, at location: Location?) -> Bool {
        package?.name.value == owner
            || dependencies.contains { $0.isInherited && $0.name == name && $0.requirement?.location == location }
    }
}

extension AuditContext {
    /// Per package of the lock the members, by position, that depend on it directly or through others.
    func membersReaching() -> [[Int]] {
        guard let lock else { return [] }
        var result = Array(repeating: [Int](), count: lock.resolve.packages.count)
        for (member, manifest) in workspace.members.enumerated() {
            guard let start = manifest.summary.flatMap({ lock.resolve.index(of: $0.id) }) else { continue }
            var seen = Array(repeating: false, count: result.count)
            seen[start] = true
            var work = [start]
            while let package = work.popLast() {
                result[package].append(member)
                for target in lock.resolve.edges[package] where !seen[target] {
                    seen[target] = true
                    work.append(target)
                }
            }
        }
        return result
    }
}

extension Finding {
    /// Says which exception let it pass until it ran out.
    fileprivate func noting(_ ignore: Ignore?) -> Finding {
        guard let ignore, let end = ignore.expires else { return self }
        var copy = self
        copy.notes.append(Note("the exception for it ran out on \(end): \(ignore.reason)", at: ignore.location))
        return copy
    }
}
