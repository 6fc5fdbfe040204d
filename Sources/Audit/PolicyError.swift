package import TOML

/// Why a policy file cannot be used. Always exit status 2: a policy with a typo in it must not judge.
package struct PolicyError: Error, Equatable {
    package enum Reason: Equatable, Sendable {
        case syntax(TOMLError.Reason)
        case unknownKey(String, nearest: String?, known: [String])
        case unknownRule(String, nearest: String?)
        case wrongType(key: String, expected: String, found: String)
        case unknownLevel(String)
        case missingReason
        case missingTarget
        case badDate(String)
        case badRequirement(String, String)
        case outOfRange(String)
    }

    package let reason: Reason
    package let location: Location

    package init(_ reason: Reason, at location: Location) {
        self.reason = reason
        self.location = location
    }
}

extension PolicyError: CustomStringConvertible {
    package var description: String {
        switch reason {
        case .syntax(let reason): TOMLError(reason, at: location.span).description
        case .unknownKey(let key, let nearest?, _): "unknown key `\(key)`; did you mean `\(nearest)`?"
        case .unknownKey(let key, nil, let known):
            "unknown key `\(key)`; known here: " + known.map { "`\($0)`" }.joined(separator: ", ")
        case .unknownRule(let rule, let nearest?): "unknown rule `\(rule)`; did you mean `\(nearest)`?"
        case .unknownRule(let rule, nil): "unknown rule `\(rule)`; rules/README.md lists them"
        case .wrongType(let key, let expected, let found): "`\(key)` must be \(expected), not \(found)"
        case .unknownLevel(let text): "unknown level `\(text)`; use \"allow\", \"warn\" or \"deny\""
        case .missingReason: "an ignore needs a `reason`: say why this is acceptable, for whoever reads it next"
        case .missingTarget: "an ignore needs at least one of `rule`, `crate` and `advisory`"
        case .badDate(let text): "`\(text)` is no date; write it as \"2026-12-31\""
        case .badRequirement(let text, let why): "`\(text)` is no version requirement: \(why)"
        case .outOfRange(let key): "`\(key)` must be a number from 0 to 100000"
        }
    }
}

/// The known name a typo most likely means.
package enum Spelling {
    package static func nearest(to word: String, among known: [String]) -> String? {
        guard word.utf8.count <= 64 else { return nil }
        let limit = max(1, word.count / 3)
        let ranked = known.map { (distance: distance(Array(word), Array($0)), name: $0) }
            .filter { $0.distance <= limit }
        return ranked.min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
    }

    /// Levenshtein's distance.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var previous = Array(0...right.count)
        for (row, a) in left.enumerated() {
            var current = [row + 1]
            for (column, b) in right.enumerated() {
                current.append(min(previous[column + 1] + 1, current[column] + 1, previous[column] + (a == b ? 0 : 1)))
            }
            previous = current
        }
        return previous[right.count]
    }
}
