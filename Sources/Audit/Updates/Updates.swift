package import Advisories
package import BuildGraph
package import CargoModel
package import SemVer
package import TOML

// What a team learns each morning of one workspace: which locked versions have something newer, how urgent that is, and
// what stands in the way. Values only: `UpdateSearch` finds them, `Report` lays them out.

/// How far a step goes, in the terms of semantic versions.
package enum UpdateStep: String, Sendable, CaseIterable, Comparable {
    case patch, minor, breaking

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    package static func < (left: UpdateStep, right: UpdateStep) -> Bool { left.rank < right.rank }
}

/// Why a version that exists is no place to go.
package enum Objection: Hashable, Sendable {
    /// Days since its publication, and how many the policy wants.
    case tooYoung(days: Int, minimum: Int)
    /// What is left where all others that a requirement admits were withdrawn.
    case lastOfWithdrawn
    /// Advisories that warn of the version itself.
    case advisories([String], isMalicious: Bool)
    /// Whoever goes there gets malware along with it: which, and the advisories on it.
    case brings(PackageID, [String])
    /// Needs a later compiler than the workspace declares.
    case rustVersion(needs: RustVersion, declared: RustVersion)
}

extension Objection {
    /// `only 3 days old, the policy wants 7`
    package var text: String {
        switch self {
        case .tooYoung(let days, let minimum):
            "only \(days) day\(days == 1 ? "" : "s") old, the policy wants \(minimum)"
        case .lastOfWithdrawn: "do not take it: all its siblings were withdrawn"
        case .advisories(let ids, let isMalicious):
            (isMalicious ? "malicious: " : "has ") + ids.joined(separator: ", ")
        case .brings(let id, let ids): "brings in `\(id)`, which is malicious: " + ids.joined(separator: ", ")
        case .rustVersion(let needs, let declared): "needs Rust \(needs), declared is \(declared)"
        }
    }
}

/// A published version above a locked one.
package struct Offer: Hashable, Sendable {
    package let version: Version
    /// `nil` where the registry does not say.
    package let published: Day?
    package let step: UpdateStep
    /// `nil` for a version that may be taken.
    package let objection: Objection?
}

extension Offer {
    /// Something to update to, at least with a later compiler.
    package var isWorthTelling: Bool {
        switch objection {
        case nil, .rustVersion?: true
        case .tooYoung?, .lastOfWithdrawn?, .advisories?, .brings?: false
        }
    }
}

/// What an advisory says of a locked version, in short.
package struct AdvisoryNote: Hashable, Sendable {
    package let id: String
    package let aliases: [String]
    package let kind: AdvisoryKind
    package let severity: Severity
    package let title: String?
    package let url: String?
    /// The lowest version above without it, and without any other flaw if there is such a version, that may be taken.
    package internal(set) var fixed: Version?
    /// The requirements that versions with a fix meet; empty if there is no fix.
    package let patched: [String]
    /// The next best after `fixed`, a few.
    var alternatives: [Version] = []
}

/// Somebody whose requirement keeps a package where it is.
package struct Blocker: Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// Its requirement does not admit the wanted version.
        case requirement
        /// It asks for a feature that the wanted version does not have.
        case feature(String)
        /// What the wanted version needs cannot be had together with this requirement.
        case consequence
    }

    package let owner: PackageID
    /// The package required.
    package let crate: String
    /// As written.
    package let requirement: String
    package let reason: Reason
    /// The manifest line; `nil` for a package from a registry.
    package let location: Location?
    /// From a member down to the owner, both included; the owner alone if it is a member.
    package let path: [PackageID]
    /// The lowest version of the owner that would not be in the way, if its registry has one.
    package let relief: Version?
}

/// Why a package is not where it could be.
package struct Hold: Hashable, Sendable {
    package enum Proof: String, Hashable, Sendable {
        /// Resolved: without these requirements the version is reached, with any of them it is not.
        case resolved
        /// The requirements exclude the version; what else would be in the way was not tried.
        case stated
    }

    package let wanted: Version
    /// Never empty: members first, then in package id order.
    package let blockers: [Blocker]
    package let proof: Proof
}

/// A requirement of a member that admits a single version.
package struct Pin: Hashable, Sendable {
    package let owner: String
    package let text: String
    package let location: Location
    /// When the line was written, if the repository tells.
    package internal(set) var since: Day?
}

/// One locked package and what there is above it.
package struct PackageUpdate: Sendable {
    package enum Urgency: Int, Sendable, CaseIterable, Comparable {
        case malicious, vulnerable, unsound, yanked, pinned, unmaintained, compatible, breaking, current, unknown

        package static func < (left: Urgency, right: Urgency) -> Bool { left.rawValue < right.rawValue }

        /// For programs and for people.
        package var name: String {
            switch self {
            case .malicious: "malicious"
            case .vulnerable: "vulnerable"
            case .unsound: "unsound"
            case .yanked: "yanked"
            case .pinned: "pinned"
            case .unmaintained: "unmaintained"
            case .compatible: "compatible update"
            case .breaking: "breaking update"
            case .current: "current"
            case .unknown: "unknown"
            }
        }
    }

    package let id: PackageID
    /// Its `[[package]]` in `Cargo.lock`.
    package let location: Location?
    /// A member requires it.
    package let isDirect: Bool
    package let published: Day?
    package let isYanked: Bool
    package internal(set) var advisories: [AdvisoryNote]
    /// Whether any build compiles it; asked only of what is flawed or yanked.
    package let build: BuildStatus?
    /// The newest compatible version above, the newest of all above, and the newest that may be taken: no objection, and
    /// the declared Rust version is enough. `nil` if there is none above the locked one.
    package internal(set) var compatible: Offer?
    package internal(set) var newest: Offer?
    package internal(set) var allowed: Offer?
    /// The newest compatible version that may be taken, if the newest compatible of all may not; else `nil`.
    package internal(set) var secondChoice: Offer?
    /// What a plain `cargo update` puts in its place; `nil` if it stays, goes, or that is not known.
    package let arrival: Offer?
    /// A plain `cargo update` drops it.
    package let leaves: Bool
    /// Days since the first later release of the same series, or of any if there is none.
    package let daysBehind: Int?
    /// Days between the publication of the locked and of the newest version that may be taken; a libyear is 365.25 of them.
    package let libyearDays: Int?
    package internal(set) var pins: [Pin]
    package internal(set) var hold: Hold?
    /// Why nothing is known of the crate: a line.
    package let gap: String?
}

extension PackageUpdate {
    package var urgency: Urgency {
        if advisories.contains(where: { $0.kind == .malicious }) { return .malicious }
        if advisories.contains(where: { $0.kind == .vulnerability }) { return .vulnerable }
        if advisories.contains(where: { $0.kind == .unsound }) { return .unsound }
        if isYanked { return .yanked }
        // What advisories say holds without an index; all that follows needs one.
        if gap != nil { return .unknown }
        if !pins.isEmpty, newest != nil { return .pinned }
        if advisories.contains(where: { $0.kind == .unmaintained }) { return .unmaintained }
        if hasCompatibleUpdate { return .compatible }
        return [newest, allowed].contains { $0?.isWorthTelling == true } ? .breaking : .current
    }

    /// There is a later version of the same series to look forward to.
    package var hasCompatibleUpdate: Bool {
        nearest != nil
            || [compatible, allowed].contains { $0.map { $0.step < .breaking && $0.isWorthTelling } ?? false }
    }

    /// The newest compatible version that may be taken.
    package var nearest: Offer? {
        if let compatible, compatible.objection == nil { return compatible }
        return secondChoice
    }

    /// All there is above is in another series.
    package var hasOnlyBreakingUpdate: Bool {
        !hasCompatibleUpdate && [newest, allowed].contains { $0?.isWorthTelling == true }
    }

    /// Somebody should look at it today.
    package var isUrgent: Bool { urgency <= .yanked }

    /// Where to go first: out of a flaw by the shortest way, else to the newest compatible version that may be taken, else
    /// to the newest.
    package var goal: Version? {
        if let fix = advisories.filter(\.kind.isAboutUse).compactMap(\.fixed).max() { return fix }
        return (nearest ?? allowed)?.version
    }
}

extension PackageUpdate {
    /// A version turns out to be no place to go.
    mutating func refuse(_ version: Version, because objection: Objection) {
        func refused(_ offer: Offer?) -> Offer? {
            guard let offer, offer.version == version else { return offer }
            return Offer(version: version, published: offer.published, step: offer.step, objection: objection)
        }
        compatible = refused(compatible)
        newest = refused(newest)
        if secondChoice?.version == version { secondChoice = nil }
        if allowed?.version == version { allowed = nil }
        for index in advisories.indices where advisories[index].fixed == version {
            advisories[index].fixed = advisories[index].alternatives.first
            advisories[index].alternatives = Array(advisories[index].alternatives.dropFirst())
        }
    }
}

/// One requirement of a member on a crate of a registry.
package struct RequirementUpdate: Sendable {
    /// The member that writes it; the first, if several inherit it.
    package let owner: String
    /// The key in the manifest.
    package let name: String
    package let crate: String
    package let source: SourceID
    /// As written.
    package let text: String
    package let location: Location
    package let isPin: Bool
    package let isDevelopmentOnly: Bool
    /// The locked versions it admits, ascending.
    package let locked: [Version]
    /// The newest version of all, whatever the requirement says; `nil` without data.
    package let newest: Offer?
    package let admitsNewest: Bool
}

/// One workspace: every locked package of a registry and every requirement of a member.
package struct Updates: Sendable {
    /// Most urgent first; within an urgency by severity, days behind and package id.
    package internal(set) var packages: [PackageUpdate]
    /// In member and manifest order.
    package let requirements: [RequirementUpdate]
    /// Why it is not known what `cargo update` would bring: a line.
    package let updateError: String?
    /// Why nobody should run a plain `cargo update`: what it would bring in.
    package let trap: String?
    /// What the workspace declares, the lowest.
    package let rustVersion: RustVersion?
}

extension Updates {
    /// - Parameter day: when the line at a location was written, if that is known.
    package mutating func datePins(_ day: (Location) -> Day?) {
        for index in packages.indices where packages[index].newest != nil {
            for pin in packages[index].pins.indices {
                packages[index].pins[pin].since = day(packages[index].pins[pin].location)
            }
        }
    }

    /// In years; `nil` if the publication of no package is known.
    package var libyears: Double? {
        let known = packages.compactMap(\.libyearDays)
        return known.isEmpty ? nil : Double(known.reduce(0, +)) / 365.25
    }
}
