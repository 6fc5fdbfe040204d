package import CargoModel

// The `source` strings of a lock: `registry+URL`, `sparse+URL`, `git+URL?branch=B#COMMIT`, `path+URL`.
//
// The reference is `SourceId::from_url` and `as_url` in src/cargo/core/source_id.rs of rust-lang/cargo.
package enum LockedSource {
    /// `nil` if the text is no source.
    package static func parse(_ text: String) -> SourceID? {
        if text == cratesIO { return .cratesIO }
        guard let plus = text.firstIndex(of: "+") else { return nil }
        let url = String(text[text.index(after: plus)...])
        guard url.contains(":") else { return nil }
        switch text[..<plus] {
        case "registry": return SourceID(kind: .registry, url: url)
        case "sparse": return SourceID(kind: .sparse, url: text)
        case "git": return git(url)
        case "path": return SourceID.path(url.hasPrefix("file://") ? String(url.dropFirst(7)) : url)
        default: return nil
        }
    }

    private static let cratesIO = "registry+https://github.com/rust-lang/crates.io-index"

    private static func git(_ url: String) -> SourceID {
        var rest = Substring(url)
        var precise: String?
        if let hash = rest.firstIndex(of: "#") {
            precise = String(rest[rest.index(after: hash)...])
            rest = rest[..<hash]
        }
        var reference = GitReference.defaultBranch
        if let mark = rest.firstIndex(of: "?") {
            for pair in rest[rest.index(after: mark)...].split(separator: "&") { note(pair, &reference) }
            rest = rest[..<mark]
        }
        return SourceID(kind: .git(reference), url: String(rest), precise: precise)
    }

    private static func note(_ pair: Substring, _ reference: inout GitReference) {
        let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let value = halves.count == 2 ? FormEncoding.decode(halves[1]) : ""
        switch FormEncoding.decode(halves[0]) {
        case "branch", "ref": reference = .branch(value)
        case "tag": reference = .tag(value)
        case "rev": reference = .rev(value)
        default: break
        }
    }

    /// How a source is written. `nil` for a path, which a lock leaves out.
    ///
    /// - Parameters:
    ///   - withCommit: for a package's own `source` line; dependency entries leave the commit out.
    package static func text(of source: SourceID, version: LockfileVersion, withCommit: Bool) -> String? {
        switch source.kind {
        case .path: return nil
        case .registry, .localRegistry, .directory: return "registry+" + source.url
        case .sparse: return source.url
        case .git(let reference):
            let commit = withCommit ? source.precise.map { "#" + $0 } ?? "" : ""
            return "git+" + source.url + query(of: reference, version, isReference: !withCommit) + commit
        }
    }

    private static func query(of reference: GitReference, _ version: LockfileVersion, isReference: Bool) -> String {
        if isReference, version <= .v2, reference == .branch("master") { return "" }
        let value = version == .v4 ? FormEncoding.encode(reference.name) : reference.name
        switch reference {
        case .branch: return "?branch=" + value
        case .tag: return "?tag=" + value
        case .rev: return "?rev=" + value
        case .defaultBranch: return ""
        }
    }
}

/// `application/x-www-form-urlencoded`, as the `url` crate does it.
enum FormEncoding {
    static func encode(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: " "): result += "+"
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "*"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }

    static func decode(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        let raw = Array(text.utf8)
        var index = 0
        while index < raw.count {
            if raw[index] == UInt8(ascii: "%"), index + 2 < raw.count,
                let byte = UInt8(String(decoding: raw[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
            {
                bytes.append(byte)
                index += 3
                continue
            }
            bytes.append(raw[index] == UInt8(ascii: "+") ? UInt8(ascii: " ") : raw[index])
            index += 1
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
