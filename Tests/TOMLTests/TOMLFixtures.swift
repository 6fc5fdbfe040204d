import TOML
import Testing

/// The root table of `text`.
func root(_ text: String) throws -> TOMLTable {
    try parseTOML(Array(text.utf8)).root
}

/// The value at a path of keys without dots, as in `a.b`.
func value(_ path: String, in text: String) throws -> TOMLValue? {
    var value = TOMLValue.table(try root(text))
    for key in path.split(separator: ".") {
        guard let next = value.table?[String(key)] else { return nil }
        value = next.value
    }
    return value
}

/// Reproducible random numbers.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
