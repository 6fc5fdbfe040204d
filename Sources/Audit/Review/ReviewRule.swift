import CargoModel
import CargoWorkspace
import TOML

/// A check of a change. Pure, as a `Rule` is; it runs in a review alone.
package protocol ReviewRule: Sendable {
    static var info: RuleInfo { get }
    init()
    func findings(in context: ReviewContext) -> [Finding]
}

extension ReviewContext {
    /// Where the new lock has the package of a change.
    func location(of change: LockChange) -> Location? {
        change.new.flatMap { id in lock?.location(of: id) }
    }

    /// What a change brings and where it comes from, for the notes of a finding.
    func notes(on change: LockChange) -> [Finding.Note] {
        var notes: [Finding.Note] = []
        if !change.dependents.isEmpty {
            let users = change.dependents.prefix(4).map { "`\($0)`" }
            let more = change.dependents.count > 4 ? " and \(change.dependents.count - 4) more" : ""
            let verb = change.kind == .removed ? "was needed by" : "is needed by"
            notes.append(Finding.Note("it \(verb) \(users.joined(separator: ", "))\(more)"))
        }
        if !change.gained.isEmpty, change.kind != .added {
            notes.append(Finding.Note("it depends on \(Self.list(change.gained)) now"))
        }
        if !change.lost.isEmpty, change.kind != .removed {
            notes.append(Finding.Note("it no longer depends on \(Self.list(change.lost))"))
        }
        return notes
    }

    private static func list(_ packages: [PackageID]) -> String {
        packages.map { "`\($0)`" }.joined(separator: ", ")
    }
}
