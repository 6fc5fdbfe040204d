import Glibc

/// Score of version 4: a table of the worst vector of each class, less the distance from that vector.
///
/// - SeeAlso: <https://www.first.org/cvss/v4.0/specification-document>, section 8; the tables are those of
///   FIRSTdotorg/cvss-v4-calculator.
enum CVSS4 {
    static func tenths(_ metrics: Metrics) -> Int? {
        guard let levels = levels(metrics) else { return nil }
        let impacts = ["VC", "VI", "VA", "SC", "SI", "SA"]
        if impacts.allSatisfy({ levels[$0] == none[$0] }) { return 0 }
        let classes = classes(of: levels)
        guard let value = worst(classes) else { return nil }
        let score = Double(value) - meanDistance(levels, classes, from: value)
        return max(0, min(100, Int((score + 0.00001).rounded())))
    }

    private typealias Levels = [String: Int]

    /// Metrics and their values, worst first; the level of a value is its position, a tenth of a point each.
    private static let scales: KeyValuePairs<String, [Substring]> = [
        "AV": ["N", "A", "L", "P"], "PR": ["N", "L", "H"], "UI": ["N", "P", "A"], "AC": ["L", "H"], "AT": ["N", "P"],
        "VC": ["H", "L", "N"], "VI": ["H", "L", "N"], "VA": ["H", "L", "N"],
        "SC": ["", "H", "L", "N"], "SI": ["S", "H", "L", "N"], "SA": ["S", "H", "L", "N"],
    ]

    private static let none: Levels = ["VC": 2, "VI": 2, "VA": 2, "SC": 3, "SI": 3, "SA": 3]

    /// The base metrics, each overruled by its modified form, and those whose absence means the worst.
    private static func levels(_ metrics: Metrics) -> Levels? {
        var levels: Levels = [:]
        for (key, scale) in scales {
            guard let base = metrics[key], base != "S", let level = scale.firstIndex(of: base[...]) else { return nil }
            levels[key] = level
            guard let modified = metrics["M" + key], modified != "X" else { continue }
            guard let level = scale.firstIndex(of: modified[...]) else { return nil }
            levels[key] = level
        }
        for (key, scale) in [("E", "APU"), ("CR", "HML"), ("IR", "HML"), ("AR", "HML")] {
            let value = metrics[key].flatMap { $0 == "X" ? nil : $0 } ?? String(scale.prefix(1))
            guard value.utf8.count == 1, let place = Array(scale).firstIndex(of: Character(value)) else { return nil }
            levels[key] = place
        }
        return levels
    }
}

// MARK: - Classes

extension CVSS4 {
    /// The six numbers of the macro vector, EQ1 to EQ6.
    private static func classes(of levels: Levels) -> [Int] {
        func at(_ key: String) -> Int { levels[key] ?? 0 }
        let worstOfThree = [at("AV"), at("PR"), at("UI")].filter { $0 == 0 }.count
        let eq1 = worstOfThree == 3 ? 0 : worstOfThree > 0 && at("AV") != 3 ? 1 : 2
        let eq2 = at("AC") == 0 && at("AT") == 0 ? 0 : 1
        let high = ["VC", "VI", "VA"].map { at($0) == 0 }
        let eq3 = high[0] && high[1] ? 0 : high.contains(true) ? 1 : 2
        let subsequent = [at("SC"), at("SI"), at("SA")]
        let eq4 = subsequent[1] == 0 || subsequent[2] == 0 ? 0 : subsequent.contains(1) ? 1 : 2
        let isRequired = zip(high, ["CR", "IR", "AR"]).contains { $0 && at($1) == 0 }
        return [eq1, eq2, eq3, eq4, at("E"), isRequired ? 0 : 1]
    }

    /// Nil for a class that does not exist.
    private static func worst(_ classes: [Int]) -> Int? {
        let sizes = [3, 2, 3, 3, 3, 2]
        var index = 0
        for (size, number) in zip(sizes, classes) {
            guard number < size else { return nil }
            index = index * size + number
        }
        return table[index] == 0 ? nil : Int(table[index])
    }

    private static func worst(_ classes: [Int], raising positions: Int...) -> Int? {
        var raised = classes
        for position in positions { raised[position] += 1 }
        return worst(raised)
    }
}

// MARK: - Distances

extension CVSS4 {
    private static func meanDistance(_ levels: Levels, _ classes: [Int], from value: Int) -> Double {
        let lower = [
            worst(classes, raising: 0), worst(classes, raising: 1), lowerOfThreeAndSix(classes),
            worst(classes, raising: 3), worst(classes, raising: 4),
        ]
        let distances = distances(levels, classes)
        var sum = 0.0
        for (index, next) in lower.enumerated() {
            guard let next, index < distances.count else { continue }
            sum += Double(value - next) * Double(distances[index].here) / Double(distances[index].depth)
        }
        let count = lower.count { $0 != nil }
        return count == 0 ? 0 : sum / Double(count)
    }

    private static func lowerOfThreeAndSix(_ classes: [Int]) -> Int? {
        switch (classes[2], classes[5]) {
        case (0, 0): [worst(classes, raising: 5), worst(classes, raising: 2)].compactMap(\.self).max()
        case (1, 0): worst(classes, raising: 5)
        default: worst(classes, raising: 2)
        }
    }

    /// For EQ1, EQ2, EQ3 with EQ6, and EQ4: how far the vector is from the worst of its class, and how far one can be.
    private static func distances(_ levels: Levels, _ classes: [Int]) -> [(here: Int, depth: Int)] {
        let three = classes[2] * 2 + classes[5]
        return [
            (distance(levels, ["AV", "PR", "UI"], maxima1[classes[0]]), [1, 4, 5][classes[0]]),
            (distance(levels, ["AC", "AT"], maxima2[classes[1]]), [1, 2][classes[1]]),
            (distance(levels, ["VC", "VI", "VA", "CR", "IR", "AR"], maxima3[three]), [7, 6, 8, 8, 10, 10][three]),
            (distance(levels, ["SC", "SI", "SA"], [maxima4[classes[3]]]), [6, 5, 4][classes[3]]),
        ]
    }

    /// To the first of the maxima that is nowhere better than the vector.
    private static func distance(_ levels: Levels, _ keys: [String], _ maxima: [[Int]]) -> Int {
        let here = keys.map { levels[$0] ?? 0 }
        let maximum = maxima.first { zip(here, $0).allSatisfy { $0 >= $1 } } ?? here
        return zip(here, maximum).reduce(0) { $0 + $1.0 - $1.1 }
    }

    private static let maxima1 = [[[0, 0, 0]], [[1, 0, 0], [0, 1, 0], [0, 0, 1]], [[3, 0, 0], [1, 1, 1]]]
    private static let maxima2 = [[[0, 0]], [[1, 0], [0, 1]]]
    private static let maxima3 = [
        [[0, 0, 0, 0, 0, 0]], [[0, 0, 1, 1, 1, 0], [0, 0, 0, 1, 1, 1]],
        [[1, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0]],
        [
            [1, 0, 1, 0, 1, 0], [1, 0, 0, 0, 1, 1], [0, 1, 0, 1, 0, 1], [0, 1, 1, 1, 0, 0], [1, 1, 0, 0, 0, 1],
        ],
        [[1, 1, 1, 0, 0, 0]], [[1, 1, 1, 0, 0, 0]],
    ]
    private static let maxima4 = [[1, 0, 0], [1, 1, 1], [2, 2, 2]]
}

// MARK: - Table

extension CVSS4 {
    /// Scores in tenths by EQ1…EQ6, the last changing fastest; 0 where EQ3 and EQ6 exclude each other.
    private static let table: [UInt8] = [
        100, 99, 98, 95, 95, 92, 100, 96, 93, 87, 91, 81, 93, 90, 89, 80, 81, 68,
        98, 95, 95, 92, 90, 84, 93, 92, 89, 81, 81, 65, 88, 80, 78, 70, 69, 48,
        0, 92, 0, 82, 0, 72, 0, 79, 0, 69, 0, 50, 0, 69, 0, 55, 0, 27,
        99, 97, 95, 92, 92, 85, 95, 91, 90, 83, 84, 71, 92, 81, 82, 71, 72, 53,
        95, 93, 92, 85, 85, 73, 92, 82, 80, 72, 70, 59, 84, 70, 71, 52, 50, 30,
        0, 86, 0, 75, 0, 52, 0, 71, 0, 52, 0, 29, 0, 63, 0, 29, 0, 17,
        98, 95, 94, 87, 91, 81, 94, 89, 86, 74, 77, 64, 87, 75, 74, 63, 63, 49,
        94, 89, 88, 77, 76, 67, 86, 76, 74, 58, 59, 50, 72, 57, 57, 52, 52, 25,
        0, 83, 0, 70, 0, 54, 0, 65, 0, 58, 0, 26, 0, 53, 0, 21, 0, 13,
        95, 90, 88, 76, 76, 70, 90, 77, 75, 62, 61, 53, 77, 66, 68, 59, 52, 30,
        89, 78, 76, 67, 62, 58, 74, 59, 57, 57, 47, 23, 61, 52, 57, 29, 24, 16,
        0, 71, 0, 59, 0, 30, 0, 58, 0, 26, 0, 15, 0, 23, 0, 13, 0, 6,
        93, 87, 86, 72, 75, 58, 86, 74, 74, 61, 56, 34, 70, 54, 52, 40, 40, 22,
        85, 75, 74, 55, 62, 51, 72, 57, 55, 41, 46, 19, 53, 36, 34, 19, 19, 8,
        0, 64, 0, 51, 0, 20, 0, 47, 0, 21, 0, 11, 0, 24, 0, 9, 0, 4,
        88, 75, 73, 53, 60, 50, 73, 55, 59, 40, 41, 20, 54, 43, 45, 22, 20, 11,
        75, 55, 58, 45, 40, 21, 61, 51, 48, 18, 20, 9, 46, 18, 17, 7, 8, 2,
        0, 53, 0, 24, 0, 14, 0, 24, 0, 12, 0, 5, 0, 10, 0, 3, 0, 1,
    ]
}
