/// Commits and their parents, by number: parents come before their children.
package struct CommitGraph: Sendable {
    /// Where the parents of each commit begin in `list`, and one more for the end.
    private var starts: [Int32] = [0]
    private var list: [Int32] = []

    package init() {}

    package var count: Int { starts.count - 1 }

    /// - Parameter parents: numbers of commits that were added before; the first one is the line that was merged into.
    package mutating func add(parents: some Sequence<Int>) {
        for parent in parents {
            precondition(parent < count, "a parent comes before its children")
            list.append(Int32(parent))
        }
        starts.append(Int32(list.count))
    }

    package func parents(of commit: Int) -> ArraySlice<Int32> {
        list[Int(starts[commit])..<Int(starts[commit + 1])]
    }
}

extension CommitGraph {
    /// What each commit has of a file.
    ///
    /// - Parameters:
    ///   - changes: against the first parent, or against nothing in a commit without parents; `nil` for a file that
    ///     went away. At most one for each commit, in the order of commits.
    ///   - absent: for a commit without the file.
    package func states<State>(_ changes: [(commit: Int, state: State?)], absent: State) -> [State] {
        var states: [State] = []
        states.reserveCapacity(count)
        var next = 0
        for commit in 0..<count {
            if next < changes.count, changes[next].commit == commit {
                states.append(changes[next].state ?? absent)
                next += 1
            } else {
                states.append(parents(of: commit).first.map { states[Int($0)] } ?? absent)
            }
        }
        return states
    }
}
