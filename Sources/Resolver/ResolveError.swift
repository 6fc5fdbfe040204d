package import CargoModel
package import SemVer

/// Why one package stands in the way of another.
package enum ConflictReason: Hashable, Sendable {
    /// A different version of the same compatible range is already chosen.
    case version
    /// It already claims this native library.
    case links(String)
    /// It asks for a feature that the candidate does not have.
    case missingFeature(String)
    /// It asks for a feature that is a required dependency's name, or an optional one without an implicit feature.
    case dependencyIsNotAFeature(String)
}

/// Why no lock can be computed. Cargo fails on the same input.
package struct ResolveError: Error, Equatable {
    package struct Blame: Hashable, Sendable {
        package let package: PackageID
        package let reason: ConflictReason
        /// Who requires the package, up to a member; empty for a member.
        package let chain: [Demand]
    }

    package enum Reason: Equatable, Sendable {
        /// Nothing published satisfies the first demand of the chain; the others lead from it up to a member.
        case noVersion([Demand], published: [Version])
        /// Candidates for the first demand exist and each conflicts with a package already chosen; the blamed ones with
        /// the shortest chain first.
        case conflict([Demand], blamed: [Blame])
        /// A member's own features cannot be satisfied.
        case memberFeature(PackageID, ConflictReason)
        /// A feature that lists itself.
        case cyclicFeature(String, PackageID)
        /// Two members, or a replacement, claim one native library.
        case links(String, PackageID, PackageID)
        /// Each package depends on the next, the last on the first.
        case cycle([PackageID])
        /// Two packages the lock cannot tell apart.
        case collision(PackageID)
        /// A `[patch]` entry that names no package, or several.
        case patch(Dependency, found: [PackageID])
        /// A patch that points at the source it patches.
        case patchSameSource(Dependency)
        /// Two patches of one source with the same name and version.
        case patchTwice(PackageID)
        /// A `[replace]` entry that finds no package of that name and version, or several entries for one package.
        case replacement(PackageID)
        /// A checksum of the lock disagrees with the registry's.
        case checksum(PackageID, locked: String?, published: String?)
        /// The search was given up after this many attempts; the conflict it ran into most often, as for `conflict`.
        case budget(Int, [Demand], blamed: [Blame])
        case registry(RegistryError)
    }

    package let reason: Reason

    package init(_ reason: Reason) { self.reason = reason }
}

extension ResolveError: CustomStringConvertible {
    package var description: String {
        switch reason {
        case .noVersion(let chain, let published):
            chain.first.map { Self.describe($0, published: published) } ?? "nothing is required"
        case .conflict(let chain, let blamed):
            "no version of \(chain.first?.description ?? "a dependency") can be chosen: "
                + blamed.map { Self.describe($0, of: chain.first?.dependency.package ?? "it") }.joined(separator: "; ")
        case .memberFeature(let member, let reason):
            "the features of `\(member)` cannot be resolved: \(Self.describe(.init(package: member, reason: reason, chain: []), of: member.name))"
        case .cyclicFeature(let feature, let package):
            "feature `\(feature)` of `\(package)` depends on itself"
        case .links(let library, let first, let second):
            "`\(first)` and `\(second)` both link to the native library `\(library)`"
        case .cycle(let packages):
            "cyclic dependency: " + packages.map { "`\($0)`" }.joined(separator: " -> ")
        case .collision(let package):
            "two packages are both `\(package)`, and the lock cannot tell them apart"
        case .patch(let dependency, let found):
            Self.describePatch(dependency, found)
        case .patchSameSource(let dependency):
            "the patch for `\(dependency.package)` points at the source it patches; point it elsewhere"
        case .patchTwice(let package):
            "several `[patch]` entries give `\(package)`; keep one"
        case .replacement(let package):
            "the `[replace]` entry for `\(package)` does not lead to exactly that package"
        case .checksum(let package, let locked, let published):
            Self.describeChecksum(package, locked, published)
        case .budget(let attempts, let chain, _):
            "gave up after \(attempts) attempts"
                + (chain.first.map { "; the search kept failing on \($0)" } ?? "")
        case .registry(let error):
            error.description
        }
    }

    private static func describe(_ demand: Demand, published: [Version]) -> String {
        let dependency = demand.dependency
        if published.isEmpty, dependency.source.isGit {
            return "`\(dependency.package)` from \(dependency.source), required by `\(demand.requirer)`, needs Cargo's"
                + " checkout of it"
        }
        if case .locked(let version, _) = dependency.requirement {
            return "\(demand), is locked to \(version), which \(dependency.source) does not have"
        }
        if dependency.source.isPath, let found = published.first {
            return "\(demand), is \(found) at \(dependency.source)"
        }
        guard !published.isEmpty else {
            return "no package `\(dependency.package)` in \(dependency.source), required by `\(demand.requirer)`"
        }
        let newest = published.sorted(by: >).prefix(3).map(\.description).joined(separator: ", ")
        return "no version matches \(demand); published: \(newest)\(published.count > 3 ? ", …" : "")"
    }

    private static func describe(_ blame: Blame, of candidate: String) -> String {
        switch blame.reason {
        case .version: "`\(blame.package)` is chosen already"
        case .links(let library): "`\(blame.package)` already links to `\(library)`"
        case .missingFeature(let feature):
            "`\(blame.package)` asks for feature `\(feature)`, which `\(candidate)` lacks"
        case .dependencyIsNotAFeature(let name):
            "`\(blame.package)` asks for feature `\(name)`, which in `\(candidate)` is a dependency and no feature"
        }
    }

    private static func describePatch(_ dependency: Dependency, _ found: [PackageID]) -> String {
        guard !found.isEmpty else {
            return "the patch location \(dependency.source) has no package `\(dependency.package)` that matches"
                + " `\(dependency.requirement)`"
        }
        return "the patch for `\(dependency.package)` fits several packages: "
            + found.map { "`\($0)`" }.joined(separator: ", ") + "; use an exact version"
    }

    private static func describeChecksum(_ package: PackageID, _ locked: String?, _ published: String?) -> String {
        guard let locked else { return "the checksum of `\(package)` was not recorded, though the registry has one" }
        guard let published else { return "`\(package)` has a checksum in the lock, though its source gives none" }
        return "the checksum of `\(package)` is \(locked) in the lock and \(published) in the registry"
    }
}

extension ResolveError {
    /// The requirements that cannot hold together, one line each with who makes them: first the one that failed and
    /// who leads to it, then those of each package in its way.
    package var explanation: [(text: String, demand: Demand)] {
        switch reason {
        case .noVersion(let chain, _):
            return chain.map { ("\($0)", $0) }
        case .conflict(let chain, let blamed), .budget(_, let chain, let blamed):
            let own = chain.map { ("\($0)", $0) }
            return own + blamed.flatMap { blame in blame.chain.map { ("`\(blame.package)`: \($0)", $0) } }
        default:
            return []
        }
    }
}
