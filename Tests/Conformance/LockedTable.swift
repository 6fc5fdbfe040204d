/// The edits of the table of verdicts, under their numbers.
enum LockedTable {
    struct Edit {
        let base: TableProject.Base
        let change: (inout TableProject) throws(SuiteError) -> Void
    }

    static var edits: [Int: Edit] {
        manifestEdits.merging(lockEdits) { first, _ in first }.merging(entryEdits) { first, _ in first }
            .merging(worldEdits) { first, _ in first }.merging(oldFormatEdits) { first, _ in first }
            .merging(patchEdits) { first, _ in first }
    }

    static let url = "https://github.com/rust-lang/crates.io-index"

    static func edit(
        on base: TableProject.Base = .plain, _ change: @escaping (inout TableProject) throws(SuiteError) -> Void
    ) -> Edit {
        Edit(base: base, change: change)
    }

    /// A replacement in a manifest.
    static func manifest(_ old: String, _ new: String, in file: String = "Cargo.toml") -> Edit {
        edit { (project) throws(SuiteError) in try project.edit(old, new, in: file) }
    }

    static func append(_ text: String) -> Edit { edit { $0.append(text) } }

    /// A replacement in the lock.
    static func lock(_ old: String, _ new: String) -> Edit {
        edit { (project) throws(SuiteError) in try project.editLock(old, new) }
    }

    /// A change of one package's lines in the lock.
    static func entry(_ name: String, _ change: @escaping ([String]) -> [String]) -> Edit {
        edit { (project) throws(SuiteError) in try project.editEntry(of: name, change) }
    }

    private static func withoutLine(_ prefix: String) -> ([String]) -> [String] {
        { lines in lines.filter { !$0.hasPrefix(prefix) } }
    }

    private static func changing(_ prefix: String, _ line: String) -> ([String]) -> [String] {
        { lines in lines.map { $0.hasPrefix(prefix) ? line : $0 } }
    }

    private static func index(_ old: String, _ new: String?) -> Edit {
        edit { (project) throws(SuiteError) in try project.editIndex(old, new) }
    }

    // MARK: The edits

    private static var manifestEdits: [Int: Edit] {
        [
            1: edit { _ in },
            2: edit { $0.scenario.lock = nil },
            3: manifest(#"version = "0.1.0""#, #"version = "0.2.0""#),
            4: manifest(#"name = "root""#, #"name = "stem""#),
            5: manifest("d = \"1\"\n", "d = \"1\"\nw = \"1\"\n"),
            6: manifest("g = \"1\"\n", ""),
            7: manifest("a = \"1\"", "a = \"1.1\""),
            8: manifest("a = \"1\"", "a = \"=1.0.0\""),
            9: manifest("a = \"1\"", "a = \"*\""),
            10: manifest("d = \"1\"", "d = \">=1, <3\""),
            11: manifest("d = \"1\"", "d = \"2\""),
            12: manifest("g = \"1\"", #"g = { version = "1", features = ["x"] }"#),
            13: manifest("a = \"1\"", #"a = { version = "1", default-features = false }"#),
            14: manifest("a = \"1\"", #"a = { version = "1", features = ["nope"] }"#),
            15: manifest("a = \"1\"", #"a = { version = "1", optional = true }"#),
            16: edit { (project) throws(SuiteError) in
                try project.edit("[dev-dependencies]\nc = \"1\"\n", "")
                try project.edit("d = \"1\"\n", "d = \"1\"\nc = \"1\"\n")
            },
            17: manifest("a = \"1\"", #"aa = { package = "a", version = "1" }"#),
            18: edit { (project) throws(SuiteError) in
                try project.edit("a = \"1\"\n", "")
                project.append("[target.'cfg(never)'.dependencies]\na = \"1\"")
            },
            19: edit { (project) throws(SuiteError) in
                try project.edit("b = { version = \"0.2\", optional = true }\n", "")
                try project.edit("bb = [\"b\"]\n", "")
            },
            20: manifest("0.3.0", "0.3.1", in: "lp/Cargo.toml"),
            21: manifest("e = \"1\"", "e = \"1\"\nw = \"1\"", in: "lp/Cargo.toml"),
            22: manifest("e = \"1\"", "e = \"1\"\nw = { version = \"1\", optional = true }", in: "lp/Cargo.toml"),
            23: edit { $0.append("[dev-dependencies]\nw = \"1\"", to: "lp/Cargo.toml") },
            24: manifest("lp = { path = \"lp\" }\n", ""),
            77: manifest("edition", "rust-version = \"1.60\"\nedition"),
            78: manifest("2021", "2024"),
            79: append("[workspace]\nmembers = [\"lp\"]"),
            80: edit {
                $0.append("[patch.crates-io]\na = { path = \"pa\" }")
                $0.append(TableProject.package("a", "1.1.0", "d = \"1\""), to: "pa/Cargo.toml")
            },
            81: edit {
                $0.append("[patch.crates-io]\na = { path = \"pa\" }")
                $0.append(TableProject.package("a", "9.0.0", "d = \"1\""), to: "pa/Cargo.toml")
            },
            82: manifest("bb = [\"b\"]", "bb = [\"b\"]\nother = []"),
            83: edit { (project) throws(SuiteError) in
                try project.edit("a = \"1\"\n", "")
                project.append("[build-dependencies]\na = \"1\"")
            },
            109: manifest("d = \"1\"\n", "d = \"1\"\nd2 = { package = \"d\", version = \">=1\" }\n"),
            110: edit(on: .twoRequirements) { _ in },
            111: manifest("c = \"1\"\n", "c = \"1\"\nd = \"1\"\n"),
            112: append("[build-dependencies]\nd = \"1\""),
            113: manifest("bb = [\"b\"]", "bb = [\"b\"]\ndefault = [\"bb\"]"),
            114: manifest("bb = [\"b\"]", "bb = [\"b\"]\ngx = [\"g/x\"]"),
            115: manifest("edition", "links = \"z\"\nedition"),
        ]
    }

    private static var lockEdits: [Int: Edit] {
        [
            25: edit { $0.scenario.lockText = $0.scenario.lockText.replacing("\n", with: "\r\n") },
            26: edit { $0.scenario.lock?.removeLast() },
            27: edit { $0.appendLock("\n\n") },
            28: lock(
                "# This file is automatically @generated by Cargo.\n# It is not intended for manual editing.\n", ""),
            29: edit { $0.scenario.lockText = "# mine\n" + $0.scenario.lockText },
            30: lock("[[package]]\nname = \"b\"", "# here\n[[package]]\nname = \"b\""),
            31: edit { $0.scenario.lockText = "\u{FEFF}" + $0.scenario.lockText },
            32: edit { project in
                let text = String(project.scenario.lockText.dropLast())
                let tables = text.pieces(separatedBy: "\n\n")
                project.scenario.lockText =
                    ([tables[0]] + tables.dropFirst().reversed()).joined(separator: "\n\n") + "\n"
            },
            33: lock(" \"a\",\n \"b\",\n", " \"b\",\n \"a\",\n"),
            34: lock("dependencies = [\n \"d 1.3.0\",\n]", "dependencies = [\"d 1.3.0\"]"),
            35: lock("version = 4", "version = 3"),
            36: lock("version = 4", "version = 5"),
            37: lock("version = 4", "version = 2"),
            38: lock("version = 4", "version = 1"),
            39: lock("version = 4\n\n", ""),
            40: lock("version = 4", "version = \"4\""),
            53: edit { project in
                project.scenario.lockText = project.scenario.lockText.pieces(separatedBy: "\n")
                    .filter { !$0.hasPrefix("checksum") }.joined(separator: "\n")
            },
            63: lock("version = 4\n", "<<<<<<< HEAD\nversion = 4\n=======\nversion = 3\n>>>>>>> other\n"),
            64: lock("version = 4\n", "version = \n"),
            65: edit { $0.scenario.lock = [] },
            66: lock("version = 4\n", "version = 4\nfuture = 1\n"),
            68: lock("version = 4\n", "version = 4\n\n[metadata]\nmine = \"yes\"\n"),
            69: edit { $0.appendLock("\n[metadata]\nmine = 1\n") },
            73: edit { (project) throws(SuiteError) in
                let tables = project.scenario.lockText.dropLast().split(separator: "\n\n").map(String.init)
                let own = tables.filter { $0.contains("name = \"root\"") }
                let rest = tables.filter { !$0.contains("name = \"root\"") }
                project.scenario.lockText =
                    (rest + own.map { $0.replacing("[[package]]", with: "[root]") }).joined(separator: "\n\n") + "\n"
            },
            76: edit {
                $0.appendLock(
                    "\n[[patch.unused]]\nname = \"zz\"\nversion = \"1.0.0\"\nsource = \"registry+\(url)\"\n")
            },
            91: edit { $0.appendLock("\n[metadata]\n\"checksum a 1.1.0 (registry+\(url))\" = \"00\"\n") },
            92: edit { $0.scenario.lockText = $0.scenario.lockText.replacing(url, with: url + "/") },
            93: edit {
                $0.scenario.lockText = $0.scenario.lockText.replacing(
                    url, with: "https://GitHub.com/Rust-Lang/Crates.io-index")
            },
            97: edit { $0.appendLock("\n[patch]\nother = 1\n") },
            98: edit { $0.appendLock("\n[[patch.unused]]\nname = \"zz\"\nversion = \"1.0.0\"\n") },
        ]
    }

    private static var entryEdits: [Int: Edit] {
        let checksum = { (id: String) in "checksum = \"\(IndexNotation.checksum(of: id))\"" }
        let published = "source = \"registry+\(url)\""
        return [
            41: lock(" \"a\",", " \"a 1.1.0\","),
            42: lock(" \"a\",", " \"a 1.1.0 (registry+\(url))\","),
            43: entry("root", changing(" \"d 1.3.0\"", " \"d\",")),
            44: lock(" \"a\",", " \"a\",\n \"zzz\","),
            45: entry("a") { $0.filter { !["dependencies = [", " \"d 1.3.0\",", "]"].contains($0) } },
            46: lock(" \"g\",\n", ""),
            47: entry("a", changing(" \"d 1.3.0\"", " \"c\",\n \"d 1.3.0\",")),
            48: edit {
                $0.appendLock(
                    "\n[[package]]\nname = \"w\"\nversion = \"1.0.0\"\n\(published)\n\(checksum("w 1.0.0"))\n")
            },
            49: edit { $0.appendLock("\n[[package]]\nname = \"ghost\"\nversion = \"1.0.0\"\n") },
            50: edit {
                $0.appendLock(
                    "\n[[package]]\nname = \"a\"\nversion = \"1.1.0\"\n\(published)\n\(checksum("a 1.1.0"))\n")
            },
            51: entry("a", withoutLine("checksum")),
            52: entry("a", changing("checksum", checksum("other"))),
            54: entry("a", changing("checksum", checksum("a 1.1.0").uppercasedValue)),
            55: entry("lp", changing("version", "version = \"0.3.0\"\n" + checksum("lp"))),
            56: entry("a") { lines in
                changing("checksum", checksum("a 1.0.0"))(changing("version", "version = \"1.0.0\"")(lines))
            },
            57: entry("a", changing("version", "version = \"1.0.7\"")),
            67: entry("a", changing("version", "version = \"1.1.0\"\nfuture = 1")),
            70: entry("a", changing("source", "source = \"sparse+https://index.crates.io/\"")),
            71: entry("a", changing("source", "source = \"\(url)\"")),
            72: entry("a", withoutLine("source")),
            74: entry("a", changing("version", "version = \"1.1\"")),
            75: entry("a", withoutLine("name")),
            90: entry("a", changing("checksum", "checksum = \"<none>\"")),
            94: entry("root", changing(" \"d 1.3.0\"", " \"d 1.3\",")),
            95: lock(" \"a\",", " \"a 1.1.0 x\","),
            96: entry("a", changing("version", "version = \"1.1.0+x\"")),
            99: entry("a", changing("dependencies", "replace = \"g 1.0.0\"\ndependencies = [")),
            100: entry("g", changing("checksum", checksum("g 1.0.0") + "\nreplace = \"zzz 1.0.0\"")),
            101: lock(" \"lp\",", " \"lp 0.2.9\","),
        ]
    }

    /// What changes around the project.
    private static var worldEdits: [Int: Edit] {
        [
            58: index("a 1.1.0 | d ^1", "a 1.1.0 | d ^1\na 1.2.0 | d ^1"),
            59: index("a 1.1.0 | d ^1", "a 1.1.0 | d ^1 | yanked"),
            60: index("a 1.1.0 | d ^1", nil),
            61: index("a 1.1.0 | d ^1", "a 1.1.0 | d ^1 ; w ^1"),
            62: index("a 1.1.0 | d ^1", "a 1.1.0 | d ^1 | cksum=" + IndexNotation.checksum(of: "other")),
            116: index("a 1.1.0 | d ^1", "a 1.1.0"),
            117: index("a 1.1.0 | d ^1", "a 1.1.0 | d ^1.4"),
            118: index("a 1.1.0 | d ^1", "a 1.1.0 | d ^1 | v=3"),
        ]
    }

    private static var oldFormatEdits: [Int: Edit] {
        let line = "\"checksum a 1.1.0 (registry+\(url))\" = "
        let checksum = "\"\(IndexNotation.checksum(of: "a 1.1.0"))\""
        let oldest = TableProject.Base.rustVersion("1.40")
        return [
            84: edit(on: oldest) { _ in },
            85: edit(on: .rustVersion("1.45")) { _ in },
            86: edit(on: .rustVersion("1.60")) { _ in },
            87: edit(on: oldest) { (project) throws(SuiteError) in try project.editLock(line + checksum + "\n", "") },
            88: edit(on: oldest) { (project) throws(SuiteError) in
                try project.editLock(line + checksum, line + "\"<none>\"")
            },
            89: edit(on: oldest) {
                $0.appendLock("\"checksum zzz 1.0.0 (registry+\(url))\" = " + checksum + "\n")
            },
        ]
    }

    private static var patchEdits: [Int: Edit] {
        let unused = { (name: String) in "[[patch.unused]]\nname = \"\(name)\"\nversion = \"1.0.0\"\n" }
        return [
            102: edit(on: .patched) { (project) throws(SuiteError) in
                try project.edit("[patch.crates-io]\na = { path = \"pa\" }\n", "")
            },
            103: edit(on: .patched) { (project) throws(SuiteError) in
                try project.edit("1.1.0", "1.1.1", in: "pa/Cargo.toml")
            },
            104: edit(on: .patched) { (project) throws(SuiteError) in
                try project.edit("d = \"1\"", "", in: "pa/Cargo.toml")
            },
            105: edit(on: .unusedPatch) { (project) throws(SuiteError) in
                try project.edit("[patch.crates-io]\nz = { path = \"pz\" }\n", "")
            },
            106: edit(on: .unusedPatch) { (project) throws(SuiteError) in
                try project.edit("1.0.0", "1.0.1", in: "pz/Cargo.toml")
            },
            107: edit(on: .unusedPatch) { (project) throws(SuiteError) in
                try project.editLock("\n" + unused("z"), "")
            },
            108: edit(on: .twoUnusedPatches) { (project) throws(SuiteError) in
                try project.editLock(unused("y") + "\n" + unused("z"), unused("z") + "\n" + unused("y"))
            },
        ]
    }
}

extension String {
    /// A line `key = "value"` with the value in capitals.
    fileprivate var uppercasedValue: String {
        let halves = pieces(separatedBy: "\"")
        return halves.count == 3 ? halves[0] + "\"" + halves[1].uppercased() + "\"" + halves[2] : self
    }
}
