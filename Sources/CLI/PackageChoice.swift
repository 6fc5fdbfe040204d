import BuildGraph
import CargoModel
import CargoWorkspace
import Glibc
import Resolver

/// What `-p`, `--workspace` and `--exclude` select.
///
/// - SeeAlso: src/cargo/ops/cargo_compile/packages.rs in rust-lang/cargo.
struct PackageChoice {
    private let session: GraphSession
    /// Members as positions in the graph, in Cargo's order.
    private let members: [Int]
    /// What is selected, each a package.
    let specs: [PackageIDSpec]
    private let isSelected: (Int) -> Bool

    init(_ options: SelectionOptions, _ session: GraphSession) throws(Failure) {
        self.session = session
        let graph = session.graph
        let ids = session.workspace.members.compactMap { $0.summary?.id }
        members = ids.compactMap { graph.index(of: $0) }
        var specs: [PackageIDSpec] = []
        if options.workspace {
            let excluded = try Self.parse(options.exclude)
            for id in ids where !excluded.contains(where: { $0.matches(id) }) { specs.append(PackageIDSpec(id)) }
            for pattern in excluded where !ids.contains(where: pattern.matches) {
                Console.warning("excluded package(s) `\(pattern.text)` not found in the workspace")
            }
        } else if options.packages.isEmpty {
            let workspace = session.workspace
            for index in workspace.defaultMembers {
                if let id = workspace.members[index].summary?.id { specs.append(PackageIDSpec(id)) }
            }
        } else {
            specs = try Self.named(options.packages, ids)
        }
        guard !specs.isEmpty else {
            throw .usage("no package is selected; the workspace at \(session.workspace.rootDirectory) has none to show")
        }
        self.specs = specs
        isSelected = { package in specs.contains { $0.matches(graph.ids[package]) } }
    }

    private static func named(_ texts: [String], _ members: [PackageID]) throws(Failure) -> [PackageIDSpec] {
        var specs: [PackageIDSpec] = []
        for pattern in try parse(texts) {
            switch pattern.meaning {
            case .spec(let spec): specs.append(spec)
            case .glob:
                let found = members.filter(pattern.matches)
                guard !found.isEmpty else {
                    throw .usage("package pattern(s) `\(pattern.text)` not found in the workspace")
                }
                specs += found.map { PackageIDSpec($0) }
            }
        }
        return specs
    }

    /// A specification as Cargo accepts it.
    func spec(_ text: String) throws(Failure) -> PackageIDSpec {
        do { return try PackageIDSpec(text) } catch { throw .usage(error.description) }
    }

    /// The selected members and what is asked of each.
    func selection(_ request: FeatureRequest) throws(Failure) -> [SelectedMember] {
        let selection = MemberSelection(session.graph, members: members, isSelected: isSelected)
        let current = session.workspace.members.first { $0.path == session.manifestPath }?.summary
            .flatMap { session.graph.index(of: $0.id) }
        if session.workspace.resolverVersion == .v1, current != nil {
            return selection.selectedAsBefore(request, current: current)
        }
        do { return try selection.selected(request) } catch { throw .usage(error.description) }
    }

    // MARK: Patterns

    private struct Pattern {
        enum Meaning {
            case spec(PackageIDSpec)
            case glob
        }

        let text: String
        let meaning: Meaning

        func matches(_ id: PackageID) -> Bool {
            switch meaning {
            case .spec(let spec): spec.matches(id)
            case .glob: fnmatch(text, id.name, 0) == 0
            }
        }
    }

    private static func parse(_ texts: [String]) throws(Failure) -> [Pattern] {
        var result: [Pattern] = []
        for text in texts {
            if text.contains(where: { "*?[]".contains($0) }) {
                result.append(Pattern(text: text, meaning: .glob))
                continue
            }
            do { result.append(Pattern(text: text, meaning: .spec(try PackageIDSpec(text)))) } catch {
                throw .usage(error.description)
            }
        }
        return result
    }
}
