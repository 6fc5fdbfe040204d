import Glibc
import JSON
import TestSupport
import Testing

/// `lockgate review` on real repositories.
@Suite struct ReviewTests {
    private static let newLog = GitSandbox.manifest("log = \"0.4.22\"\nserde_json = \"1\"\n")

    // MARK: Causes

    @Test func aManifestLineIsTheCause() throws {
        let repository = try GitSandbox()
        try repository.write(["Cargo.toml": Self.newLog])
        try repository.lockgate("update", "--workspace")
        let outcome = try repository.review("HEAD")
        #expect(outcome.status == 0, "\(outcome.output)")
        #expect(outcome.output.contains("upgraded log 0.4.20 → 0.4.22 (direct)"), "\(outcome.output)")
        #expect(outcome.output.contains("(Cargo.toml:7:7)"), "\(outcome.output)")
        #expect(outcome.output.contains("passed: 1 package changed"), "\(outcome.output)")
    }

    @Test func nothingChangedIsAPass() throws {
        let outcome = try GitSandbox().review("HEAD")
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("no lock and no manifest of a lock is changed"))
    }

    @Test func twoCommitsAreComparedWithoutTheWorkingTree() throws {
        let repository = try GitSandbox()
        try repository.write(["Cargo.toml": Self.newLog])
        try repository.lockgate("update", "--workspace")
        try repository.commit("newer log")
        try repository.write(["Cargo.toml": "broken", "Cargo.lock": "broken"])
        let outcome = try repository.review("HEAD~1", "HEAD")
        #expect(outcome.status == 0 && outcome.output.contains("upgraded log"), "\(outcome.output)\(outcome.errors)")
    }

    @Test func anUpdateAloneIsNamedAndPasses() throws {
        let repository = try GitSandbox()
        try repository.lockgate("update", "log")
        let outcome = try repository.review("HEAD")
        #expect(outcome.status == 0, "\(outcome.output)")
        #expect(outcome.output.contains("as after `cargo update -p log@0.4.20`"), "\(outcome.output)")
        #expect(outcome.output.contains("note[unrelated-update]"))
    }

    @Test func anUpdateThatComesAlongIsWarnedOf() throws {
        let repository = try GitSandbox()
        try repository.write(["Cargo.toml": Self.newLog])
        try repository.lockgate("update", "--workspace")
        try repository.lockgate("update", "itoa")
        let outcome = try repository.review("HEAD")
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("warning[unrelated-update]: the change raises `itoa`"), "\(outcome.output)")
        #expect(try repository.review("HEAD", "-D", "unrelated-update").status == 1)
    }

    @Test func aNewPackageSaysWhatItBrings() throws {
        let repository = try GitSandbox()
        try repository.write(["Cargo.toml": GitSandbox.manifest("log = \"0.4\"\nserde_json = \"1\"\nsyn = \"2\"\n")])
        try repository.lockgate("update", "--workspace")
        let outcome = try repository.review("HEAD")
        #expect(outcome.output.contains("added syn 2.0.60 (direct)"), "\(outcome.output)")
        #expect(outcome.output.contains("brings: depends on `quote`"), "\(outcome.output)")
        let story = try repository.review("HEAD", "--explain", "quote")
        #expect(story.output.contains("needed: app 0.1.0 → syn 2.0.60 → quote 1."), "\(story.output)")
        #expect(try repository.review("HEAD", "--explain", "nobody").status == 2)
    }

    /// What the base got since is not a change of the branch.
    @Test func theCommonAncestorIsTheBase() throws {
        let repository = try GitSandbox()
        try repository.git("switch", "-q", "-c", "topic")
        try repository.write(["Cargo.toml": Self.newLog])
        try repository.lockgate("update", "--workspace")
        try repository.commit("newer log")
        try repository.git("switch", "-q", "main")
        try repository.lockgate("update", "itoa")
        try repository.write(["lockgate.toml": "[rules]\nunused-ignore = \"deny\"\n"])
        try repository.commit("newer itoa")
        let outcome = try repository.review("main", "topic")
        #expect(outcome.status == 0)
        #expect(!outcome.output.contains("itoa"), "\(outcome.output)")
        #expect(outcome.output.contains("the policy is that of main"), "\(outcome.output)")
        #expect(outcome.output.contains("policy: lockgate.toml of the base"), "\(outcome.output)")
    }

    // MARK: Attacks

    @Test(arguments: [
        ("checksum = \"23155cbb", "checksum = \"33155cbb", "error[checksum-changed]", Int32(3)),
        (
            "name = \"log\"\nversion = \"0.4.20\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n"
                + "checksum = \"89dba562e26394c11cca80127748eb933612b2f5e60e298dc47a3e331aff33cc\"",
            "name = \"log\"\nversion = \"0.4.20\"\nsource = \"git+https://example.com/log#"
                + "0123456789012345678901234567890123456789\"", "error[source-changed]", 4
        ),
        (
            "[[package]]\nname = \"ryu\"",
            "[[package]]\nname = \"paste\"\nversion = \"1.0.0\"\nsource = "
                + "\"registry+https://github.com/rust-lang/crates.io-index\"\n\n[[package]]\nname = \"ryu\"",
            "error[unexplained-drift]: the change adds `paste`", 4
        ),
    ])
    func aTamperedLockIsDenied(_ old: String, _ new: String, _ expected: String, _ status: Int32) throws {
        let repository = try GitSandbox()
        try repository.editLock(old, new)
        let outcome = try repository.review("HEAD")
        #expect([1, status].contains(outcome.status), "\(outcome.status)")
        #expect(outcome.output.contains(expected), "\(outcome.output)")
    }

    @Test func aDowngradeIsDenied() throws {
        let repository = try GitSandbox()
        try repository.lockgate("update", "log")
        try repository.commit("newer")
        try repository.lockgate("update", "log", "--precise", "0.4.20")
        let outcome = try repository.review("HEAD")
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("error[downgrade]: the change lowers `log` from 0.4.22 to 0.4.20"))
    }

    @Test func aChangeDoesNotLoosenItsOwnJudge() throws {
        let repository = try GitSandbox()
        try repository.lockgate("update", "log")
        try repository.commit("newer")
        try repository.lockgate("update", "log", "--precise", "0.4.20")
        try repository.write(["lockgate.toml": "[rules]\ndowngrade = \"allow\"\n"])
        let outcome = try repository.review("HEAD")
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("policy added: lockgate.toml"), "\(outcome.output)")
        #expect(outcome.output.contains("`downgrade` would be allow, is deny"), "\(outcome.output)")
    }

    @Test func anotherPlaceForTheRegistryIsDenied() throws {
        let repository = try GitSandbox()
        try Files.copy(repository.sandbox.path + "/registry", to: repository.sandbox.workspace + "/own")
        try repository.write([
            ".cargo/config.toml":
                "[source.crates-io]\nreplace-with = \"other\"\n[source.other]\nlocal-registry = \"own\"\n"
        ])
        let outcome = try repository.review("HEAD")
        #expect(outcome.status == 1, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("error[source-changed]: Cargo's configuration takes crates.io from"))
    }

    @Test func oldFindingsDoNotCountAndNewOnesDo() throws {
        let repository = try GitSandbox()
        try repository.write(["Cargo.toml": GitSandbox.manifest("log = \"*\"\nserde_json = \"1\"\n")])
        try repository.commit("a wildcard")
        try repository.write(["Cargo.toml": GitSandbox.manifest("log = \"*\"\nserde_json = \"1\"\nitoa = \"1\"\n")])
        try repository.lockgate("update", "--workspace")
        let passing = try repository.review("HEAD")
        #expect(passing.status == 0 && passing.output.contains("1 from before"), "\(passing.output)")
        try repository.write(["Cargo.toml": GitSandbox.manifest("log = \"0.4\"\nserde_json = \"1\"\nitoa = \"*\"\n")])
        let failing = try repository.review("HEAD")
        #expect(failing.status == 1)
        #expect(failing.output.contains("repaired[wildcard-requirement]: `log"), "\(failing.output)")
    }

    // MARK: Locks that come and go

    @Test func aLockThatGoesIsMissing() throws {
        let repository = try GitSandbox()
        unlink(repository.sandbox.workspace + "/Cargo.lock")
        let outcome = try repository.review("HEAD")
        #expect(outcome.status == 4)
        #expect(outcome.output.contains("the lock is removed"))
    }

    @Test func aLockThatComesIsListed() throws {
        let repository = try GitSandbox()
        try repository.git("rm", "-q", "--cached", "Cargo.lock")
        try repository.git("commit", "-q", "-m", "no lock")
        let outcome = try repository.review("HEAD")
        #expect(outcome.status == 0, "\(outcome.output)")
        #expect(outcome.output.contains("in a new lock (6)"), "\(outcome.output)")
    }

    @Test func workspacesComeAndGo() throws {
        let repository = try GitSandbox()
        try repository.write([
            "tool/Cargo.toml": GitSandbox.manifest("log = \"*\"\n", name: "tool") + "[workspace]\n",
            "tool/src/main.rs": "",
        ])
        _ = try repository.sandbox.run("update", "--manifest-path", "tool/Cargo.toml")
        let added = try repository.review("HEAD")
        #expect(added.status == 1 && added.output.contains("workspace tool\nnote: the workspace is new"))
        try repository.commit("a tool")
        try repository.git("rm", "-q", "-r", "tool")
        let removed = try repository.review("HEAD")
        #expect(removed.status == 0 && removed.output.contains("the workspace is there no more"), "\(removed.output)")
    }

    @Test(arguments: [true, false]) func mergeMarkersAreLocated(_ isBase: Bool) throws {
        let repository = try GitSandbox()
        let good = try repository.lock
        try repository.write(["Cargo.lock": good + "<<<<<<< ours\n"])
        if isBase {
            try repository.commit("bad")
            try repository.write(["Cargo.lock": good])
        }
        let outcome = try repository.review("HEAD")
        #expect(outcome.status == 3)
        #expect(outcome.output.contains(isBase ? "the base cannot be read: Cargo.lock:" : "Cargo.lock:"))
        #expect(outcome.output.contains("merge"), "\(outcome.output)")
    }

    @Test func anotherFormatIsSaid() throws {
        let repository = try GitSandbox()
        try repository.editLock("version = 4", "version = 3")
        let outcome = try repository.review("HEAD")
        #expect(outcome.output.contains("the lock has format 3, had 4"), "\(outcome.output)")
    }

    // MARK: Hostile or missing

    @Test func refsAreRefusedWithAWayOut() throws {
        let repository = try GitSandbox()
        let missing = try repository.review("origin/main")
        #expect(missing.status == 3 && missing.errors.contains("git fetch origin main"), "\(missing.errors)")
        let option = try repository.review("--", "--upload-pack=touch pwned")
        #expect(option.status == 2 && option.errors.contains("is no name of a commit"), "\(option.errors)")
        #expect(try repository.review("--upload-pack=x").status == 2)
        #expect(try repository.review("HEAD\nmain").status == 2)
    }

    @Test func aShallowCloneSaysSo() throws {
        let repository = try GitSandbox()
        try repository.lockgate("update", "log")
        try repository.commit("newer")
        let clone = repository.sandbox.path + "/clone"
        try repository.git("clone", "-q", "--depth", "1", "file://" + repository.sandbox.workspace, clone)
        let outcome = try repository.sandbox.run("review", "HEAD~1", in: "clone")
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("shallow") && outcome.errors.contains("git fetch --unshallow"))
    }

    @Test func withoutGitThereIsAnotherWay() throws {
        let repository = try GitSandbox()
        repository.sandbox.variables["PATH"] = "/nowhere"
        let outcome = try repository.review("HEAD")
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("git is not installed") && outcome.errors.contains("--base DIR --head DIR"))
        try Files.copy(repository.sandbox.workspace, to: repository.sandbox.path + "/before")
        try repository.lockgate("update", "log")
        let folders = try repository.sandbox.run("review", "--base", "../before", "--head", ".")
        #expect(folders.status == 0 && folders.output.contains("upgraded log"), "\(folders.output)\(folders.errors)")
    }

    @Test func aFolderOutsideOfARepositoryIsNamed() throws {
        let outcome = try Sandbox().run("review", "HEAD")
        #expect(outcome.status == 3 && outcome.errors.contains("is in no git repository"), "\(outcome.errors)")
    }

    @Test(arguments: [true, false]) func aLinkedLockIsNotFollowed(_ isCommitted: Bool) throws {
        let repository = try GitSandbox()
        unlink(repository.sandbox.workspace + "/Cargo.lock")
        symlink("/etc/passwd", repository.sandbox.workspace + "/Cargo.lock")
        if isCommitted { try repository.commit("link") }
        let outcome = try isCommitted ? repository.review("HEAD~1", "HEAD") : repository.review("HEAD")
        #expect(outcome.status == 3)
        #expect(outcome.output.contains("Cargo.lock: it is a symbolic link"), "\(outcome.output)")
        #expect(!outcome.output.contains("root:"))
    }

    @Test func aHugeBlobIsNotRead() throws {
        let repository = try GitSandbox()
        try Files.write("# ", "x", times: 70 << 20, to: repository.sandbox.workspace + "/Cargo.lock")
        try repository.commit("huge")
        let outcome = try repository.review("HEAD~1", "HEAD")
        #expect(outcome.status == 3)
        #expect(outcome.output.contains("Cargo.lock: it is larger than 64 MiB"), "\(outcome.output)")
        #expect(outcome.peak < 200)
    }

    @Test func strangeNamesAndSubmodulesDoNoHarm() throws {
        let repository = try GitSandbox()
        try repository.write(["a\nb/Cargo.toml": "[package\n", "-x/Cargo.toml": "", "ü/x.rs": ""])
        try repository.git("add", "-A")
        try repository.git(
            "update-index", "--add", "--cacheinfo", "160000,0123456789012345678901234567890123456789,sub")
        try repository.git("commit", "-q", "-m", "strange")
        try repository.lockgate("update", "log")
        try repository.commit("newer")
        #expect(try repository.review("HEAD~1", "HEAD").status == 0)
    }

    @Test func nothingOfTheRepositoryIsRun() throws {
        let repository = try GitSandbox()
        let trap = repository.sandbox.path + "/trap"
        try repository.write([
            ".git/trap.sh": "#!/bin/sh\ntouch \(trap)\ncat\n", ".gitattributes": "* filter=t diff=t\n",
        ])
        chmod(repository.sandbox.workspace + "/.git/trap.sh", 0o755)
        let script = repository.sandbox.workspace + "/.git/trap.sh"
        try repository.commit("attributes")
        for name in ["core.fsmonitor", "filter.t.smudge", "filter.t.clean", "diff.t.textconv", "core.pager"] {
            try repository.git("config", name, script)
        }
        for hook in ["post-checkout", "post-index-change", "pre-commit"] {
            symlink(script, repository.sandbox.workspace + "/.git/hooks/" + hook)
        }
        try repository.lockgate("update", "log")
        #expect(try repository.review("HEAD").status == 0)
        #expect(!Files.exists(trap))
    }

    // MARK: Output

    @Test func everyFormatTellsIt() throws {
        let repository = try GitSandbox()
        try repository.lockgate("update", "log")
        try repository.commit("newer")
        try repository.lockgate("update", "log", "--precise", "0.4.20")
        let json = try repository.review("HEAD", "--format", "json")
        #expect(json.status == 1)
        let value = try JSONValue(parsing: json.stdout)
        let change = value["workspaces"]?.elements?.first?["changes"]?.elements?.first
        #expect(change?["change"]?.text == "downgraded" && change?["cause"]?["kind"]?.text == "targeted-update")
        #expect(change?["link"]?.text == "https://diff.rs/log/0.4.22/0.4.20")
        let markdown = try repository.review("HEAD", "--format", "markdown").output
        #expect(markdown.hasPrefix("<!-- lockgate review -->\n### lockgate review: denied\n"), "\(markdown)")
        #expect(markdown.contains("](https://diff.rs/log/0.4.22/0.4.20)"))
        let sarif = try JSONValue(parsing: repository.review("HEAD", "--format", "sarif").stdout)
        let result = sarif["runs"]?.elements?.first?["results"]?.elements?.first
        #expect(result?["ruleId"]?.text == "downgrade")
        #expect(try repository.review("HEAD", "--format", "github").output.hasPrefix("::error file=Cargo.lock,line="))
    }

    /// One change with something of every cause, in every format that tells the whole.
    @Test(arguments: [("text", "txt"), ("markdown", "md"), ("json", "json"), ("sarif", "sarif"), ("github", "txt")])
    func printsWhatIsRecorded(_ format: String, _ ending: String) throws {
        let repository = try GitSandbox()
        try repository.lockgate("update", "serde_json")
        try repository.commit("newer")
        try repository.write(["Cargo.toml": GitSandbox.manifest("log = \"0.4.22\"\nserde_json = \"1\"\nsyn = \"2\"\n")])
        try repository.lockgate("update", "--workspace")
        try repository.lockgate("update", "serde_json", "--precise", "1.0.110")
        try repository.editLock("checksum = \"edab73e8", "checksum = \"fdab73e8")
        try repository.write(["lockgate.toml": "[rules]\ndowngrade = \"allow\"\nyanked = \"deny\"\n"])
        let outcome = try repository.review("HEAD", "--format", format)
        let bytes = Array(repository.sandbox.shown(outcome.stdout).utf8)
        let name = format == "github" ? "review-github.txt" : "review." + ending
        #expect(try goldenDifference(bytes, "ReportTests/Golden/\(name)") == nil)
    }

    @Test func twoRunsGiveTheSameBytes() throws {
        let repository = try GitSandbox()
        try repository.lockgate("update")
        for format in ["text", "json", "markdown", "sarif"] {
            let first = try repository.review("HEAD", "--format", format)
            #expect(try repository.review("HEAD", "--format", format).stdout == first.stdout)
        }
    }
}
