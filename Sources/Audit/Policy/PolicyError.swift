package import TOML

/// Why a policy file cannot be used. Always exit status 2: a policy with a typo in it must not judge.
package struct PolicyError: Error, Equatable {
    package enum Reason: Equatable, Sendable {
        case syntax(TOMLError.Reason)
        case unknownKey(String, nearest: String?, known: [String])
        case unknownRule(String, nearest: String?)
        case wrongType(key: String, expected: String, found: String)
        case unknownLevel(String)
        case missingReason
        case missingTarget
        case badDate(String)
        case badRequirement(String, String)
        case outOfRange(String)
        case unknownPreset(String)
        case missingPath
        case missingKey(String, in: String)
        case remoteExtension(String)
        case unknownPeer
    }

    package let reason: Reason
    package let location: Location

    package init(_ reason: Reason, at location: Location) {
        self.reason = reason
        self.location = location
    }
}

extension PolicyError: CustomStringConvertible {
    package var description: String {
        switch reason {
        case .syntax(let reason): TOMLError(reason, at: location.span).description
        case .unknownKey(let key, let nearest?, _): "unknown key `\(key)`; did you mean `\(nearest)`?"
        case .unknownKey(let key, nil, let known):
            "unknown key `\(key)`; known here: " + known.map { "`\($0)`" }.joined(separator: ", ")
        case .unknownRule(let rule, let nearest?): "unknown rule `\(rule)`; did you mean `\(nearest)`?"
        case .unknownRule(let rule, nil): "unknown rule `\(rule)`; rules/README.md lists them"
        case .wrongType(let key, let expected, let found): "`\(key)` must be \(expected), not \(found)"
        case .unknownLevel(let text): "unknown level `\(text)`; use \"allow\", \"warn\" or \"deny\""
        case .missingReason: "an ignore needs a `reason`: say why this is acceptable, for whoever reads it next"
        case .missingTarget: "an ignore needs at least one of `rule`, `crate` and `advisory`"
        case .badDate(let text): "`\(text)` is no date; write it as \"2026-12-31\""
        case .badRequirement(let text, let why): "`\(text)` is no version requirement: \(why)"
        case .unknownPreset(let text):
            "unknown preset `\(text)`; use " + Preset.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        case .missingPath: "a `[[member]]` needs a `path`: the members it is about, such as \"crates/*\""
        case .missingKey(let key, let list): "each of `\(list)` needs a `\(key)`"
        case .remoteExtension(let text):
            "`\(text)` is no path; a policy is never fetched: keep a copy in the repository and extend that"
        case .unknownPeer: "this is no deny.toml, audit.toml or osv-scanner.toml; name it after the tool it is for"
        case .outOfRange(let key): "`\(key)` must be a number from 0 to 100000"
        }
    }
}
