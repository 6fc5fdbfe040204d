extension Version: Comparable {
    /// Total order of the `semver` crate: numbers, then pre-release (absent is greatest), then build metadata (absent
    /// is least).
    package static func < (left: Self, right: Self) -> Bool {
        if left.major != right.major { return left.major < right.major }
        if left.minor != right.minor { return left.minor < right.minor }
        if left.patch != right.patch { return left.patch < right.patch }
        let order = Identifiers.comparePrerelease(left.prerelease, right.prerelease)
        return order == .same ? Identifiers.compareBuild(left.build, right.build) == .less : order == .less
    }
}

/// Comparison of the dot-separated identifiers after `-` and `+`, of any length, without numeric overflow.
enum Identifiers {
    enum Order {
        case less, same, greater

        init(_ left: Int, _ right: Int) {
            self = left < right ? .less : left == right ? .same : .greater
        }
    }

    static func comparePrerelease(_ left: String, _ right: String) -> Order {
        if left.isEmpty || right.isEmpty { return Order(left.isEmpty ? 1 : 0, right.isEmpty ? 1 : 0) }
        return left == right ? .same : compare(left, right, identifier: number)
    }

    static func compareBuild(_ left: String, _ right: String) -> Order {
        if left.isEmpty || right.isEmpty { return Order(left.isEmpty ? 0 : 1, right.isEmpty ? 0 : 1) }
        return left == right ? .same : compare(left, right, identifier: paddedNumber)
    }

    private typealias Bytes = Substring.UTF8View

    /// Pair by pair; if all shared identifiers are equal the longer list is greater.
    private static func compare(_ left: String, _ right: String, identifier: (Bytes, Bytes) -> Order) -> Order {
        var left = left[...].utf8
        var right = right[...].utf8
        while true {
            let order = compareIdentifier(prefix(of: left), prefix(of: right), numbers: identifier)
            if order != .same { return order }
            switch (dropIdentifier(&left), dropIdentifier(&right)) {
            case (true, true): continue
            case (let leftGoesOn, let rightGoesOn): return Order(leftGoesOn ? 1 : 0, rightGoesOn ? 1 : 0)
            }
        }
    }

    private static func prefix(of bytes: Bytes) -> Bytes {
        bytes.prefix { $0 != UInt8(ascii: ".") }
    }

    /// Leaves what follows the first dot; false if there is no dot.
    private static func dropIdentifier(_ bytes: inout Bytes) -> Bool {
        guard let dot = bytes.firstIndex(of: UInt8(ascii: ".")) else { return false }
        bytes = bytes[bytes.index(after: dot)...]
        return true
    }

    private static func compareIdentifier(_ left: Bytes, _ right: Bytes, numbers: (Bytes, Bytes) -> Order) -> Order {
        switch (isNumber(left), isNumber(right)) {
        case (true, true): numbers(left, right)
        case (true, false): .less
        case (false, true): .greater
        case (false, false): bytewise(left, right)
        }
    }

    private static func isNumber(_ bytes: Bytes) -> Bool {
        bytes.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    }

    private static func bytewise(_ left: Bytes, _ right: Bytes) -> Order {
        if left.elementsEqual(right) { return .same }
        return left.lexicographicallyPrecedes(right) ? .less : .greater
    }

    /// Without leading zeros the longer number is the greater one.
    private static func number(_ left: Bytes, _ right: Bytes) -> Order {
        left.count == right.count ? bytewise(left, right) : Order(left.count, right.count)
    }

    /// Leading zeros break ties: `1` < `01` < `001` < `2`.
    private static func paddedNumber(_ left: Bytes, _ right: Bytes) -> Order {
        let zero = UInt8(ascii: "0")
        let order = number(left.drop { $0 == zero }, right.drop { $0 == zero })
        return order == .same ? Order(left.count, right.count) : order
    }
}
