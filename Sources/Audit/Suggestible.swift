import Advisories
import CargoModel
import CargoWorkspace
import SemVer

// Which versions may be named as a place to go. Every rule that names one asks here, so that no advice leads to a
// version that another rule warns of.

extension AuditContext {
    /// Not yanked, usable, without an advisory that warns of the version itself, not the young lone survivor of
    /// withdrawn siblings, and as old as the policy wants.
    func maySuggest(_ candidate: PublishedVersion, of key: CrateKey) -> Bool {
        maySuggest(candidate, of: key, survivors: stormSurvivors[key] ?? [])
    }

    private func maySuggest(_ candidate: PublishedVersion, of key: CrateKey, survivors: Set<Version>) -> Bool {
        guard candidate.unusable == nil, !candidate.isYanked, !survivors.contains(candidate.version),
            !isTooNew(candidate, of: key.name)
        else { return false }
        if advisories[key.name] == nil { return true }
        let id = PackageID(name: key.name, version: candidate.version, source: key.source)
        return !advisories(about: id).contains { $0.kind.isAboutUse }
    }

    /// The versions of a crate that may be named, in ascending order.
    func suggestible(_ key: CrateKey, matching isWanted: (Version) -> Bool = { _ in true }) -> [PublishedVersion] {
        let survivors = stormSurvivors[key] ?? []
        return (published[key] ?? []).filter { isWanted($0.version) && maySuggest($0, of: key, survivors: survivors) }
            .sorted { $0.version < $1.version }
    }

    /// Versions that are no step back from a locked one: they have no flaw that it does not have, are no pre-release if
    /// it is none, and all else is as for `maySuggest`. Ascending.
    func improvements(on id: PackageID) -> [PublishedVersion] {
        let key = CrateKey(name: id.name, source: id.source)
        return (published[key] ?? []).filter { isImprovement($0, on: id) }.sorted { $0.version < $1.version }
    }

    func isImprovement(_ candidate: PublishedVersion, on id: PackageID) -> Bool {
        let key = CrateKey(name: id.name, source: id.source)
        guard candidate.version != id.version, candidate.unusable == nil, !candidate.isYanked,
            candidate.version.isOffered(above: id.version), !isTooNew(candidate, of: id.name),
            stormSurvivors[key]?.contains(candidate.version) != true
        else { return false }
        let other = PackageID(name: id.name, version: candidate.version, source: id.source)
        let flaws = Set(advisories(about: id).filter(\.kind.isAboutUse).map(\.id))
        return advisories(about: other).allSatisfy {
            $0.kind != .malicious && (!$0.kind.isAboutUse || flaws.contains($0.id))
        }
    }

    func maySuggest(_ id: PackageID) -> Bool {
        guard let versions = published(id), let place = versions.position(of: id.version) else { return true }
        return maySuggest(versions[place], of: CrateKey(name: id.name, source: id.source))
    }

    /// Younger than the rule `too-new` allows, if it allows anything. A version of unknown age is not.
    func isTooNew(_ candidate: PublishedVersion, of name: String) -> Bool {
        guard let limit = tooNew.integer("min-age-days"), !tooNew.strings("except").contains(name),
            let age = age(of: candidate)
        else { return false }
        return age < limit
    }

    /// Days since its publication; `nil` if unknown.
    func age(of version: PublishedVersion) -> Int? {
        version.publicationDay.map { today.days(since: $0) }
    }
}

extension AdvisoryKind {
    /// Warns of using a version, where the others only tell something about it.
    package var isAboutUse: Bool {
        switch self {
        case .malicious, .vulnerability, .unsound: true
        case .unmaintained, .notice: false
        }
    }
}

// MARK: - Yank storms

/// All versions that a requirement admits were withdrawn, but for a young one.
struct YankStorm {
    let survivor: PublishedVersion
    /// How many were withdrawn.
    let withdrawn: Int
    /// The index data tells no age of any version of the crate.
    let isGuess: Bool
}

extension AuditContext {
    /// The number of days up to which a survivor counts as young.
    package static let standardStormAge = 30

    /// The storm among the versions that one requirement admits. A survivor of unknown age counts as young if nothing
    /// higher was ever published.
    func storm(
        among versions: [PublishedVersion], _ admits: (Version) -> Bool, maximumAge: Int? = nil
    ) -> YankStorm? {
        var survivor: PublishedVersion?
        var withdrawn = 0
        for candidate in versions where candidate.unusable == nil && admits(candidate.version) {
            if candidate.isYanked {
                withdrawn += 1
            } else if survivor == nil {
                survivor = candidate
            } else {
                return nil
            }
        }
        guard let survivor, withdrawn >= 2 else { return nil }
        if let age = age(of: survivor) {
            if age > maximumAge ?? stormAge { return nil }
        } else if !versions.allSatisfy({ $0.version <= survivor.version }) {
            return nil
        }
        let isGuess = versions.allSatisfy { $0.published == nil }
        return YankStorm(survivor: survivor, withdrawn: withdrawn, isGuess: isGuess)
    }

    /// By crate what storms left, where they left anything.
    func findStormSurvivors() -> [CrateKey: Set<Version>] {
        var found: [CrateKey: Set<Version>] = [:]
        for (key, versions) in published where versions.count(where: \.isYanked) >= 2 {
            let survivors = survivors(of: key, versions)
            if !survivors.isEmpty { found[key] = survivors }
        }
        return found
    }

    /// What storms left of a series, or of what some requirement in the graph admits.
    private func survivors(of key: CrateKey, _ versions: [PublishedVersion]) -> Set<Version> {
        var survivors: Set<Version> = []
        var looked: [Version] = []
        for version in versions.lazy.filter(\.isYanked).map(\.version) where !looked.contains(where: version.isOfSeries)
        {
            looked.append(version)
            if let storm = storm(among: versions, version.isOfSeries) { survivors.insert(storm.survivor.version) }
        }
        for requirement in Set(requirements(on: key)) {
            if let storm = storm(among: versions, requirement.matches) { survivors.insert(storm.survivor.version) }
        }
        return survivors
    }

    /// What members and locked packages require of a crate.
    func requirements(on key: CrateKey) -> [Requirement] {
        let locked = lock?.resolve.packages.filter { $0.name == key.name && $0.source == key.source } ?? []
        let written = locked.flatMap { requirers(of: $0) }.map(\.dependency.requirement.written)
        return written + (memberRequirements[key] ?? [])
    }
}
