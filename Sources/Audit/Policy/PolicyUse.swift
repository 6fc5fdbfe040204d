import CargoModel
import TOML

/// What became of a policy in one run, for the rules about the policy itself.
struct PolicyUse: Sendable {
    struct Exception: Sendable {
        let ignore: Ignore
        /// Stands in the workspace's own file, not in one it shares with others.
        let isOwn: Bool
        /// It let something pass, or would.
        var isUsed: Bool
    }

    var exceptions: [Exception] = []
    /// Entries of the baseline that nothing matched.
    var vanished: [(identity: String, location: Location)] = []
    var misplaced: [MisplacedConfig] = []
}

/// A rule about the policy. Runs after all others, when it is known what the policy was used for.
protocol PolicyRule: Rule {}
