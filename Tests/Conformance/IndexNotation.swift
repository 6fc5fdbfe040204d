/// Index lines from a short form, one version a line:
///
///     name version | dep req [features] opt dev build as RENAME ; … | feat f=a,dep:b | links=z | yanked | v=2 | rv=1.60
enum IndexNotation {
    /// The files of an index with these versions, with their paths in it.
    static func files(_ lines: [String]) throws(SuiteError) -> [String: String] {
        var files: [String: String] = [:]
        for line in lines {
            let name = String(line.prefix { $0 != " " })
            files[path(of: name), default: ""] += try json(line) + "\n"
        }
        return files
    }

    private static func path(of name: String) -> String {
        let name = name.lowercased()
        switch name.utf8.count {
        case 1: return "1/" + name
        case 2: return "2/" + name
        case 3: return "3/\(name.prefix(1))/\(name)"
        default: return "\(name.prefix(2))/\(name.dropFirst(2).prefix(2))/\(name)"
        }
    }

    private static func json(_ line: String) throws(SuiteError) -> String {
        var parts = line.split(separator: "|").map { $0.split(separator: " ").map(String.init) }
        guard let head = parts.first, head.count == 2 else { throw SuiteError("no index line: \(line)") }
        parts.removeFirst()
        var fields = Fields(checksum: checksum(of: "\(head[0]) \(head[1])"))
        for part in parts { try fields.note(part) }
        return fields.json(name: head[0], version: head[1])
    }

    /// 64 hexadecimal digits that only depend on the text.
    static func checksum(of text: String) -> String {
        var state: UInt64 = 0xcbf2_9ce4_8422_2325
        var digits = ""
        for round in 0..<4 {
            for byte in Array(text.utf8) + [UInt8(round)] { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
            let part = String(state, radix: 16)
            digits += String(repeating: "0", count: 16 - part.count) + part
        }
        return digits
    }

    private struct Fields {
        var checksum: String
        private var dependencies: [String] = []
        private var features: [String] = []
        private var newFeatures: [String] = []
        private var rest: [String] = []
        private var schema: String?
        private var isYanked = false

        init(checksum: String) { self.checksum = checksum }

        mutating func note(_ words: [String]) throws(SuiteError) {
            guard let first = words.first else { return }
            switch first {
            case "yanked": isYanked = true
            case "feat": for feature in words.dropFirst() { note(feature: feature) }
            case _ where first.hasPrefix("links="): rest.append(#""links":"\#(first.dropFirst(6))""#)
            case _ where first.hasPrefix("rv="): rest.append(#""rust_version":"\#(first.dropFirst(3))""#)
            case _ where first.hasPrefix("v="): schema = String(first.dropFirst(2))
            case _ where first.hasPrefix("cksum="): checksum = String(first.dropFirst(6))
            default:
                for dependency in words.split(separator: ";") { try note(dependency: Array(dependency)) }
            }
        }

        private mutating func note(feature text: String) {
            let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let values = halves.count > 1 ? halves[1].split(separator: ",") : []
            let entry = #""\#(halves[0])":[\#(values.map { #""\#($0)""# }.joined(separator: ","))]"#
            if values.contains(where: { $0.hasPrefix("dep:") || $0.contains("?") }) {
                newFeatures.append(entry)
            } else {
                features.append(entry)
            }
        }

        private mutating func note(dependency words: [String]) throws(SuiteError) {
            guard words.count >= 2 else { throw SuiteError("no dependency: \(words)") }
            var (name, package, kind, isOptional, sent) = (words[0], "", "normal", false, "")
            var rest = words[2...]
            while let word = rest.popFirst() {
                switch word {
                case "opt": isOptional = true
                case "dev", "build": kind = word
                case "as":
                    package = #","package":"\#(name)""#
                    name = rest.popFirst() ?? name
                case _ where word.hasPrefix("["):
                    sent = word.dropFirst().dropLast().split(separator: ",").map { #""\#($0)""# }
                        .joined(separator: ",")
                default: throw SuiteError("no dependency: \(words)")
                }
            }
            dependencies.append(
                #"{"name":"\#(name)","req":"\#(words[1])","features":[\#(sent)],"optional":\#(isOptional),"#
                    + #""default_features":true,"target":null,"kind":"\#(kind)"\#(package)}"#)
        }

        func json(name: String, version: String) -> String {
            var fields = [
                #""name":"\#(name)""#, #""vers":"\#(version)""#, #""deps":[\#(dependencies.joined(separator: ","))]"#,
                #""cksum":"\#(checksum)""#, #""features":{\#(features.joined(separator: ","))}"#,
                #""yanked":\#(isYanked)"#,
            ]
            if !newFeatures.isEmpty { fields.append(#""features2":{\#(newFeatures.joined(separator: ","))}"#) }
            if let schema = schema ?? (newFeatures.isEmpty ? nil : "2") { fields.append(#""v":\#(schema)"#) }
            return "{" + (fields + rest).joined(separator: ",") + "}"
        }
    }
}
