import Advisories
import CargoModel
import CargoWorkspace
import SemVer
import TOML

/// A registry or git requirement of a member, as rules about requirements look at it.
struct MemberRequirement {
    /// The key in the manifest.
    let name: String
    /// The package asked for.
    let crate: String
    let source: SourceID
    /// As written.
    let text: String
    let requirement: VersionRequirement
    /// Of the requirement text; in the root manifest if it is inherited.
    let location: Location
    /// The member that asks.
    let owner: String
    /// The member can be published and has a library.
    let ownerIsLibrary: Bool
    /// Nobody but the workspace's own tests asks for it.
    var isDevelopmentOnly: Bool

    var subject: Subject { .dependency(name, of: owner) }

    /// The version of an exact pin.
    var pinnedVersion: String {
        let pin = requirement.comparators.first { $0.op == .exact }
        guard let pin else { return text }
        let numbers = [pin.major, pin.minor, pin.patch].compactMap { $0 }.map(String.init)
        return numbers.joined(separator: ".") + (pin.prerelease.isEmpty ? "" : "-" + pin.prerelease)
    }

    var key: CrateKey { CrateKey(name: crate, source: source) }

    /// What it admits of the versions that may be named, ascending.
    func admitted(in context: AuditContext) -> [Version] {
        context.suggestible(key, matching: requirement.matches).map(\.version)
    }

    /// What the index says the requirement admits today; empty without data.
    func evidence(in context: AuditContext) -> String {
        let versions = admitted(in: context)
        guard let lowest = versions.first, let highest = versions.last else { return "" }
        let series = Set(versions.map(\.series)).count
        return " (today it admits \(lowest) to \(highest): \(versions.count) version\(versions.count == 1 ? "" : "s")"
            + " in \(series) incompatible series)".replacing("in 1 incompatible series", with: "of one series")
    }

    /// What to write instead: the locked version, else the newest admitted one.
    func suggestion(in context: AuditContext) -> String {
        let locked = context.lock?.resolve.packages.filter {
            $0.name == crate && $0.source == source && requirement.matches($0.version) && context.maySuggest($0)
        }.map(\.version).max()
        guard let version = locked ?? admitted(in: context).last else {
            return "require the lowest version that works, as in `\(name) = \"1.2\"`"
        }
        let numbers = "\(version.major).\(version.minor).\(version.patch)"
        return
            "require the lowest version that works; \(locked == nil ? "newest" : "locked") is `\(name) = \"\(numbers)\"`"
    }
}

/// Who requires a locked package.
struct Requirer {
    let owner: PackageID
    let dependency: Dependency
    /// The manifest line of a workspace package, or the lock entry of another.
    let location: Location?
}

extension AuditContext {
    /// Every requirement a member writes on a registry or git package, in member and manifest order. One that several
    /// members inherit from the workspace appears once.
    var writtenRequirements: [MemberRequirement] {
        var seen: [Location: Int] = [:]
        var result: [MemberRequirement] = []
        for member in workspace.members {
            for dependency in member.dependencies {
                guard !dependency.dependency.source.isPath, let written = dependency.requirement,
                    case .range(let requirement) = dependency.dependency.requirement
                else { continue }
                if let known = seen[written.location] {
                    if dependency.kind != .development { result[known].isDevelopmentOnly = false }
                    continue
                }
                seen[written.location] = result.count
                result.append(
                    MemberRequirement(
                        name: dependency.name, crate: dependency.packageName, source: dependency.dependency.source,
                        text: written.text, requirement: requirement, location: written.location,
                        owner: member.package?.name.value ?? "", ownerIsLibrary: member.isLibrary,
                        isDevelopmentOnly: dependency.kind == .development))
            }
        }
        return result
    }

    /// The packages of the lock that require `id`, in package id order.
    func requirers(of id: PackageID) -> [Requirer] {
        guard let lock, let index = lock.resolve.index(of: id) else { return [] }
        var result: [Requirer] = []
        for owner in dependents[index] {
            let ownerID = lock.resolve.packages[owner]
            result += dependencies(of: ownerID, on: id).map {
                Requirer(owner: ownerID, dependency: $0.dependency, location: $0.location ?? lock.location(of: owner))
            }
        }
        return result
    }

    private func dependencies(
        of owner: PackageID, on id: PackageID
    ) -> [(dependency: Dependency, location: Location?)] {
        // Names are compared in place: dependencies are large, and copying one costs more than all else here.
        if let local = localPackages[owner] {
            let all = workspace.localPackages[local].dependencies
            return all.indices.filter { all[$0].dependency.package == id.name }
                .filter { all[$0].dependency.matchesIgnoringSource(id) }
                .map { (all[$0].dependency, all[$0].requirement?.location ?? all[$0].location) }
        }
        let all = summaries[owner]?.dependencies ?? []
        return all.indices.filter { all[$0].package == id.name && all[$0].kind != .development }
            .filter { all[$0].matchesIgnoringSource(id) }.map { (all[$0], nil) }
    }

    /// Advisories that are in force for this version, from whatever source they come.
    func advisories(about id: PackageID) -> [Advisory] {
        guard id.source.isCratesIO, let all = advisories[id.name] else { return [] }
        return all.filter { $0.collection == .crates && $0.affects(id.version) }
    }
}

extension Manifest {
    /// A member others may depend on: it has a library and can be published.
    var isLibrary: Bool {
        guard let package else { return false }
        return package.isPublishable && package.hasLibrary
    }
}

extension VersionRequirement {
    /// A full version after `=`, and no pre-release: those have no compatible range.
    var isExactPin: Bool {
        comparators.contains { $0.op == .exact && $0.patch != nil && $0.prerelease.isEmpty }
    }

    /// Admits versions without end.
    var isOpen: Bool { matches(Version(major: .max, minor: 0, patch: 0)) }

    /// Admits both some version and one that broke with it.
    var spansIncompatibleVersions: Bool {
        lowerBounds.contains { bound in
            matches(bound) && matches(bound.nextIncompatible)
        }
    }

    /// The smallest versions the comparators speak of.
    private var lowerBounds: [Version] {
        [Version(major: 0, minor: 0, patch: 0), Version(major: 0, minor: 1, patch: 0)]
            + comparators.flatMap { comparator -> [Version] in
                let base = Version(major: comparator.major, minor: comparator.minor ?? 0, patch: comparator.patch ?? 0)
                return [base, base.nextIncompatible]
            }
    }
}

extension Version {
    /// The first version that need not be compatible with this one.
    var nextIncompatible: Version {
        if major > 0 { return Version(major: major &+ 1, minor: 0, patch: 0) }
        if minor > 0 { return Version(major: 0, minor: minor &+ 1, patch: 0) }
        return Version(major: 0, minor: 0, patch: patch &+ 1)
    }

    /// Whether the two are compatible with each other.
    func isOfSeries(_ other: Version) -> Bool {
        guard major == other.major else { return false }
        if major > 0 { return true }
        return minor == other.minor && (minor > 0 || patch == other.patch)
    }

    /// Versions of one series are compatible with each other.
    var series: String {
        major > 0 ? "\(major)" : minor > 0 ? "0.\(minor)" : "0.0.\(patch)"
    }
}
