import Advisories
import Audit
import CargoModel
import CargoWorkspace
import Glibc
import JSON
import Resolver
import SemVer
import Storage

/// Attacks on real locks, each alone and hidden in an honest update: a review has to find every one, and nothing in the
/// honest updates themselves. The seed is printed; `REVIEW_SEED` and `REVIEW_LOCKS` set it and the number of locks.
struct ReviewAttacksSuite: Suite {
    static let name = "review-attacks"
    private static let today = Day("2020-07-20") ?? Day(number: 0)

    func run(_ context: Context) throws(SuiteError) -> Outcome {
        let seed = Self.number("REVIEW_SEED") ?? 1
        let limit = Self.number("REVIEW_LOCKS") ?? 120
        report("  seed \(seed)")
        var outcome = Outcome(["honest"] + LockAttack.allCases.flatMap { ["\($0.rawValue)", "\($0.rawValue)-hidden"] })
        let directory = try ScratchDirectory()
        let store: Store
        do throws(StorageError) {
            _ = try importIndex(
                context.corpus + "/index", registry: .cratesIO, into: directory.path + "/db.sqlite",
                at: "2020-07-20T00:00:00Z")
            store = try Store(opening: directory.path + "/db.sqlite")
        } catch { throw SuiteError("\(error)") }
        var random = SplitMix(state: UInt64(seed))
        var names = try listDirectory(context.corpus + "/workspaces-dev").filter { !$0.contains("-derived") }
        for index in names.indices.reversed() { names.swapAt(index, random.next(below: index + 1)) }
        var standings: [String: Int] = [:]
        var count = 0
        for name in names where count < limit {
            let path = context.corpus + "/workspaces-dev/" + name
            guard let subject = AttackedLock(path, store, Self.today) else { continue }
            if subject.run(name, &random, &outcome, &standings) { count += 1 }
        }
        for (key, value) in standings.sorted(by: { $0.key < $1.key }) { report("  \(key): \(value)") }
        return outcome
    }

    private static func number(_ name: String) -> Int? { getenv(name).flatMap { Int(String(cString: $0)) } }
}

/// A small generator whose results do not depend on the platform.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func next(below limit: Int) -> Int { Int(next() % UInt64(max(1, limit))) }
}

enum LockAttack: String, CaseIterable {
    case bumped, lowered, resourced, checksum, edge, extra, typosquat
}

/// One real workspace with a lock that is current.
private struct AttackedLock {
    private let workspace: Workspace
    private let bytes: [UInt8]
    private let lock: LockOnDisk
    private let store: Store
    private let today: Day

    init?(_ directory: String, _ store: Store, _ today: Day) {
        guard let text = try? readFile(directory + "/case.json"), let json = try? JSONValue(parsing: text),
            json["verdict"]?.text == "current", let path = json["lock_path"]?.text
        else { return nil }
        for stub in (try? readLines(directory + "/stubs.txt")) ?? [] { touch(directory + "/tree/" + stub) }
        let file = directory + "/tree/" + path
        let root = String(file.dropLast("/Cargo.lock".count))
        guard let workspace = try? loadWorkspace(at: root, environment: Environment(workingDirectory: root)),
            let bytes = try? readFile(file),
            let assessment = try? LockAssessment(of: workspace, bytes: bytes, path: "Cargo.lock", registry: store),
            case .current = assessment.state, let lock = assessment.lock,
            (20...400).contains(lock.resolve.packages.count)
        else { return nil }
        (self.workspace, self.bytes, self.lock, self.store, self.today) = (workspace, bytes, lock, store, today)
    }

    /// - Returns: whether an honest update could be found.
    func run(
        _ name: String, _ random: inout SplitMix, _ outcome: inout Outcome, _ standings: inout [String: Int]
    ) -> Bool {
        guard let honest = honestUpdate(&random), let untouched = review(honest) else { return false }
        let alarms = untouched.verdict.findings.filter { own.contains($0.finding.rule) && $0.standing != .note }
        outcome.note(
            "honest", failure: alarms.isEmpty ? nil : "\(name): honest, and yet \(alarms.map(\.finding.message))")
        for attack in LockAttack.allCases {
            for (start, suffix) in [(bytes, ""), (honest, "-hidden")] {
                var attempt: (text: [UInt8], package: String)?
                for _ in 0..<12 where attempt == nil { attempt = make(attack, start, &random) }
                guard let attempt else { continue }
                let key = attack.rawValue + suffix
                let result = review(attempt.text)
                let found = result?.verdict.findings.filter { concerns($0.finding, attempt.package) } ?? []
                let best = ["denied", "warned", "note"].first { word in found.contains { $0.standing.rawValue == word }
                }
                standings["\(key) \(best ?? "missed")", default: 0] += 1
                outcome.note(
                    key,
                    failure: best == nil
                        ? "\(name): \(key) of \(attempt.package) is missed: \(told(result, attempt.package))" : nil)
            }
        }
        return true
    }

    private var own: Set<String> { Set(RuleCatalogue.reviewRules.map { type(of: $0).info.id }) }

    private func concerns(_ finding: Finding, _ package: String) -> Bool {
        finding.subject.crate == package || finding.message.contains("`\(package)")
            || finding.notes.contains { $0.text.contains("`\(package)") }
    }

    private func told(_ review: Review?, _ package: String) -> [String] {
        (review?.context.changes ?? []).filter { $0.name == package }.map { "\($0.text): \($0.cause.text)" }
    }

    // MARK: Honest changes

    /// `cargo update` of one package or of all.
    private func honestUpdate(_ random: inout SplitMix) -> [UInt8]? {
        if random.next(below: 3) == 0 { return update(.everything, bytes) }
        for _ in 0..<12 {
            let id = lock.resolve.packages[random.next(below: lock.resolve.packages.count)]
            guard id.source.isRegistry else { continue }
            if let text = update(.packages(["\(id.name)@\(id.version)"], recursively: false), bytes) { return text }
        }
        return nil
    }

    /// `nil` where nothing changes.
    private func update(_ extent: LockUpdate.Extent, _ start: [UInt8]) -> [UInt8]? {
        guard
            let update = try? LockUpdate(extent, of: workspace, bytes: start, path: "Cargo.lock", registry: store),
            let old = update.old, old.resolve.packages != update.wanted.packages
        else { return nil }
        return LockfileEncoder.encode(update.wanted, version: old.graph.version, previous: start)
    }

    // MARK: Attacks

    private func make(
        _ attack: LockAttack, _ start: [UInt8], _ random: inout SplitMix
    ) -> (text: [UInt8], package: String)? {
        let paths = workspace.localPackages.compactMap { $0.summary?.id }
        guard let graph = try? Lockfile(parsing: start, path: "Cargo.lock").graph(pathPackages: paths) else {
            return nil
        }
        let registry = graph.resolve.packages.filter { $0.source == .cratesIO && lock.resolve.index(of: $0) != nil }
        guard !registry.isEmpty else { return nil }
        let id = registry[random.next(below: registry.count)]
        var draft = GraphDraft(graph.resolve)
        switch attack {
        case .bumped, .lowered:
            let versions = ((try? store.versions(of: id.name, in: id.source)) ?? []).filter { other in
                !other.isYanked && !other.version.isPrerelease && other.version.major == id.version.major
                    && (attack == .bumped ? other.version > id.version : other.version < id.version)
            }
            guard !versions.isEmpty else { return nil }
            let version = versions[random.next(below: versions.count)].version
            return update(.precise("\(id.name)@\(id.version)", version: "\(version)"), start).map { ($0, id.name) }
        case .resourced:
            let url = "https://github.com/evil/\(id.name)"
            let commit = String(repeating: "0123456789", count: 4)
            draft.replace(
                id,
                by: PackageID(
                    name: id.name, version: id.version,
                    source: SourceID(kind: .git(.defaultBranch), url: url, precise: commit)), checksum: nil)
        case .checksum:
            draft.checksums[id] = String(repeating: "ab", count: 32)
        case .edge:
            let other = registry[random.next(below: registry.count)]
            guard other != id, draft.edges[id]?.contains(other) != true, draft.reaches(id, from: other) == false else {
                return nil
            }
            draft.edges[id, default: []].append(other)
        case .extra:
            let name = ["openssl-src", "winapi-util", "rand_pcg", "wasi", "hex", "md5"][random.next(below: 6)]
            guard let version = (try? store.versions(of: name, in: .cratesIO))?.max(by: { $0.version < $1.version }),
                !graph.resolve.packages.contains(where: { $0.name == name })
            else { return nil }
            let extra = PackageID(name: name, version: version.version, source: .cratesIO)
            draft.add(extra, checksum: version.checksum)
            return (encoded(draft, graph, start), name)
        case .typosquat:
            let name = id.name + ["s", "-rs", "2"][random.next(below: 3)]
            guard !graph.resolve.packages.contains(where: { $0.name == name }),
                let owner = graph.resolve.packages.first(where: \.source.isPath)
            else { return nil }
            let squat = PackageID(name: name, version: id.version, source: .cratesIO)
            draft.add(squat, checksum: String(repeating: "cd", count: 32))
            draft.edges[owner, default: []].append(squat)
            return (encoded(draft, graph, start), name)
        }
        return (encoded(draft, graph, start), id.name)
    }

    private func encoded(_ draft: GraphDraft, _ graph: LockedGraph, _ start: [UInt8]) -> [UInt8] {
        LockfileEncoder.encode(draft.resolve, version: graph.version, previous: start)
    }

    // MARK: Review

    private func review(_ head: [UInt8]) -> Review? {
        guard let before = side(bytes), let after = side(head) else { return nil }
        return try? Audit.review(
            ReviewRequest(
                base: before.side, head: after.side, headAssessment: after.assessment, policy: Policy(),
                basis: Basis(data: [], policy: "none", lockgateVersion: "0"), registry: store, moment: nil,
                budget: 200_000))
    }

    private func side(_ bytes: [UInt8]) -> (side: ReviewSide, assessment: LockAssessment)? {
        guard
            let assessment = try? LockAssessment(
                of: workspace, bytes: bytes, path: "Cargo.lock", registry: store, budget: 200_000)
        else { return nil }
        let facts = AuditFacts(
            about: assessment.lock, in: workspace, from: store, policy: Policy(), today: today)
        let context = facts.context(
            workspace: workspace, assessment: assessment, advisories: [:], policy: Policy(), today: today)
        return (ReviewSide(context: context, bytes: bytes, unjudged: []), assessment)
    }
}

/// A graph that can be tampered with.
private struct GraphDraft {
    var edges: [PackageID: [PackageID]] = [:]
    var checksums: [PackageID: String] = [:]
    private var packages: Set<PackageID>
    private let original: Resolve

    init(_ resolve: Resolve) {
        original = resolve
        packages = Set(resolve.packages)
        for (index, id) in resolve.packages.enumerated() {
            edges[id] = resolve.edges[index].map { resolve.packages[$0] }
            checksums[id] = resolve.checksums[index]
        }
    }

    mutating func add(_ id: PackageID, checksum: String?) {
        packages.insert(id)
        checksums[id] = checksum
    }

    mutating func replace(_ old: PackageID, by new: PackageID, checksum: String?) {
        packages.remove(old)
        add(new, checksum: checksum)
        edges[new] = edges.removeValue(forKey: old)
        for (owner, targets) in edges { edges[owner] = targets.map { $0 == old ? new : $0 } }
        checksums[old] = nil
    }

    func reaches(_ target: PackageID, from start: PackageID) -> Bool {
        var seen: Set<PackageID> = []
        var work = [start]
        while let id = work.popLast() {
            if id == target { return true }
            guard seen.insert(id).inserted else { continue }
            work += edges[id] ?? []
        }
        return false
    }

    var resolve: Resolve {
        let sorted = packages.sorted()
        let position = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, $0) })
        return Resolve(
            packages: sorted, edges: sorted.map { Set((edges[$0] ?? []).compactMap { position[$0] }).sorted() },
            checksums: sorted.map { checksums[$0] }, metadata: original.metadata,
            unusedPatches: original.unusedPatches)
    }
}
