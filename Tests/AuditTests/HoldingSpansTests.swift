import TestSupport
import Testing

@testable import Audit

/// Spans of a package over commits.
@Suite struct HoldingSpansTests {
    private static func graph(_ parents: [[Int]]) -> CommitGraph {
        var graph = CommitGraph()
        for list in parents { graph.add(parents: list) }
        return graph
    }

    private static func holdings(_ text: String) -> [Holding] {
        text.map { $0 == "+" ? .yes : $0 == "?" ? .unknown : .no }
    }

    @Test func aLineOfCommitsHasABeginningAndAnEnd() {
        let spans = HoldingSpans(Self.holdings("-++-+"), in: Self.graph([[], [0], [1], [2], [3]]))
        #expect(spans.spans.map(\.introduced) == [[1], [4]])
        #expect(spans.spans.map(\.removed) == [[3], []])
        #expect(spans.spans.map(\.count) == [2, 1])
        #expect(spans.span(of: 2) == 0 && spans.span(of: 3) == nil && spans.span(of: 4) == 1)
    }

    /// 0 – 1+ – 2+ – 4 merge of a branch (3) that left before: the branch brought it to main no more than it removed it.
    @Test func aMergeOfAnOlderBranchIsNoRemoval() {
        let spans = HoldingSpans(Self.holdings("-++-+"), in: Self.graph([[], [0], [1], [0], [2, 3]]))
        #expect(spans.spans.map(\.introduced) == [[1]])
        #expect(spans.spans.map(\.removed) == [[]] && spans.spans.map(\.dropped) == [[]])
    }

    /// A branch still holds it when it is merged into a main that let go of it.
    @Test func aMergeThatDoesNotKeepItIsToldApart() {
        let spans = HoldingSpans(Self.holdings("++-+-"), in: Self.graph([[], [0], [1], [1], [2, 3]]))
        #expect(spans.spans.count == 1)
        #expect(spans.spans[0].removed == [2] && spans.spans[0].dropped == [4])
    }

    @Test func twoBranchesAreOneSpanOnceACommitThatHoldsItMergesThem() {
        let apart = HoldingSpans(Self.holdings("-++"), in: Self.graph([[], [0], [0]]))
        #expect(apart.spans.map(\.introduced) == [[1], [2]])
        let merged = HoldingSpans(Self.holdings("-+++"), in: Self.graph([[], [0], [0], [1, 2]]))
        #expect(merged.spans.map(\.introduced) == [[1, 2]] && merged.spans[0].count == 3)
    }

    @Test func itCanComeInWithAMergeCommit() {
        let spans = HoldingSpans(Self.holdings("---+"), in: Self.graph([[], [0], [0], [1, 2]]))
        #expect(spans.spans.map(\.introduced) == [[3]])
    }

    @Test func whatCannotBeReadIsNoRemoval() {
        let spans = HoldingSpans(Self.holdings("+?-"), in: Self.graph([[], [0], [1]]))
        #expect(spans.spans[0].lost == [1] && spans.spans[0].removed.isEmpty)
    }

    @Test func statesFollowTheFirstParent() {
        let graph = Self.graph([[], [0], [0], [1, 2], [3]])
        #expect(graph.states([(0, 1), (2, 2), (4, nil)], absent: 0) == [1, 1, 2, 1, 0])
    }

    /// Against the definition, word by word.
    @Test(arguments: 0..<200) func equalsTheDefinition(_ seed: Int) {
        var random = Randomness(seed: UInt64(seed))
        let count = 1 + random.below(120)
        let parents: [[Int]] = (0..<count).map { commit in
            guard commit > 0, !random.chance(3) else { return [] }
            let number = random.chance(30) ? 2 : 1
            return (0..<number).reduce(into: []) { list, _ in
                let parent = max(0, commit - 1 - random.below(6))
                if !list.contains(parent) { list.append(parent) }
            }
        }
        let holds = (0..<count).map { _ in random.chance(60) ? Holding.yes : random.chance(10) ? .unknown : .no }
        let graph = Self.graph(parents)
        let spans = HoldingSpans(holds, in: graph)
        for commit in 0..<count {
            let held = parents[commit].filter { holds[$0] == .yes }
            let isNew = holds[commit] == .yes && held.isEmpty
            let isGone = holds[commit] == .no && !held.isEmpty
            let isRemoval = isGone && held.count == parents[commit].count
            #expect(spans.spans.contains { $0.introduced.contains(commit) } == isNew)
            #expect(spans.spans.contains { $0.removed.contains(commit) } == isRemoval)
            #expect(spans.spans.contains { $0.dropped.contains(commit) } == (isGone && !isRemoval))
            for parent in held where holds[commit] == .yes { #expect(spans.span(of: parent) == spans.span(of: commit)) }
        }
        #expect(spans.spans.reduce(0) { $0 + $1.count } == holds.count { $0 == .yes })
        let behind = spans.spans(behind: Array(0..<count), in: graph)
        for commit in 0..<count {
            let ancestors = Self.ancestors(commit, parents)
            #expect(behind[commit] == Set(ancestors.compactMap { spans.span(of: $0) }).sorted())
        }
    }

    private static func ancestors(_ commit: Int, _ parents: [[Int]]) -> Set<Int> {
        var seen: Set<Int> = [commit]
        var work = [commit]
        while let next = work.popLast() { work += parents[next].filter { seen.insert($0).inserted } }
        return seen
    }
}
