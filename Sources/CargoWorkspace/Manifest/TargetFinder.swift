import Disk
import TOML

/// What a package builds, as far as it matters here.
struct PackageTargets {
    var hasLibrary = false
    var hasBinary = false
    var isProcMacro = false
    var hasBuildScript = false
    /// Nothing at all is built, not even a test.
    var isEmpty = false
}

/// Looks for the targets of a package in its manifest and on disk.
/// - SeeAlso: `src/cargo/util/toml/targets.rs` in rust-lang/cargo.
struct TargetFinder {
    let raw: RawManifest
    let package: String
    let edition: Edition

    private var section: TOMLTable { raw.package?.table ?? TOMLTable() }

    func find() throws(ManifestFault) -> PackageTargets {
        var targets = PackageTargets()
        try findLibrary(&targets)
        let binaries = try names(of: .binary, hasLibrary: targets.hasLibrary)
        targets.hasBinary = targets.hasBinary || !binaries.isEmpty
        targets.hasBuildScript = hasBuildScript
        if let run = section.string("default-run"), !binaries.contains(run.value) {
            throw ManifestFault(.defaultRunNotFound(run.value), at: run.span)
        }
        var hasAny = targets.hasLibrary || targets.hasBinary
        for kind in TargetKind.others {
            let isDeclared = !(raw.root[kind.name]?.array ?? []).isEmpty
            if isDeclared || !hasAny, try !names(of: kind, hasLibrary: false).isEmpty { hasAny = true }
        }
        targets.isEmpty = !hasAny
        return targets
    }

    private func exists(_ path: String) -> Bool { FileSystem.exists(Path.join(raw.directory, path)) }
    private func isFile(_ path: String) -> Bool { FileSystem.isFile(Path.join(raw.directory, path)) }

    private var hasBuildScript: Bool {
        guard let build = section["build"] else { return isFile("build.rs") }
        return build.boolean ?? true
    }
}

// MARK: The library

extension TargetFinder {
    private func findLibrary(_ targets: inout PackageTargets) throws(ManifestFault) {
        guard let node = raw.root["lib"] else {
            targets.hasLibrary = section["autolib"]?.boolean != false && exists("src/lib.rs")
            return
        }
        let table = node.table ?? TOMLTable()
        try checkLibrary(table, at: node.span)
        let types = (table["crate-type"] ?? table["crate_type"])?.array?.compactMap(\.string) ?? []
        if types.contains("proc-macro"), types.count > 1 {
            throw ManifestFault(.mixedProcMacro, at: node.span)
        }
        if types == ["bin"] { targets.hasBinary = true } else { targets.hasLibrary = true }
        let flag = (table["proc-macro"] ?? table["proc_macro"])?.boolean ?? false
        targets.isProcMacro = types.isEmpty ? flag : types == ["proc-macro"]
    }

    private func checkLibrary(_ table: TOMLTable, at span: Span) throws(ManifestFault) {
        let written = table.string("name")
        let name = written?.value ?? package
        if let written {
            if ManifestSchema.trimmed(name).isEmpty {
                throw ManifestFault(.emptyTargetName("library"), at: written.span)
            }
            if name.contains("-") { throw ManifestFault(.hyphenInLibraryName(name), at: written.span) }
        }
        try checkKeys(table, of: "`\(name)` library")
        if table["path"] == nil, !exists("src/lib.rs"), !(edition == .edition2015 && exists("src/\(name).rs")) {
            throw ManifestFault(.targetNotFound(kind: "library", name: name), at: span)
        }
    }

    private func checkKeys(_ table: TOMLTable, of target: String) throws(ManifestFault) {
        for key in ["crate_type", "proc_macro"] {
            guard let entry = table.entry(key), edition >= .edition2024 else { continue }
            throw ManifestFault(.underscore(key: key, where: target + " target"), at: entry.keySpan)
        }
        guard let edition = table.string("edition") else { return }
        do throws(ManifestReason) { _ = try Edition(edition.value) } catch {
            throw ManifestFault(error.reason, at: edition.span)
        }
    }
}

// MARK: Everything else

extension TargetFinder {
    /// Names of all targets of a kind, in the manifest or where Cargo looks by itself.
    private func names(of kind: TargetKind, hasLibrary: Bool) throws(ManifestFault) -> [String] {
        let declared = raw.root[kind.name]?.array
        let discovered = discover(kind)
        var names: [String] = []
        var paths: Set<String> = []
        for node in declared ?? [] {
            let table = node.table ?? TOMLTable()
            let name = try checkedName(node, table, kind)
            if let path = table["path"]?.string { paths.insert(Path.normalize(path)) }
            if try isFound(name, node, kind, discovered: discovered, hasLibrary: hasLibrary) { names.append(name) }
        }
        let isAutomatic = section[kind.discoveryKey]?.boolean ?? (declared == nil || edition != .edition2015)
        let known = Set(names)
        if isAutomatic {
            names += discovered.filter { !known.contains($0.name) && !paths.contains($0.path) }.map(\.name)
        }
        try checkUnique(names, kind)
        return names
    }

    private func checkUnique(_ names: [String], _ kind: TargetKind) throws(ManifestFault) {
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            let span = raw.root[kind.name]?.span ?? raw.package?.span ?? Span(start: 0, end: 0)
            throw ManifestFault(.duplicateTarget(kind: kind.word, name: name), at: span)
        }
    }

    private func checkedName(
        _ node: TOMLNode, _ table: TOMLTable, _ kind: TargetKind
    ) throws(ManifestFault) -> String {
        guard let name = table.string("name") else {
            throw ManifestFault(.targetWithoutName(kind: kind.word, key: kind.name), at: node.span)
        }
        if ManifestSchema.trimmed(name.value).isEmpty {
            throw ManifestFault(.emptyTargetName(kind.word), at: name.span)
        }
        if kind == .binary, ["deps", "examples", "build", "incremental"].contains(name.value) {
            throw ManifestFault(.forbiddenBinaryName(name.value), at: name.span)
        }
        if kind == .binary, let filename = table.entry("filename") {
            throw ManifestFault(.requiresUnstableFeature("different-binary-name"), at: filename.keySpan)
        }
        try checkKeys(table, of: "`\(name.value)` \(kind.word)")
        return name.value
    }

    /// Whether the file of a declared target can be told. Only for a binary it must be.
    private func isFound(
        _ name: String, _ node: TOMLNode, _ kind: TargetKind, discovered: [Discovered], hasLibrary: Bool
    ) throws(ManifestFault) -> Bool {
        if node.table?["path"] != nil { return true }
        let count = discovered.count { $0.name == name }
        if count == 1 || edition == .edition2015 && legacyPaths(name, kind, hasLibrary).contains(where: { exists($0) })
        {
            return true
        }
        guard kind == .binary else { return false }
        let reason: ManifestError.Reason =
            count == 0 ? .targetNotFound(kind: kind.name, name: name) : .severalFiles(kind: kind.name, name: name)
        throw ManifestFault(reason, at: node.span)
    }

    private func legacyPaths(_ name: String, _ kind: TargetKind, _ hasLibrary: Bool) -> [String] {
        switch kind.name {
        case "bin": (hasLibrary ? [] : ["src/\(name).rs"]) + ["src/main.rs", "src/bin/main.rs"]
        case "bench": name == "bench" ? ["src/bench.rs"] : []
        default: []
        }
    }

    private struct Discovered {
        let name: String
        /// Relative to the package.
        let path: String
    }

    private func discover(_ kind: TargetKind) -> [Discovered] {
        var found: [Discovered] = []
        if kind == .binary, exists("src/main.rs") { found.append(Discovered(name: package, path: "src/main.rs")) }
        for name in (try? FileSystem.names(in: Path.join(raw.directory, kind.directory))) ?? []
        where name.utf8.first != UInt8(ascii: ".") {
            let path = kind.directory + "/" + name
            if name.hasSuffix(".rs") {
                found.append(Discovered(name: String(name.dropLast(3)), path: path))
            } else if isFile(path + "/main.rs") {
                found.append(Discovered(name: name, path: path + "/main.rs"))
            }
        }
        return found
    }
}

private struct TargetKind: Equatable {
    /// Of the section.
    let name: String
    /// In messages.
    let word: String
    let directory: String
    let discoveryKey: String

    static let binary = TargetKind(name: "bin", word: "binary", directory: "src/bin", discoveryKey: "autobins")
    static let others = [
        TargetKind(name: "example", word: "example", directory: "examples", discoveryKey: "autoexamples"),
        TargetKind(name: "test", word: "test", directory: "tests", discoveryKey: "autotests"),
        TargetKind(name: "bench", word: "benchmark", directory: "benches", discoveryKey: "autobenches"),
    ]
}
