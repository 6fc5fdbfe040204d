// Booleans, numbers and dates: everything without quotes or brackets.

extension Scanner {
    mutating func scalar() throws(TOMLError) -> TOMLValue {
        let start = offset
        let token = scalarToken()
        let span = Span(start: start, end: offset)
        guard let first = token.first else { throw expected(.value) }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9") where DateTimeReader.looksLikeDateTime(token):
            guard let datetime = DateTimeReader.read(token) else { throw TOMLError(.invalidDateTime, at: span) }
            return .datetime(datetime)
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"):
            return try NumberReader(token: token, span: span).value()
        default: return try word(at: start, span)
        }
    }

    private func word(at start: Int, _ span: Span) throws(TOMLError) -> TOMLValue {
        switch string(from: start, to: offset) {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case "inf": return .float(.infinity)
        case "nan": return .float(.nan)
        default: throw TOMLError(.expected(.value), at: span)
        }
    }

    /// All bytes that can belong to a scalar, whether or not they form a valid one.
    private mutating func scalarToken() -> UnsafeBufferPointer<UInt8> {
        let start = offset
        skipScalarBytes()
        if offset - start == 10, bytes[start + 4] == UInt8(ascii: "-"), peek == UInt8(ascii: " "),
            let next = peek(ahead: 1), isDigit(next)
        {
            advance()
            skipScalarBytes()
        }
        return UnsafeBufferPointer(rebasing: bytes[start..<offset])
    }

    private mutating func skipScalarBytes() {
        while let byte = peek, Self.isScalar(byte) { offset += 1 }
    }

    private static func isScalar(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: ":"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "."):
            true
        default: false
        }
    }
}

func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
}

/// Integers and floating-point numbers.
struct NumberReader {
    let token: UnsafeBufferPointer<UInt8>
    let span: Span

    func value() throws(TOMLError) -> TOMLValue {
        let digits = unsigned
        if digits.elementsEqual("inf".utf8) { return .float(isNegative ? -.infinity : .infinity) }
        if digits.elementsEqual("nan".utf8) { return .float(isNegative ? -.nan : .nan) }
        if token.count > 2, token[0] == UInt8(ascii: "0"), let radix = Self.radix(token[1]) {
            return .integer(try integer(token[2...], radix: radix))
        }
        if digits.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: "_") }) {
            try checkLeadingZero(digits)
            return .integer(try integer(digits, radix: 10))
        }
        return .float(try float(digits))
    }

    private typealias Digits = Slice<UnsafeBufferPointer<UInt8>>

    private var isNegative: Bool { token[0] == UInt8(ascii: "-") }

    private var unsigned: Digits {
        isNegative || token[0] == UInt8(ascii: "+") ? token[1...] : token[...]
    }

    private var invalid: TOMLError { TOMLError(.invalidNumber, at: span) }

    private static func radix(_ letter: UInt8) -> Int64? {
        switch letter {
        case UInt8(ascii: "x"): 16
        case UInt8(ascii: "o"): 8
        case UInt8(ascii: "b"): 2
        default: nil
        }
    }

    private func checkLeadingZero(_ digits: Digits) throws(TOMLError) {
        if digits.count > 1, digits.first == UInt8(ascii: "0") { throw invalid }
    }

    private func integer(_ digits: Digits, radix: Int64) throws(TOMLError) -> Int64 {
        try checkUnderscores(digits)
        var value: Int64 = 0
        for byte in digits where byte != UInt8(ascii: "_") {
            guard let digit = hexadecimalDigit(byte), digit < radix else { throw invalid }
            let (product, overflow) = value.multipliedReportingOverflow(by: radix)
            let (sum, carry) =
                isNegative
                ? product.subtractingReportingOverflow(Int64(digit)) : product.addingReportingOverflow(Int64(digit))
            if overflow || carry { throw TOMLError(.integerOutOfRange, at: span) }
            value = sum
        }
        return value
    }

    /// An underscore stands between two digits.
    private func checkUnderscores(_ digits: Digits) throws(TOMLError) {
        var previous = UInt8(ascii: "_")
        for byte in digits {
            if byte == UInt8(ascii: "_"), previous == byte { throw invalid }
            previous = byte
        }
        if previous == UInt8(ascii: "_") { throw invalid }
    }

    /// `1.5`, `1e5` or `1.5e+5`; digits on both sides of the point.
    private func float(_ digits: Digits) throws(TOMLError) -> Double {
        let exponent = digits.firstIndex { $0 | 0x20 == UInt8(ascii: "e") } ?? digits.endIndex
        let point = digits[..<exponent].firstIndex(of: UInt8(ascii: ".")) ?? exponent
        let whole = digits[..<point]
        try checkDigits(whole)
        try checkLeadingZero(whole)
        if point < exponent { try checkDigits(digits[(point + 1)..<exponent]) }
        if exponent < digits.endIndex { try checkExponent(digits[(exponent + 1)...]) }
        let text = String(decoding: token.lazy.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
        guard let value = Double(text) else { throw invalid }
        guard value.isFinite else { throw TOMLError(.floatOutOfRange, at: span) }
        return value
    }

    private func checkExponent(_ digits: Digits) throws(TOMLError) {
        let isSigned = digits.first == UInt8(ascii: "+") || digits.first == UInt8(ascii: "-")
        try checkDigits(isSigned ? digits.dropFirst() : digits)
    }

    private func checkDigits(_ digits: Digits) throws(TOMLError) {
        try checkUnderscores(digits)
        guard digits.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: "_") }) else { throw invalid }
    }
}
