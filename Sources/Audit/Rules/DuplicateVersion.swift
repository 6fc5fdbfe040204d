import Advisories
import CargoModel
import CargoWorkspace
import SemVer
import TOML

/// Flags crates locked in several versions, one finding per cause: duplicates that only follow from others are told
/// under those.
package struct DuplicateVersion: Rule {
    package static let info = RuleInfo(
        id: "duplicate-version",
        summary: "a crate is locked in several versions",
        rationale: """
            Each version is compiled and shipped, and types of one do not fit the other. The rule names the requirement \
            on each side that keeps the versions apart. A crate whose versions are only asked for by other duplicates \
            is not reported by itself but under its cause. The lock covers all platforms and features, so a build may \
            use fewer of them.
            """,
        level: .warn,
        options: [RuleOption("skip", .strings, "crates that may be there several times"), .notBuilt],
        passing: [
            RuleExample(
                "Two requirements that meet in one version.",
                """
                [dependencies]
                log = "0.4"
                http = "1"
                -- index --
                log 0.4.20
                http 1.0.0 | log ^0.4.10
                """)
        ],
        failing: [
            RuleExample(
                "A dependency still uses the older series.",
                """
                [dependencies]
                http = "1"
                rand = "0.8"
                -- locked --
                app 0.1.0 | http, rand 0.8.5
                http 1.0.0 | rand 0.7.3
                rand ↓0.7.3
                rand 0.8.5
                -- index --
                http 1.0.0 | rand ^0.7
                rand 0.7.3
                rand 0.8.5
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        guard let lock = context.lock else { return [] }
        let groups = Duplicates(
            lock.resolve, dependents: context.dependents, skipping: Set(context.options.strings("skip")))
        return groups.causes.filter { context.proposals.merges[$0] == nil }.map {
            finding(for: $0, groups.followers(of: $0), lock, context)
        }
    }

    /// The crates that are there several times for a reason of their own, in byte order.
    static func causes(in context: AuditContext) -> [String] {
        guard let lock = context.lock else { return [] }
        return Duplicates(lock.resolve, dependents: context.dependents, skipping: []).causes
    }

    private func finding(
        for name: String, _ followers: [String], _ lock: LockOnDisk, _ context: AuditContext
    ) -> Finding {
        let ids = lock.resolve.packages.filter { $0.name == name }
        var notes = ids.flatMap { sides(of: $0, context) }
        if !followers.isEmpty {
            notes.append(
                Finding.Note("this also duplicates " + followers.map { "`\($0)`" }.joined(separator: ", ")))
        }
        let versions = ids.map { "\($0.version)" }
        return Finding(
            rule: Self.info.id, subject: .crate(name),
            message: "`\(name)` is locked in \(ids.count) versions: \(versions.joined(separator: ", "))",
            at: ids.first.flatMap { lock.location(of: $0) },
            why: "each is compiled and shipped, and their types do not fit each other",
            help: help(ids, context), notes: notes, facts: [("versions", versions.joined(separator: " "))])
    }

    /// Who holds a version, with what requirement; the first three.
    private func sides(of id: PackageID, _ context: AuditContext) -> [Finding.Note] {
        let requirers = context.requirers(of: id)
        let shown = requirers.prefix(3).map {
            Finding.Note("\(id.version) is held by `\($0.owner)`, which requires `\(written($0))`", at: $0.location)
        }
        let more = requirers.count - shown.count
        return more > 0 ? shown + [Finding.Note("\(id.version) is held by \(more) more")] : shown
    }

    private func written(_ requirer: Requirer) -> String { requirer.dependency.requirement.written.description }

    private func help(_ ids: [PackageID], _ context: AuditContext) -> String {
        guard let newest = ids.max() else { return "" }
        guard context.maySuggest(newest) else {
            return
                "settle what is wrong with the newest of them first; the other findings about `\(newest.name)` say it"
        }
        let holders = ids.dropLast().flatMap { context.requirers(of: $0) }
            .filter { !$0.dependency.requirement.written.matches(newest.version) }.map(\.owner.name)
        let isKnown = ids.dropLast().allSatisfy { !context.requirers(of: $0).isEmpty }
        guard isKnown else { return "find out who requires the older versions; there is no index data that says it" }
        guard !holders.isEmpty else {
            return "every requirement admits \(newest.version); an update of the older ones may merge them"
        }
        let names = Set(holders).sorted { $0.precedesInBytes($1) }.prefix(3).map { "`\($0)`" }
        return "update \(names.joined(separator: ", ")) to a release that takes `\(newest.name) \(newest.version)`, "
            + "or list the crate under `skip`"
    }
}

/// Which duplicates are causes, and which only follow from others.
private struct Duplicates {
    private(set) var causes: [String] = []
    private var causeOf: [String: [String]] = [:]

    init(_ resolve: Resolve, dependents: [[Int]], skipping skipped: Set<String>) {
        var members: [String: [Int]] = [:]
        for (index, id) in resolve.packages.enumerated() { members[id.name, default: []].append(index) }
        let duplicated = members.filter { $0.value.count > 1 }
        for name in duplicated.keys.sorted(by: { $0.precedesInBytes($1) }) where !skipped.contains(name) {
            let followed = Self.leaders(of: name, duplicated, dependents, resolve)
            causeOf[name] = followed
        }
        breakCircles()
        causes = causeOf.filter { $0.value.isEmpty }.keys.sorted { $0.precedesInBytes($1) }
    }

    /// The duplicated crates that alone ask for all but one of the versions; empty if somebody else asks too.
    private static func leaders(
        of name: String, _ duplicated: [String: [Int]], _ dependents: [[Int]], _ resolve: Resolve
    ) -> [String] {
        var leaders: Set<String> = []
        var independent = 0
        for index in duplicated[name] ?? [] {
            let owners = Set(dependents[index].map { resolve.packages[$0].name }).subtracting([name])
            let following = owners.filter { duplicated[$0] != nil }
            if following.count == owners.count, !owners.isEmpty {
                leaders.formUnion(following)
            } else {
                independent += 1
            }
        }
        return independent > 1 ? [] : leaders.sorted { $0.precedesInBytes($1) }
    }

    /// Crates that lead only to each other are all causes: each must lead to a cause that follows nobody.
    private mutating func breakCircles() {
        var grounded = Set(causeOf.filter { $0.value.isEmpty }.keys)
        while true {
            let more = causeOf.filter { entry in
                !grounded.contains(entry.key) && entry.value.contains { grounded.contains($0) }
            }.keys
            if more.isEmpty { break }
            grounded.formUnion(more)
        }
        for name in causeOf.keys where !grounded.contains(name) { causeOf[name] = [] }
    }

    /// Crates that are duplicated only because this one is, directly or through others.
    func followers(of cause: String) -> [String] {
        var found: Set<String> = []
        var work = [cause]
        while let name = work.popLast() {
            for (follower, leaders) in causeOf where leaders.contains(name) && found.insert(follower).inserted {
                work.append(follower)
            }
        }
        return found.sorted { $0.precedesInBytes($1) }
    }
}
