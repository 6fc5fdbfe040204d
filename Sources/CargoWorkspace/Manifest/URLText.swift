/// As much of the URL standard as the sources of dependencies need.
enum URLText {
    /// The URL as Cargo prints and compares it: scheme and host in lower case, no default port, at least `/` as path,
    /// `..` resolved, and blanks and the like percent-encoded.
    static func parse(_ text: String) throws(URLReason) -> String {
        let text = trimmed(text)
        guard let colon = schemeEnd(of: text) else { throw URLReason(fault: relative(text)) }
        let scheme = text[..<colon].lowercased()
        var rest = text[text.utf8.index(after: colon)...]
        if isWeb(scheme) {
            rest = rest.drop { $0 == "/" || $0 == "\\" }
        } else if rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
        } else if scheme != "file" {
            throw URLReason(fault: .cannotBeBase)
        }
        let end = rest.utf8.firstIndex { "/?#".utf8.contains($0) } ?? rest.endIndex
        let authority = try normalizedAuthority(rest[..<end], scheme: scheme)
        return scheme + "://" + authority + tail(rest[end...], scheme: scheme)
    }

    private static func trimmed(_ text: String) -> String {
        let isBlank = { (scalar: Unicode.Scalar) in scalar.value <= 0x20 }
        let scalars = text.unicodeScalars
        guard let start = scalars.firstIndex(where: { !isBlank($0) }),
            let end = scalars.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(scalars[start...end])
    }

    private static func schemeEnd(of text: String) -> String.Index? {
        guard let first = text.utf8.first, isLetter(first), let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")),
            text.utf8[..<colon].allSatisfy({ isLetter($0) || isDigit($0) || "+-.".utf8.contains($0) })
        else { return nil }
        return colon
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
    private static func isWeb(_ scheme: String) -> Bool { ["http", "https", "ftp", "ws", "wss"].contains(scheme) }

    private static let defaultPorts = ["http": 80, "ws": 80, "https": 443, "wss": 443, "ftp": 21]

    private static func normalizedAuthority(_ text: Substring, scheme: String) throws(URLReason) -> String {
        if scheme == "file" { return String(text) }
        let start = text.lastIndex(of: "@").map { text.index(after: $0) } ?? text.startIndex
        let hostAndPort = text[start...]
        let colon = hostAndPort.lastIndex(of: ":").flatMap { hostAndPort[$0...].contains("]") ? nil : $0 }
        let host = hostAndPort[..<(colon ?? hostAndPort.endIndex)]
        if host.isEmpty, isWeb(scheme) { throw URLReason(fault: .emptyHost) }
        let user = text[..<start]
        let port = try colon.map { (colon) throws(URLReason) in try Self.port(hostAndPort[colon...].dropFirst()) }
        let name = isWeb(scheme) ? host.lowercased() : String(host)
        guard let port = port ?? nil, port != defaultPorts[scheme] else { return user + name }
        return "\(user)\(name):\(port)"
    }

    private static func port(_ text: Substring) throws(URLReason) -> Int? {
        if text.isEmpty { return nil }
        guard text.utf8.allSatisfy(isDigit), let port = UInt16(text) else { throw URLReason(fault: .invalidPort) }
        return Int(port)
    }

    /// Path, query and fragment.
    private static func tail(_ text: Substring, scheme: String) -> String {
        let end = text.utf8.firstIndex { "?#".utf8.contains($0) } ?? text.endIndex
        var path = resolved(text[..<end])
        if path.isEmpty, isWeb(scheme) || scheme == "file" { path = "/" }
        return encoded(path, extra: "?`{}") + encoded(String(text[end...]), extra: "")
    }

    private static func resolved(_ path: Substring) -> String {
        if !path.contains("/.") { return String(path) }
        var parts: [Substring] = []
        let written = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        for (index, part) in written.enumerated() {
            let isLast = index == written.count - 1
            switch part.lowercased().replacing("%2e", with: ".") {
            case ".": if isLast { parts.append("") }
            case "..":
                _ = parts.popLast()
                if isLast { parts.append("") }
            default: parts.append(part)
            }
        }
        return "/" + parts.joined(separator: "/")
    }

    private static func encoded(_ text: String, extra: String) -> String {
        let needsNothing = { (byte: UInt8) in
            byte > 0x20 && byte < 0x7F && !"\"<>".utf8.contains(byte) && !extra.utf8.contains(byte)
        }
        if text.utf8.allSatisfy(needsNothing) { return text }
        var result: [UInt8] = []
        for byte in text.utf8 {
            if needsNothing(byte) {
                result.append(byte)
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                result += Array(("%" + (digits.utf8.count < 2 ? "0" : "") + digits).utf8)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// `git@host:path` is not a URL; say which one it would be.
    private static func relative(_ text: String) -> ManifestError.URLFault {
        guard let at = text.utf8.firstIndex(of: UInt8(ascii: "@")),
            let colon = text.utf8[at...].firstIndex(of: UInt8(ascii: ":")),
            !text.utf8[..<colon].contains(UInt8(ascii: "/"))
        else { return .relative }
        return .copyPath(suggestion: "ssh://\(text[..<colon])/\(text[text.utf8.index(after: colon)...])")
    }
}

/// A fault on its way to an error that also names the URL.
struct URLReason: Error {
    let fault: ManifestError.URLFault
}
