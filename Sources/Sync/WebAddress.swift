/// What a URL says of who is asked, as far as secrets and encryption depend on it.
package struct WebAddress: Hashable, Sendable {
    package let isSecure: Bool
    /// In lower case, with the port unless it is the scheme's own.
    package let host: String
    /// Without user, password, query and fragment: nothing in it that may be secret.
    package let shown: String

    /// Nil unless the URL begins with `http://` or `https://`, has a host, and no character that a URL cannot have.
    package init?(_ url: String) {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count > 2, parts[1].isEmpty, url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else { return nil }
        let scheme = parts[0].lowercased()
        guard scheme == "https:" || scheme == "http:" else { return nil }
        let authority = parts[2].prefix { $0 != "?" && $0 != "#" && $0 != "\\" }
        let written = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        guard !written.isEmpty else { return nil }
        isSecure = scheme == "https:"
        let standardPort = isSecure ? ":443" : ":80"
        let lowered = written.lowercased()
        host = lowered.hasSuffix(standardPort) ? String(lowered.dropLast(standardPort.count)) : lowered
        let path = parts.count > 3 && authority.count == parts[2].count ? "/" + parts[3] : ""
        shown = "\(scheme)//\(written)\(path.prefix { $0 != "?" && $0 != "#" })"
    }

    /// Whether both lead to the same server, over connections that are as safe.
    func isSameOrigin(as other: WebAddress) -> Bool { isSecure == other.isSecure && host == other.host }
}

extension HTTPRequest {
    /// The URL for messages.
    package var shownURL: String { WebAddress(url)?.shown ?? "(an address that is no http URL)" }
}
