package import Disk
package import TOML

/// Why a workspace could not be loaded. Cargo refuses the same one, for the same reason.
package struct WorkspaceError: Error, Equatable {
    package indirect enum Reason: Equatable, Sendable {
        /// The path given on the command line.
        case pathNotFound(String)
        /// There is no `Cargo.toml` in this directory or above. `misspelt`: a `cargo.toml` is there.
        case manifestNotFound(directory: String, misspelt: Bool)
        case unreadable(path: String, FileError)
        case notUTF8(path: String)
        case manifest(ManifestError)
        case config(ConfigError)
        /// A glob in `members`; `pattern` is the whole path.
        case invalidPattern(String, PatternFault)
        case tooManyDirectories(pattern: String, limit: Int)
        case tooManyPackages(limit: Int)
        case duplicateName(String, first: String, second: String)
        case multipleRoots([String])
        case wrongWorkspace(member: String, expected: String, actual: String)
        case memberNotBelowRoot(member: String, root: String)
        case notAMember(current: String, root: String, hint: MembershipHint)
        case notADefaultMember(String, root: String)
        case rootWithoutWorkspace(String)
        case pointsToNoWorkspace(current: String, root: String)
        /// A path dependency leads to a manifest without a package.
        case virtualDependency(String)
    }

    package enum PatternFault: String, Equatable, Sendable {
        case invalidRange = "invalid range pattern"
        case wildcards = "wildcards are either regular `*` or recursive `**`"
        case recursion = "recursive wildcards must form a single path component"
    }

    package enum MembershipHint: Equatable, Sendable {
        /// What to add to `workspace.members`.
        case addMember(String)
        /// The root is a package: depend on this one.
        case addDependency
    }

    package let reason: Reason
    /// Nil where no line of a file is to blame.
    package let location: Location?
    package let position: LinePosition?
    /// What led there, outermost first: `failed to load manifest for workspace member …`.
    package let context: [String]

    package init(
        _ reason: Reason, at location: Location? = nil, position: LinePosition? = nil, context: [String] = []
    ) {
        self.reason = reason
        self.location = location
        self.position = position
        self.context = context
    }
}

extension WorkspaceError {
    init(_ error: ManifestError) {
        self.init(.manifest(error), at: error.location, position: error.position)
    }

    init(_ error: ConfigError) {
        self.init(.config(error), at: error.location, position: error.position)
    }

    init(_ reason: Reason, at span: Span, in file: SourceFile) {
        self.init(reason, at: Location(path: file.path, span: span), position: file.position(of: span.start))
    }

    /// The same with one more circumstance, and a place if there was none.
    func within(_ circumstance: String, at span: Span? = nil, in file: SourceFile? = nil) -> WorkspaceError {
        var location = location
        var position = position
        if location == nil, let span, let file {
            location = Location(path: file.path, span: span)
            position = file.position(of: span.start)
        }
        return WorkspaceError(reason, at: location, position: position, context: [circumstance] + context)
    }
}

extension WorkspaceError: CustomStringConvertible {
    package var description: String { (context + [reason.description]).joined(separator: ": ") }
}

extension WorkspaceError.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .pathNotFound(let path): "`\(path)` does not exist; give a directory of the project or its `Cargo.toml`"
        case .manifestNotFound(let directory, let misspelt):
            "could not find `Cargo.toml` in `\(directory)` or any parent directory"
                + (misspelt ? ", but found cargo.toml please try to rename it to Cargo.toml" : "")
        case .unreadable(let path, let error): "failed to read `\(path)`: \(error)"
        case .notUTF8(let path): "path at `\(path)` was not valid utf-8"
        case .manifest(let error): error.description
        case .config(let error): error.description
        case .invalidPattern(let pattern, let fault):
            "could not parse pattern `\(pattern)`: Pattern syntax error: \(fault.rawValue)"
        case .tooManyDirectories(let pattern, let limit):
            "pattern `\(pattern)` leads through more than \(limit) directories; name the members more closely"
        case .tooManyPackages(let limit): "more than \(limit) packages are reached through path dependencies"
        default: descriptionOfMembers
        }
    }

    private var descriptionOfMembers: String {
        switch self {
        case .duplicateName(let name, let first, let second):
            "two packages named `\(name)` in this workspace: \(first) and \(second)"
        case .multipleRoots(let roots):
            "multiple workspace roots found in the same workspace: \(roots.joined(separator: ", "))"
        case .wrongWorkspace(let member, let expected, let actual):
            "package `\(member)` is a member of the wrong workspace: expected \(expected), actual \(actual)"
        case .memberNotBelowRoot(let member, let root):
            "workspace member `\(member)` is not hierarchically below the workspace root `\(root)`; "
                + "set `package.workspace` in the member"
        case .notAMember(let current, let root, let hint):
            "current package believes it's in a workspace when it's not: \(current) is below the workspace \(root); "
                + hint.description + ", exclude it with `workspace.exclude`, or give it a `[workspace]` of its own"
        case .notADefaultMember(let path, let root):
            "package `\(path)` is listed in default-members but is not a member for workspace at `\(root)`"
        case .rootWithoutWorkspace(let path): "root of a workspace inferred but wasn't a root: \(path)"
        case .pointsToNoWorkspace(let current, let root):
            "`package.workspace` configuration points to a crate which is not configured with [workspace]: "
                + "configuration at \(current) points to \(root)"
        case .virtualDependency(let path): "found a virtual manifest at `\(path)` instead of a package manifest"
        default: ""
        }
    }
}

extension WorkspaceError.MembershipHint: CustomStringConvertible {
    package var description: String {
        switch self {
        case .addMember(let path): "add `\(path)` to `workspace.members`"
        case .addDependency: "make the root package depend on it"
        }
    }
}
