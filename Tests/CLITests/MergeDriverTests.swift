import TestSupport
import Testing

/// Git merging locks through lockgate.
@Suite struct MergeDriverTests {
    /// Two branches that change the lock in neighbouring lines.
    private func repository(_ ours: (GitSandbox) throws -> Void, _ theirs: (GitSandbox) throws -> Void) throws
        -> GitSandbox
    {
        let repository = try GitSandbox()
        try repository.lockgate("init", "--merge-driver")
        try repository.commit("driver")
        try repository.git("switch", "-q", "-c", "topic")
        try theirs(repository)
        try repository.commit("theirs")
        try repository.git("switch", "-q", "main")
        try ours(repository)
        try repository.commit("ours")
        return repository
    }

    private static func add(_ dependency: String, _ repository: GitSandbox) throws {
        try repository.write([
            "Cargo.toml": GitSandbox.manifest("log = \"0.4\"\nserde_json = \"1\"\n")
                + "\n[\(dependency)-dependencies]\nsyn = \"2\"\n"
        ])
        try repository.lockgate("update", "--workspace")
    }

    @Test func bothSidesMoveSomething() throws {
        let repository = try repository({ try $0.lockgate("update", "log") }, { try $0.lockgate("update", "itoa") })
        try repository.git("merge", "-q", "--no-edit", "topic")
        let lock = try repository.lock
        #expect(lock.contains("name = \"log\"\nversion = \"0.4.22\"") && lock.contains("version = \"1.0.11\""))
        #expect(try repository.sandbox.run("check").status == 0)
    }

    @Test func manifestsAreMergedAsWell() throws {
        let repository = try repository(
            { try $0.lockgate("update", "log") },
            { try Self.add("dev", $0) })
        try repository.git("merge", "-q", "--no-edit", "topic")
        #expect(try repository.lock.contains("name = \"syn\""))
        #expect(try repository.sandbox.run("check", "-W", "lock-noncanonical").status == 0)
        #expect(try repository.lock.contains("0.4.22"))
    }

    @Test func theNewerOfTwoIsTaken() throws {
        let repository = try repository(
            { try $0.lockgate("update", "serde_json") },
            { try $0.lockgate("update", "serde_json", "--precise", "1.0.120") })
        try repository.git("merge", "-q", "--no-edit", "topic")
        #expect(try repository.lock.contains("1.0.120"))
    }

    @Test func aRebaseWorksToo() throws {
        let repository = try repository({ try $0.lockgate("update", "log") }, { try $0.lockgate("update", "itoa") })
        try repository.git("switch", "-q", "topic")
        try repository.git("rebase", "-q", "main")
        #expect(try repository.lock.contains("0.4.22") && repository.lock.contains("1.0.11"))
        #expect(try repository.sandbox.run("check").status == 0)
    }

    @Test func manifestsInConflictAreLeftToGit() throws {
        let change = { (dependency: String) in
            { (repository: GitSandbox) in
                try repository.write([
                    "Cargo.toml": GitSandbox.manifest("log = \"0.4\"\nserde_json = \"1\"\n\(dependency)\n")
                ])
                try repository.lockgate("update", "--workspace")
                try repository.lockgate("update", "log")
            }
        }
        let repository = try repository(change("syn = \"2\""), change("paste = \"1\""))
        let outcome = try repository.git("merge", "--no-edit", "topic", status: 1)
        #expect(
            outcome.errors.contains("Cargo.lock is not merged: Cargo.toml is in conflict itself"), "\(outcome.errors)")
        #expect(try repository.lock.contains("<<<<<<< ours"))
        #expect(try repository.git("status", "--porcelain").output.contains("UU Cargo.lock"))
    }

    @Test func settingUpTwiceChangesNothing() throws {
        let repository = try GitSandbox()
        try repository.lockgate("init", "--merge-driver")
        try repository.lockgate("init", "--merge-driver")
        let attributes = try readBytes(repository.sandbox.workspace + "/.gitattributes")
        #expect(String(decoding: attributes, as: UTF8.self) == "Cargo.lock merge=lockgate\n")
        let printed = try repository.lockgate("init", "--merge-driver", "--print").output
        #expect(printed.contains("git config merge.lockgate.driver 'lockgate merge-driver %O %A %B %P'\n"))
    }
}
