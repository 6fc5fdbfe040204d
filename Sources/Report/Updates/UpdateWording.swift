import Advisories
import Audit
import CargoModel
import Resolver
import SemVer

// What every format says of an update in the same words.

extension PackageUpdate {
    /// `patch`, `minor`, `breaking`: the step to the goal, else to the newest.
    var step: UpdateStep? {
        guard let goal else { return newest?.step }
        let offers = [compatible, secondChoice, allowed, newest].compactMap { $0 }
        if let known = offers.first(where: { $0.version == goal }) {
            return known.step
        }
        guard let compatible, goal < compatible.version else { return newest?.step }
        return compatible.step
    }

    /// `pinned to \`=0.4.31\` since 2024-05-01; 0.4.38 exists; fixes RUSTSEC-…`, facts most urgent first.
    func facts(tellsBuild: Bool = true) -> [String] {
        let build = tellsBuild ? [build?.phrase].compactMap { $0 } : []
        return advisories.map(\.text) + (isYanked ? ["yanked"] : []) + build + pinTexts + ageTexts
    }

    private var pinTexts: [String] {
        guard newest != nil else { return [] }
        let exists = namedNewest.map { "; \($0) exists" } ?? "; nothing above it may be taken"
        let fixes = advisories.filter { $0.fixed != nil }.map(\.id)
        let fix = fixes.isEmpty ? "" : "; an update fixes \(fixes.joined(separator: ", "))"
        return pins.map { pin in
            let since = pin.since.map { " since \($0)" } ?? ""
            return "pinned to `\(pin.text)`\(since)\(exists)\(fix)"
        }
    }

    /// The newest version that may be named without what speaks against it.
    var namedNewest: Version? {
        if let newest, newest.isWorthTelling { return newest.version }
        return allowed?.version
    }

    private var ageTexts: [String] {
        guard allowed != nil, let daysBehind else { return [] }
        return ["\(daysBehind) day\(daysBehind == 1 ? "" : "s") behind"]
    }

    /// What a plain `cargo update` does with it.
    var arrivalText: String? {
        if leaves { return "`cargo update` drops it" }
        return arrival.map { arrival in
            let warning =
                switch arrival.objection {
                case .advisories(_, isMalicious: true)?, .lastOfWithdrawn?: "; do not run it"
                default: ""
                }
            return "`cargo update` brings \(arrival.version)\(warning)"
        }
    }

    /// What there is above: `1.2.4 (patch), 2.0.0 (breaking)`, with what speaks against each.
    var offers: [Offer] {
        var result: [Offer] = []
        for offer in [compatible, newest].compactMap({ $0 }) where !result.contains(offer) { result.append(offer) }
        for offer in [secondChoice, allowed].compactMap({ $0 }) where !result.contains(offer) { result.append(offer) }
        return result.sorted { $0.version < $1.version }
    }
}

extension AdvisoryNote {
    /// `RUSTSEC-2024-0001 (vulnerability, high 7.5): title; fixed in 1.2.3`
    var text: String {
        let level = severity.level == .unknown ? "" : ", \(severity.level.rawValue)"
        let score = severity.score.map { " \($0)" } ?? ""
        let fix = fixText.map { "; \($0)" } ?? ""
        return "\(id) (\(kind.rawValue)\(level)\(score))\(title.map { ": \($0)" } ?? "")\(fix)"
    }

    /// Where it is fixed; `nil` for what is no flaw.
    var fixText: String? {
        switch (fixed, kind) {
        case (let version?, _): "fixed in \(version)"
        case (nil, .unmaintained), (nil, .notice): nil
        case (nil, .malicious): "remove it, and treat every machine that built it as compromised"
        case (nil, _) where patched.isEmpty: "no fix is known"
        case (nil, _):
            "fixed in \(patched.map { "`\($0)`" }.joined(separator: " or ")), of which none that may be taken is known here"
        }
    }
}

extension Offer {
    /// `1.2.4 (patch)`, `2.0.0 (breaking; needs Rust 1.70, declared is 1.60)`
    var text: String { "\(version) (\(step.rawValue)\(objection.map { "; \($0.text)" } ?? ""))" }
}

extension Blocker {
    /// `\`app\` requires \`foo ^1.0\``, and what would change it.
    var text: String {
        let what =
            switch reason {
            case .requirement: "`\(owner)` requires `\(crate) \(requirement)`"
            case .feature(let name): "`\(owner)` asks `\(crate)` for the feature `\(name)`, which is not there any more"
            case .consequence: "`\(owner)` requires `\(crate) \(requirement)`, which does not go with it"
            }
        return what + (relief.map { "; its \($0) admits it" } ?? "")
    }

    /// For programs.
    var reasonName: String {
        switch reason {
        case .requirement: "requirement"
        case .feature: "feature"
        case .consequence: "consequence"
        }
    }

    /// From a member to the owner: `app -> a -> b`; empty where that says nothing new.
    var chain: String {
        path.count > 1 ? path.map { "\($0.name)" }.joined(separator: " -> ") : ""
    }
}

extension WorkspaceUpdates.Content {
    /// What there is to say of a lock that is not current.
    var lockWord: String? {
        switch verdict.lock {
        case .current: nil
        case .missing: "there is no Cargo.lock, so nothing is locked; `lockgate update` makes one"
        case .stale: "the manifests ask for something else; `lockgate check` says what"
        case .unresolvable(let error): isTold(error.description) ? nil : error.description
        }
    }

    /// Why it is not known what a plain update would bring, unless that has been said already.
    var updateWord: String? {
        updates.updateError.flatMap { isTold($0) ? nil : $0 }
    }

    /// Whether it is the reason why something could not be judged, which every format tells first.
    private func isTold(_ reason: String) -> Bool { verdict.unjudged.contains { $0.what.contains(reason) } }
}
