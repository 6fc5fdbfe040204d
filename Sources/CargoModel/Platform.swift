/// What stands in a `[target.X]` table or in the `target` of an index line: where a dependency applies.
///
/// Equality is Cargo's: `r#name` and `name` are the same, and white space does not count.
/// - SeeAlso: crate `cargo-platform` in rust-lang/cargo; "Platform specific dependencies", The Cargo Book.
package enum Platform: Hashable, Sendable {
    /// A target triple, compared as a whole and by case. May be empty, and then matches nothing.
    case name(String)
    case cfg(CfgExpression)

    /// Whether a dependency so marked applies when building for `target`.
    ///
    /// - Parameter cfg: what `rustc --print cfg --target TARGET` lists; anything else counts as off.
    package func matches(target: String, cfg: [Cfg]) -> Bool {
        switch self {
        case .name(let name): name == target
        case .cfg(let expression): expression.matches(cfg)
        }
    }
}

extension Platform: CustomStringConvertible {
    /// As Cargo prints it: normalised white space, no trailing commas.
    package var description: String {
        switch self {
        case .name(let name): name
        case .cfg(let expression): "cfg(\(expression))"
        }
    }
}

/// The inside of `cfg(…)`. Nested no deeper than `levelLimit`.
package indirect enum CfgExpression: Hashable, Sendable {
    case not(CfgExpression)
    case all([CfgExpression])
    case any([CfgExpression])
    case value(Cfg)
    /// `true` or `false`, raw or not.
    case constant(Bool)

    /// Levels of `all`, `any` and `not`. Cargo itself has no limit and overflows its stack far beyond this one.
    package static let levelLimit = 128

    /// An empty `all` holds, an empty `any` does not.
    package func matches(_ cfg: [Cfg]) -> Bool {
        switch self {
        case .not(let inner): !inner.matches(cfg)
        case .all(let list): list.allSatisfy { $0.matches(cfg) }
        case .any(let list): list.contains { $0.matches(cfg) }
        case .value(let value): cfg.contains(value)
        case .constant(let value): value
        }
    }
}

extension CfgExpression: CustomStringConvertible {
    package var description: String {
        switch self {
        case .not(let inner): "not(\(inner))"
        case .all(let list): "all(\(Self.joined(list)))"
        case .any(let list): "any(\(Self.joined(list)))"
        case .value(let value): value.description
        case .constant(let value): value ? "true" : "false"
        }
    }

    private static func joined(_ list: [CfgExpression]) -> String {
        list.map(\.description).joined(separator: ", ")
    }
}

/// One setting of the compiler: `unix`, or `target_os = "linux"`.
package struct Cfg: Sendable {
    package let name: String
    /// Nil for a bare name. A bare name and the same name with a value have nothing to do with each other.
    package let value: String?
    /// Written `r#name`; printed so again, otherwise without meaning.
    package let isRaw: Bool

    package init(name: String, value: String? = nil, isRaw: Bool = false) {
        self.name = name
        self.value = value
        self.isRaw = isRaw
    }
}

extension Cfg: Hashable {
    package static func == (left: Cfg, right: Cfg) -> Bool {
        left.name == right.name && left.value == right.value
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(value)
    }
}

extension Cfg: CustomStringConvertible {
    package var description: String {
        let name = isRaw ? "r#" + name : name
        return value.map { "\(name) = \"\($0)\"" } ?? name
    }
}
