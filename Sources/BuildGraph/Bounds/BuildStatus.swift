package import CargoModel

/// Whether, and when, a build of the workspace compiles a locked package.
package struct BuildStatus: Hashable, Sendable {
    package enum State: String, Sendable {
        case built
        /// The lock and the index do not decide it.
        case possibly
        /// No choice of members, features, targets and kinds of dependencies compiles it.
        case onlyLocked = "only-locked"
    }

    /// What of the members' features it takes.
    package enum Features: Hashable, Sendable {
        /// The default ones.
        case standard
        /// Any of these alone, `member/feature`; never empty.
        case oneOf([String])
        /// More than one at a time, or some of very many.
        case several
        /// It cannot be told whether the default ones do.
        case unknown
    }

    package let state: State
    /// What has to be followed at least: a package that only tests need is of the kind `dev`.
    package let kind: DependencyKind
    package let features: Features
    /// Where it is built; `nil` for everywhere.
    package let targets: TargetSet?
    /// It takes flags for the compiler, such as `--cfg loom`, or a target of one's own.
    package let needsFlags: Bool

    package static let onlyLocked = BuildStatus(
        state: .onlyLocked, kind: .normal, features: .standard, targets: nil, needsFlags: false)

    /// Built by whoever builds the workspace.
    package var isPlain: Bool {
        state == .built && kind == .normal && features == .standard && targets == nil && !needsFlags
    }
}
