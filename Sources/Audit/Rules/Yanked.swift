import Advisories
import CargoModel
import CargoWorkspace
import SemVer

/// Flags locked versions that were yanked, with a way out that is known to fit, or the word that there is none.
package struct Yanked: Rule {
    package static let info = RuleInfo(
        id: "yanked",
        summary: "a locked version was yanked",
        rationale: """
            Its authors withdrew the version, for a broken build, a soundness hole or a mistake; the index does not say \
            which. A lock keeps it, a fresh resolve would not take it. The rule names the nearest version that is not \
            yanked, that every requirement in the graph admits and that no other rule warns of. It names none where all \
            other admitted versions were yanked too: a single young survivor is what an attacker who took over a crate \
            leaves (`yank-storm`).
            """,
        level: .warn,
        options: [RuleOption("skip", .strings, "crates whose yanked versions are accepted"), .notBuilt],
        passing: [
            RuleExample(
                "Another version of the crate was yanked.",
                """
                [dependencies]
                log = "0.4"
                -- index --
                log 0.4.20
                log 0.4.21 | yanked
                """)
        ],
        failing: [
            RuleExample(
                "The locked version was yanked after it was locked.",
                """
                [dependencies]
                log = "0.4"
                -- locked --
                app 0.1.0 | log
                log ↓0.4.21
                -- index --
                log 0.4.20
                log 0.4.21 | yanked
                log 0.4.22
                """)
        ]
    )

    package init() {}

    package func findings(in context: AuditContext) -> [Finding] {
        guard let lock = context.lock else { return [] }
        let skipped = context.options.strings("skip")
        return lock.resolve.packages.indices.compactMap { index in
            let id = lock.resolve.packages[index]
            guard let published = context.published(id), !skipped.contains(id.name),
                published.contains(where: { $0.version == id.version && $0.isYanked })
            else { return nil }
            let escape = Replacement.nearest(to: id, in: context, published)
            return Finding(
                rule: Self.info.id, subject: .package(id), message: "`\(id)` was yanked",
                at: lock.location(of: index),
                why: "its authors withdrew it; a fresh resolve would not choose it",
                help: escape.help(for: id),
                facts: escape.version.map { [("replacement", $0.description)] } ?? [])
        }
    }
}

/// Where a locked version could go.
enum Replacement {
    case version(Version)
    /// Some version exists, but a requirement excludes it.
    case blocked(by: [Requirer])
    /// Only one young admitted version is not yanked, although several were published.
    case loneSurvivor
    case nothing

    var version: Version? { if case .version(let version) = self { version } else { nil } }

    func help(for id: PackageID) -> String {
        switch self {
        case .version(let version):
            "move to \(version), the nearest version that is not yanked and that every requirement admits"
        case .blocked(let requirers):
            "none exists that every requirement admits; "
                + requirers.map { "`\($0.owner.name)` requires `\($0.dependency.requirement.written)`" }
                .joined(separator: ", ")
        case .loneSurvivor:
            "do not update `\(id.name)` yet: all but one of the admitted versions were yanked; find out why first"
        case .nothing:
            "none exists that could be recommended: the others are yanked, too new or have an advisory"
        }
    }

    /// The nearest version above, else below, that is not yanked, without advisory, and admitted by every requirement.
    static func nearest(to id: PackageID, in context: AuditContext, _ published: [PublishedVersion]) -> Replacement {
        let requirers = context.requirers(of: id)
        let key = CrateKey(name: id.name, source: id.source)
        let usable = context.suggestible(key)
        func isAdmitted(_ candidate: PublishedVersion) -> Bool {
            requirers.allSatisfy { $0.dependency.requirement.written.matches(candidate.version) }
        }
        let admitted = usable.filter(isAdmitted).map(\.version)
        let requirements = requirers.map(\.dependency.requirement.written)
        if context.storm(among: published, { version in requirements.allSatisfy { $0.matches(version) } }) != nil {
            return .loneSurvivor
        }
        if usable.isEmpty { return .nothing }
        if admitted.isEmpty { return .blocked(by: requirers) }
        let above = admitted.filter { $0 > id.version }.min()
        return (above ?? admitted.max()).map { .version($0) } ?? .nothing
    }
}
