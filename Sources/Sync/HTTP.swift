package import CargoWorkspace

/// A GET.
package struct HTTPRequest: Sendable {
    package let url: String
    /// Name and value; never a secret.
    package let headers: [(name: String, value: String)]
    /// The value of `Authorization`; only ever sent to the host and port of `url`, and never shown.
    package let authorization: RegistryToken?
    /// The most bytes a body may have after decompression.
    package let limit: Int
    /// Whoever asked, to recognise the answer by.
    package let tag: Int

    package init(
        _ url: String, tag: Int = 0, headers: [(name: String, value: String)] = [],
        authorization: RegistryToken? = nil, limit: Int
    ) {
        self.url = url
        self.tag = tag
        self.headers = headers
        self.authorization = authorization
        self.limit = limit
    }
}

/// An answer, whatever its status.
package struct HTTPResponse: Sendable {
    package let status: Int
    /// Decompressed.
    package let body: [UInt8]
    /// Names in lower case, of the last answer where there were redirects; of doubles the first.
    package let headers: [String: String]

    /// By its name in lower case.
    package subscript(header: String) -> String? { headers[header] }
}

/// How to reach servers: what `[http]` and `[net]` of Cargo's configuration say, in seconds and bytes per second.
package struct NetworkSettings: Sendable {
    /// `http.proxy`; without it libcurl looks at the usual environment variables.
    package var proxy: String?
    /// `http.cainfo`: a bundle of certificates in place of the system's.
    package var certificates: String?
    /// `http.timeout`: to connect, and without progress.
    package var timeout = 30
    /// `http.low-speed-limit`: less than this is no progress.
    package var lowSpeedLimit = 10
    /// The longest one answer may take; a server that sends a byte now and then would hold a run up for ever.
    package var longest = 300
    /// `http.multiplexing`.
    package var multiplexing = true
    /// `net.retry`: attempts after the first.
    package var retries = 3
    /// `http.user-agent`, or lockgate's own.
    package var userAgent = "lockgate"
    /// The most bytes all answers of a run may have together.
    package var totalLimit = 1 << 30
    /// Answers under way at once.
    package var parallelism = 128
    /// The longest pause a server may ask for with `Retry-After` before it counts as down.
    package var longestPause = 30
    /// What the first retry waits for, in milliseconds; it doubles from attempt to attempt.
    package var firstPause = 500

    package init() {}
}

/// Why there is no answer worth looking at.
package struct TransportError: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// libcurl's words.
        case connection(String)
        case tooLarge(limit: Int)
        /// From https to http, or to something that is neither.
        case unsafeRedirect
        case endlessRedirect
        /// A status that stayed after all retries.
        case status(Int)
        case pause(seconds: Int)
        /// libcurl itself.
        case library(String)
    }

    package let reason: Reason
    /// Without user, password and query.
    package let url: String
    package let attempts: Int
}

extension TransportError: CustomStringConvertible {
    package var description: String {
        let times = attempts > 1 ? " (\(attempts) attempts)" : ""
        return switch reason {
        case .connection(let text): "\(url): \(text)\(times)"
        case .tooLarge(let limit): "\(url): more than \(limit) bytes"
        case .unsafeRedirect: "\(url): redirected to where it must not lead"
        case .endlessRedirect: "\(url): redirected again and again"
        case .status(let status): "\(url): the server answers \(status)\(times)"
        case .pause(let seconds): "\(url): the server asks to wait for \(seconds) seconds"
        case .library(let text): text
        }
    }
}
