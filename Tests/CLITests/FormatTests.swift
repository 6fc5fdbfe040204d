import Glibc
import JSON
import TestSupport
import Testing

/// Reports in files, several in one run, and what other programs make of them.
@Suite struct FormatTests {
    private func sandbox() throws -> Sandbox {
        let sandbox = try Sandbox()
        try Files.copy(Files.here + "/Cases/denied/in", to: sandbox.workspace)
        return sandbox
    }

    @Test func eachFormatGoesWhereItIsToldTo() throws {
        let sandbox = try sandbox()
        let outcome = try sandbox.run(
            "check", "--format", "sarif=out.sarif", "--format", "text", "--format", "junit=../data/out.xml")
        #expect(outcome.status == 1)
        #expect(outcome.output.hasPrefix("error["))
        #expect(outcome.errors.isEmpty)
        #expect(try JSONValue(parsing: sandbox.directory.read("in/out.sarif"))["version"]?.text == "2.1.0")
        #expect(try sandbox.directory.read("data/out.xml").starts(with: "<?xml".utf8))
    }

    @Test func filesAloneLeaveOneLineOfTalk() throws {
        let outcome = try sandbox().run("check", "--format", "json=out.json")
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("lockgate: denied: 3 errors, "), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1)
    }

    @Test func aFileThatCannotBeWrittenIsNoVerdict() throws {
        let sandbox = try sandbox()
        let outcome = try sandbox.run("check", "--format", "json=nowhere/out.json", "--format", "gitlab=out.json")
        #expect(outcome.status == 3)
        #expect(outcome.errors.hasPrefix("error: nowhere/out.json: the report cannot be written: No such file"))
        #expect(Files.exists(sandbox.workspace + "/out.json"))
    }

    @Test func twoReportsForOneFileAreAUsageError() throws {
        let outcome = try sandbox().run("check", "--format", "json=out", "--format", "gitlab=out")
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("would both go to `out`"), "\(outcome.errors)")
    }

    @Test(arguments: [
        ("out", "./out"), ("Cargo.lock", nil), ("../in/Cargo.toml", nil), ("lockgate.toml", nil), ("link", nil),
        ("mine.toml", nil),
    ])
    func aReportNeverTakesThePlaceOfWhatIsRead(file: String, other: String?) throws {
        let sandbox = try sandbox()
        try sandbox.write(["mine.toml": "[rules]\n"])
        symlink("Cargo.lock", sandbox.workspace + "/link")
        let lock = try sandbox.directory.read("in/Cargo.lock")
        let outcome = try sandbox.run(
            "check", "--policy", "mine.toml", "--format", "json=\(file)", "--format", "sarif=\(other ?? "other")")
        #expect(outcome.status == 2, "\(outcome.errors)")
        #expect(try sandbox.directory.read("in/Cargo.lock") == lock)
    }

    @Test func aFullDeviceIsNoVerdictAndStaysADevice() throws {
        var information = stat()
        guard stat("/dev/full", &information) == 0, information.st_mode & S_IFMT == S_IFCHR else { return }
        let outcome = try sandbox().run("check", "--format", "sarif=/dev/full")
        #expect(outcome.status == 3, "\(outcome.errors)")
        #expect(stat("/dev/full", &information) == 0 && information.st_mode & S_IFMT == S_IFCHR)
    }

    /// An older report would look like a pass.
    @Test func whatCannotBeJudgedIsInTheFileToo() throws {
        let sandbox = try sandbox()
        try sandbox.write(["Cargo.lock": "version = 9\n"])
        let outcome = try sandbox.run("check", "--format", "sarif=out.sarif", "--db", "missing.db")
        #expect(outcome.status == 3)
        let run = try JSONValue(parsing: sandbox.directory.read("in/out.sarif"))["runs"]?.elements?.first
        #expect(run?["invocations"]?.elements?.first?["executionSuccessful"] == .bool(false))
    }

    // MARK: GitHub

    @Test func theStepSummaryIsAddedTo() throws {
        let sandbox = try sandbox()
        sandbox.variables["GITHUB_STEP_SUMMARY"] = sandbox.path + "/data/summary.md"
        sandbox.variables["GITHUB_WORKSPACE"] = sandbox.path
        try sandbox.directory.write("before\n", to: "data/summary.md")
        let outcome = try sandbox.run("check", "--format", "github")
        #expect(outcome.status == 1)
        #expect(outcome.output.hasPrefix("::error file=in/Cargo.lock,line=22,"), "\(outcome.output)")
        let summary = String(decoding: try sandbox.directory.read("data/summary.md"), as: UTF8.self)
        #expect(summary.hasPrefix("before\n### lockgate: denied\n"), "\(summary)")
    }

    @Test func aStepShowsTenOfAKindAndTheRestIsPlain() throws {
        let sandbox = try sandbox()
        let names = (10..<40).map { "d\($0)" }
        let manifest = "[package]\nname = \"app\"\nversion = \"0.1.0\"\n[dependencies]\n"
        try sandbox.write(["Cargo.toml": manifest + names.map { "\($0) = \"*\"\n" }.joined(), "Cargo.lock": ""])
        let lines = try sandbox.run("check", "--format", "github").output.split(separator: "\n")
        #expect(lines.count { $0.hasPrefix("::error ") } == 10)
        #expect(lines.count { $0.hasPrefix("error[") } >= 20)
    }

    // MARK: Other programs

    /// With the modules `sarif-tools` and `junitparser` of python3; where they are missing this is skipped.
    @Test(.enabled(if: OtherReaders.areThere, "python3 has no modules sarif and junitparser"))
    func otherProgramsReadTheReports() throws {
        let sandbox = try sandbox()
        _ = try sandbox.run(
            "check", "--format", "sarif=out.sarif", "--format", "junit=out.xml", "--format", "json=out.json")
        let script = """
            import json
            from sarif import loader
            from junitparser import JUnitXml
            ours = json.load(open("out.json"))
            counts = [ours["summary"][name] for name in ("denied", "warned", "notes")]
            data = loader.load_sarif_file("out.sarif")
            print(counts == [data.get_report().get_issue_count_for_severity(s) for s in ("error", "warning", "note")])
            places = sorted((f["location"]["file"], f["location"]["line"]) for f in ours["findings"])
            print(places == sorted((r["Location"], r["Line"]) for r in data.get_records()))
            xml = JUnitXml.fromfile("out.xml")
            claimed = (xml.tests, xml.failures, xml.errors)
            xml.update_statistics()
            print(claimed == (xml.tests, xml.failures, xml.errors), xml.failures == counts[0])
            """
        let outcome = try OtherReaders.run(script, in: sandbox)
        #expect(outcome.output == "True\nTrue\nTrue True\n", "\(outcome.errors)")
    }
}

/// Python, where it has what reads our reports. `LOCKGATE_TEST_PYTHON` names another one than `python3`.
private enum OtherReaders {
    static let python = getenv("LOCKGATE_TEST_PYTHON").map { String(cString: $0) } ?? "python3"

    static let areThere: Bool = {
        guard let sandbox = try? Sandbox() else { return false }
        return (try? run("import sarif.loader, junitparser", in: sandbox).status) == 0
    }()

    static func run(_ script: String, in sandbox: Sandbox) throws -> Program.Outcome {
        try sandbox.directory.write(script, to: "data/script.py")
        return try Program.shell("'\(python)' ../data/script.py", sandbox)
    }
}
