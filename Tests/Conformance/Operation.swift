import Audit
import CargoModel
import CargoWorkspace
import Resolver
import SemVer

/// A Cargo command that reads or writes the lock.
enum Operation {
    /// `cargo update --workspace --locked`, the question that `cargo build --locked` asks.
    case locked
    case update(LockUpdate.Extent)

    /// The operations of `diffcargo`.
    static let names = ["fresh", "locked", "update-workspace", "update-one", "update-precise", "update-recursive"]

    /// `nil` if there is no such operation, or not with these arguments.
    init?(_ name: String, arguments: [String]) {
        switch (name, arguments.count) {
        case ("fresh", 0): self = .update(.afresh)
        case ("locked", 0): self = .locked
        case ("update-workspace", 0): self = .update(.workspace)
        case ("update-one", 1): self = .update(.packages(arguments, recursively: false))
        case ("update-recursive", 1): self = .update(.packages(arguments, recursively: true))
        case ("update-precise", 2): self = .update(.precise(arguments[0], version: arguments[1]))
        default: return nil
        }
    }

    /// What came of an operation.
    enum Answer: Equatable {
        /// With the text that is the lock afterwards.
        case ok([UInt8])
        case stale
        /// With a message.
        case error(String)

        var name: String {
            switch self {
            case .ok: "ok"
            case .stale: "stale"
            case .error: "error"
            }
        }

        var text: [UInt8]? { if case .ok(let text) = self { text } else { nil } }
        var message: String { if case .error(let message) = self { message } else { "" } }
    }

    /// Carries the operation out on the workspace at `root`; writes nothing.
    func perform(
        at root: String, cargoHome: String, registry: any Registry, toolchain: RustVersion?
    ) -> Answer {
        do {
            let environment = Environment(workingDirectory: root, variables: ["CARGO_HOME": cargoHome])
            let workspace = try loadWorkspace(at: root, environment: environment)
            let old = try? readFile(workspace.lockfilePath)
            guard case .update(let extent) = self else {
                return try judge(workspace, old, registry, toolchain)
            }
            return .ok(
                try LockUpdate(
                    extent, of: workspace, bytes: old, path: "Cargo.lock", registry: registry, toolchain: toolchain
                ).text)
        } catch {
            return .error("\(error)")
        }
    }

    private func judge(
        _ workspace: Workspace, _ old: [UInt8]?, _ registry: any Registry, _ toolchain: RustVersion?
    ) throws -> Answer {
        if workspace.members.isEmpty { return .error("\(LockUpdateError.noMembers)") }
        let assessment = try LockAssessment(
            of: workspace, bytes: old, path: "Cargo.lock", registry: registry, toolchain: toolchain)
        switch assessment.state {
        case .unresolvable(let error): return .error("\(error)")
        case .current: return .ok(old ?? [])
        case .stale, .missing: return .stale
        }
    }
}
