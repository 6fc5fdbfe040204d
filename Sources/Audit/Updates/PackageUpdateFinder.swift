import Advisories
import CargoModel
import CargoWorkspace
import SemVer

/// What index and advisories say of each locked package and each requirement; nothing is resolved here.
struct PackageUpdateFinder {
    private let context: AuditContext
    private let pins: [CrateKey: [MemberRequirement]]
    private let direct: Set<Int>
    /// The lowest Rust version a member declares.
    let rustVersion: RustVersion?

    init(_ context: AuditContext) {
        self.context = context
        pins = Dictionary(grouping: context.writtenRequirements.filter(\.requirement.isExactPin), by: \.key)
        direct = context.reached(by: Set(DependencyKind.allCases), isDirect: true)
        rustVersion = context.workspace.rustVersions.min()
    }

    // MARK: Packages

    func packages(_ arrivals: Arrivals) -> [PackageUpdate] {
        guard let lock = context.lock else { return [] }
        return lock.resolve.packages.indices.filter { lock.resolve.packages[$0].source.isRegistry }
            .map { update(of: lock.resolve.packages[$0], at: $0, lock, arrivals) }
    }

    private func update(
        of id: PackageID, at index: Int, _ lock: LockOnDisk, _ arrivals: Arrivals
    ) -> PackageUpdate {
        let published = context.published(id) ?? []
        let own = published.position(of: id.version).map { published[$0] }
        let later = later(than: id, among: published)
        let allowed = allowed(later, above: id)
        let notes = notes(on: id)
        let isYanked = own?.isYanked ?? false
        return PackageUpdate(
            id: id, location: lock.location(of: index), isDirect: direct.contains(index),
            published: own?.publicationDay, isYanked: isYanked, advisories: notes,
            build: notes.isEmpty && !isYanked ? nil : context.build.status(of: id),
            compatible: later.last { id.version.isOfSeries($0.version) }.map { offer($0, above: id) },
            newest: later.last.map { offer($0, above: id) }, allowed: allowed,
            secondChoice: secondChoice(later, above: id),
            arrival: arrival(of: id, arrivals, published),
            leaves: arrivals.drops(id),
            daysBehind: allowed == nil ? nil : daysBehind(later, id), libyearDays: libyearDays(own, allowed),
            pins: pins(on: id), hold: nil, gap: gap(id, isKnown: own != nil))
    }

    private func arrival(of id: PackageID, _ arrivals: Arrivals, _ published: [PublishedVersion]) -> Offer? {
        guard let version = arrivals[id] else { return nil }
        if let place = published.position(of: version) { return offer(published[place], above: id) }
        return Offer(
            version: version, published: nil, step: UpdateStep(from: id.version, to: version), objection: nil)
    }

    /// Those that Cargo calls later: a pre-release only of the very version that is locked, nothing yanked. Ascending.
    private func later(than id: PackageID, among published: [PublishedVersion]) -> [PublishedVersion] {
        published.filter {
            !$0.isYanked && $0.unusable == nil && id.version < $0.version
                && $0.version.isOffered(above: id.version)
        }.sorted { $0.version < $1.version }
    }

    private func allowed(_ later: [PublishedVersion], above id: PackageID) -> Offer? {
        later.reversed().lazy.map { offer($0, above: id) }.first { $0.objection == nil }
    }

    private func secondChoice(_ later: [PublishedVersion], above id: PackageID) -> Offer? {
        let series = later.filter { id.version.isOfSeries($0.version) }
        let choice = allowed(series, above: id)
        return choice?.version == series.last?.version ? nil : choice
    }

    private func offer(_ candidate: PublishedVersion, above id: PackageID) -> Offer {
        Offer(
            version: candidate.version, published: candidate.publicationDay,
            step: UpdateStep(from: id.version, to: candidate.version),
            objection: context.objection(
                to: candidate, of: CrateKey(name: id.name, source: id.source), declared: rustVersion))
    }

    // MARK: Age

    private func daysBehind(_ later: [PublishedVersion], _ id: PackageID) -> Int? {
        let compatible = later.filter { id.version.isOfSeries($0.version) }
        let days = (compatible.isEmpty ? later : compatible).compactMap(\.publicationDay)
        return days.min().map { max(0, context.today.days(since: $0)) }
    }

    private func libyearDays(_ own: PublishedVersion?, _ newest: Offer?) -> Int? {
        guard let locked = own?.publicationDay else { return nil }
        guard let newest else { return 0 }
        return newest.published.map { max(0, $0.days(since: locked)) }
    }

    // MARK: State

    private func notes(on id: PackageID) -> [AdvisoryNote] {
        let better = cleanestFirst(context.improvements(on: id).map(\.version).filter { $0 > id.version }, id)
        return Advisory.merged(context.advisories(about: id)).compactMap { group in
            guard let first = group.first else { return nil }
            let kind = group.contains { $0.kind == .malicious } ? .malicious : first.kind
            let fixed = better.filter { version in group.allSatisfy { !$0.affects(version) } }
            return AdvisoryNote(
                id: first.id, aliases: Self.aliases(of: group), kind: kind, severity: first.severity,
                title: group.lazy.compactMap(\.title).first, url: group.lazy.compactMap(\.url).first,
                fixed: fixed.first, patched: first.fixed.map(\.spelling),
                alternatives: Array(fixed.dropFirst().prefix(3)))
        }
    }

    /// Those with the fewest flaws first, each ascending: what heals one flaw may still have another.
    private func cleanestFirst(_ versions: [Version], _ id: PackageID) -> [Version] {
        let rated = versions.map { version in
            let other = PackageID(name: id.name, version: version, source: id.source)
            return (version: version, flaws: context.advisories(about: other).count(where: \.kind.isAboutUse))
        }
        return rated.sorted { ($0.flaws, $0.version) < ($1.flaws, $1.version) }.map(\.version)
    }

    private static func aliases(of group: [Advisory]) -> [String] {
        let ids = group.flatMap(\.allIDs)
        return Set(ids.filter { $0 != group.first?.id }).sorted { $0.precedesInBytes($1) }
    }

    private func pins(on id: PackageID) -> [Pin] {
        (pins[CrateKey(name: id.name, source: id.source)] ?? []).filter { $0.requirement.matches(id.version) }
            .map { Pin(owner: $0.owner, text: $0.text, location: $0.location, since: nil) }
    }

    private func gap(_ id: PackageID, isKnown: Bool) -> String? {
        if isKnown { return nil }
        return context.published(id)?.isEmpty ?? true
            ? "no index data on `\(id.name)` from \(id.source)" : "the index does not have \(id.version)"
    }

    // MARK: Requirements

    func requirements() -> [RequirementUpdate] {
        context.writtenRequirements.filter(\.source.isRegistry).map(update)
    }

    private func update(of requirement: MemberRequirement) -> RequirementUpdate {
        let newest = context.published[requirement.key]?.filter {
            !$0.isYanked && $0.unusable == nil && ($0.version.prerelease.isEmpty || requirement.admits($0.version))
        }.max { $0.version < $1.version }
        let locked = (context.lock?.resolve.packages ?? []).filter {
            $0.name == requirement.crate && $0.source == requirement.source && requirement.admits($0.version)
        }
        return RequirementUpdate(
            owner: requirement.owner, name: requirement.name, crate: requirement.crate, source: requirement.source,
            text: requirement.text, location: requirement.location, isPin: requirement.requirement.isExactPin,
            isDevelopmentOnly: requirement.isDevelopmentOnly, locked: locked.map(\.version),
            newest: newest.map { version in
                offer(version, above: locked.last ?? PackageID(requirement.key, version.version))
            },
            admitsNewest: newest.map { requirement.admits($0.version) } ?? true)
    }
}

extension MemberRequirement {
    fileprivate func admits(_ version: Version) -> Bool { requirement.matches(version) }
}

extension PackageID {
    fileprivate init(_ key: CrateKey, _ version: Version) {
        self.init(name: key.name, version: version, source: key.source)
    }
}

extension Version {
    /// Cargo offers a pre-release only to who has one of the very same version.
    func isOffered(above old: Version) -> Bool { prerelease.isEmpty || isOfRelease(old) && !old.prerelease.isEmpty }

    /// The same numbers, whatever stands behind them.
    func isOfRelease(_ other: Version) -> Bool {
        major == other.major && minor == other.minor && patch == other.patch
    }
}

extension UpdateStep {
    init(from old: Version, to new: Version) {
        guard old.isOfSeries(new) else {
            self = .breaking
            return
        }
        self = old.major > 0 && old.minor != new.minor ? .minor : .patch
    }
}

// MARK: - Objections

extension AuditContext {
    /// Why a published version should not be gone to, the gravest reason; `nil` if it may be taken.
    ///
    /// - Parameter declared: the lowest Rust version that has to be enough.
    func objection(to candidate: PublishedVersion, of key: CrateKey, declared: RustVersion?) -> Objection? {
        let id = PackageID(name: key.name, version: candidate.version, source: key.source)
        let flaws = advisories(about: id).filter(\.kind.isAboutUse)
        if !flaws.isEmpty {
            let ids = flaws.map(\.id).sorted { $0.precedesInBytes($1) }
            return .advisories(ids, isMalicious: flaws.contains { $0.kind == .malicious })
        }
        if stormSurvivors[key]?.contains(candidate.version) == true { return .lastOfWithdrawn }
        if isTooNew(candidate, of: key.name), let age = age(of: candidate) {
            return .tooYoung(days: age, minimum: tooNew.integer("min-age-days") ?? 0)
        }
        guard let declared, let needs = candidate.rustVersion, !needs.isCompatible(withCompiler: declared) else {
            return nil
        }
        return .rustVersion(needs: needs, declared: declared)
    }
}
