/// The dependencies of one activated package that still wait for a candidate.
struct WaitingFrame {
    struct Sibling {
        let dependency: DependencyIndex
        /// Position in `Universe.candidateLists`.
        let candidates: Int32
        let features: [Name]
    }

    let parent: Package
    /// Fewest candidates first; equal counts in list order.
    let siblings: [Sibling]
    var next = 0
    /// Kept only because its failure will be the error the user reads.
    var isErrorOnly = false
}

/// The waiting frames, ordered by error-only, the candidate count of the next dependency, and age.
///
/// Held as sorted keys, the first to serve last, so that serving and the usual insertion touch the end of an array.
/// A key packs (error-only first, count, insertion number) and so also names the frame.
struct RemainingDependencies {
    private(set) var frames: [WaitingFrame] = []
    private var keys: [UInt64] = []

    var frameCount: Int { frames.count }

    static func key(errorOnly: Bool, count: Int, frame: Int) -> UInt64 {
        (errorOnly ? 0 : 1 << 63) | UInt64(min(count, (1 << 23) - 1)) << 40 | UInt64(frame)
    }

    static func frame(of key: UInt64) -> Int { Int(key & ((1 << 40) - 1)) }

    func key(of frame: Int, count: (Int32) -> Int) -> UInt64 {
        let waiting = frames[frame]
        let next = waiting.next < waiting.siblings.count ? count(waiting.siblings[waiting.next].candidates) : 0
        return Self.key(errorOnly: waiting.isErrorOnly, count: next, frame: frame)
    }

    var first: UInt64? { keys.last }

    /// Keys in the order they will be served.
    var inOrder: ReversedCollection<[UInt64]> { keys.reversed() }

    mutating func append(_ frame: WaitingFrame) { frames.append(frame) }

    mutating func dropLastFrame() { frames.removeLast() }

    mutating func setNext(_ next: Int, of frame: Int) { frames[frame].next = next }

    mutating func insert(_ key: UInt64) {
        keys.insert(key, at: position(of: key))
    }

    mutating func remove(_ key: UInt64) {
        keys.remove(at: position(of: key))
    }

    /// Where `key` stands or belongs in the descending list.
    private func position(of key: UInt64) -> Int {
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] > key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
