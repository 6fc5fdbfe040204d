/// Whether the `registry` of a dependency names an index: an absolute URL with a hierarchy.
///
/// Follows the URL standard in what it refuses: a missing scheme, an empty host under `http` and its like, characters
/// no host may have, a bad port, a path without slash (`foo:bar`). Two things are let pass that Cargo refuses: `xn--`
/// labels that do not decode, and characters that IDNA does not allow.
///
/// - SeeAlso: `SourceId::for_registry` in `src/cargo/core/source_id.rs` of rust-lang/cargo; <https://url.spec.whatwg.org>.
enum RegistryURL {
    static func isValid(_ text: String) -> Bool {
        let bytes = trimmed(Array(text.utf8))
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), isScheme(bytes[..<colon]) else { return false }
        let rest = bytes[(colon + 1)...]
        switch String(decoding: bytes[..<colon], as: UTF8.self).lowercased() {
        case "file": return true
        case "http", "https", "ws", "wss", "ftp":
            return isAuthority(authority(rest.drop(while: isSlash), endedBy: "/\\?#"), isSpecial: true)
        default:
            guard rest.first == UInt8(ascii: "/") else { return false }
            guard rest.starts(with: "//".utf8) else { return true }
            return isAuthority(authority(rest.dropFirst(2), endedBy: "/?#"), isSpecial: false)
        }
    }

    private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        guard let first = bytes.firstIndex(where: { $0 > 0x20 }), let last = bytes.lastIndex(where: { $0 > 0x20 })
        else { return [] }
        return bytes[first...last].filter { $0 != 0x09 && $0 != 0x0a && $0 != 0x0d }
    }

    private static func isScheme(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, isLetter(first) else { return false }
        return bytes.allSatisfy { isLetter($0) || isDigit($0) || "+-.".utf8.contains($0) }
    }

    private static func authority(_ bytes: ArraySlice<UInt8>, endedBy stops: String) -> ArraySlice<UInt8> {
        bytes.prefix { !stops.utf8.contains($0) }
    }

    private static func isAuthority(_ bytes: ArraySlice<UInt8>, isSpecial: Bool) -> Bool {
        let at = bytes.lastIndex(of: UInt8(ascii: "@"))
        let hostAndPort = at.map { bytes[($0 + 1)...] } ?? bytes
        let (host, port) = split(hostAndPort)
        if let port, !isPort(port) { return false }
        if host.isEmpty { return !isSpecial && at == nil && port == nil }
        if host.first == UInt8(ascii: "[") { return isBracketed(host) }
        if !isSpecial { return !host.contains(where: isForbidden) }
        let decoded = percentDecoded(host)
        return !decoded.contains { isForbidden($0) || $0 == UInt8(ascii: "%") } && !isBrokenIPv4(decoded)
    }

    private static func split(_ bytes: ArraySlice<UInt8>) -> (host: ArraySlice<UInt8>, port: ArraySlice<UInt8>?) {
        let afterBracket = bytes.lastIndex(of: UInt8(ascii: "]")) ?? bytes.startIndex
        guard let colon = bytes[afterBracket...].firstIndex(of: UInt8(ascii: ":")) else { return (bytes, nil) }
        return (bytes[..<colon], bytes[(colon + 1)...])
    }

    private static func isPort(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.isEmpty || bytes.allSatisfy(isDigit) && UInt16(String(decoding: bytes, as: UTF8.self)) != nil
    }

    private static func isBracketed(_ host: ArraySlice<UInt8>) -> Bool {
        host.count > 3 && host.last == UInt8(ascii: "]") && host.contains(UInt8(ascii: ":"))
            && host.dropFirst().dropLast().allSatisfy { isHexadecimal($0) || $0 == 0x3a || $0 == 0x2e }
    }
}

// MARK: - Hosts

extension RegistryURL {
    private static func percentDecoded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), rest.prefix(2).allSatisfy(isHexadecimal), digits.utf8.count == 2,
                let value = UInt8(digits, radix: 16)
            {
                result.append(value)
                rest = rest.dropFirst(2)
            } else {
                result.append(byte)
            }
        }
        return result
    }

    /// A host whose last label is a number is an IPv4 address and must be a good one.
    private static func isBrokenIPv4(_ host: [UInt8]) -> Bool {
        var labels = host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        if labels.count > 1, labels.last?.isEmpty == true { labels.removeLast() }
        guard let last = labels.last, number(last) != nil || !last.isEmpty && last.allSatisfy(isDigit) else {
            return false
        }
        let numbers = labels.map(number)
        guard numbers.count <= 4, !numbers.contains(nil), let tail = numbers.last ?? nil else { return true }
        let limit = UInt64(1) << (8 * UInt64(5 - numbers.count))
        return tail >= limit || numbers.dropLast().contains { ($0 ?? 256) > 255 }
    }

    /// Decimal, octal after `0`, or hexadecimal after `0x`; values beyond 64 bits count as the largest.
    private static func number(_ label: ArraySlice<UInt8>) -> UInt64? {
        let text = String(decoding: label, as: UTF8.self).lowercased()
        if text == "0x" || text == "0" { return 0 }
        let isHexadecimal = text.hasPrefix("0x")
        let isOctal = !isHexadecimal && text.hasPrefix("0")
        let digits = isHexadecimal ? text.dropFirst(2) : text[...]
        let radix = isHexadecimal ? 16 : isOctal ? 8 : 10
        guard !digits.isEmpty, digits.utf8.allSatisfy({ Self.isHexadecimal($0) }) else { return nil }
        let isInRadix = digits.allSatisfy { $0.hexDigitValue.map { $0 < radix } ?? false }
        return isInRadix ? UInt64(digits, radix: radix) ?? .max : nil
    }

    private static func isForbidden(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == 0x7f || "#/:<>?@[\\]^|".utf8.contains(byte)
    }

    private static func isSlash(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") }
    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 6
    }
}
