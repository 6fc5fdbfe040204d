/// An archive of advisories on a server.
package struct ArchiveRequest: Hashable, Sendable {
    package let url: String
    /// `etag: …` or `last-modified: …`; nil if it was never had.
    package let validator: String?

    /// The most bytes an archive may have; that of OSV for crates.io has three million.
    static let limit = 256 << 20

    package init(url: String, validator: String?) {
        self.url = url
        self.validator = validator
    }

    /// The URL without user, password and query.
    package var shownURL: String { WebAddress(url)?.shown ?? "(no URL)" }

    func answer(to result: Result<HTTPResponse, TransportError>) -> Result<ArchiveAnswer, FetchError> {
        let response: HTTPResponse
        switch result {
        case .failure(let error): return .failure(FetchError(reason: .transport(error), url: shownURL))
        case .success(let some): response = some
        }
        switch response.status {
        case 200: return .success(.contents(response.body, validator: Validator.text(response)))
        case 304 where validator != nil: return .success(.unchanged)
        case 304: return .failure(FetchError(reason: .unchangedUnknown, url: shownURL))
        default: return .failure(FetchError(reason: .status(response.status), url: shownURL))
        }
    }
}

/// What a server says of an archive.
package enum ArchiveAnswer: Sendable {
    case contents([UInt8], validator: String?)
    /// As it was when it was asked for before.
    case unchanged
}

/// `etag: …` or `last-modified: …`, as Cargo keeps it.
enum Validator {
    /// What an answer can be asked for again with; an ETag is better than a date.
    static func text(_ response: HTTPResponse) -> String? {
        if let tag = response["etag"], isUsable(tag) { return "etag: \(tag)" }
        if let date = response["last-modified"], isUsable(date) { return "last-modified: \(date)" }
        return nil
    }

    private static func isUsable(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 1024 && text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f }
    }

    static func header(_ text: String) -> (name: String, value: String)? {
        if text.hasPrefix("etag: ") { return ("if-none-match", String(text.dropFirst("etag: ".count))) }
        if text.hasPrefix("last-modified: ") {
            return ("if-modified-since", String(text.dropFirst("last-modified: ".count)))
        }
        return nil
    }
}

enum PercentEncoding {
    /// The path of an index file; names in an index may hold any character.
    static func path(_ path: String) -> String {
        var result = ""
        for byte in path.utf8 {
            let isPlain =
                byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || "-_./~".utf8.contains(byte)
            if isPlain {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.utf8.count < 2 ? "0" : "") + digits
            }
        }
        return result
    }
}
