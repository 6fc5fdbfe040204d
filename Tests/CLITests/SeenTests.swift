import Glibc
import JSON
import TestSupport
import Testing

/// `lockgate seen` on real repositories.
@Suite struct SeenTests {
    /// A repository with a history made for the purpose.
    private final class History {
        let sandbox: Sandbox
        private var moment = 1_780_000_000

        init() throws {
            sandbox = try Sandbox()
            for folder in ["tmp", "bin"] { mkdir(sandbox.path + "/" + folder, 0o755) }
            sandbox.variables.merge([
                "TMPDIR": sandbox.path + "/tmp", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "Ann",
                "GIT_COMMITTER_EMAIL": "a@example.com",
            ]) { $1 }
            try git("init", "-q", "-b", "main")
        }

        @discardableResult
        func git(_ arguments: String..., status: Int32? = 0) throws -> String {
            let outcome = try Program.run(
                arguments, of: "/usr/bin/git", in: sandbox.workspace, environment: sandbox.variables, name: "git")
            if let status { #expect(outcome.status == status, "git \(arguments): \(outcome.errors)\(outcome.output)") }
            return outcome.output.split(separator: "\n").last.map(String.init) ?? ""
        }

        /// - Returns: the id.
        @discardableResult
        func commit(_ files: [String: String?], _ message: String = "change") throws -> String {
            for (name, text) in files {
                if let text { try sandbox.write([name: text]) } else { try git("rm", "-q", name) }
            }
            tick()
            try git("add", "-A")
            try git("commit", "-q", "--allow-empty", "-m", message)
            return try git("rev-parse", "HEAD")
        }

        func tick() {
            moment += 86_400
            sandbox.variables["GIT_AUTHOR_DATE"] = "\(moment) +0000"
            sandbox.variables["GIT_COMMITTER_DATE"] = "\(moment) +0000"
        }

        func seen(_ arguments: String..., in folder: String = "in", status: Int32) throws -> String {
            let outcome = try Program.run(
                ["seen"] + arguments, in: sandbox.path + "/" + folder, environment: sandbox.variables)
            #expect(outcome.status == status, "\(outcome.output)\(outcome.errors)")
            #expect(Files.names(in: sandbox.path + "/tmp").isEmpty)
            return outcome.output + outcome.errors
        }

        func json(_ arguments: String..., status: Int32 = 1) throws -> JSONValue {
            let outcome = try Program.run(
                ["seen"] + arguments + ["--format", "json"], in: sandbox.workspace, environment: sandbox.variables)
            #expect(outcome.status == status, "\(outcome.output)\(outcome.errors)")
            return try JSONValue(parsing: outcome.stdout)
        }
    }

    private static func lock(_ packages: String...) -> String {
        "version = 4\n\n"
            + packages.map {
                let parts = $0.split(separator: " ")
                return """
                    [[package]]
                    name = "\(parts[0])"
                    version = "\(parts[1])"
                    source = "registry+https://github.com/rust-lang/crates.io-index"

                    """
            }.joined(separator: "\n")
    }

    private static let bad = lock("arrayref 0.3.10", "log 0.4.1")
    private static let good = lock("arrayref 0.3.9", "log 0.4.1")

    // MARK: On disk

    @Test func theLockOfTheWorkspaceIsSearched() throws {
        let history = try History()
        let manifest = GitSandbox.manifest("")
        try history.sandbox.write(["Cargo.toml": manifest, "src/main.rs": "", "Cargo.lock": Self.bad])
        #expect(try history.seen("arrayref@0.3.10", status: 1).hasPrefix("arrayref 0.3.10 in Cargo.lock: there\n"))
        #expect(try history.seen("arrayref@0.3.9", "serde", status: 0).contains("not seen: arrayref@0.3.9, serde"))
        try history.sandbox.write([
            "tools/a/Cargo.lock": Self.good, "target/CACHEDIR.TAG": "", "target/x/Cargo.lock": "",
        ])
        let all = try history.seen("arrayref", ".", "--all-locks", status: 1)
        #expect(all.contains("arrayref 0.3.9 in tools/a/Cargo.lock") && all.contains("looked at: 2 locks on disk"))
        #expect(try history.seen("log", "tools/a/Cargo.lock", status: 1).contains("looked at: 1 lock on disk"))
    }

    @Test func aLockThatIsMissingOrBrokenCannotBeJudged() throws {
        let history = try History()
        #expect(try history.seen("log", status: 3).contains("could not find `Cargo.toml`"))
        try history.sandbox.write(["Cargo.toml": GitSandbox.manifest(""), "src/main.rs": ""])
        #expect(try history.seen("log", status: 3).contains("cannot judge: Cargo.lock"))
        try history.sandbox.write(["Cargo.lock": "log <<<"])
        #expect(try history.seen("log", status: 3).contains("cannot judge: Cargo.lock"))
        #expect(try history.seen(".", status: 2).contains("name a crate"))
        #expect(try history.seen("log@1.2.3.4", status: 2).contains("a version or a requirement"))
    }

    @Test func aPlaceWithoutALockWasNotLookedAt() throws {
        let history = try History()
        try history.commit(["a/Cargo.lock": Self.good])
        #expect(try history.seen("zlog", "./a", "--history", status: 0).hasPrefix("not seen"))
        #expect(try history.seen("zlog", "./b", "--history", status: 3).contains("no commit has a Cargo.lock below"))
    }

    @Test func anAdvisoryStandsForWhatItAffects() throws {
        let history = try History()
        let lock = Self.lock("net2 0.2.39", "log 0.4.1")
        try history.sandbox.write(["Cargo.toml": GitSandbox.manifest(""), "src/main.rs": "", "Cargo.lock": lock])
        let text = try history.seen("RUSTSEC-2020-0016", status: 1)
        #expect(text.contains("net2 0.2.39 in Cargo.lock") && text.contains("(RUSTSEC-2020-0016)"), "\(text)")
        #expect(try history.seen("rustsec-2020-0016", status: 1) == text)
        #expect(try history.seen("cve-rs", status: 0).contains("not seen: cve-rs"))
        #expect(try history.seen("RUSTSEC-2024-9999", status: 3).contains("no advisory"))
    }

    // MARK: History

    @Test func aSpanHasItsCommitsAndItsReferences() throws {
        let history = try History()
        try history.commit(["Cargo.lock": Self.good])
        let came = try history.commit(["Cargo.lock": Self.bad], "Update dependencies")
        try history.commit(["other": "x"])
        try history.git("tag", "-a", "-m", "x", "v1")
        let left = try history.commit(["Cargo.lock": Self.good], "Back to safety")
        let text = try history.seen("arrayref@0.3.10", "--history", status: 1)
        #expect(
            text == """
                arrayref 0.3.10 in Cargo.lock: still there
                  2026-05-30 to now, 2 commits
                    came with \(came.prefix(10)) of 2026-05-30, Ann: Update dependencies
                    removed by \(left.prefix(10)) of 2026-06-01, Ann: Back to safety
                    held by tag v1
                    past of main

                seen: arrayref@0.3.10: 1 package in 1 lock, still there
                looked at: 1 lock on disk; 4 commits, 1 lock in 2 versions, 2 references

                """, "\(text)")
        try history.git("tag", "-d", "v1")
        let gone = try history.seen("arrayref@0.3.10", "--history", status: 1)
        #expect(gone.contains("Cargo.lock: gone\n  2026-05-30 to 2026-06-01, 2 commits"), "\(gone)")
        #expect(try history.seen("serde", "--history", status: 0).contains("not seen: serde"))
    }

    @Test func locksThatMovedOrLieElsewhereAreSearchedToo() throws {
        let history = try History()
        try history.commit(["old/Cargo.lock": Self.bad])
        try history.commit(["old/Cargo.lock": nil, "new/Cargo.lock": Self.bad])
        try history.commit(["new/Cargo.lock": Self.good, "Cargo.lock": Self.good, "xCargo.lock": Self.bad])
        let all = try history.seen("arrayref@0.3.10", "--history", status: 1)
        #expect(all.contains("in new/Cargo.lock: gone") && all.contains("in old/Cargo.lock: gone"))
        #expect(!all.contains("xCargo"))
        #expect(try history.seen("arrayref@0.3.10", "old/", "--history", status: 1).contains("1 package in 1 lock"))
        #expect(
            try history.seen("arrayref@0.3.10", "new/Cargo.lock", "--history", status: 1).contains("new/Cargo.lock"))
        #expect(try history.seen("arrayref@0.3.10", "Cargo.lock", "--history", status: 0).contains("not seen"))
        #expect(try history.seen("arrayref@0.3.10", "/tmp/", "--history", status: 3).contains("no git repository"))
    }

    @Test func whatIsOnlyOnDiskInTheStashOrTheReflogIsFound() throws {
        let history = try History()
        try history.commit(["Cargo.lock": Self.good])
        try history.sandbox.write(["Cargo.lock": Self.bad])
        #expect(try history.seen("arrayref@0.3.10", "--history", status: 1).contains("on disk, in no commit"))
        try history.git("stash", "-q")
        #expect(try history.seen("arrayref@0.3.10", "--history", status: 1).contains("held by the stash"))
        try history.git("stash", "drop", "-q")
        #expect(try history.seen("arrayref@0.3.10", "--history", status: 0).contains("not seen"))
        try history.commit(["Cargo.lock": Self.bad])
        try history.git("reset", "-q", "--hard", "HEAD~1")
        #expect(try history.seen("arrayref@0.3.10", "--history", status: 0).contains("not seen"))
        let reflog = try history.seen("arrayref@0.3.10", "--history", "--reflog", status: 1)
        #expect(reflog.contains("gone") && reflog.contains("on no branch or tag any more"), "\(reflog)")
    }

    @Test func oddNamesNeitherBreakNorHide() throws {
        let history = try History()
        let folder = "a\n\u{1B}[31m*b ?"
        try history.commit(["\(folder)/Cargo.lock": Self.bad], "\u{1B}[2J")
        let place = history.sandbox.workspace + "/"
        let blob = try history.git("rev-parse", "HEAD:\(folder)/Cargo.lock")
        try Files.write(Array("100644 blob \(blob)\tf".utf8) + [0xFF] + Array("/Cargo.lock\n".utf8), to: place + "info")
        _ = try Program.shell("git update-index --add --index-info < info", history.sandbox)
        try history.git("commit", "-q", "-m", "raw")
        try history.git("update-ref", "refs/odd/$(x)", "HEAD")
        let text = try history.seen("arrayref", "--history", status: 1)
        #expect(!text.contains("\u{1B}"))
        #expect(
            text.contains("in f\u{FFFD}/Cargo.lock") && text.contains("in a\u{FFFD}\u{FFFD}[31m*b ?/Cargo.lock"),
            "\(text)")
        #expect(text.contains("held by main, refs/odd/$(x)"))
    }

    @Test func whatCannotBeReadIsNamed() throws {
        let history = try History()
        try history.commit(["Cargo.lock": Self.good + "oops\n"])
        let broken = try history.git("rev-parse", "HEAD")
        try history.commit(["Cargo.lock": Self.good])
        let text = try history.seen("arrayref@0.3.10", "--history", status: 3)
        #expect(
            text.contains("cannot judge: Cargo.lock of \(broken.prefix(10)): expected `=`"), "\(text)")
        #expect(try history.seen("arrayref@0.3.9", "--history", status: 1).contains("cannot judge"))
        try history.commit(["Cargo.lock": "arrayref"])
        let lost = try history.seen("arrayref@0.3.9", "--history", status: 1)
        #expect(lost.contains("gone, as far as can be read") && lost.contains(" to ?, "), "\(lost)")
        #expect(lost.contains("unreadable in"))
        #expect(try history.seen("serde", "--history", status: 0).contains("not seen"))
    }

    @Test func linksToOtherLocksAreNoGap() throws {
        let history = try History()
        try history.sandbox.write(["Cargo.lock": Self.good, "a/x": ""])
        symlink("../Cargo.lock", history.sandbox.workspace + "/a/Cargo.lock")
        try history.commit([:])
        #expect(try history.seen("serde", "--history", status: 0).contains("2 locks in 2 versions"))
        symlink("/etc/Cargo.lock", history.sandbox.workspace + "/a/Cargo.lock.x")
        rename(history.sandbox.workspace + "/a/Cargo.lock.x", history.sandbox.workspace + "/a/Cargo.lock")
        try history.commit([:])
        #expect(try history.seen("serde", "--history", status: 3).contains("symbolic link out of here"))
    }

    // MARK: Clones

    @Test func bareAndShallowAndPartialClones() throws {
        let history = try History()
        try history.commit(["Cargo.lock": Self.bad])
        try history.commit(["Cargo.lock": Self.good])
        try history.git("config", "uploadpack.allowFilter", "true")
        let source = "file://" + history.sandbox.workspace
        try history.git("clone", "-q", "--bare", source, "../bare")
        try history.git("clone", "-q", "--depth", "1", source, "../shallow")
        try history.git("clone", "-q", "--filter=blob:none", source, "../partial")
        try history.git("clone", "-q", "--filter=tree:0", "--no-checkout", source, "../treeless")
        let query = "arrayref@0.3.10"
        #expect(try history.seen(query, "--history", in: "bare", status: 1).contains("gone"))
        #expect(try history.seen(query, "--history", in: "shallow", status: 3).contains("history is incomplete"))
        let partial = try history.seen(query, "--history", in: "partial", status: 3)
        #expect(
            partial.contains("this clone does not have it") && partial.contains("1 lock in 2 versions"), "\(partial)")
        #expect(try history.seen("arrayref@0.3.9", "--history", in: "partial", status: 1).contains("still there"))
        #expect(try history.seen(query, "--history", in: "treeless", status: 3).contains("cannot read the history"))
    }

    @Test func noGitAndNoRepositoryAreSaid() throws {
        let history = try History()
        try history.commit(["Cargo.lock": Self.bad])
        history.sandbox.variables["PATH"] = history.sandbox.path + "/bin"
        #expect(try history.seen("log", "--history", status: 3).contains("git is not installed"))
        #expect(try history.seen("log", "--all-locks", ".", status: 1).contains("log 0.4.1"))
    }

    @Test func anEmptyRepositoryHoldsNothing() throws {
        #expect(try History().seen("log", "--history", status: 0).contains("0 commits"))
    }

    // MARK: Against a loop

    /// Branches, merges with any outcome, tags: all as `git show` tells it.
    @Test(arguments: [1, 2, 3]) func equalsALoopOverCommits(_ seed: Int) throws {
        var random = Randomness(seed: UInt64(seed))
        let history = try History()
        let locks = [Self.good, Self.bad, Self.lock("log 0.4.1")]
        let paths = ["Cargo.lock", "a/Cargo.lock"]
        try history.commit(["Cargo.lock": locks[0], "x": "0"])
        for step in 0..<25 {
            if random.chance(30) { try history.git("checkout", "-q", "-b", "b\(step)") }
            if random.chance(30) {
                let other = random.chance(50) ? "main" : "HEAD~1"
                try history.git("checkout", "-q", "-B", "c\(step)", other, status: nil)
            }
            if random.chance(35) {
                history.tick()
                let branches = try Program.shell("git for-each-ref --format='%(refname)' refs/heads", history.sandbox)
                let other = random.pick(branches.output.split(separator: "\n").map(String.init))
                try history.git("merge", "-q", "--no-ff", "--no-commit", "-s", "ours", other, status: nil)
            }
            try history.commit([random.pick(paths): random.pick(locks), "x": "\(step)"])
        }
        let report = try history.json("arrayref@0.3.10", "--history")
        let log = try Program.shell("git rev-list --all --parents", history.sandbox).output
        for path in paths { try compare(path, report, log, history) }
    }

    private func compare(_ path: String, _ report: JSONValue, _ log: String, _ history: History) throws {
        let lines = log.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        var holds: Set<String> = []
        for line in lines {
            let text = try Program.shell("git show \(line[0]):\(path) 2>/dev/null", history.sandbox).output
            if text.contains("0.3.10") { holds.insert(line[0]) }
        }
        let find = report["found"]?.elements?.first { $0["lock"]?.text == path }
        let spans = find?["spans"]?.elements ?? []
        func told(_ key: String) -> Set<String> {
            Set(spans.flatMap { $0[key]?.elements ?? [] }.compactMap { $0["commit"]?.text })
        }
        let counts = spans.compactMap { $0["commits"]?.integer }
        #expect(counts.reduce(0, +) == holds.count)
        #expect(
            told("introduced")
                == Set(
                    lines.filter { line in
                        holds.contains(line[0]) && !line.dropFirst().contains(where: holds.contains)
                    }.map { $0[0] }))
        let after = lines.filter { !holds.contains($0[0]) && $0.dropFirst().contains(where: holds.contains) }
        #expect(told("removed") == Set(after.filter { $0.dropFirst().allSatisfy(holds.contains) }.map { $0[0] }))
        #expect(
            told("not_kept_by_merge") == Set(after.filter { !$0.dropFirst().allSatisfy(holds.contains) }.map { $0[0] }))
        let tips = try Program.shell("git for-each-ref --format='%(objectname) %(refname)'", history.sandbox).output
            .split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        let holders = Set(spans.flatMap { $0["held_by"]?.elements ?? [] }.compactMap(\.text))
        #expect(holders == Set(tips.filter { holds.contains($0[0]) }.map { $0[1] }))
    }
}
