import CargoModel
import CargoWorkspace
import TOML

/// What no manifest line explains: the lock was edited, or merged, or the index has changed under it.
struct LockDiagnosis {
    private let diagnosis: StaleDiagnosis
    private(set) var causes: [StaleCause] = []

    init(_ diagnosis: StaleDiagnosis, _ rest: [StaleReason.Change]) {
        self.diagnosis = diagnosis
        var rest = rest
        let groups: [(message: String, belongs: (StaleReason.Change) -> Bool)] = [
            ("versions are locked that their registry does not have", isAboutUnknownVersion),
            ("packages are locked that nothing requires", { if case .remove = $0 { true } else { false } }),
            ("packages lack the checksum that their registry has", { if case .checksum = $0 { true } else { false } }),
            ("unused patches are not those of the manifest", { if case .unusedPatch = $0 { true } else { false } }),
            ("locked dependencies are not those that index and manifests give", { _ in true }),
        ]
        for (message, belongs) in groups {
            let changes = rest.filter(belongs)
            rest.removeAll(where: belongs)
            if !changes.isEmpty { add(message, changes) }
        }
    }

    private func isAboutUnknownVersion(_ change: StaleReason.Change) -> Bool {
        switch change {
        case .move(let id, _), .remove(let id):
            diagnosis.context.published(id).map { published in
                !published.contains { $0.version == id.version }
            } ?? false
        default: false
        }
    }

    private mutating func add(_ message: String, _ changes: [StaleReason.Change]) {
        causes.append(
            StaleCause(
                message: message, location: changes.lazy.compactMap(place).first,
                subject: .file("\(diagnosis.lock.lockfile.path): \(message)"), changes: changes))
    }

    /// Where the old lock has the package.
    private func place(of change: StaleReason.Change) -> Location? {
        switch change {
        case .remove(let id), .move(let id, _), .repoint(let id, _, _), .checksum(let id), .unusedPatch(let id):
            diagnosis.lock.location(of: id)
        case .add: nil
        }
    }
}
