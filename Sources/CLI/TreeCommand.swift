import ArgumentParser
import BuildGraph
import CargoModel
import Report

extension TreeStyle.Prefix: ExpressibleByArgument {}

struct TreeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tree", abstract: "Show what a workspace builds, as `cargo tree` does, without cargo and sources.",
        discussion: """
            Works from the lock and the index or the database. Whether a crate is a procedural macro stands in no index: \
            it is read from $CARGO_HOME/registry/src, from vendored sources and checkouts, and otherwise told by its \
            name, which a note says. Without --target and `build.target` the tree is the one of \(TreeSession.hostTriple). \
            Exit status: 0 done; 2 usage; 3 something about a package is not known.
            """)

    @Argument(help: "A directory of the workspace, its Cargo.toml or its Cargo.lock; the working directory without it.")
    var path: String?

    @Option(name: .customLong("manifest-path"), help: "A Cargo.toml, as cargo spells it.")
    var manifestPath: String?

    @OptionGroup var data: DataOptions
    @OptionGroup var selection: SelectionOptions

    @Option(
        name: .shortAndLong,
        help: "Kinds, comma-separated: features, normal, build, dev, all, no-normal, no-build, no-dev, no-proc-macro.")
    var edges: [String] = []

    @Option(name: .shortAndLong, help: "Turn the tree round: who needs this package?")
    var invert: [String] = []

    @Flag(
        name: .shortAndLong, help: "Only packages that are there several times, by version or features; turned round.")
    var duplicates = false

    @Option(help: "Only what this target needs (a target, or all); may be repeated.")
    var target: [String] = []

    @Option(help: "Leave a package and what is below it out.")
    var prune: [String] = []

    @Option(help: "How many levels to show, or workspace.")
    var depth: String?

    @Option(help: "indent, depth or none.")
    var prefix: TreeStyle.Prefix = .indent

    @Option(help: "utf8 or ascii.")
    var charset = "utf8"

    @Flag(name: .customLong("no-dedupe"), help: "Repeat what was shown already.")
    var noDedupe = false

    @Option(name: .shortAndLong, help: "What to say of a package: {p} package, {f} features, {lib} library.")
    var format = "{p}"

    @Flag(help: "Fetch nothing.")
    var offline = false

    mutating func validate() throws {
        if manifestPath != nil, path != nil { throw ValidationError("--manifest-path and PATH exclude each other") }
        if !["utf8", "ascii"].contains(charset) { throw ValidationError("--charset: utf8 or ascii") }
        if try EdgeOptions(edges).showsFeatures, duplicates {
            throw ValidationError("the `-e features` flag does not support `--duplicates`")
        }
        _ = try depthLimit()
        do { _ = try TreeFormat(format) } catch { throw ValidationError("tree format `\(format)` not valid: \(error)") }
        try selection.check()
    }

    mutating func run() throws {
        let process = try Process.current()
        let place = manifestPath ?? path ?? "."
        if !offline { Refresh(database: data.db, policy: nil, process).run([place]) }
        let session = try GraphSession(place, data, guesses: true, process)
        let edges = try EdgeOptions(edges)
        let tree = try TreeSession(session, selection, targets: target, edges: edges)
        try tree.print(
            inverted: invert, duplicates: duplicates, pruned: prune,
            TreeStyle(
                prefix: prefix, isASCII: charset == "ascii", repeats: noDedupe, depth: try depthLimit(),
                format: try TreeFormat(format)))
        if let note = session.note { Console.talk("note: " + note) }
    }

    private func depthLimit() throws -> TreeStyle.Depth {
        guard let depth else { return .levels(.max) }
        if depth == "workspace" { return .workspace }
        guard let number = UInt32(depth) else {
            throw ValidationError(
                "supported values for --depth are non-negative integers and `workspace`, but `\(depth)` is unknown")
        }
        return .levels(Int(number))
    }
}

/// Which packages a command is about, and with which features.
struct SelectionOptions: ParsableArguments {
    @Option(name: [.customShort("p"), .customLong("package")], help: "Only this package; may be repeated.")
    var packages: [String] = []

    @Flag(help: "Every member of the workspace.")
    var workspace = false

    @Option(help: "With --workspace, all members but this; may be repeated.")
    var exclude: [String] = []

    @Option(name: [.customShort("F"), .long], help: "Features to turn on, separated by commas or blanks.")
    var features: [String] = []

    @Flag(name: .customLong("all-features"), help: "Turn all features on.")
    var allFeatures = false

    @Flag(name: .customLong("no-default-features"), help: "Do not turn on the default feature.")
    var noDefaultFeatures = false

    func check() throws {
        if !exclude.isEmpty, !workspace {
            throw ValidationError("--exclude can only be used together with --workspace")
        }
        for value in request.features {
            if case .dependency = value {
                throw ValidationError("feature `\(value)` is not allowed to use explicit `dep:` syntax")
            }
        }
    }

    var request: FeatureRequest {
        let names = features.flatMap { $0.split { $0 == "," || $0.isWhitespace }.map(String.init) }
        return FeatureRequest(
            Set(names).sorted { $0.precedesInBytes($1) }.map { FeatureValue($0) }, isAll: allFeatures,
            usesDefault: !noDefaultFeatures)
    }
}

/// `--edges`.
struct EdgeOptions {
    private(set) var kinds: Set<DependencyKind> = []
    private(set) var showsFeatures = false
    private(set) var showsProcMacros = true

    /// - Throws: `ValidationError` for what Cargo does not accept either.
    init(_ texts: [String]) throws {
        var words = texts.flatMap { $0.split(separator: ",").map(String.init) }
        showsProcMacros = !words.contains("no-proc-macro")
        words.removeAll { $0 == "no-proc-macro" }
        let isSubtracting = words.contains { $0.hasPrefix("no-") }
        if isSubtracting || words.isEmpty || words == ["features"] { kinds = Set(DependencyKind.allCases) }
        for word in words { try take(word, isSubtracting) }
    }

    private mutating func take(_ word: String, _ isSubtracting: Bool) throws {
        if isSubtracting, ["normal", "build", "dev", "all"].contains(word) {
            throw ValidationError(
                "`\(word)` dependency kind cannot be mixed with \"no-normal\", \"no-build\", or \"no-dev\" dependency kinds"
            )
        }
        switch word {
        case "features": showsFeatures = true
        case "all":
            kinds = Set(DependencyKind.allCases)
            showsFeatures = true
        case "normal", "no-normal": change(.normal, isSubtracting)
        case "build", "no-build": change(.build, isSubtracting)
        case "dev", "no-dev": change(.development, isSubtracting)
        default:
            throw ValidationError(
                "unknown edge kind `\(word)`; there are features, normal, build, dev, all, no-normal, no-build, no-dev "
                    + "and no-proc-macro")
        }
    }

    private mutating func change(_ kind: DependencyKind, _ isSubtracting: Bool) {
        if isSubtracting { kinds.remove(kind) } else { kinds.insert(kind) }
    }
}
