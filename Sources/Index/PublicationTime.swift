import CargoModel

/// The `pubtime` of an index line: twenty bytes that `strptime("%Y-%m-%dT%H:%M:%SZ")` reads as a real moment.
///
/// The twenty bytes are nearly always `YYYY-MM-DDTHH:MM:SSZ`, but Cargo also takes blanks and a sign in place of
/// leading zeros, and the second 60.
///
/// - SeeAlso: `parse_pubtime` in `crates/cargo-util-schemas/src/index.rs` of rust-lang/cargo, crate `jiff`.
struct PublicationTime {
    /// Seconds since 1970-01-01 UTC; nil for a text in another than the usual form, and for moments that four bytes
    /// cannot hold.
    static func seconds(_ text: String) -> UInt32? {
        let bytes = Array(text.utf8)
        guard bytes.count == 20, let day = Day(text), let hour = pair(bytes, 11), let minute = pair(bytes, 14),
            let second = pair(bytes, 17)
        else { return nil }
        return UInt32(exactly: day.number * 86_400 + hour * 3600 + minute * 60 + min(second, 59))
    }

    private static func pair(_ bytes: [UInt8], _ start: Int) -> Int? {
        let digits = [bytes[start], bytes[start + 1]].map { Int($0) - Int(UInt8(ascii: "0")) }
        return digits.allSatisfy((0...9).contains) ? digits[0] * 10 + digits[1] : nil
    }

    private var bytes: Substring.UTF8View

    static func isValid(_ text: String) -> Bool {
        guard text.utf8.count == 20 else { return false }
        var parser = PublicationTime(bytes: text[...].utf8)
        return parser.read()
    }

    private mutating func read() -> Bool {
        let sign = sign()
        guard let year = number(digits: 4), skip("-"),
            let month = number(digits: 2, in: 1...12), skip("-"),
            let day = number(digits: 2, in: 1...31), skip("T"),
            let hour = number(digits: 2, in: 0...23), skip(":"),
            let minute = number(digits: 2, in: 0...59), skip(":"),
            let second = number(digits: 2, in: 0...60), skip("Z"), bytes.isEmpty
        else { return false }
        let isReal = day <= Self.days(inMonth: month, of: sign * year)
        return isReal && Self.isRepresentable([sign * year, month, day, hour, minute, min(second, 59)])
    }

    /// The range of `jiff::Timestamp`, chosen so that every time zone can show it.
    private static func isRepresentable(_ moment: [Int]) -> Bool {
        let first = [-9999, 1, 2, 1, 59, 59]
        let last = [9999, 12, 30, 22, 0, 0]
        return !moment.lexicographicallyPrecedes(first) && !last.lexicographicallyPrecedes(moment)
    }

    private static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private mutating func sign() -> Int {
        if skip("-") { return -1 }
        _ = skip("+")
        return 1
    }

    private mutating func number(digits: Int, in range: ClosedRange<Int> = 0...9999) -> Int? {
        bytes = bytes.drop { $0 == 0x20 || (0x09...0x0d).contains($0) && $0 != 0x0b }
        let text = bytes.prefix(digits).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard !text.isEmpty else { return nil }
        bytes = bytes.dropFirst(text.count)
        let value = text.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return range.contains(value) ? value : nil
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard bytes.first == UInt8(ascii: character) else { return false }
        bytes = bytes.dropFirst()
        return true
    }
}
