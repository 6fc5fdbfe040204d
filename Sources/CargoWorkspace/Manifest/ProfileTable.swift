import TOML

/// `[profile]`: nothing depends on it, but Cargo refuses a wrong one.
/// - SeeAlso: `validate_profiles` in `src/cargo/util/toml/mod.rs` of rust-lang/cargo.
enum ProfileTable {
    static let shape = Shape.map(profile, key: checkName)

    private static let profile = Shape.lazy { .record("struct TomlProfile", fields) }

    private static let fields: [String: Shape] = [
        "opt-level": .custom(checkOptLevel), "lto": ManifestSchema.stringOrBoolean, "codegen-backend": .string,
        "codegen-units": .custom(checkCount), "debug": .custom(checkDebug), "split-debuginfo": .string,
        "debug-assertions": .boolean, "rpath": .boolean, "panic": .string, "overflow-checks": .boolean,
        "incremental": .boolean, "dir-name": .string, "inherits": .string, "strip": ManifestSchema.stringOrBoolean,
        "rustflags": ManifestSchema.strings, "trim-paths": .any, "hint-mostly-unused": .boolean,
        "package": .map(profile, key: checkPackage), "build-override": profile,
    ]

    private static let reserved: Set<String> = [
        "build", "check", "clean", "config", "fetch", "fix", "install", "metadata", "package", "publish", "report",
        "root", "run", "rust", "rustc", "rustdoc", "target", "tmp", "uninstall", "debug", "build-override",
    ]

    private static let checkName: Shape.TextCheck = { (name) throws(ManifestReason) in
        for scalar in name.unicodeScalars where !isAllowed(scalar) {
            throw ManifestReason(.invalidProfileName(name, scalar))
        }
        let lower = name.lowercased()
        if reserved.contains(lower) || lower.hasPrefix("cargo") { throw ManifestReason(.reservedProfileName(name)) }
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "_" || scalar == "-"
    }

    /// `*`, or a package id specification.
    private static let checkPackage: Shape.TextCheck = { (key) throws(ManifestReason) in
        if key == "*" || key.contains("://") { return }
        let name = key.prefix { $0 != "@" && $0 != ":" }
        do throws(InvalidName) { try InvalidName.checkPackage(String(name)) } catch {
            throw ManifestReason(.invalidName(error))
        }
    }

    @Sendable private static func checkOptLevel(_ node: TOMLNode) throws(ManifestFault) {
        if node.integer != nil || node.string == "s" || node.string == "z" { return }
        guard let text = node.string else { throw SchemaChecker.mismatch(node, "an optimization level") }
        throw ManifestFault(.invalidOptLevel(text), at: node.span)
    }

    @Sendable private static func checkCount(_ node: TOMLNode) throws(ManifestFault) {
        guard let number = node.integer else { throw SchemaChecker.mismatch(node, "u32") }
        if UInt32(exactly: number) == nil {
            throw ManifestFault(.invalidValue(found: "integer `\(number)`", expected: "u32"), at: node.span)
        }
    }

    private static let debugLevels = ["none", "limited", "full", "line-tables-only", "line-directives-only"]

    @Sendable private static func checkDebug(_ node: TOMLNode) throws(ManifestFault) {
        let expected =
            #"a boolean, 0, 1, 2, "none", "limited", "full", "line-tables-only", or "line-directives-only""#
        switch node.value {
        case .boolean: return
        case .integer(let number):
            if (0...2).contains(number) { return }
            throw ManifestFault(.invalidValue(found: "integer `\(number)`", expected: expected), at: node.span)
        case .string(let text):
            if debugLevels.contains(text) { return }
            throw ManifestFault(.invalidValue(found: "string \"\(text)\"", expected: expected), at: node.span)
        default: throw SchemaChecker.mismatch(node, expected)
        }
    }
}

// MARK: After the types

extension ProfileTable {
    static func check(_ node: TOMLNode?) throws(ManifestFault) {
        for entry in node?.table?.entries ?? [] {
            if let table = entry.value.table { try check(table, name: entry.key) }
        }
    }

    private static func check(_ table: TOMLTable, name: String) throws(ManifestFault) {
        try checkLayer(table)
        if let override = table["build-override"]?.table { try checkOverride(override, "build-override") }
        for entry in table["package"]?.table?.entries ?? [] {
            if let override = entry.value.table { try checkOverride(override, "package") }
        }
        if let directory = table.string("dir-name") {
            throw ManifestFault(.profileDirectory(directory.value, profile: name), at: directory.span)
        }
        if let inherits = table.string("inherits"), inherits.value == "debug" {
            throw ManifestFault(.profileInheritsDebug(name), at: inherits.span)
        }
        if let panic = table.string("panic"), !["unwind", "abort", "immediate-abort"].contains(panic.value) {
            throw ManifestFault(.invalidPanic(panic.value), at: panic.span)
        }
        if let lto = table.string("lto"), ["true", "false"].contains(lto.value) {
            throw ManifestFault(.invalidLTO(lto.value, profile: name), at: lto.span)
        }
    }

    private static let unstableKeys = [
        ("codegen-backend", "codegen-backend"), ("rustflags", "profile-rustflags"), ("trim-paths", "trim-paths"),
    ]

    private static func checkLayer(_ table: TOMLTable) throws(ManifestFault) {
        for (key, feature) in unstableKeys {
            if let entry = table.entry(key) {
                throw ManifestFault(.requiresUnstableFeature(feature), at: entry.keySpan)
            }
        }
        if let panic = table.string("panic"), panic.value == "immediate-abort" {
            throw ManifestFault(.requiresUnstableFeature("panic-immediate-abort"), at: panic.span)
        }
    }

    private static func checkOverride(_ table: TOMLTable, _ which: String) throws(ManifestFault) {
        for key in ["package", "build-override"] {
            if let entry = table.entry(key) { throw ManifestFault(.nestedProfile(key), at: entry.keySpan) }
        }
        for key in ["panic", "lto", "rpath"] {
            if let entry = table.entry(key) {
                throw ManifestFault(.notInOverride(key: key, which: which), at: entry.keySpan)
            }
        }
        try checkLayer(table)
    }
}
