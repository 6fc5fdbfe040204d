/// How bad a fault is.
package struct Severity: Hashable, Sendable {
    package enum Level: String, Sendable, CaseIterable, Comparable {
        /// No score, or one that cannot be computed.
        case unknown
        case none, low, medium, high, critical

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

        package static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }
    }

    package let level: Level
    /// The base score in tenths, 0 to 100; nil if only the level is known.
    package let tenths: Int?

    package static let unknown = Severity(level: .unknown)

    package init(level: Level) {
        self.level = level
        tenths = nil
    }

    /// - SeeAlso: "Qualitative Severity Rating Scale" in the CVSS specifications.
    package init(tenths: Int) {
        self.tenths = tenths
        switch tenths {
        case ...0: level = .none
        case ..<40: level = .low
        case ..<70: level = .medium
        case ..<90: level = .high
        default: level = .critical
        }
    }

    /// `9.8`; nil without a score.
    package var score: String? {
        tenths.map { "\($0 / 10).\($0 % 10)" }
    }
}

extension Severity {
    /// The score of a vector of CVSS 2, 3.0, 3.1 or 4.0; nil for any other version and for a vector with an unknown,
    /// doubled or missing base metric.
    package init?(cvss vector: String) {
        guard let metrics = Metrics(vector) else { return nil }
        let tenths: Int? =
            switch metrics.version {
            case "3.0", "3.1": CVSS3.tenths(metrics)
            case "4.0": CVSS4.tenths(metrics)
            case "": CVSS2.tenths(metrics)
            default: nil
            }
        guard let tenths else { return nil }
        self.init(tenths: tenths)
    }

    /// The word GitHub uses for a level.
    init?(word: String) {
        switch word.lowercased() {
        case "low": self.init(level: .low)
        case "moderate", "medium": self.init(level: .medium)
        case "high": self.init(level: .high)
        case "critical": self.init(level: .critical)
        default: return nil
        }
    }
}

/// The parts of a vector such as `CVSS:3.1/AV:N/AC:L`; the version is empty for CVSS 2, which has no prefix.
struct Metrics {
    let version: String
    private let values: [(key: Substring, value: Substring)]

    /// Nil if a metric is doubled or has no value.
    init?(_ vector: String) {
        var parts = vector.utf8.count <= 512 ? vector.split(separator: "/") : []
        if let first = parts.first, first.hasPrefix("CVSS:") {
            version = String(first.dropFirst(5))
            parts.removeFirst()
        } else {
            version = ""
        }
        var values: [(key: Substring, value: Substring)] = []
        for part in parts {
            let pair = part.split(separator: ":", omittingEmptySubsequences: false)
            guard pair.count == 2, !pair[1].isEmpty, !values.contains(where: { $0.key == pair[0] }) else { return nil }
            values.append((pair[0], pair[1]))
        }
        guard !values.isEmpty else { return nil }
        self.values = values
    }

    subscript(key: String) -> String? {
        values.first { $0.key == key }.map { String($0.value) }
    }

    /// What a table says about the value of a metric; nil if there is no such metric or value.
    func weight(_ key: String, _ table: KeyValuePairs<String, Double>) -> Double? {
        guard let value = self[key] else { return nil }
        return table.first { $0.key == value }?.value
    }
}
