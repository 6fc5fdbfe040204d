import Glibc

/// Base score of version 3.
///
/// - SeeAlso: <https://www.first.org/cvss/v3.1/specification-document>, section 7.
enum CVSS3 {
    static func tenths(_ metrics: Metrics) -> Int? {
        guard let scope = metrics.weight("S", ["U": 0, "C": 1]),
            let vector = metrics.weight("AV", ["N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2]),
            let complexity = metrics.weight("AC", ["L": 0.77, "H": 0.44]),
            let privileges = metrics.weight(
                "PR", scope == 0 ? ["N": 0.85, "L": 0.62, "H": 0.27] : ["N": 0.85, "L": 0.68, "H": 0.5]),
            let interaction = metrics.weight("UI", ["N": 0.85, "R": 0.62]),
            let impact = impact(metrics)
        else { return nil }
        let isChanged = scope == 1
        let scoped = isChanged ? 7.52 * (impact - 0.029) - 3.25 * pow(impact - 0.02, 15) : 6.42 * impact
        if scoped <= 0 { return 0 }
        let sum = scoped + 8.22 * vector * complexity * privileges * interaction
        return roundedUp(min(isChanged ? 1.08 * sum : sum, 10))
    }

    private static func impact(_ metrics: Metrics) -> Double? {
        var product = 1.0
        for key in ["C", "I", "A"] {
            guard let weight = metrics.weight(key, ["H": 0.56, "L": 0.22, "N": 0]) else { return nil }
            product *= 1 - weight
        }
        return 1 - product
    }

    /// The specification's `Roundup`, which avoids the errors of binary fractions.
    private static func roundedUp(_ score: Double) -> Int {
        let scaled = Int((score * 100_000).rounded())
        return scaled % 10_000 == 0 ? scaled / 10_000 : scaled / 10_000 + 1
    }
}

/// Base score of version 2.
///
/// - SeeAlso: <https://www.first.org/cvss/v2/guide>, section 3.2.1.
enum CVSS2 {
    static func tenths(_ metrics: Metrics) -> Int? {
        let impacts: KeyValuePairs = ["N": 0, "P": 0.275, "C": 0.66]
        guard let vector = metrics.weight("AV", ["L": 0.395, "A": 0.646, "N": 1]),
            let complexity = metrics.weight("AC", ["H": 0.35, "M": 0.61, "L": 0.71]),
            let authentication = metrics.weight("Au", ["M": 0.45, "S": 0.56, "N": 0.704]),
            let confidentiality = metrics.weight("C", impacts), let integrity = metrics.weight("I", impacts),
            let availability = metrics.weight("A", impacts)
        else { return nil }
        let impact = 10.41 * (1 - (1 - confidentiality) * (1 - integrity) * (1 - availability))
        if impact == 0 { return 0 }
        let exploitability = 20 * vector * complexity * authentication
        return Int(((0.6 * impact + 0.4 * exploitability - 1.5) * 1.176 * 10).rounded())
    }
}
