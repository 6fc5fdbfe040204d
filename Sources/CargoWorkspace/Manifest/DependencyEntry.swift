import TOML

/// One entry of a dependency table as written.
struct DependencyEntry: Sendable {
    let key: String
    let keySpan: Span
    let span: Span
    var version: Spanned<String>?
    var registry: Spanned<String>?
    var registryIndex: Spanned<String>?
    var path: Spanned<String>?
    var base: Spanned<String>?
    var git: Spanned<String>?
    var branch: Spanned<String>?
    var tag: Spanned<String>?
    var rev: Spanned<String>?
    var features: [Spanned<String>] = []
    var optional: Spanned<Bool>?
    var defaultFeatures: Spanned<Bool>?
    /// `default_features`.
    var underscoredDefaultFeatures: Spanned<Bool>?
    var package: Spanned<String>?
    var artifact: Span?
    var lib: Span?
    var target: Span?
    var isInherited = false

    init(_ entry: TOMLTable.Entry, inherits: Bool) throws(ManifestFault) {
        self.init(key: entry.key, keySpan: entry.keySpan, span: entry.value.span)
        guard let table = entry.value.table else {
            version = entry.value.string.map { Spanned($0, at: entry.value.span) }
            return
        }
        if inherits, let flag = table.boolean("workspace") {
            if !flag.value { throw ManifestFault(.workspaceFalse, at: flag.span) }
            isInherited = true
            readInheriting(table)
            return
        }
        read(table)
    }

    init(key: String, keySpan: Span, span: Span) {
        self.key = key
        self.keySpan = keySpan
        self.span = span
    }

    private mutating func read(_ table: TOMLTable) {
        for entry in table.entries {
            let node = entry.value
            switch node.value {
            case .string(let text): set(entry.key, Spanned(text, at: node.span))
            case .boolean(let flag): set(entry.key, Spanned(flag, at: node.span))
            case .array:
                if entry.key == "features" { features = table.strings("features") ?? [] }
                if entry.key == "artifact" { artifact = node.span }
            default: break
            }
        }
    }

    private mutating func readInheriting(_ table: TOMLTable) {
        features = table.strings("features") ?? []
        optional = table.boolean("optional")
        defaultFeatures = table.boolean("default-features")
        underscoredDefaultFeatures = table.boolean("default_features")
    }

    mutating func set(_ key: String, _ text: Spanned<String>) {
        switch key {
        case "version": version = text
        case "registry": registry = text
        case "registry-index": registryIndex = text
        case "path": path = text
        case "base": base = text
        case "git": git = text
        case "branch": branch = text
        case "tag": tag = text
        case "rev": rev = text
        case "package": package = text
        case "artifact": artifact = text.span
        case "target": target = text.span
        default: break
        }
    }

    mutating func set(_ key: String, _ flag: Spanned<Bool>) {
        switch key {
        case "optional": optional = flag
        case "default-features": defaultFeatures = flag
        case "default_features": underscoredDefaultFeatures = flag
        case "lib": lib = flag.span
        default: break
        }
    }

    var usesDefaultFeatures: Spanned<Bool>? { defaultFeatures ?? underscoredDefaultFeatures }

    /// `default_features` is refused from the 2024 edition on.
    func checkSpelling(_ edition: Edition) throws(ManifestFault) {
        guard let old = underscoredDefaultFeatures, edition >= .edition2024 else { return }
        throw ManifestFault(.underscore(key: "default_features", where: "`\(key)` dependency"), at: old.span)
    }
}
