/// Why a registry or an archive could not be had. The text says what to do next and holds no secret.
package struct FetchError: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        case transport(TransportError)
        /// A status that is no answer.
        case status(Int)
        /// There is no `config.json`.
        case noConfiguration
        case configuration(String)
        /// - Parameter variable: the environment variable a token can be in.
        case tokenMissing(variable: String)
        case tokenRejected(variable: String)
        case unnamed
        case program(String, variable: String)
        case credentials(String)
        /// Not changed since something that was never had.
        case unchangedUnknown
        /// No line of it is an index line about what was asked for.
        case foreignContent
        /// The last line ends in the middle.
        case cutOff
        /// The URL is none.
        case address
        case tooMany(limit: Int)
    }

    package let reason: Reason
    /// Without user, password and query.
    package let url: String
}

extension FetchError: CustomStringConvertible {
    package var description: String {
        switch reason {
        case .transport(let error): "\(error)\(Self.advice(error.reason))"
        case .status(403):
            "\(url): the server refuses (403); ask who runs it whether this machine or this token may read it"
        case .status(let status): "\(url): the server answers \(status)"
        case .noConfiguration: "\(url): not found, so this is no sparse registry; correct the URL of its index"
        case .configuration(let text): "\(url): \(text); this is no sparse registry, or its server is broken"
        case .tokenMissing(let variable): "\(url): the registry wants a token; set \(variable)"
        case .tokenRejected(let variable): "\(url): the registry rejects the token; set another one in \(variable)"
        case .unnamed:
            "\(url): the registry wants a token, and has no name to find one by; "
                + "configure it as `[registries.NAME]` and set CARGO_REGISTRIES_<NAME>_TOKEN"
        case .program(let program, let variable):
            "\(url): the registry wants a token; the credential provider `\(program)` would have to be run for it, which "
                + "lockgate does not do; set \(variable)"
        case .credentials(let text):
            "\(url): the registry wants a token, and the file of tokens cannot be read: \(text)"
        case .unchangedUnknown:
            "\(url): the server says that nothing has changed since it was asked last, which it was not"
        case .foreignContent: "\(url): what the server sends is no index file of this crate"
        case .cutOff: "\(url): the index file ends in the middle of a line; try again"
        case .address: "\(url): no http or https URL with a host; correct it"
        case .tooMany(let limit): "\(url): more than \(limit) crates are asked for; the registry may be endless"
        }
    }

    private static func advice(_ reason: TransportError.Reason) -> String {
        switch reason {
        case .connection:
            "; check the address, the network, and `http.proxy` and `http.cainfo` of Cargo's configuration"
        case .status, .pause: "; try again later"
        case .unsafeRedirect, .endlessRedirect, .tooLarge, .library: ""
        }
    }
}
