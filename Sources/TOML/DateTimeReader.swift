/// Dates and times as in RFC 3339, with the freedoms TOML takes: parts may be missing, a blank may stand for the `T`,
/// and seconds may be left out.
struct DateTimeReader {
    private let token: UnsafeBufferPointer<UInt8>
    private var offset = 0

    /// Whether a token that begins with a digit is meant as a date or time rather than a number.
    static func looksLikeDateTime(_ token: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let end = token.firstIndex(where: { !isDigit($0) }) else { return false }
        return token[end] == UInt8(ascii: "-") || token[end] == UInt8(ascii: ":")
    }

    /// Nil if the token is not exactly a date, a time, or both.
    static func read(_ token: UnsafeBufferPointer<UInt8>) -> TOMLDateTime? {
        var reader = DateTimeReader(token: token)
        let isTime = token.count > 2 && token[2] == UInt8(ascii: ":")
        guard let datetime = isTime ? reader.timeOnly() : reader.dateTime() else { return nil }
        return reader.offset == token.count ? datetime : nil
    }

    private mutating func timeOnly() -> TOMLDateTime? {
        time().map { TOMLDateTime(date: nil, time: $0) }
    }

    private mutating func dateTime() -> TOMLDateTime? {
        guard let date = date() else { return nil }
        if offset == token.count { return TOMLDateTime(date: date) }
        guard take("T") || take("t") || take(" "), let time = time() else { return nil }
        if offset == token.count { return TOMLDateTime(date: date, time: time) }
        guard let zone = zone() else { return nil }
        return TOMLDateTime(date: date, time: time, offset: zone)
    }

    private mutating func date() -> TOMLDateTime.Date? {
        guard let year = number(digits: 4), take("-"), let month = number(digits: 2), take("-"),
            let day = number(digits: 2), (1...12).contains(month), day >= 1, day <= Self.days(in: month, of: year)
        else { return nil }
        return TOMLDateTime.Date(year: year, month: month, day: day)
    }

    private static func days(in month: Int, of year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        if month == 2 { return isLeap ? 29 : 28 }
        return [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    private mutating func time() -> TOMLDateTime.Time? {
        guard let hour = number(digits: 2), hour < 24, take(":"), let minute = number(digits: 2), minute < 60 else {
            return nil
        }
        guard take(":") else { return TOMLDateTime.Time(hour: hour, minute: minute, second: 0, nanosecond: 0) }
        guard let second = number(digits: 2), second <= 60 else { return nil }
        guard take(".") else { return TOMLDateTime.Time(hour: hour, minute: minute, second: second, nanosecond: 0) }
        guard let nanosecond = fraction() else { return nil }
        return TOMLDateTime.Time(hour: hour, minute: minute, second: second, nanosecond: nanosecond)
    }

    private mutating func fraction() -> Int? {
        let start = offset
        var value = 0
        var scale = 1_000_000_000
        while offset < token.count, isDigit(token[offset]) {
            if scale > 1 {
                value = value * 10 + Int(token[offset] - UInt8(ascii: "0"))
                scale /= 10
            }
            offset += 1
        }
        return offset > start ? value * scale : nil
    }

    private mutating func zone() -> TOMLDateTime.Offset? {
        if take("Z") || take("z") { return .utc }
        let sign = take("+") ? 1 : take("-") ? -1 : 0
        guard sign != 0, let hours = number(digits: 2), hours < 24, take(":"), let minutes = number(digits: 2),
            minutes < 60
        else { return nil }
        return .minutes(sign * (hours * 60 + minutes))
    }

    private mutating func number(digits: Int) -> Int? {
        guard offset + digits <= token.count else { return nil }
        var value = 0
        for byte in token[offset..<(offset + digits)] {
            guard isDigit(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        offset += digits
        return value
    }

    private mutating func take(_ ascii: Unicode.Scalar) -> Bool {
        guard offset < token.count, token[offset] == UInt8(ascii: ascii) else { return false }
        offset += 1
        return true
    }
}
