import Glibc
import TestSupport
import Testing

/// The recorded page of a nightly report in a real browser, where one is installed: its script runs under its own policy,
/// nothing is asked of the network, and the list of packages does what the address says.
@Suite(.serialized) struct BrowserTests {
    static let browser = ["chromium", "chromium-browser", "google-chrome"].map { "/usr/bin/" + $0 }
        .first { access($0, X_OK) == 0 }

    private static let page: String = {
        let folders = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
        return "file://" + folders.joined(separator: "/") + "/ReportTests/Golden/updates.html"
    }()

    private func open(
        _ fragment: String = "", _ arguments: [String], page: String = page
    ) throws -> Program.Outcome {
        let home = try TemporaryDirectory()
        let basics = [
            "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=" + home.path, "--enable-logging=stderr",
            "--v=0", "--host-resolver-rules=MAP * ~NOTFOUND", "--window-size=1280,900",
        ]
        return try Program.run(
            basics + arguments + [page + fragment], of: #require(Self.browser), in: home.path,
            environment: ["HOME": home.path, "PATH": "/usr/bin:/bin"], name: "browser", limit: 90)
    }

    @Test(.enabled(if: browser != nil, "no browser is installed")) func itsScriptRunsAndComplainsOfNothing() throws {
        let outcome = try open("", ["--dump-dom"])
        #expect(outcome.output.contains("data-ready=\"8\""))
        #expect(outcome.output.contains("8 versions"))
        #expect(outcome.output.contains("<button type=\"button\" aria-label=\"Copy the commands\">Copy</button>"))
        #expect(!outcome.errors.contains("CONSOLE"), "\(outcome.errors)")
        #expect(!outcome.errors.contains("net::ERR"), "\(outcome.errors)")
    }

    @Test(
        .enabled(if: browser != nil, "no browser is installed"),
        arguments: [
            ("#list?q=itoa&u=behind", 1, "itoa"), ("#list?q=serde&u=behind", 0, ""),
            ("#list?u=urgent&w=1", 3, "arrayref"),
            ("#list?direct=1&u=all", 4, "hyper"), ("#list?direct=1&u=all&each=1", 5, "hyper"),
            ("#list?u=urgent&sort=behind&down=1", 3, "time"), ("#list?each=1&u=urgent", 5, "arrayref"),
            ("#list?q==hyper@0.10.0&u=all&each=1", 2, "hyper"), ("#list?q==hyper@0.10", 0, ""),
            ("#list?new=1", 2, "hyper"), ("#list?q=%3Cscript%3E&u=unknown", 1, "internal"),
            ("#list?u=nonsense", 8, "arrayref"), ("#w0", 8, "arrayref"), ("#%E0%A4%A", 8, "arrayref"),
        ])
    func theAddressFiltersAndSorts(fragment: String, count: Int, first: String) throws {
        let outcome = try open(fragment, ["--dump-dom"])
        #expect(outcome.output.contains("data-ready=\"\(count)\""))
        let list = try #require(outcome.output.firstRange(of: "<div id=\"rows\">")).upperBound
        if count == 0 { return }
        let name = try #require(outcome.output[list...].firstRange(of: "<span class=\"name\">")).upperBound
        #expect(outcome.output[name...].prefix { $0 != "<" } == first)
        #expect(!outcome.errors.contains("CONSOLE"), "\(outcome.errors)")
    }

    @Test(
        .enabled(if: browser != nil, "no browser is installed"),
        arguments: [[], ["--blink-settings=preferredColorScheme=0"]])
    func isNotBlank(settings: [String]) throws {
        let folder = try TemporaryDirectory()
        _ = try open("", settings + ["--screenshot=" + folder.path + "/page.png"])
        let image = try folder.read("page.png")
        #expect(image.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        #expect(image.count > 30_000, "an empty page takes less than 10,000 bytes")
    }

    // MARK: Many workspaces

    @Test(.enabled(if: browser != nil, "no browser is installed")) func twoHundredWorkspacesAreOnOnePage() throws {
        let sandbox = try Sandbox()
        let lock = "version = 4\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\n \"log\",\n]\n"
        for number in 0..<200 {
            try sandbox.write([
                "w\(number)/Cargo.toml": GitSandbox.manifest("log = \"0.4\"\n"), "w\(number)/src/main.rs": "",
                "w\(number)/Cargo.lock": lock + Self.log(number.isMultiple(of: 2) ? "0.4.20" : "0.4.22"),
            ])
        }
        let report = try sandbox.run("report", "-r", "--format", "html=page.html", limit: 60)
        #expect(report.status == 0, "\(report.errors)")
        let page = "file://" + sandbox.workspace + "/page.html"
        let every = try open("#list?u=all&each=1", ["--dump-dom"], page: page)
        #expect(every.output.contains("data-ready=\"200\""))
        #expect(!every.errors.contains("CONSOLE") && !every.errors.contains("net::ERR"), "\(every.errors)")
        #expect(try open("#list?u=behind&each=1", ["--dump-dom"], page: page).output.contains("data-ready=\"100\""))
        #expect(try open("#list?u=all", ["--dump-dom"], page: page).output.contains("data-ready=\"2\""))
    }

    private static func log(_ version: String) -> String {
        """

        [[package]]
        name = "log"
        version = "\(version)"
        source = "registry+https://github.com/rust-lang/crates.io-index"

        """
    }
}
