/// Reads versions and requirements byte by byte.
struct VersionParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var offset = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }
}

extension String {
    mutating func withParser<Value, Failure>(
        _ body: (inout VersionParser) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        var result: Result<Value, Failure>?
        withUTF8 { bytes in
            var parser = VersionParser(bytes)
            do throws(Failure) { result = .success(try body(&parser)) } catch { result = .failure(error) }
        }
        guard let result else { preconditionFailure("withUTF8 calls its body once") }
        return try result.get()
    }
}

// MARK: Version

extension VersionParser {
    mutating func version() throws(VersionError) -> Version {
        guard !bytes.isEmpty else { throw VersionError(.empty) }
        let major = try number(.major)
        try dot(after: .major)
        let minor = try number(.minor)
        try dot(after: .minor)
        let patch = try number(.patch)
        let (prerelease, build, last) = try suffixes()
        if let found = scalar { throw VersionError(.unexpectedCharacterAfter(found, last)) }
        return Version(major: major, minor: minor, patch: patch, prerelease: prerelease, build: build)
    }

    private mutating func dot(after position: VersionPosition) throws(VersionError) {
        if take(".") { return }
        guard let found = scalar else {
            throw VersionError(.unexpectedEnd(while: position == .major ? .major : .minor))
        }
        throw VersionError(.unexpectedCharacterAfter(found, position))
    }

    private mutating func number(_ position: VersionPosition) throws(VersionError) -> UInt64 {
        let start = offset
        var value: UInt64 = 0
        while let byte = peek, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
            if offset > start, value == 0 { throw VersionError(.leadingZero(position)) }
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
            if overflow || carry { throw VersionError(.overflow(position)) }
            value = sum
            offset += 1
        }
        if offset > start { return value }
        throw VersionError(scalar.map { .unexpectedCharacter($0, while: position) } ?? .unexpectedEnd(while: position))
    }

    /// Pre-release and build metadata, and which of them was read last.
    private mutating func suffixes() throws(VersionError) -> (String, String, VersionPosition) {
        var last = VersionPosition.patch
        var (prerelease, build) = ("", "")
        if take("-") {
            last = .prerelease
            prerelease = try identifiers(.prerelease)
        }
        if take("+") {
            last = .build
            build = try identifiers(.build)
        }
        return (prerelease, build, last)
    }

    private mutating func identifiers(_ position: VersionPosition) throws(VersionError) -> String {
        let start = offset
        repeat { try identifier(position) } while take(".")
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private mutating func identifier(_ position: VersionPosition) throws(VersionError) {
        let start = offset
        var isNumber = true
        while let byte = peek, let isDigit = Self.isDigit(inIdentifier: byte) {
            isNumber = isNumber && isDigit
            offset += 1
        }
        if offset == start { throw VersionError(.emptySegment(position)) }
        if position == .prerelease, isNumber, offset - start > 1, bytes[start] == UInt8(ascii: "0") {
            throw VersionError(.leadingZero(position))
        }
    }

    /// Nil for a byte that no identifier contains.
    private static func isDigit(inIdentifier byte: UInt8) -> Bool? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"): false
        default: nil
        }
    }
}

// MARK: Requirement

extension VersionParser {
    mutating func requirement() throws(VersionRequirementError) -> VersionRequirement {
        skipBlanks()
        if takeWildcard() {
            skipBlanks()
            if peek == nil { return .star }
            throw VersionRequirementError(peek == UInt8(ascii: ",") ? .wildcardInList : .characterAfterWildcard)
        }
        var comparators: [Comparator] = []
        repeat {
            skipBlanks()
            if !comparators.isEmpty, isLoneWildcard { throw VersionRequirementError(.wildcardInList) }
            if comparators.count == VersionRequirement.comparatorLimit {
                throw VersionRequirementError(.tooManyComparators)
            }
            comparators.append(try comparator())
        } while take(",")
        return VersionRequirement(comparators)
    }

    private mutating func comparator() throws(VersionRequirementError) -> Comparator {
        let op = takeOperator()
        skipBlanks()
        let partial = try partial()
        skipBlanks()
        if let found = scalar, found != "," {
            throw VersionRequirementError(.expectedComma(after: partial.last, found: found))
        }
        return Comparator(
            op ?? (partial.hasWildcard ? .wildcard : .caret),
            major: partial.major, minor: partial.minor, patch: partial.patch, prerelease: partial.prerelease)
    }

    private struct Partial {
        var major: UInt64
        var minor: UInt64?
        var patch: UInt64?
        var prerelease = ""
        var hasWildcard = false
        var last = VersionPosition.major
    }

    private mutating func partial() throws(VersionRequirementError) -> Partial {
        var partial = Partial(major: try requirementNumber(.major))
        guard take(".") else { return partial }
        partial.last = .minor
        if takeWildcard() { partial.hasWildcard = true } else { partial.minor = try requirementNumber(.minor) }
        guard take(".") else { return partial }
        partial.last = .patch
        if takeWildcard() {
            partial.hasWildcard = true
        } else if partial.hasWildcard {
            throw VersionRequirementError(.characterAfterWildcard)
        } else {
            partial.patch = try requirementNumber(.patch)
            (partial.prerelease, _, partial.last) = try requirementSuffixes()
        }
        return partial
    }

    private mutating func requirementNumber(_ position: VersionPosition) throws(VersionRequirementError) -> UInt64 {
        do throws(VersionError) { return try number(position) } catch {
            throw VersionRequirementError(.version(error.reason))
        }
    }

    private mutating func requirementSuffixes() throws(VersionRequirementError) -> (String, String, VersionPosition) {
        do throws(VersionError) { return try suffixes() } catch {
            throw VersionRequirementError(.version(error.reason))
        }
    }

    private mutating func takeOperator() -> Comparator.Operator? {
        if take("=") { return .exact }
        if take(">") { return take("=") ? .greaterEqual : .greater }
        if take("<") { return take("=") ? .lessEqual : .less }
        if take("~") { return .tilde }
        return take("^") ? .caret : nil
    }

    private mutating func takeWildcard() -> Bool {
        take("*") || take("x") || take("X")
    }

    private var isLoneWildcard: Bool {
        var copy = self
        guard copy.takeWildcard() else { return false }
        copy.skipBlanks()
        return copy.peek == nil || copy.peek == UInt8(ascii: ",")
    }

    private mutating func skipBlanks() {
        while take(" ") {}
    }
}

// MARK: Bytes

extension VersionParser {
    private var peek: UInt8? {
        offset < bytes.count ? bytes[offset] : nil
    }

    /// The character at the cursor, for messages.
    private var scalar: Unicode.Scalar? {
        String(decoding: bytes[offset..<min(offset + 4, bytes.count)], as: UTF8.self).unicodeScalars.first
    }

    private mutating func take(_ ascii: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: ascii) else { return false }
        offset += 1
        return true
    }
}
