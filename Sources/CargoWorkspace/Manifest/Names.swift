// Which names Cargo allows. The reference is crates/cargo-util-schemas/src/restricted_names.rs in rust-lang/cargo.

extension InvalidName {
    /// Checks a name of packages, registries or dependencies.
    ///
    /// - Parameter subject: for the message, such as `package name`.
    static func check(_ name: String, subject: String) throws(InvalidName) {
        if isPlainASCII(name) { return }
        guard let first = name.unicodeScalars.first else {
            throw InvalidName(subject: subject, name: name, fault: .empty)
        }
        if ("0"..."9").contains(first) {
            throw InvalidName(subject: subject, name: name, fault: .startsWithDigit(first))
        }
        if !first.properties.isXIDStart, first != "_" {
            throw InvalidName(subject: subject, name: name, fault: .firstCharacter(first))
        }
        for scalar in name.unicodeScalars.dropFirst() where !scalar.properties.isXIDContinue && scalar != "-" {
            throw InvalidName(subject: subject, name: name, fault: .character(scalar))
        }
    }

    /// The name of a package may have namespaces: names joined by `::`.
    static func checkPackage(_ name: String) throws(InvalidName) {
        guard hasNamespace(name) else { return try check(name, subject: "package name") }
        var rest = Substring(name)
        while let separator = rest.firstRange(of: "::") {
            try check(String(rest[..<separator.lowerBound]), subject: "package name")
            rest = rest[separator.upperBound...]
        }
        try check(String(rest), subject: "package name")
    }

    static func hasNamespace(_ name: String) -> Bool { name.utf8.contains(UInt8(ascii: ":")) && name.contains("::") }

    /// The common case, without looking up Unicode properties.
    private static func isPlainASCII(_ name: String) -> Bool {
        guard let first = name.utf8.first, first == UInt8(ascii: "_") || (first | 0x20) &- UInt8(ascii: "a") < 26
        else { return false }
        return name.utf8.allSatisfy { byte in
            (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "_")
                || byte == UInt8(ascii: "-")
        }
    }
}
