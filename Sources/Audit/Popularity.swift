/// How many crates of a registry depend on others, as the database counted them at import.
package struct Popularity: Sendable {
    /// Most depended-upon first, then by name.
    package let ranking: [(name: String, dependents: Int)]
    /// Of any name asked about; one that nobody depends on is missing.
    private let dependents: [String: Int]

    package init(ranking: [(name: String, dependents: Int)], dependents: [String: Int]) {
        self.ranking = ranking
        self.dependents = dependents
    }

    package func dependents(of name: String) -> Int { dependents[name] ?? 0 }

    /// The most depended-upon name that this one is a slip of the keyboard away from: at least `factor` times as
    /// popular, and `minimum` in absolute terms.
    package func model(of name: String, factor: Int = 50, minimum: Int = 200) -> (name: String, dependents: Int)? {
        let needed = max(minimum, factor * dependents(of: name))
        for candidate in ranking {
            if candidate.dependents < needed { return nil }
            if candidate.name != name, Slip.separates(name, from: candidate.name) { return candidate }
        }
        return nil
    }
}

/// One edit: a letter more, less or other, two neighbours swapped, or other hyphens and underscores.
enum Slip {
    /// Shorter names are too close to each other to mean anything: `libm` and `libc`, `uuid` and `nuid`.
    static let shortest = 5

    static func separates(_ name: String, from model: String) -> Bool {
        let left = Array(name.utf8)
        let right = Array(model.utf8)
        guard abs(left.count - right.count) <= 2, min(left.count, right.count) >= shortest else { return false }
        if withoutSeparators(left) == withoutSeparators(right) { return true }
        guard abs(left.count - right.count) <= 1 else { return false }
        return isOneEdit(left, right)
    }

    private static func withoutSeparators(_ name: [UInt8]) -> [UInt8] {
        name.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }
    }

    /// The texts agree but for one place.
    private static func isOneEdit(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        let shared = min(left.count, right.count)
        let head = zip(left, right).prefix { $0 == $1 }.count
        let tail = zip(left.reversed(), right.reversed()).prefix(shared - head).prefix { $0 == $1 }.count
        let (first, second) = (left[head..<(left.count - tail)], right[head..<(right.count - tail)])
        if max(first.count, second.count) <= 1 { return true }
        return first.count == 2 && second.count == 2 && first.elementsEqual(second.reversed())
    }
}
