import JSON
import TestSupport
import Testing

@testable import Report

/// Every format of the nightly report against recorded files; and what the page promises to its readers.
@Suite struct UpdateReportTests {
    private func bytes(_ format: UpdateFormat, _ report: UpdateReport) -> [UInt8] {
        render(report, as: format, style: ReportStyle(usesColor: false, isVerbose: false))
    }

    private func page(_ report: UpdateReport) -> String { String(decoding: bytes(.html, report), as: UTF8.self) }

    @Test(arguments: [
        ("updates.txt", UpdateFormat.text), ("updates.json", .json), ("updates.md", .markdown), ("updates.csv", .csv),
        ("updates.html", .html),
    ])
    func matchesTheRecordedFile(file: String, format: UpdateFormat) throws {
        let report = try SampleUpdates.collection()
        #expect(try goldenDifference(bytes(format, report), "ReportTests/Golden/\(file)") == nil)
    }

    @Test func aSingleWorkspaceMatchesTheRecordedFile() throws {
        let content = page(try SampleUpdates.single()).removing("<style>", "</style>").removing("<script>", "</script>")
        #expect(try goldenDifference(Array(content.utf8), "ReportTests/Golden/updates-single.html") == nil)
    }

    @Test(arguments: UpdateFormat.allCases) func theSameReportGivesTheSameBytes(format: UpdateFormat) throws {
        #expect(bytes(format, try SampleUpdates.collection()) == bytes(format, try SampleUpdates.collection()))
    }

    @Test(arguments: UpdateFormat.allCases) func noEscapeFromAFileReachesTheReader(format: UpdateFormat) throws {
        let bytes = bytes(format, try SampleUpdates.collection())
        #expect(!bytes.contains(0x1B))
        #expect(!String(decoding: bytes, as: UTF8.self).unicodeScalars.contains("\u{202E}") || format == .json)
    }

    // MARK: The page

    @Test func textFromElsewhereIsNeverMarkup() throws {
        let page = page(try SampleUpdates.collection())
        #expect(!page.contains("<b>\u{FFFD}"))
        #expect(!page.contains("alert(1)</script"))
        #expect(!page.contains("<!--"))
        #expect(!page.contains("href=\"javascript"))
        #expect(page.components(of: "<script") == 2)
        #expect(page.components(of: "</script") == 2)
        #expect(page.contains("href=\"https://example.com/?a=1&amp;b=&#39;2&#39;\"") == false)
    }

    @Test func asksForNothingFromElsewhere() throws {
        let page = page(try SampleUpdates.collection())
        for word in ["src=", "@import", "url(", "fetch(", "XMLHttpRequest", "innerHTML", " style=", " onclick="] {
            #expect(!page.contains(word), "\(word)")
        }
        #expect(page.contains("default-src &#39;none&#39;; script-src &#39;sha256-"))
    }

    @Test func theDataOfThePageIsReadBack() throws {
        let page = page(try SampleUpdates.collection())
        let start = try #require(page.firstRange(of: "id=\"data\">")).upperBound
        let end = try #require(page[start...].firstRange(of: "</script>")).lowerBound
        let json = try JSONValue(parsing: Array(page[start..<end].utf8))
        #expect(json["workspaces"]?.elements?.count == 4)
        let rows = try #require(json["rows"]?.elements?.map { $0.elements?.count })
        #expect(rows == [9, 3, 0, 0])
        let texts = json["texts"]?.elements?.compactMap(\.text) ?? []
        #expect(texts.contains { $0.contains("</script><!--<script>") })
    }

    /// Fifteen thousand packages: what a browser opens at once.
    @Test func manyWorkspacesMakeAPageOfAFewMegabytes() throws {
        let size = bytes(.html, try SampleUpdates.large(workspaces: 100, packages: 150)).count
        #expect(size < 3_000_000, "\(size)")
    }

    @Test func anEmptyReportIsAPageAsWell() {
        let report = UpdateReport([], isCollection: true, lockgateVersion: "0", today: SampleUpdates.today)
        #expect(page(report).hasSuffix("</html>\n"))
    }

    // MARK: Pieces

    @Test(arguments: [
        ("a < b & \"c\" > 'd'", "a &lt; b &amp; &quot;c&quot; &gt; &#39;d&#39;"), ("`x`", "&#96;x&#96;"),
        ("\u{1B}[0m\n\t\u{7F}", "\u{FFFD}[0m\u{FFFD} \u{FFFD}"),
        ("\u{202E}\u{200F}\u{2066}", "\u{FFFD}\u{FFFD}\u{FFFD}"),
        ("ö \u{1F980}", "ö \u{1F980}"), ("\" onload=\"x", "&quot; onload=&quot;x"), ("&amp;", "&amp;amp;"),
    ])
    func escapesForTextAndAttributes(text: String, escaped: String) {
        #expect(HTMLText.escaped(text) == escaped)
        let attribute: Markup = "<a title=\"\(text)\">"
        #expect(attribute.text == "<a title=\"\(escaped)\">")
    }

    @Test(arguments: [
        ("`a<b>` is `c`", "<code>a&lt;b&gt;</code> is <code>c</code>"), ("one ` only", "one &#96; only"),
        ("`a` and ` open", "<code>a</code> and &#96; open"), ("``", ""),
    ])
    func namesInBackticksBecomeCode(text: String, markup: String) { #expect(HTMLText.prose(text).text == markup) }

    @Test(arguments: [
        ("https://rustsec.org/advisories/RUSTSEC-2024-0001.html", true), ("https://a/?b=c&d=%20#e", true),
        ("http://rustsec.org/", false), ("javascript:alert(1)", false), ("https:///path", false),
        ("https://a b", false),
        ("https://a\"onclick=", false), ("HTTPS://a", false), ("https://", false), (" https://a", false),
        ("https://\u{F6}.de", false), ("data:text/html,x", false), ("//a", false),
    ])
    func linksAreHTTPSOnly(address: String, isSafe: Bool) {
        #expect(HTMLText.isSafe(address) == isSafe)
        #expect(HTMLText.link("x", to: address).text.hasPrefix("<a ") == isSafe)
    }

    /// Two of them are the examples of FIPS 180-4.
    @Test(arguments: [
        ("abc", "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="),
        ("", "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "sha256-JI1qYdIGOLjlwCaTDD5gOaM85Flk/yFn9uzt1BnbBsE="
        ),
    ])
    func namesScriptsByTheirHash(text: String, hash: String) { #expect(SHA256.source(of: text) == hash) }
}

extension String {
    fileprivate func components(of word: String) -> Int { ranges(of: word).count }
}

extension String {
    /// Without what stands between the first two marks: style and script are recorded once, with the other page.
    fileprivate func removing(_ start: String, _ end: String) -> String {
        guard let from = firstRange(of: start)?.upperBound, let to = self[from...].firstRange(of: end)?.lowerBound
        else {
            return self
        }
        return String(self[..<from] + self[to...])
    }
}
