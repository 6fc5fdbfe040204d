/// A set of the targets in the `TargetTable`, by their positions.
package struct TargetSet: Hashable, Sendable {
    private var words: SIMD8<UInt64>

    /// How many targets fit.
    static let capacity = 512

    package static let none = TargetSet(words: .zero)

    private init(words: SIMD8<UInt64>) { self.words = words }

    init(only position: Int) {
        words = .zero
        insert(position)
    }

    /// The first `count` targets.
    init(first count: Int) {
        words = .zero
        for position in 0..<count { insert(position) }
    }

    mutating func insert(_ position: Int) { words[position / 64] |= 1 << UInt64(position % 64) }

    package func contains(_ position: Int) -> Bool { words[position / 64] & (1 << UInt64(position % 64)) != 0 }

    package var isEmpty: Bool { words == .zero }

    package var count: Int { words.indices.reduce(0) { $0 + words[$1].nonzeroBitCount } }

    package func intersection(_ other: TargetSet) -> TargetSet { TargetSet(words: words & other.words) }
    package func union(_ other: TargetSet) -> TargetSet { TargetSet(words: words | other.words) }
    package func subtracting(_ other: TargetSet) -> TargetSet { TargetSet(words: words & ~other.words) }
}
