/// Whether the lock of a commit holds a package.
package enum Holding: Sendable {
    case no, yes
    /// The lock cannot be read.
    case unknown
}

/// Commits of one lock that hold a package and hang together: each but the first ones has a parent among them.
///
/// A lock that loses a package and gets it back has two spans, and so have two branches that took it in apart from each
/// other, unless a commit that holds it merges them: then the span has two beginnings.
package struct HoldingSpan: Sendable, Equatable {
    /// How many commits hold it.
    package fileprivate(set) var count = 0
    /// Commits that hold it and none of whose parents does.
    package fileprivate(set) var introduced: [Int] = []
    /// Commits that do not hold it and all of whose parents do.
    package fileprivate(set) var removed: [Int] = []
    /// Merges that do not hold it, though one of their parents does: the other side had it no more, or never.
    package fileprivate(set) var dropped: [Int] = []
    /// Commits whose lock cannot be read, after one that holds it.
    package fileprivate(set) var lost: [Int] = []
}

/// The spans of one package in one lock.
package struct HoldingSpans: Sendable {
    /// In the order of their first commits.
    package private(set) var spans: [HoldingSpan] = []
    /// The span of each commit; `-1` for those that do not hold it.
    private var spanOfCommit: [Int32]

    /// - Parameter holdings: one for each commit.
    /// - Complexity: linear in the commits and their parents, nearly.
    package init(_ holdings: [Holding], in graph: CommitGraph) {
        var groups = Groups(count: graph.count)
        for commit in 0..<graph.count where holdings[commit] == .yes {
            for parent in graph.parents(of: commit) where holdings[Int(parent)] == .yes {
                groups.unite(Int32(commit), parent)
            }
        }
        spanOfCommit = Array(repeating: -1, count: graph.count)
        var numbers: [Int32: Int32] = [:]
        for commit in 0..<graph.count where holdings[commit] == .yes {
            let root = groups.root(of: Int32(commit))
            let number = numbers[root, default: Int32(numbers.count)]
            numbers[root] = number
            spanOfCommit[commit] = number
        }
        spans = Array(repeating: HoldingSpan(), count: numbers.count)
        for commit in 0..<graph.count { note(commit, holdings, graph) }
    }

    private mutating func note(_ commit: Int, _ holdings: [Holding], _ graph: CommitGraph) {
        let parents = graph.parents(of: commit)
        if let span = span(of: commit) {
            spans[span].count += 1
            if !parents.contains(where: { holdings[Int($0)] == .yes }) { spans[span].introduced.append(commit) }
            return
        }
        let isWhole = parents.allSatisfy { holdings[Int($0)] == .yes }
        for span in Set(parents.compactMap { span(of: Int($0)) }) {
            if holdings[commit] == .unknown {
                spans[span].lost.append(commit)
            } else if isWhole {
                spans[span].removed.append(commit)
            } else {
                spans[span].dropped.append(commit)
            }
        }
    }

    /// `nil` for a commit that does not hold it.
    package func span(of commit: Int) -> Int? {
        spanOfCommit[commit] < 0 ? nil : Int(spanOfCommit[commit])
    }

    /// The spans in the history of some commits, each with itself.
    ///
    /// - Returns: for each tip the numbers of spans, ascending.
    /// - Complexity: linear in the commits for every 64 spans.
    package func spans(behind tips: [Int], in graph: CommitGraph) -> [[Int]] {
        var result: [[Int]] = Array(repeating: [], count: tips.count)
        for first in stride(from: 0, to: spans.count, by: 64) {
            let masks = masks(from: first, graph)
            for (place, tip) in tips.enumerated() where masks[tip] != 0 {
                result[place] += (0..<64).filter { masks[tip] & (1 << UInt64($0)) != 0 }.map { first + $0 }
            }
        }
        return result
    }

    /// Bit `n` of a commit: span `first + n` is in its history.
    private func masks(from first: Int, _ graph: CommitGraph) -> [UInt64] {
        var masks: [UInt64] = []
        masks.reserveCapacity(graph.count)
        for commit in 0..<graph.count {
            var mask = graph.parents(of: commit).reduce(0) { $0 | masks[Int($1)] }
            if let span = span(of: commit), (first..<(first + 64)).contains(span) { mask |= 1 << UInt64(span - first) }
            masks.append(mask)
        }
        return masks
    }
}

/// Sets of numbers that are only ever united.
private struct Groups {
    private var parent: [Int32]

    init(count: Int) { parent = (0..<Int32(count)).map { $0 } }

    mutating func root(of number: Int32) -> Int32 {
        var number = number
        while parent[Int(number)] != number {
            parent[Int(number)] = parent[Int(parent[Int(number)])]
            number = parent[Int(number)]
        }
        return number
    }

    /// The lower root stays.
    mutating func unite(_ left: Int32, _ right: Int32) {
        let (first, second) = (root(of: left), root(of: right))
        parent[Int(max(first, second))] = min(first, second)
    }
}
