import CargoModel
import TOML

/// One cause of a stale lock while the diagnosis is under way.
struct StaleCause {
    let message: String
    let location: Location?
    let subject: Subject
    /// The package whose dependencies it is about, in the new graph.
    var owner: PackageID?
    /// Packages that are there, gone or other because of nothing else.
    var direct: [PackageID] = []
    /// Where the consequences begin in the new graph and in the old one.
    var newRoots: [PackageID] = []
    var oldRoots: [PackageID] = []
    var changes: [StaleReason.Change] = []

    var reason: StaleReason {
        StaleReason(message: message, location: location, subject: subject, changes: changes)
    }
}
