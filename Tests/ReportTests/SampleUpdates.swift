import Advisories
import BuildGraph
import CargoModel
import Report
import SemVer
import TOML
import Testing

@testable import Audit

/// A nightly report with every kind of thing there is to tell, and text that tries to break out of each format.
enum SampleUpdates {
    static let hostile =
        "</script><!--<script>alert(1)</script> \" onload='x' & `a` <b>\u{1B}[31m\u{202E}\u{200B} ]]> @team #1 =1+1"
    static let today = Day(number: 20_600)

    /// One workspace in the working directory, without a history and without any time of publication.
    static func single() throws -> UpdateReport {
        UpdateReport([try workspace(in: ".")], isCollection: false, lockgateVersion: "0.0.0", today: today)
    }

    /// A workspace with everything, one with a trap, one that is current, and one that cannot be read; with a history.
    static func collection() throws -> UpdateReport {
        let failure = WorkspaceFailure(
            message: "d/Cargo.toml:3:1: " + hostile, notes: ["first", "second"], exitStatus: 3)
        let workspaces = [
            try workspace(in: "a"), try second(in: "b \u{F6}"),
            section("c", .content(content([], [], try verdict([], ""), fix: nil)), SourceIndex([])),
            section("d", .failure(failure), SourceIndex([])),
        ]
        var report = UpdateReport(workspaces, isCollection: true, lockgateVersion: "0.0.0", today: today)
        report.history = history(report)
        return report
    }

    /// As many workspaces with as many packages each, a few of them urgent.
    static func large(workspaces: Int, packages: Int) throws -> UpdateReport {
        let sections = try (0..<workspaces).map { number in
            let updates = try (0..<packages).map { index in
                try package(
                    "crate-\((number * 7 + index) % 1_500)", "1.\(index % 9).0", isDirect: index < 20,
                    isYanked: index % 50 == 0, compatible: try offer("1.20.\(index % 5)", .minor, 400),
                    newest: try offer("2.0.0", .breaking, 100), days: index * 3)
            }
            let content = content(updates, [], try verdict([], ""), fix: nil)
            return section("team-\(number % 12)/service-\(number)", .content(content), SourceIndex([]))
        }
        return UpdateReport(sections, isCollection: true, lockgateVersion: "0.0.0", today: today)
    }

    // MARK: Workspaces

    private static func section(
        _ folder: String, _ result: WorkspaceUpdates.Result, _ sources: SourceIndex
    ) -> WorkspaceUpdates {
        WorkspaceUpdates(path: folder, result: result, sources: sources)
    }

    private static func content(
        _ packages: [PackageUpdate], _ requirements: [RequirementUpdate], _ verdict: Verdict, fix: FixNote?,
        trap: String? = nil, error: String? = nil
    ) -> WorkspaceUpdates.Content {
        WorkspaceUpdates.Content(
            updates: Updates(
                packages: packages.sorted { $0.urgency < $1.urgency }, requirements: requirements, updateError: error,
                trap: trap, rustVersion: nil), verdict: verdict, fix: fix)
    }

    private static func verdict(_ packages: [PackageID], _ rule: String, unjudged: [Unjudged] = []) throws -> Verdict {
        let findings = packages.map { id in
            JudgedFinding(
                finding: Finding(
                    rule: rule, subject: .package(id), message: "`\(id)`: " + hostile, at: nil, why: "why", help: "help"
                ),
                standing: .denied, levelSource: "the default")
        }
        let basis = Basis(
            data: [
                Basis.Data(name: "index of crates.io", origin: "the database", date: today),
                Basis.Data(name: "advisories", origin: "RustSec, bundled"),
            ], policy: "lockgate.toml", lockgateVersion: "0.0.0")
        return Verdict(
            findings: findings, ignored: [], lock: .current, unjudged: unjudged, basis: basis,
            packageCount: packages.count)
    }

    private static func workspace(in folder: String) throws -> WorkspaceUpdates {
        let prefix = folder == "." ? "" : folder + "/"
        let path = prefix + "Cargo.toml"
        let sources = SourceIndex([
            (path, Array("[dependencies]\nlog = \"=0.4.20\"\nhyper = \"0.10\"\ntime = \"0.1\"\n".utf8))
        ])
        let packages = try urgent(path) + others(path)
        let fix = FixNote(
            commands: ["cargo update -p hyper@0.10.0 --precise 0.10.16", "edit \(path): log = \"0.4.29\""],
            cleared: ["vulnerability: `hyper 0.10.0`: RUSTSEC-2024-0001"],
            left: [("yanked: `time 0.1.40`: " + hostile, "`hyper 0.10.0` requires `time ^0.1`")], changed: 4)
        let verdict = try verdict(packages.prefix(3).map(\.id), "vulnerability")
        return section(
            folder, .content(content(packages, try requirements(path), verdict, fix: fix, error: "no version matches")),
            sources)
    }

    private static func second(in folder: String) throws -> WorkspaceUpdates {
        let path = folder + "/Cargo.toml"
        let sources = SourceIndex([(path, Array("[dependencies]\nlog = \"=0.4.20\"\nhyper = \"0.10\"\n".utf8))])
        let packages = try Array(urgent(path).prefix(2)) + [malware()]
        let unjudged = Unjudged(what: "whether the lock is current: " + hostile, help: "run `cargo fetch` before")
        return section(
            folder,
            .content(
                content(
                    packages, [], try verdict([packages[0].id], "vulnerability", unjudged: [unjudged]), fix: nil,
                    trap: "it would bring `arrayref 0.3.10`, which is malicious: MAL-2026-0001")), sources)
    }

    // MARK: Packages

    private static func urgent(_ path: String) throws -> [PackageUpdate] {
        let app = PackageID(name: "app", version: try Version("0.1.0"), source: .path("/app"))
        let chain = [app] + (try ["web", "server", "http"].map { try id($0, "1.2.0") })
        let deep = Blocker(
            owner: chain[3], crate: "hyper", requirement: "^0.10", reason: .requirement, location: nil, path: chain,
            relief: try Version("2.0.0"))
        let own = Blocker(
            owner: app, crate: "hyper", requirement: "0.10", reason: .feature("<ssl>"), location: place(path, 31),
            path: [app], relief: nil)
        return [
            try package(
                "hyper", "0.10.0", isDirect: true,
                advisories: [
                    try advisory("RUSTSEC-2024-0001", .vulnerability, 98, fixed: "0.14.12"),
                    try advisory(hostile, .unsound, nil, title: hostile, url: "javascript:alert(1)"),
                ], compatible: try offer("0.10.16", .patch, 900), newest: try offer("1.6.0", .breaking, 100), days: 900,
                hold: Hold(wanted: try Version("0.14.12"), blockers: [own, deep], proof: .resolved)),
            try package(
                "time", "0.1.40", isYanked: true, advisories: [],
                newest: try offer(
                    "0.3.47", .breaking, 30,
                    .rustVersion(needs: try RustVersion("1.81"), declared: try RustVersion("1.70"))),
                days: 2_000,
                hold: Hold(wanted: try Version("0.3.47"), blockers: [deep], proof: .stated)),
        ]
    }

    private static func malware() throws -> PackageUpdate {
        try package(
            "arrayref", "0.3.9",
            advisories: [try advisory("MAL-2026-0001", .malicious, 100, url: "https://example.com/?a=1&b='2'")],
            compatible: try offer("0.3.10", .patch, 3, .lastOfWithdrawn), days: 3)
    }

    private static func others(_ path: String) throws -> [PackageUpdate] {
        [
            try package(
                "log", "0.4.20", isDirect: true, compatible: try offer("0.4.29", .patch, 200), days: 950,
                pins: [Pin(owner: "app", text: "=0.4.20", location: place(path, 21), since: Day(number: 19_700))]),
            try package(
                "ansi_term", "0.12.1", advisories: [try advisory("RUSTSEC-2021-0139", .unmaintained, nil)]),
            try package(
                "serde", "1.0.100", isDirect: true,
                compatible: try offer("1.0.228", .patch, 2, .tooYoung(days: 2, minimum: 14)), days: 40),
            try package("itoa", "1.0.1", compatible: try offer("1.0.18", .patch, 60), days: 60),
            try package("rand", "0.8.5", isDirect: true, newest: try offer("0.9.2", .breaking, 300)),
            try package("libc", "0.2.186"),
            try package(
                "internal", "1.0.0", source: SourceID(kind: .sparse, url: "sparse+https://registry/<index>/"),
                gap: "its registry is not there: " + hostile),
        ]
    }

    private static func package(
        _ name: String, _ locked: String, source: SourceID = .cratesIO, isDirect: Bool = false, isYanked: Bool = false,
        advisories: [AdvisoryNote] = [], compatible: Offer? = nil, newest: Offer? = nil, days: Int? = nil,
        pins: [Pin] = [], hold: Hold? = nil, gap: String? = nil
    ) throws -> PackageUpdate {
        let best = [compatible, newest].compactMap { $0 }.last { $0.objection == nil }
        return PackageUpdate(
            id: PackageID(name: name, version: try Version(locked), source: source), location: nil, isDirect: isDirect,
            published: nil, isYanked: isYanked, advisories: advisories,
            build: isYanked ? .onlyLocked : nil, compatible: compatible,
            newest: newest ?? compatible, allowed: best, arrival: compatible, leaves: name == "time", daysBehind: days,
            libyearDays: days.map { $0 + 30 }, pins: pins, hold: hold, gap: gap)
    }

    private static func id(_ name: String, _ version: String) throws -> PackageID {
        PackageID(name: name, version: try Version(version), source: .cratesIO)
    }

    private static func offer(
        _ version: String, _ step: UpdateStep, _ age: Int, _ objection: Objection? = nil
    ) throws -> Offer {
        Offer(
            version: try Version(version), published: Day(number: today.number - age), step: step, objection: objection)
    }

    private static func advisory(
        _ id: String, _ kind: AdvisoryKind, _ tenths: Int?, title: String? = nil, url: String? = nil,
        fixed: String? = nil
    ) throws -> AdvisoryNote {
        AdvisoryNote(
            id: id, aliases: ["CVE-2024-1"], kind: kind, severity: tenths.map { Severity(tenths: $0) } ?? .unknown,
            title: title, url: url, fixed: try fixed.map { try Version($0) },
            patched: fixed == nil && kind == .vulnerability ? [">=2.0"] : [])
    }

    private static func requirements(_ path: String) throws -> [RequirementUpdate] {
        [("log", "=0.4.20", "0.4.29", true), ("hyper", "0.10", "1.6.0", false), ("serde", "1", nil, false)].map {
            name, text, newest, isPin in
            RequirementUpdate(
                owner: "app", name: name == "log" ? "l&g" : name, crate: name, source: .cratesIO, text: text,
                location: place(path, 21), isPin: isPin, isDevelopmentOnly: name == "hyper", locked: [],
                newest: try? newest.map { try offer($0, .patch, 10) }, admitsNewest: newest == nil)
        }
    }

    private static func place(_ path: String, _ start: Int) -> Location {
        Location(path: path, span: Span(start: start, end: start + 4))
    }

    // MARK: History

    private static func history(_ report: UpdateReport) -> HistoryComparison {
        let items = report.workspaces.flatMap(\.items)
        let first = Day(number: today.number - 30)
        let runs = (0..<5).map { index in
            var counts = report.counts
            counts.yanked += index % 2
            counts.vulnerable += 4 - index
            counts.libyearDays += 400 * (4 - index)
            let day = Day(number: today.number - 28 + 7 * index)
            return HistoryRun(time: day.number * 86_400, day: day, counts: counts)
        }
        let gone = HistoryItem(workspace: "a", kind: .denied, identity: "x", title: "vulnerability: " + hostile)
        return HistoryComparison(
            runs: runs, previous: Day(number: today.number - 7),
            new: items.prefix(2).map { DatedItem($0, first: today) },
            still: items.dropFirst(2).map { DatedItem($0, first: first) }, gone: [DatedItem(gone, first: first)])
    }
}
