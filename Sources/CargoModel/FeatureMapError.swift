/// Why the features of a package make no sense. The texts are Cargo's.
package struct FeatureMapError: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        case emptyName
        case nameStartsWithPrefix
        case nameContainsSlash
        case invalidFirstCharacter(Unicode.Scalar)
        case invalidCharacter(Unicode.Scalar)
        /// A plain name that is neither a feature nor a dependency.
        case unknownFeature(String)
        /// A plain name of an optional dependency whose implicit feature a `dep:` has suppressed.
        case noImplicitFeature(String)
        /// A plain name, or `dep:name`, of a dependency that is always there.
        case notOptional(String)
        /// `dep:name` without a dependency of that name.
        case unknownDependency(String)
        case multipleSlashes
        /// `dep:name/feature`.
        case prefixAndSlash
        /// `name/feature` without a dependency of that name.
        case notADependency(String)
        /// `name?/feature` of a dependency that is always there.
        case weakOnRequiredDependency(String)
        /// No feature turns this dependency on.
        case unusedOptionalDependency(String)
    }

    package let reason: Reason
    /// The feature that was being looked at.
    package let feature: String
    /// The item of its list at fault; nil if the name itself is, or none is.
    package let value: FeatureValue?
}

extension FeatureMapError: CustomStringConvertible {
    package var description: String {
        switch reason {
        case .emptyName: "feature name cannot be empty"
        case .nameStartsWithPrefix: "feature named `\(feature)` is not allowed to start with `dep:`"
        case .nameContainsSlash: "feature named `\(feature)` is not allowed to contain slashes"
        case .invalidFirstCharacter(let scalar):
            "invalid character `\(scalar)` in feature `\(feature)`, the first character must be a Unicode XID start "
                + "character or digit (most letters or `_` or `0` to `9`)"
        case .invalidCharacter(let scalar):
            "invalid character `\(scalar)` in feature `\(feature)`, characters must be Unicode XID characters, '-', "
                + "'+', or `.` (numbers, `+`, `-`, `_`, `.`, or most letters)"
        default: descriptionOfValue
        }
    }

    private var descriptionOfValue: String {
        let included = value.map { "feature `\(feature)` includes `\($0)`" } ?? ""
        switch reason {
        case .unknownFeature:
            return included + " which is neither a dependency nor another feature"
        case .noImplicitFeature(let name):
            return included + ", but `\(name)` is an optional dependency without an implicit feature\n"
                + "Use `dep:\(name)` to enable the dependency."
        case .notOptional(let name):
            return included + ", but `\(name)` is not an optional dependency\n"
                + "A non-optional dependency of the same name is defined; "
                + "consider adding `optional = true` to its definition."
        case .unknownDependency(let name):
            return included + ", but `\(name)` is not listed as a dependency"
        default:
            return descriptionOfDependencyFeature(included)
        }
    }

    private func descriptionOfDependencyFeature(_ included: String) -> String {
        switch reason {
        case .multipleSlashes:
            return "multiple slashes in feature `\(value?.description ?? "")` (included by feature `\(feature)`) "
                + "are not allowed"
        case .prefixAndSlash:
            return included + " with both `dep:` and `/`\nTo fix this, remove the `dep:` prefix."
        case .notADependency(let name):
            return included + ", but `\(name)` is not a dependency"
        case .weakOnRequiredDependency(let name):
            return included + " with a `?`, but `\(name)` is not an optional dependency\n"
                + "A non-optional dependency of the same name is defined; "
                + "consider removing the `?` or changing the dependency to be optional"
        default:
            return "optional dependency `\(feature)` is not included in any feature\n"
                + "Make sure that `dep:\(feature)` is included in one of features in the [features] table."
        }
    }
}

extension FeatureMapError {
    /// Whether a feature may bear this name, wherever it is declared.
    ///
    /// - SeeAlso: `validate_feature_name` in `crates/cargo-util-schemas/src/restricted_names.rs` of rust-lang/cargo.
    package static func checkName(_ name: String) throws(FeatureMapError) {
        if let reason = faultOfName(name) { throw FeatureMapError(reason: reason, feature: name, value: nil) }
    }

    private static func faultOfName(_ name: String) -> Reason? {
        if isPlainASCII(name) { return nil }
        guard let first = name.unicodeScalars.first else { return .emptyName }
        if name.utf8.starts(with: "dep:".utf8) { return .nameStartsWithPrefix }
        if name.utf8.contains(UInt8(ascii: "/")) { return .nameContainsSlash }
        if !first.properties.isXIDStart, first != "_", !("0"..."9").contains(first) {
            return .invalidFirstCharacter(first)
        }
        let isAllowed = { (scalar: Unicode.Scalar) in
            scalar.properties.isXIDContinue || scalar == "-" || scalar == "+" || scalar == "."
        }
        return name.unicodeScalars.dropFirst().first { !isAllowed($0) }.map { .invalidCharacter($0) }
    }

    /// The common case, without looking up Unicode properties: letters, digits, `_`, and `-` after the first.
    private static func isPlainASCII(_ name: String) -> Bool {
        guard let first = name.utf8.first, first != UInt8(ascii: "-") else { return false }
        return name.utf8.allSatisfy { byte in
            let letter = (byte | 0x20) &- UInt8(ascii: "a") < 26
            return letter || byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
    }
}
