import Advisories
import Glibc
import TestSupport
import Testing

/// Archives as they come from servers: real ones made with tar, and ones that mean harm.
@Suite struct ArchiveTests {
    private static let osv =
        #"{"id":"RUSTSEC-2026-0001","affected":[{"package":{"ecosystem":"crates.io","name":"log"},"ranges":"#
        + #"[{"type":"SEMVER","events":[{"introduced":"0.0.0-0"}]}]}]}"#
    private static let rustsec = """
        ```toml
        [advisory]
        id = "RUSTSEC-2026-0002"
        package = "time"
        date = "2026-01-01"
        [versions]
        patched = [">=1"]
        ```

        # Bad
        """

    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func shell(_ script: String) throws {
        try #require(system("cd '\(folder.path)' && \(script)") == 0)
    }

    private func read(_ bytes: [UInt8]) throws(AdvisoryError) -> AdvisoryBatch {
        try readAdvisories(in: bytes, named: "x")
    }

    private func fault(_ bytes: [UInt8]) -> ArchiveFault? {
        do { _ = try read(bytes) } catch { if case .archive(let fault) = error.reason { return fault } }
        return nil
    }

    @Test(arguments: ["ustar", "pax", "gnu", "v7"], ["", "z"]) func readsWhatTarMakes(_ format: String, _ flag: String)
        throws
    {
        let long = format == "v7" ? "short" : String(repeating: "long/", count: format == "ustar" ? 20 : 60)
        try folder.write(Self.osv, to: "top/\(long)/one.json")
        try folder.write(Self.osv.replacing("0001", with: "0003"), to: "top/two.json")
        try shell("ln -s two.json top/link.json && tar --format=\(format) -c\(flag)f all.tar top")
        let batch = try read(try folder.read("all.tar"))
        #expect(batch.format == .osv && batch.setAside.isEmpty)
        #expect(batch.advisories.map(\.id).sorted() == ["RUSTSEC-2026-0001", "RUSTSEC-2026-0003"])
    }

    /// As forges make them, with the commit in front.
    @Test func readsWhatGitMakes() throws {
        try folder.write(Self.rustsec, to: "db/crates/time/RUSTSEC-2026-0002.md")
        try folder.write(Self.rustsec.replacing("0002", with: "0004"), to: "db/rust/std/RUSTSEC-2026-0004.md")
        try folder.write("# about\n", to: "db/README.md")
        try shell(
            "cd db && git init -q && git add . && git -c user.name=a -c user.email=a@b commit -qm x && "
                + "git archive --format=tar.gz --prefix=db-main/ -o ../all.tgz HEAD && git rev-parse HEAD > ../head")
        let batch = try read(try folder.read("all.tgz"))
        #expect(batch.format == .rustsec)
        #expect(batch.advisories.map(\.id) == ["RUSTSEC-2026-0002", "RUSTSEC-2026-0004"])
        #expect(batch.advisories.map(\.collection) == [.crates, .rust])
        #expect(batch.revision.map { $0 + "\n" } == String(decoding: try folder.read("head"), as: UTF8.self))
    }

    // MARK: Ill will

    private func header(_ name: String, size: Int, kind: Character = "0", stated: String? = nil) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { block[offset + index] = byte }
        }
        put(String(name.prefix(100)), at: 0)
        put("0000644", at: 100)
        let octal = String(size, radix: 8)
        put(stated ?? String(repeating: "0", count: 11 - octal.utf8.count) + octal, at: 124)
        put("        ", at: 148)
        put(String(kind), at: 156)
        put("ustar\u{0}00", at: 257)
        let sum = String(block.reduce(0) { $0 + Int($1) }, radix: 8)
        put(String(repeating: "0", count: 6 - sum.utf8.count) + sum + "\u{0} ", at: 148)
        return block
    }

    private func file(_ name: String, _ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        return header(name, size: bytes.count) + bytes + [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
    }

    private static let end = [UInt8](repeating: 0, count: 1024)

    @Test(arguments: ["../../etc/cron.d/x.json", "/etc/x.json", "..", "a/\u{0}.json", "C:\\x.json"])
    func namesLeadNowhere(_ name: String) throws {
        let batch = try read(file("one.json", Self.osv) + file(name, "{}") + Self.end)
        #expect(batch.advisories.count == 1)
        #expect(access("/etc/cron.d/x.json", F_OK) != 0 && access("/etc/x.json", F_OK) != 0)
    }

    @Test(arguments: ["1", "2", "3", "4", "5", "6"] as [Character]) func whatIsNoFileIsPassedOver(_ kind: Character)
        throws
    {
        let batch = try read(header("x.json", size: 0, kind: kind) + file("one.json", Self.osv) + Self.end)
        #expect(batch.recordCount == 1)
    }

    @Test func sizesThatLieAreFound() throws {
        #expect(fault(header("x.json", size: 1 << 30) + Self.end) == .truncated)
        #expect(fault(header("x.json", size: 0, stated: "77777777777") + Self.end) == .truncated)
        #expect(fault(file("one.json", Self.osv) + header("x.json", size: 0, stated: "12x") + Self.end) == .malformed)
        var wide = file("one.json", Self.osv)
        wide += header("x.json", size: 0, stated: "\u{0}")
        #expect(throws: Never.self) { try read(wide + Self.end) }
    }

    @Test func aBrokenChecksumIsFound() throws {
        var bytes = file("one.json", Self.osv) + file("two.json", Self.osv) + Self.end
        bytes[1024 + 3] ^= 1
        #expect(fault(bytes) == .malformed)
    }

    @Test(arguments: ["30 comment=", "x path=y\n", "99999 path=y\n", "0 a=b\n"]) func extendedHeadersThatLie(
        _ text: String
    ) throws {
        let bytes = Array(text.utf8)
        let block =
            header("pax", size: bytes.count, kind: "x") + bytes + [UInt8](repeating: 0, count: 512 - bytes.count)
        #expect(fault(block + file("one.json", Self.osv) + Self.end) != nil || text.hasPrefix("0"))
    }

    /// Far more than any collection has, in a few hundred kilobytes.
    @Test func aBombIsNotUnpacked() throws {
        try shell("(head -c 512 /dev/zero | tr '\\0' x; head -c 200000000 /dev/zero) | gzip -1 > bomb.gz")
        #expect(fault(try folder.read("bomb.gz")) == .tooLarge(limit: 128 << 20))
    }

    @Test func aHundredThousandEntriesAreEnough() throws {
        let one = header("x", size: 0)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(one.count * 100_001)
        for _ in 0..<100_001 { bytes += one }
        #expect(fault(bytes) == .tooManyEntries(limit: 100_000))
    }

    @Test func everyTruncationIsHandled() throws {
        try folder.write(Self.osv, to: "top/one.json")
        try shell("tar -czf all.tgz top && tar -cf all.tar top")
        for name in ["all.tgz", "all.tar"] {
            let bytes = try folder.read(name)
            for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 200)) {
                _ = try? read(Array(bytes.prefix(length)))
            }
            for place in stride(from: 0, to: min(bytes.count, 2048), by: 3) {
                var damaged = bytes
                damaged[place] ^= 0x55
                _ = try? read(damaged)
            }
        }
    }

    @Test func nothingInItIsAnError() throws {
        #expect(throws: AdvisoryError(.nothingFound, path: "x")) { try read(file("one.txt", "hello") + Self.end) }
        #expect(throws: AdvisoryError.self) { try read([]) }
        #expect(throws: AdvisoryError.self) { try read(Array("<html>".utf8)) }
    }
}
