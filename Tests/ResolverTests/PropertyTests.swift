import CargoModel
import Glibc
import Resolver
import SemVer
import TestSupport
import Testing

/// What holds for every workspace, tried on random small ones; a failure prints its seed.
@Suite struct PropertyTests {
    /// `LOCKGATE_SEEDS` tries more.
    static let seeds = Array(UInt64(1)...(getenv("LOCKGATE_SEEDS").flatMap { UInt64(String(cString: $0)) } ?? 400))

    @Test func aSolutionIsOne() throws {
        var solved = 0
        for seed in Self.seeds {
            let world = try RandomWorld(seed: seed)
            guard let resolve = try? resolve(ResolveRequest(members: world.members), from: world.registry) else {
                continue
            }
            solved += 1
            let problems = try problems(of: resolve, in: world)
            #expect(problems.isEmpty, "seed \(seed): \(problems)\n\(world.lines.joined(separator: "\n"))")
        }
        #expect(solved > Self.seeds.count / 4)
    }

    @Test func theOrderOfTheAnswersDoesNotMatter() throws {
        for seed in Self.seeds {
            let world = try RandomWorld(seed: seed)
            let first = Outcome(ResolveRequest(members: world.members), try world.registry)
            let second = Outcome(ResolveRequest(members: world.members), try world.shuffled(seed: seed))
            #expect(first == second, "seed \(seed)")
        }
    }

    /// Holds since no package of these worlds depends twice on one other; with two such dependencies even Cargo
    /// changes the lock it has just written.
    @Test func aNewLockIsCurrent() throws {
        for seed in Self.seeds {
            let world = try RandomWorld(seed: seed)
            let fresh = Outcome(ResolveRequest(members: world.members), try world.registry)
            guard case .solved(let resolve) = fresh else { continue }
            let again = Outcome(ResolveRequest(members: world.members, previous: resolve), try world.registry)
            #expect(fresh == again, "seed \(seed)")
        }
    }

    /// The other direction does not hold: Cargo, and so we, miss some solutions.
    @Test func whereThereIsNoSolutionNoneIsFound() throws {
        let seeds = Self.seeds.prefix(120)
        var (tried, missed, hopeless) = (0, 0, 0)
        for seed in seeds {
            let world = try RandomWorld(seed: seed)
            var search = BruteForce(
                members: world.members, published: try published(in: world).filter { !$0.isYanked }.map(\.summary))
            guard let exists = search.hasSolution() else { continue }
            tried += 1
            let outcome = Outcome(ResolveRequest(members: world.members), try world.registry)
            if !exists { hopeless += 1 }
            if !exists { #expect(outcome == .failed, "seed \(seed)") }
            if exists, outcome == .failed { missed += 1 }
        }
        #expect(tried > seeds.count / 3)
        #expect(hopeless > seeds.count / 20)
        #expect(missed * 20 <= tried, "\(missed) of \(tried) solutions missed")
    }

    @Test func everyPackageMayBeLetGo() throws {
        for seed in Self.seeds {
            let world = try RandomWorld(seed: seed)
            guard let fresh = try? resolve(ResolveRequest(members: world.members), from: world.registry) else {
                continue
            }
            var request = ResolveRequest(members: world.members, previous: fresh)
            request.releaseEverything()
            #expect(Outcome(request, try world.registry) == .solved(fresh), "seed \(seed)")
        }
    }

    private enum Outcome: Equatable {
        case solved(Resolve)
        case failed

        init(_ request: ResolveRequest, _ registry: LiteralRegistry) {
            do { self = .solved(try resolve(request, from: registry)) } catch { self = .failed }
        }

        static func == (left: Outcome, right: Outcome) -> Bool {
            switch (left, right) {
            case (.solved(let one), .solved(let other)):
                one.packages == other.packages && one.edges == other.edges && one.checksums == other.checksums
            case (.failed, .failed): true
            default: false
            }
        }
    }

    private func published(in world: RandomWorld) throws -> [(summary: Summary, isYanked: Bool)] {
        try world.lines.map { (try parseSummary($0, source: .cratesIO), $0.contains("| yanked")) }
    }

    private func problems(of resolve: Resolve, in world: RandomWorld) throws -> [String] {
        let published = try published(in: world)
        let summaries = Dictionary(
            uniqueKeysWithValues: (published.map(\.summary) + world.members).map { ($0.id, $0) })
        var problems: [String] = []
        for version in published where version.isYanked && resolve.packages.contains(version.summary.id) {
            problems.append("\(version.summary.id) is yanked")
        }
        let ranges = resolve.packages.map { "\($0.name) \($0.version.range)" }
        if Set(ranges).count != ranges.count { problems.append("two versions of one range") }
        let links = resolve.packages.compactMap { summaries[$0]?.links }
        if Set(links).count != links.count { problems.append("a library is linked twice") }
        let closure = Closure(members: world.members, summaries: summaries) { need in
            guard let parent = resolve.index(of: need.parent) else { return nil }
            return resolve.edges[parent].map { resolve.packages[$0] }.first(where: need.dependency.matches)
        }
        if closure.isImpossible { problems.append("a feature is missing") }
        var reached = Set(world.members.map(\.id))
        for need in closure.needs {
            let parent = resolve.index(of: need.parent).map { resolve.edges[$0] } ?? []
            let served = parent.map { resolve.packages[$0] }.filter(need.dependency.matches)
            reached.formUnion(served)
            if served.count != 1 { problems.append("\(need.parent) needs \(need.dependency.package) once") }
        }
        if reached != Set(resolve.packages) { problems.append("packages that nobody needs") }
        return problems
    }
}
