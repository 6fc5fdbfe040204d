import Audit
import CargoModel
import Report
import SemVer
import TOML
import Testing

/// Reports with every kind of finding and standing, and text that tries to break out of each format.
enum SampleReport {
    static let hostile =
        "`a` | <b> ]]> @team #1 [x](javascript:1)\n::error::x\r##[set-env]\u{1B}[31m \u{7}\u{202E}% , \"quotes\" --> ` end"

    /// One workspace in the working directory.
    static func single() throws -> CheckReport {
        CheckReport([try workspace(in: ".")], isCollection: false, lockgateVersion: "0.0.0")
    }

    /// A workspace with everything, one that passes, one without a lock, and one that cannot be read.
    static func collection() throws -> CheckReport {
        let passing = Verdict(
            findings: [], ignored: [], lock: .current, unjudged: [], basis: basis, packageCount: 7)
        let missing = Finding(
            rule: "lock-missing", subject: .file("Cargo.lock"), message: "there is no `Cargo.lock`", at: nil,
            why: "why",
            help: "make one")
        let stale = Verdict(
            findings: [JudgedFinding(finding: missing, standing: .denied, levelSource: "the default")], ignored: [],
            lock: .missing, unjudged: [], basis: basis, packageCount: 0)
        let failure = WorkspaceFailure(
            message: "d/Cargo.toml:3:1: " + hostile, notes: ["first", "second"], exitStatus: 3,
            place: FileLine(path: "d/Cargo.toml", line: 3))
        return CheckReport(
            [
                try workspace(in: "a"), report("b \u{F6}", .verdict(passing)), report("c", .verdict(stale)),
                report("d", .failure(failure)),
            ], isCollection: true, lockgateVersion: "0.0.0")
    }

    /// One workspace with as many denied findings.
    static func large(_ count: Int) -> CheckReport {
        let findings = (0..<count).map { number in
            let finding = Finding(
                rule: "vulnerability", subject: .crate("c\(number)"), message: "`c\(number)`: " + hostile, at: nil,
                why: "why", help: "help")
            return JudgedFinding(finding: finding, standing: .denied, levelSource: "the default")
        }
        let verdict = Verdict(
            findings: findings, ignored: [], lock: .current, unjudged: [], basis: basis, packageCount: count)
        return CheckReport([report(".", .verdict(verdict))], isCollection: false, lockgateVersion: "0.0.0")
    }

    static func failure(_ status: Int32) -> WorkspaceReport {
        report("x", .failure(WorkspaceFailure(message: "no", notes: [], exitStatus: status)))
    }

    static func report(
        _ folder: String, _ result: WorkspaceReport.Result, _ sources: SourceIndex = SourceIndex([])
    ) -> WorkspaceReport {
        let prefix = folder == "." ? "" : folder + "/"
        return WorkspaceReport(
            path: folder, lockPath: prefix + "Cargo.lock", manifestPath: prefix + "Cargo.toml", result: result,
            sources: sources)
    }

    // MARK: A workspace with everything

    private static let basis = Basis(
        data: [
            Basis.Data(name: "advisories", origin: "RustSec, bundled", revision: "abc", date: Day(number: 20_000)),
            Basis.Data(name: "index of crates.io", origin: "Cargo's cache"),
        ], policy: "lockgate.toml", lockgateVersion: "0.0.0")

    private static func workspace(in folder: String) throws -> WorkspaceReport {
        let prefix = folder == "." ? "" : folder + "/"
        let sources = SourceIndex([
            (prefix + "Cargo.toml", Array("[dependencies]\nlog = \"=0.4.20\"\nö = \"*\"\n".utf8)),
            (prefix + "Cargo.lock", Array("version = 4\n\n[[package]]\nname = \"log\"\nversion = \"0.4.20\"\n".utf8)),
            (prefix + "lockgate.toml", Array("[[ignore]]\ncrate = \"log\"\n".utf8)),
        ])
        return report(folder, .verdict(try verdict(prefix)), sources)
    }

    private static func verdict(_ prefix: String) throws -> Verdict {
        let findings = [
            JudgedFinding(finding: try flaw("1", prefix), standing: .denied, levelSource: "the default"),
            JudgedFinding(finding: try foreign(prefix), standing: .denied, levelSource: "the default"),
            JudgedFinding(finding: wildcard(prefix), standing: .warned, levelSource: "lockgate.toml:3"),
            JudgedFinding(
                finding: Finding(
                    rule: "exact-pin", subject: .dependency("log", of: "app"), message: hostile, at: nil, why: hostile,
                    help: hostile, isNote: true), standing: .note, levelSource: "-D"),
        ]
        return Verdict(
            findings: findings, ignored: [(try flaw("2", prefix), try ignore(prefix))], known: [try flaw("3", prefix)],
            lock: .current,
            unjudged: [
                Unjudged(
                    what: "the weather", help: "look out of the window",
                    notes: [
                        Finding.Note(
                            "a note", at: Location(path: prefix + "Cargo.toml", span: Span(start: 15, end: 18)))
                    ])
            ], basis: basis, packageCount: 2)
    }

    private static func flaw(_ number: String, _ prefix: String) throws -> Finding {
        let log = PackageID(name: "log", version: try Version("0.4.20"), source: .cratesIO)
        let id = "RUSTSEC-2024-000" + number
        return Finding(
            rule: "vulnerability", subject: .advisory(id, log), message: "`log 0.4.20`: \(id) (high 7.5)",
            at: Location(path: prefix + "Cargo.lock", span: Span(start: 48, end: 56)),
            why: "a known flaw can be exploited",
            help: "fixed in `>=0.4.21`", notes: [Finding.Note("also known as CVE-2024-1")],
            advisoryIDs: [id, "CVE-2024-1"], facts: [("severity", "high"), ("score", "7.5")])
    }

    /// A package that is not of crates.io.
    private static func foreign(_ prefix: String) throws -> Finding {
        let id = PackageID(
            name: "log", version: try Version("0.4.20"), source: SourceID(kind: .sparse, url: "https://other/index/"))
        return Finding(
            rule: "checksum-mismatch", subject: .package(id), message: "`log 0.4.20`: another checksum",
            at: Location(path: prefix + "Cargo.lock", span: Span(start: 13, end: 56)), why: "why", help: "help")
    }

    private static func wildcard(_ prefix: String) -> Finding {
        Finding(
            rule: "wildcard-requirement", subject: .dependency("ö", of: "app"), message: "`ö` accepts any version",
            at: Location(path: prefix + "Cargo.toml", span: Span(start: 36, end: 39)), why: "anything may come",
            help: "say which",
            notes: [Finding.Note("see", at: Location(path: prefix + "Cargo.toml", span: Span(start: 0, end: 14)))])
    }

    private static func ignore(_ prefix: String) throws -> Ignore {
        let text = "[[ignore]]\ncrate = \"log\"\nreason = \"\\u0007 known\"\nexpires = \"2030-01-01\"\n"
        let policy = try Policy(parsing: Array(text.utf8), path: prefix + "lockgate.toml", rules: RuleCatalogue.infos)
        return try #require(policy.ignores.first)
    }
}
