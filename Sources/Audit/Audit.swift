// Audit: may this workspace pass?
//
// In:  an `AuditContext`: the workspace, its lock, the lock Cargo would write, and what index and advisories know of
//      the locked packages; and a `Policy`.
// Out: a `Verdict`: findings with their standing, most serious first, and what they rest on.
//
// Everything is loaded before the first rule runs (`assess`), so that rules are pure functions in any order. A rule is
// one file in `Rules` and one line in `RuleCatalogue`; its examples are its documentation and its tests.
//
// Not here: reading files, databases or clocks (CargoWorkspace, Storage, CLI), and showing the result (Report).
//
// Start reading at `audit(_:policy:basis:)`, then `AuditContext` and any file in `Rules`.

import CargoModel
import CargoWorkspace
import Resolver
import TOML

/// Runs every rule and weighs what they find.
///
/// - Parameter review: of the change that led here, for the rules that look at changes.
package func audit(
    _ context: AuditContext, policy: Policy, basis: Basis, unjudged: [Unjudged] = [], review: ReviewContext? = nil
) -> Verdict {
    var judging = Judging(context, policy)
    for rule in RuleCatalogue.rules where !(rule is any PolicyRule) { judging.run(rule, in: context) }
    if let review {
        for rule in RuleCatalogue.reviewRules { judging.run(rule, in: review) }
    }
    let informed = context.with(use: judging.use())
    for rule in RuleCatalogue.rules where rule is any PolicyRule { judging.run(rule, in: informed) }
    let judged = judging.judged.sorted(by: precedes)
    return Verdict(
        findings: judged, ignored: judging.ignored, known: judging.known, lock: context.state,
        unjudged: unjudged + unexplained(context, judged, hasGaps: !unjudged.isEmpty), basis: basis,
        packageCount: context.lock?.graph.resolve.packages.count ?? 0)
}

/// Most serious first, then by rule, then by place: manifests in byte order of their paths, then the lock.
private func precedes(_ left: JudgedFinding, _ right: JudgedFinding) -> Bool {
    let order: [JudgedFinding.Standing] = [.denied, .warned, .note]
    let ranks = (order.firstIndex(of: left.standing) ?? 0, order.firstIndex(of: right.standing) ?? 0)
    if ranks.0 != ranks.1 { return ranks.0 < ranks.1 }
    if left.finding.rule != right.finding.rule {
        return RuleCatalogue.rank(of: left.finding.rule) < RuleCatalogue.rank(of: right.finding.rule)
    }
    let places = (left.finding.location, right.finding.location)
    if let first = places.0, let second = places.1, first != second {
        if first.path == second.path { return first.span.start < second.span.start }
        let areLocks = (first.path.hasSuffix("Cargo.lock"), second.path.hasSuffix("Cargo.lock"))
        return areLocks.0 == areLocks.1 ? first.path.precedesInBytes(second.path) : areLocks.1
    }
    if (places.0 == nil) != (places.1 == nil) { return places.0 != nil }
    return left.finding.identity.precedesInBytes(right.finding.identity)
}

/// A resolve that failed leaves the lock unjudged, unless a denied finding already says what is wrong with it.
private func unexplained(
    _ context: AuditContext, _ judged: [JudgedFinding], hasGaps: Bool
) -> [Unjudged] {
    guard case .unresolvable(let error) = context.state else { return [] }
    if hasGaps, error.isAboutMissingData { return [] }
    let explaining: Set<String> = ["checksum-mismatch", "unknown-version"]
    if error.isAboutOneLockedPackage,
        judged.contains(where: { $0.standing == .denied && explaining.contains($0.finding.rule) })
    {
        return []
    }
    return [
        Unjudged(
            what: "whether the lock is current: \(unavailable(error, context) ?? error.description)",
            help: error.help,
            notes: notes(on: error, in: context))
    ]
}

/// Why a path dependency could not be read, where that is what failed.
private func unavailable(_ error: ResolveError, _ context: AuditContext) -> String? {
    guard case .noVersion(let chain, _) = error.reason, let source = chain.first?.dependency.source, source.isPath
    else { return nil }
    return context.workspace.unavailable[source.url]?.description
}

/// The requirements that cannot hold together, each with its manifest line where it stands in one of the workspace.
private func notes(on error: ResolveError, in context: AuditContext) -> [Finding.Note] {
    error.explanation.map { text, demand in
        let manifest = context.localPackages[demand.requirer].map { context.workspace.localPackages[$0] }
        let written = manifest?.dependencies.first {
            $0.name == demand.dependency.nameInManifest && $0.kind == demand.dependency.kind
        }
        return Finding.Note(text, at: written.map { $0.requirement?.location ?? $0.location })
    }
}
