import Audit

/// The table of edits after which `--locked` passes or fails, and what an ordinary command then does to the file.
///
/// Every edit is also shown to the cargo on the path, if there is one, and the locks are compared byte by byte.
struct LockedTableSuite: Suite {
    static let name = "locked-table"

    func run(_ context: Context) throws(SuiteError) -> Outcome {
        var outcome = Outcome("locked", "plain", "cargo-locked", "cargo-plain")
        let edits = LockedTable.edits
        for row in try Self.rows(of: context.spec + "/locked.md") {
            do throws(SuiteError) {
                guard let edit = edits[row.number] else { throw SuiteError("no such edit here") }
                var project = try TableProject(edit.base)
                try edit.change(&project)
                try row.judge(project, &outcome)
            } catch {
                outcome.note("locked", failure: "\(row.title): \(error)")
            }
        }
        return outcome
    }

    private static func rows(of path: String) throws(SuiteError) -> [TableRow] {
        try readLines(path).compactMap { line in
            let cells = line.split(separator: "|").map { $0.trimming(while: { $0 == " " }) }
            guard cells.count == 4, let number = Int(cells[0]) else { return nil }
            return TableRow(number: number, edit: cells[1], locked: cells[2], plain: cells[3])
        }
    }
}

/// One line of the table.
private struct TableRow {
    let number: Int
    let edit: String
    let locked: String
    let plain: String

    var title: String { "\(number) (\(edit))" }

    func judge(_ project: TableProject, _ outcome: inout Outcome) throws(SuiteError) {
        let scenario = project.scenario
        let verdict = try scenario.ours(.locked)
        let expected = locked.hasPrefix("OK") ? "ok" : locked.hasPrefix("STALE") ? "stale" : "error"
        outcome.note("locked", failure: verdict.name == expected ? nil : "\(title): \(expected), not \(told(verdict))")
        let update = try scenario.ours(.update(.workspace))
        outcome.note(
            "plain",
            failure: plain.hasPrefix(effect(update, scenario)) ? nil : "\(title): \(plain), not \(told(update))")
        guard Scenario.hasCargo else { return }
        let theirs = try scenario.cargos(.locked)
        outcome.note(
            "cargo-locked",
            failure: verdict.name == theirs.name ? nil : "\(title): cargo \(told(theirs)), we \(told(verdict))")
        let theirUpdate = try scenario.cargos(.update(.workspace))
        let isSame = update.name == theirUpdate.name && update.text == theirUpdate.text
        outcome.note(
            "cargo-plain", failure: isSame ? nil : "\(title): cargo \(told(theirUpdate)), we \(told(update))")
    }

    private func effect(_ update: Operation.Answer, _ scenario: Scenario) -> String {
        guard let text = update.text else { return "same error" }
        guard let old = scenario.lock else { return "created" }
        return text == old ? "untouched" : "rewritten"
    }

    private func told(_ answer: Operation.Answer) -> String { "\(answer.name) \(answer.message)" }
}

/// The project the table starts from, with its lock as written afresh.
struct TableProject {
    /// What differs before the lock is written.
    enum Base {
        case plain
        /// The oldest compiler, which decides the format of the lock, for the time it is written.
        case rustVersion(String)
        case patched
        case unusedPatch
        case twoUnusedPatches
        case twoRequirements
    }

    let scenario: Scenario

    init(_ base: Base) throws(SuiteError) {
        scenario = try Scenario()
        scenario.index = Self.index.pieces(separatedBy: "\n")
        scenario.manifests = ["Cargo.toml": Self.root, "lp/Cargo.toml": Self.package("lp", "0.3.0", "e = \"1\"")]
        var declared = ""
        switch base {
        case .plain: break
        case .rustVersion(let version):
            declared = "rust-version = \"\(version)\"\n"
            try edit("edition = \"2021\"\n", "edition = \"2018\"\nresolver = \"2\"\n" + declared)
        case .patched:
            add("[patch.crates-io]\na = { path = \"pa\" }", with: Self.package("a", "1.1.0", "d = \"1\""), in: "pa")
        case .unusedPatch: add("[patch.crates-io]\nz = { path = \"pz\" }", with: Self.package("z", "1.0.0"), in: "pz")
        case .twoUnusedPatches:
            add("[patch.crates-io]\ny = { path = \"py\" }", with: Self.package("y", "1.0.0"), in: "py")
            add("z = { path = \"pz\" }", with: Self.package("z", "1.0.0"), in: "pz")
        case .twoRequirements:
            try edit("d = \"1\"\n", "d = \"1\"\nd2 = { package = \"d\", version = \">=1\" }\n")
        }
        guard let lock = try scenario.ours(.update(.afresh)).text else { throw SuiteError("the base has no lock") }
        scenario.lock = lock
        if !declared.isEmpty { try edit(declared, "") }
    }

    private static let index = """
        a 1.0.0 | d ^1
        a 1.1.0 | d ^1
        b 0.2.0
        c 1.0.0
        d 1.2.0
        d 1.3.0
        d 2.0.0
        e 1.0.0 | d ^2
        g 1.0.0 | h ^1 opt | feat x=dep:h
        h 1.0.0
        w 1.0.0
        win 1.0.0
        """

    private static let root = """
        [package]
        name = "root"
        version = "0.1.0"
        edition = "2021"

        [dependencies]
        a = "1"
        d = "1"
        b = { version = "0.2", optional = true }
        g = "1"
        lp = { path = "lp" }

        [features]
        bb = ["b"]

        [dev-dependencies]
        c = "1"

        [target.'cfg(windows)'.dependencies]
        win = "1"

        """

    /// A manifest of a package with one dependency or none.
    static func package(_ name: String, _ version: String, _ dependency: String = "") -> String {
        "[package]\nname = \"\(name)\"\nversion = \"\(version)\"\nedition = \"2021\"\n\n[dependencies]\n\(dependency)\n"
    }

    // MARK: Edits

    /// Replaces a text that must be there.
    func edit(_ old: String, _ new: String, in file: String = "Cargo.toml") throws(SuiteError) {
        scenario.manifests[file] = try Self.replace(old, new, in: scenario.manifests[file] ?? "")
    }

    func editLock(_ old: String, _ new: String) throws(SuiteError) {
        scenario.lockText = try Self.replace(old, new, in: scenario.lockText)
    }

    /// Changes the lock entry of one package.
    func editEntry(
        of name: String, _ change: ([String]) -> [String]
    ) throws(SuiteError) {
        var tables = scenario.lockText.pieces(separatedBy: "[[package]]\n")
        guard let place = tables.firstIndex(where: { $0.hasPrefix("name = \"\(name)\"\n") }) else {
            throw SuiteError("no entry \(name)")
        }
        tables[place] = change(tables[place].pieces(separatedBy: "\n")).joined(separator: "\n")
        scenario.lockText = tables.joined(separator: "[[package]]\n")
    }

    func editIndex(_ old: String, _ new: String?) throws(SuiteError) {
        guard let place = scenario.index.firstIndex(of: old) else { throw SuiteError("no index line \(old)") }
        scenario.index.remove(at: place)
        if let new { scenario.index.insert(contentsOf: new.pieces(separatedBy: "\n"), at: place) }
    }

    func append(_ text: String, to file: String = "Cargo.toml") {
        scenario.manifests[file, default: ""] += text + "\n"
    }

    func appendLock(_ text: String) { scenario.lockText += text }

    private func add(_ entry: String, with manifest: String, in folder: String) {
        append(entry)
        scenario.manifests[folder + "/Cargo.toml"] = manifest
    }

    private static func replace(_ old: String, _ new: String, in text: String) throws(SuiteError) -> String {
        guard text.contains(old) else { throw SuiteError("nothing to replace: \(old)") }
        return text.replacing(old, with: new, maxReplacements: 1)
    }
}

extension Substring {
    func trimming(while isBlank: (Character) -> Bool) -> String {
        var text = self
        while let first = text.first, isBlank(first) { text.removeFirst() }
        while let last = text.last, isBlank(last) { text.removeLast() }
        return String(text)
    }

}
